/* SPDX-License-Identifier: ISC */
#include "base/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tap.h"

static char dir[] = "/tmp/meeshy-file.XXXXXX";

static const char *
at(const char *name)
{
    static char path[sizeof(dir) + 32];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    return path;
}

static void
put(const char *name, const char *text)
{
    FILE *f = fopen(at(name), "we");

    CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static void
a_file_is_read_and_mapped_whole(void)
{
    struct buf b = {0};
    struct err err;
    void *map;
    size_t n;

    put("text", "some words");
    buf_adds(&b, SPAN("> "));
    CHECK(file_read(at("text"), 10, &b, &err));
    CHECK(span_eqz(buf_span(&b), "> some words"));
    map = file_map(at("text"), 10, &n, &err);
    CHECK(map && n == 10 && memcmp(map, "some words", n) == 0);
    if (map)
        munmap(map, n);
    buf_free(&b);
}

static void
what_is_too_large_is_refused(void)
{
    struct buf b = {0};
    struct err err;
    size_t n;

    CHECK(!file_read(at("text"), 9, &b, &err) && err.kind == FAIL_TOO_LARGE);
    CHECK(!file_map(at("text"), 9, &n, &err) && err.kind == FAIL_TOO_LARGE);
    put("empty", "");
    CHECK(file_read(at("empty"), 0, &b, &err));
    CHECK(!file_map(at("empty"), 9, &n, &err) && err.kind == FAIL_BAD_INPUT);
    buf_free(&b);
}

/* Nobody writes to the pipe: to open it as a file would wait for ever. */
static void
what_is_no_file_is_refused_at_once(void)
{
    struct buf b = {0};
    struct err err;
    uint64_t bytes;

    CHECK(mkfifo(at("pipe"), 0600) == 0);
    CHECK(file_open(at("pipe"), &bytes, &err) == -1);
    CHECK(err.kind == FAIL_BAD_INPUT && strstr(err.text, "no regular file"));
    CHECK(!file_read(dir, 9, &b, &err) && err.kind == FAIL_BAD_INPUT);
    CHECK(!file_read(at("none"), 9, &b, &err) && err.kind == FAIL_NOT_FOUND);
    CHECK(b.len == 0);
}

static void
an_open_pipe_is_read_to_its_end(void)
{
    struct buf b = {0};
    struct err err;
    int ends[2];

    CHECK(pipe2(ends, O_CLOEXEC) == 0 && write(ends[1], "piped", 5) == 5);
    close(ends[1]);
    CHECK(file_read_all(ends[0], "standard input", 5, &b, &err));
    CHECK(span_eqz(buf_span(&b), "piped"));
    close(ends[0]);
    buf_free(&b);
}

int
main(void)
{
    CHECK(mkdtemp(dir) != NULL);
    RUN(a_file_is_read_and_mapped_whole);
    RUN(what_is_too_large_is_refused);
    RUN(what_is_no_file_is_refused_at_once);
    RUN(an_open_pipe_is_read_to_its_end);
    unlink(at("text"));
    unlink(at("empty"));
    unlink(at("pipe"));
    rmdir(dir);
    return tap_end();
}
