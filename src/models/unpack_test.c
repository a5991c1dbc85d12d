/* SPDX-License-Identifier: ISC */
#include "models/unpack.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"
#include "base/tap.h"
#include "models/digest.h"

/* SHA-256 of "hello". */
#define HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

static char dir[] = "/tmp/unpack-XXXXXX";
static char from[64], to[64];

static void
write_plain(const void *p, size_t n)
{
    FILE *f = fopen(from, "we");

    CHECK(f && fwrite(p, 1, n, f) == n);
    fclose(f);
}

/* mode "wb", or "ab" to join another member. */
static void
write_gzip(const void *p, unsigned n, const char *mode)
{
    gzFile f = gzopen(from, mode);

    CHECK(f && gzwrite(f, p, n) == (int)n);
    gzclose(f);
}

static bool
unpacks(uint64_t bytes, uint64_t max, const char *sha256, struct err *err)
{
    struct unpack_want want = {bytes, max, sha256};
    struct manifest_file f = {0};
    bool ok = unpack_file(from, to, &want, &f, err);

    CHECK(ok == (access(to, F_OK) == 0));
    return ok && (!bytes || f.bytes == bytes);
}

static void
gzip_is_taken_off_and_the_rest_is_copied(void)
{
    struct err err;

    write_gzip("hello", 5, "wb");
    CHECK(unpacks(5, 0, HELLO, &err));
    write_plain("hello", 5);
    CHECK(unpacks(5, 0, HELLO, &err));
    CHECK(unpacks(0, 5, "", &err));
}

static void
joined_members_are_one_file(void)
{
    struct err err;

    write_gzip("hel", 3, "wb");
    write_gzip("lo", 2, "ab");
    CHECK(unpacks(5, 0, HELLO, &err));
}

static void
a_wrong_size_or_hash_is_refused(void)
{
    struct err err;

    write_gzip("hello", 5, "wb");
    CHECK(!unpacks(6, 0, "", &err));
    CHECK(!unpacks(4, 0, "", &err) && err.kind == FAIL_TOO_LARGE);
    write_gzip("hellO", 5, "wb");
    CHECK(!unpacks(5, 0, HELLO, &err) && err.kind == FAIL_BAD_INPUT);
    write_plain("", 0);
    CHECK(!unpacks(0, 9, "", &err));
}

static void
a_bomb_stops_at_the_size_it_may_have(void)
{
    enum { BIG = 64 * 1024 * 1024, SMALL = 100000 };
    char *zeros = xcalloc(1, BIG);
    struct err err;

    write_gzip(zeros, BIG, "wb");
    CHECK(!unpacks(SMALL, 0, "", &err) && err.kind == FAIL_TOO_LARGE);
    CHECK(!unpacks(0, SMALL, "", &err) && err.kind == FAIL_TOO_LARGE);
    CHECK(unpacks(BIG, 0, "", &err));
    free(zeros);
}

static void
what_is_cut_off_or_damaged_is_refused(void)
{
    char noise[20000];
    struct err err;
    uint64_t bytes;
    char hash[MANIFEST_SHA256_BYTES];

    for (size_t i = 0; i < sizeof(noise); i++)
        noise[i] = (char)(i * i >> 3);
    write_gzip(noise, sizeof(noise), "wb");
    CHECK(unpacks(sizeof(noise), 0, "", &err));
    CHECK(digest_file(from, &bytes, hash, &err));
    CHECK(truncate(from, (off_t)bytes - 5) == 0);
    CHECK(!unpacks(0, 1 << 20, "", &err) && strstr(err.text, "cut off"));
    write_gzip("hello", 5, "wb");
    {
        FILE *f = fopen(from, "ae");
        fputs("garbage", f);
        fclose(f);
    }
    CHECK(!unpacks(0, 1 << 20, "", &err));
    write_plain("\x1f\x8b\x08garbage", 10);
    CHECK(!unpacks(0, 1 << 20, "", &err));
    unlink(from);
    CHECK(!unpacks(0, 1 << 20, "", &err));
}

int
main(void)
{
    CHECK(mkdtemp(dir) != NULL);
    snprintf(from, sizeof(from), "%s/from", dir);
    snprintf(to, sizeof(to), "%s/to", dir);
    RUN(gzip_is_taken_off_and_the_rest_is_copied);
    RUN(joined_members_are_one_file);
    RUN(a_wrong_size_or_hash_is_refused);
    RUN(a_bomb_stops_at_the_size_it_may_have);
    RUN(what_is_cut_off_or_damaged_is_refused);
    unlink(from);
    unlink(to);
    rmdir(dir);
    return tap_end();
}
