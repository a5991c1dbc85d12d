/* SPDX-License-Identifier: ISC */
#include "ctl/keyfile.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tap.h"

static char dir[] = "/tmp/meeshy-keys-XXXXXX";
static char path[64], text[8192];
static const struct keyfile_limits limits = {60, 1000, 0};

static const char *
content(void)
{
    FILE *f = fopen(path, "re");
    size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

    if (f)
        fclose(f);
    text[n] = '\0';
    return text;
}

static void
a_key_is_shown_once_and_kept_as_its_hash(void)
{
    char key[KEYFILE_SECRET_BYTES], hex[65], want[160];
    unsigned char hash[32];
    struct err err;
    struct stat st;

    CHECK(keyfile_add(path, "alice", &limits, key, &err));
    CHECK(strlen(key) == 32 && !strstr(content(), key));
    crypto_generichash(
        hash, sizeof(hash), (const unsigned char *)key, strlen(key), NULL, 0);
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    snprintf(want, sizeof(want), "alice %s 60 1000 0\n", hex);
    CHECK(strcmp(content(), want) == 0);
    CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    CHECK(!keyfile_add(path, "alice", &limits, key, &err));
    CHECK(err.kind == FAIL_CONFLICT);
    unlink(path);
}

static void
what_is_revoked_goes_and_the_rest_stays(void)
{
    char key[KEYFILE_SECRET_BYTES];
    struct err err;
    FILE *f = fopen(path, "we");

    CHECK(f && fputs("# ours\nbob 00 1 2 3", f) > 0); /* no end of line */
    fclose(f);
    CHECK(chmod(path, 0640) == 0);
    CHECK(keyfile_add(path, "bobby", &limits, key, &err));
    CHECK(keyfile_revoke(path, "bob", &err));
    CHECK(strncmp(content(), "# ours\nbobby ", 13) == 0);
    CHECK(!strstr(content(), "bob 00"));
    CHECK(!keyfile_revoke(path, "bob", &err) && err.kind == FAIL_NOT_FOUND);
    CHECK(!keyfile_revoke(path, "#", &err));
    unlink(path);
}

static void
lists_have_no_hashes(void)
{
    char key[KEYFILE_SECRET_BYTES], *said = NULL;
    struct err err;
    size_t n;
    FILE *to = open_memstream(&said, &n);

    CHECK(keyfile_add(path, "alice", &limits, key, &err));
    CHECK(keyfile_list(path, to, &err));
    fclose(to);
    CHECK(strstr(said, "alice") && strstr(said, " 60 1000 0\n"));
    CHECK(n < 200);
    free(said);
    unlink(path);
    CHECK(!keyfile_list(path, stdout, &err) && err.kind == FAIL_NOT_FOUND);
}

static void
names_are_words(void)
{
    static const char *const bad[] = {"", "a b", "#a", "a\nb", "a/b"};
    char key[KEYFILE_SECRET_BYTES];
    struct err err;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(!keyfile_add(path, bad[i], &limits, key, &err));
    CHECK(access(path, F_OK) != 0);
}

int
main(void)
{
    if (sodium_init() < 0 || !mkdtemp(dir))
        return 1;
    snprintf(path, sizeof(path), "%s/keys", dir);
    RUN(a_key_is_shown_once_and_kept_as_its_hash);
    RUN(what_is_revoked_goes_and_the_rest_stays);
    RUN(lists_have_no_hashes);
    RUN(names_are_words);
    rmdir(dir);
    return tap_end();
}
