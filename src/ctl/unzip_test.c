/* SPDX-License-Identifier: ISC */
#include "ctl/unzip.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tap.h"

static char dir[64], zip[96], to[96];
static struct err err;

static void
begin(void)
{
    snprintf(dir, sizeof(dir), "/tmp/unzip_test_XXXXXX");
    CHECK(mkdtemp(dir) != NULL);
    snprintf(zip, sizeof(zip), "%s/a.zip", dir);
    snprintf(to, sizeof(to), "%s/to", dir);
    CHECK(mkdir(to, 0700) == 0);
}

static void
end(void)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -r %s", dir);
    CHECK(system(command) == 0);
}

/* An archive of one thing: a file, or with target a link. */
static void
pack(const char *name, const char *text, const char *target)
{
    struct archive *a = archive_write_new();
    struct archive_entry *e = archive_entry_new();

    archive_write_set_format_zip(a);
    CHECK(archive_write_open_filename(a, zip) == ARCHIVE_OK);
    archive_entry_set_pathname(e, name);
    archive_entry_set_filetype(e, target ? AE_IFLNK : AE_IFREG);
    archive_entry_set_size(e, (la_int64_t)strlen(text));
    archive_entry_set_perm(e, 0777);
    if (target)
        archive_entry_set_symlink(e, target);
    CHECK(archive_write_header(a, e) == ARCHIVE_OK);
    archive_write_data(a, text, strlen(text));
    archive_entry_free(e);
    CHECK(archive_write_free(a) == ARCHIVE_OK);
}

static void
files_come_out_with_their_folders(void)
{
    char path[160], text[16] = "";
    struct stat st;
    FILE *f;

    begin();
    pack("kitchen/day.json", "[]", NULL);
    CHECK(unzip(zip, to, &err));
    snprintf(path, sizeof(path), "%s/kitchen/day.json", to);
    f = fopen(path, "re");
    CHECK(f && fgets(text, sizeof(text), f) && strcmp(text, "[]") == 0);
    CHECK(f && fstat(fileno(f), &st) == 0 && (st.st_mode & 0777) == 0600);
    if (f)
        fclose(f);
    end();
}

static void
nothing_comes_out_elsewhere(void)
{
    char path[160];

    begin();
    pack("../outside", "x", NULL);
    CHECK(!unzip(zip, to, &err) && err.kind == FAIL_BAD_INPUT);
    snprintf(path, sizeof(path), "%s/outside", dir);
    CHECK(access(path, F_OK) != 0);
    pack("/tmp/unzip_test_absolute", "x", NULL);
    CHECK(unzip(zip, to, &err));
    CHECK(access("/tmp/unzip_test_absolute", F_OK) != 0);
    pack("link", "", "/etc");
    CHECK(unzip(zip, to, &err));
    snprintf(path, sizeof(path), "%s/link", to);
    CHECK(access(path, F_OK) != 0);
    end();
}

static void
what_is_no_archive_is_refused(void)
{
    FILE *f;

    begin();
    CHECK(!unzip(zip, to, &err) && err.kind == FAIL_BAD_INPUT);
    f = fopen(zip, "we");
    CHECK(f && fputs("no archive, whatever its name says", f) >= 0);
    fclose(f);
    CHECK(!unzip(zip, to, &err) && err.kind == FAIL_BAD_INPUT);
    end();
}

int
main(void)
{
    RUN(files_come_out_with_their_folders);
    RUN(nothing_comes_out_elsewhere);
    RUN(what_is_no_archive_is_refused);
    return tap_end();
}
