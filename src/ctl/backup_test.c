/* SPDX-License-Identifier: ISC */
#include "ctl/backup.h"

#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/tap.h"
#include "ctl/restore.h"
#include "ctl/scratch.h"
#include "store/claim.h"

enum { PATH_BYTES = 128, BEFORE = 5, AFTER = 7 };

static const char secret[] = "a key of some length";
static char *dir;
static char database[PATH_BYTES], backup[PATH_BYTES], memory[PATH_BYTES],
    glossary[PATH_BYTES], url[PATH_BYTES + 8];
static struct backup_places places = {
    .database = database, .glossary = glossary, .memory = memory};

static void
name(char ret[PATH_BYTES], const char *file)
{
    snprintf(ret, PATH_BYTES, "%s/%s", dir, file);
}

static void
write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "we");

    CHECK(f && fputs(text, f) >= 0);
    fclose(f);
}

/* A gateway that saved n accounts and was killed: its log is left. */
static void
add_users_and_be_killed(int first, int n)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        struct store *s = store_open(url, NULL, NULL);

        for (int i = first; s && i < first + n; i++) {
            struct store_user u = {.language = "en", .created_ms = 1};

            id_new(u.id);
            snprintf(u.username, sizeof(u.username), "user%d", i);
            snprintf(u.display_name, sizeof(u.display_name), "User %d", i);
            if (!store_user_add(s, &u, NULL))
                _exit(1);
        }
        _exit(s ? 0 : 1);
    }
    CHECK(waitpid(child, &status, 0) == child && status == 0);
}

static void
set_up(void)
{
    char *own;

    dir = scratch_make("/tmp/meeshy-backup-test", NULL);
    CHECK(dir != NULL);
    name(database, "a.db");
    snprintf(url, sizeof(url), "sqlite:%s", database);
    name(backup, "a.backup");
    name(memory, "memory");
    name(glossary, "words.json");
    CHECK(mkdir(memory, 0700) == 0);
    write_file(glossary, "{\"terms\":[]}");
    own = scratch_path(memory, "own.tsv");
    write_file(own, "en\tfr\n");
    free(own);
    add_users_and_be_killed(0, BEFORE);
}

static void
tear_down(void)
{
    scratch_remove(dir);
}

static int64_t
count_users(void)
{
    struct store *s = store_open(url, NULL, NULL);
    struct store_totals totals = {0};

    CHECK(s && store_totals(s, &totals, NULL));
    store_close(s);
    return totals.users;
}

static bool
make(const char *key, struct err *err)
{
    struct inventory inv = {0};
    bool ok = backup_make(&places, backup, key, &inv, err);

    CHECK(!ok || (inv.n_files == 3 && inv.files[0].bytes > 0));
    inventory_free(&inv);
    return ok;
}

static int told_there, told_put;

static void
tell(const char *file, const char *what)
{
    (void)file;
    told_there += strstr(what, "already") != NULL;
    told_put += what[0] == '/';
}

static bool
restore(const char *key, struct err *err)
{
    int fd = open(backup, O_RDONLY | O_CLOEXEC);
    struct restored done;
    bool ok = restore_make(fd, key, &places, tell, &done, err);

    told_there = ok ? told_there : 0;
    CHECK(!ok || access(done.aside, F_OK) == 0);
    inventory_free(&done.inv);
    close(fd);
    return ok;
}

static void
a_restore_is_not_undone_by_the_log_of_before(void)
{
    char epoch[STORE_EPOCH_BYTES], then[STORE_EPOCH_BYTES];
    struct store *s;
    struct err err = {0};

    set_up();
    s = store_open(url, NULL, &err);
    store_epoch(s, epoch);
    store_close(s);
    CHECK(make(NULL, &err));
    add_users_and_be_killed(BEFORE, AFTER);
    CHECK(restore(NULL, &err));
    CHECK(count_users() == BEFORE);
    s = store_open(url, NULL, &err);
    store_epoch(s, then);
    CHECK(strcmp(epoch, then) != 0);
    store_close(s);
    tear_down();
}

static void
what_was_there_can_still_be_opened(void)
{
    struct err err = {0};
    glob_t found = {0};
    char pattern[PATH_BYTES];

    set_up();
    CHECK(make(NULL, &err));
    add_users_and_be_killed(BEFORE, AFTER);
    CHECK(restore(NULL, &err));
    name(pattern, "a.db.before-restore-*Z");
    CHECK(glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc == 1);
    if (found.gl_pathc == 1)
        snprintf(url, sizeof(url), "sqlite:%s", found.gl_pathv[0]);
    globfree(&found);
    CHECK(count_users() == BEFORE + AFTER);
    tear_down();
}

static void
other_files_come_back_too(void)
{
    struct err err = {0};

    set_up();
    CHECK(make(NULL, &err));
    write_file(glossary, "lost");
    told_there = told_put = 0;
    CHECK(restore(NULL, &err));
    CHECK(told_there == 1 && told_put == 1);
    CHECK(make(NULL, &err) == false && err.kind == FAIL_CONFLICT);
    tear_down();
}

static void
an_encrypted_backup_needs_its_key(void)
{
    struct err err = {0};

    set_up();
    CHECK(make(secret, &err));
    CHECK(!restore(NULL, &err) && err.kind == FAIL_UNAUTHORIZED);
    CHECK(!restore("another key of some length", &err));
    CHECK(err.kind == FAIL_UNAUTHORIZED);
    CHECK(count_users() == BEFORE);
    CHECK(restore(secret, &err));
    tear_down();
}

static void
a_damaged_backup_changes_nothing(void)
{
    struct err err = {0};
    struct stat st;

    set_up();
    CHECK(make(NULL, &err));
    CHECK(stat(backup, &st) == 0);
    for (off_t size = st.st_size - 1; size > 0; size -= st.st_size / 9) {
        CHECK(truncate(backup, size) == 0);
        CHECK(!restore(NULL, &err));
    }
    CHECK(count_users() == BEFORE);
    tear_down();
}

static void
a_running_gateway_is_not_pulled_away(void)
{
    struct err err = {0};
    struct claim *claim;

    set_up();
    CHECK(make(NULL, &err));
    claim = claim_take(database, &err);
    CHECK(!restore(NULL, &err) && err.kind == FAIL_BUSY);
    claim_drop(claim);
    CHECK(restore(NULL, &err));
    tear_down();
}

static void
a_rehearsal_counts_and_leaves_nothing(void)
{
    struct store_totals totals = {0};
    struct inventory inv = {0};
    struct err err = {0};
    char scratch[PATH_BYTES];
    glob_t found = {0};
    int fd;

    set_up();
    CHECK(make(NULL, &err));
    name(scratch, "rehearsal");
    fd = open(backup, O_RDONLY | O_CLOEXEC);
    CHECK(restore_rehearse(fd, NULL, scratch, &inv, &totals, &err));
    CHECK(totals.users == BEFORE);
    close(fd);
    name(scratch, "rehearsal*");
    CHECK(glob(scratch, 0, NULL, &found) == GLOB_NOMATCH);
    inventory_free(&inv);
    tear_down();
}

int
main(void)
{
    RUN(a_restore_is_not_undone_by_the_log_of_before);
    RUN(what_was_there_can_still_be_opened);
    RUN(other_files_come_back_too);
    RUN(an_encrypted_backup_needs_its_key);
    RUN(a_damaged_backup_changes_nothing);
    RUN(a_running_gateway_is_not_pulled_away);
    RUN(a_rehearsal_counts_and_leaves_nothing);
    return tap_end();
}
