/* SPDX-License-Identifier: ISC */
#include "gateway/site.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/tap.h"

static void
put(const char *dir, const char *name, const char *text)
{
    char path[256];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    f = fopen(path, "w");
    CHECK(f && fputs(text, f) >= 0);
    fclose(f);
}

static void
files_are_found_by_path_with_type_and_age(void)
{
    char dir[] = "/tmp/site_test_XXXXXX", path[256];
    const struct site_file *f;
    struct site *s;
    struct err err;

    CHECK(mkdtemp(dir) != NULL);
    put(dir, "index.html", "<p>hi");
    put(dir, "app-A1B2C3D4.js", "x");
    put(dir, "app-A1B2C3D4.js.gz", "packed");
    put(dir, "index.html.gz", "packed too");
    snprintf(path, sizeof(path), "%s/icons", dir);
    mkdir(path, 0755);
    put(dir, "icons/a.svg", "");
    s = site_load(dir, "", &err);
    CHECK(s != NULL);
    f = site_find(s, SPAN("/"));
    CHECK(f && f->len == 5 && memcmp(f->bytes, "<p>hi", 5) == 0);
    CHECK(f && strncmp(f->type, "text/html", 9) == 0 && !f->immutable);
    CHECK(f && f->gzip && f->gzip->len == strlen("packed too"));
    f = site_find(s, SPAN("/app-A1B2C3D4.js"));
    CHECK(f && f->immutable && f->etag[0] == '"');
    CHECK(f && f->gzip && f->gzip->len == strlen("packed"));
    f = site_find(s, SPAN("/icons/a.svg"));
    CHECK(f && f->len == 0 && strcmp(f->type, "image/svg+xml") == 0);
    CHECK(f && !f->gzip);
    CHECK(!site_find(s, SPAN("/../etc/passwd")) && !site_find(s, SPAN("")));
    site_free(s);
    snprintf(path, sizeof(path), "rm -r %s", dir);
    CHECK(system(path) == 0);
}

static void
pages_below_a_path_name_their_files_there(void)
{
    static const char page[] = "<p id=\"/\" title=\"a /b\"><a href=\"/\">"
                               "<img src=\"/a.svg\"><a href=\"b\">\"/\"";
    static const char moved[] = "<p id=\"/c/\" title=\"a /b\"><a href=\"/c/\">"
                                "<img src=\"/c/a.svg\"><a href=\"b\">\"/\"";
    char dir[] = "/tmp/site_test_XXXXXX", path[256];
    char unpacked[sizeof(moved)] = "";
    const struct site_file *f;
    struct site *s;
    struct err err;
    z_stream z = {.next_out = (Bytef *)unpacked, .avail_out = sizeof(unpacked)};

    CHECK(mkdtemp(dir) != NULL);
    put(dir, "index.html", page);
    put(dir, "index.html.gz", "what it was");
    put(dir, "app.js", "x=\"/\"");
    s = site_load(dir, "/c", &err);
    f = site_find(s, SPAN("/"));
    CHECK(f && f->len == strlen(moved) && memcmp(f->bytes, moved, f->len) == 0);
    z.next_in = (Bytef *)f->gzip->bytes;
    z.avail_in = (uInt)f->gzip->len;
    CHECK(inflateInit2(&z, MAX_WBITS + 16) == Z_OK);
    CHECK(inflate(&z, Z_FINISH) == Z_STREAM_END && !strcmp(unpacked, moved));
    inflateEnd(&z);
    CHECK(strcmp(f->etag, f->gzip->etag) != 0);
    f = site_find(s, SPAN("/app.js"));
    CHECK(f && f->len == strlen("x=\"/\""));
    site_free(s);
    snprintf(path, sizeof(path), "rm -r %s", dir);
    CHECK(system(path) == 0);
}

static void
a_missing_folder_is_an_empty_site(void)
{
    struct err err;
    struct site *s = site_load("/nonexistent/folder", "", &err);

    CHECK(s && !site_find(s, SPAN("/")));
    site_free(s);
}

int
main(void)
{
    if (sodium_init() < 0)
        return 1;
    RUN(files_are_found_by_path_with_type_and_age);
    RUN(pages_below_a_path_name_their_files_there);
    RUN(a_missing_folder_is_an_empty_site);
    return tap_end();
}
