/* SPDX-License-Identifier: ISC */
#include "ctl/seal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tap.h"

enum { MANY = 200 * 1000 }; /* some chunks */

static const char secret[] = "correct horse battery staple";

/* A file in memory with n bytes, sealed when there is a secret. */
static int
seal_bytes(const char *key, size_t n)
{
    int fd = memfd_create("seal", MFD_CLOEXEC);
    struct err err = {0};
    struct seal *s = seal_to(fd, key, &err);
    char *bytes = xmalloc(n + 1);
    bool ok;

    memset(bytes, 'a', n);
    ok = s && seal_write(s, bytes, n, &err) && seal_end(s, &err);
    CHECK(ok);
    free(bytes);
    seal_free(s);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

/* How many bytes can be read; -1 with err filled. */
static ssize_t
unseal(int fd, const char *key, struct err *err)
{
    struct seal *s;
    const void *bytes;
    ssize_t n = 0, total = 0;

    *err = (struct err){0};
    s = seal_from(fd, key, err);
    while (s && (n = seal_read(s, &bytes, err)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            CHECK(((const char *)bytes)[i] == 'a');
        total += n;
    }
    seal_free(s);
    return s && n == 0 ? total : -1;
}

static void
what_was_sealed_is_read_with_the_same_secret(void)
{
    static const size_t sizes[] = {0, 1, 64 * 1024, 128 * 1024, MANY};
    struct err err;

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        int fd = seal_bytes(secret, sizes[i]);

        CHECK(unseal(fd, secret, &err) == (ssize_t)sizes[i]);
        close(fd);
    }
}

static void
another_secret_or_none_is_told(void)
{
    int fd = seal_bytes(secret, MANY);
    struct err err;

    CHECK(unseal(fd, NULL, &err) < 0 && err.kind == FAIL_UNAUTHORIZED);
    lseek(fd, 0, SEEK_SET);
    CHECK(unseal(fd, "another horse, another staple", &err) < 0);
    CHECK(err.kind == FAIL_UNAUTHORIZED);
    close(fd);
}

static void
a_short_secret_is_refused(void)
{
    struct err err = {0};

    CHECK(!seal_to(STDOUT_FILENO, "short", &err));
    CHECK(err.kind == FAIL_BAD_INPUT);
}

static void
what_was_cut_or_changed_is_refused(void)
{
    int fd = seal_bytes(secret, MANY);
    off_t end = lseek(fd, 0, SEEK_END);
    struct err err;
    char byte;

    CHECK(pread(fd, &byte, 1, end / 2) == 1);
    byte ^= 1;
    CHECK(pwrite(fd, &byte, 1, end / 2) == 1);
    lseek(fd, 0, SEEK_SET);
    CHECK(unseal(fd, secret, &err) < 0);
    byte ^= 1;
    CHECK(pwrite(fd, &byte, 1, end / 2) == 1);
    for (off_t cut = 1; cut < end; cut += 60 * 1000) {
        CHECK(ftruncate(fd, end - cut) == 0);
        lseek(fd, 0, SEEK_SET);
        CHECK(unseal(fd, secret, &err) < 0);
    }
    close(fd);
}

static void
what_is_in_clear_stays_so(void)
{
    int fd = seal_bytes(NULL, MANY);
    struct err err;
    char byte = 0;

    CHECK(lseek(fd, 0, SEEK_END) == MANY);
    CHECK(pread(fd, &byte, 1, 0) == 1 && byte == 'a');
    lseek(fd, 0, SEEK_SET);
    CHECK(unseal(fd, NULL, &err) == MANY);
    close(fd);
}

int
main(void)
{
    RUN(what_was_sealed_is_read_with_the_same_secret);
    RUN(another_secret_or_none_is_told);
    RUN(a_short_secret_is_refused);
    RUN(what_was_cut_or_changed_is_refused);
    RUN(what_is_in_clear_stays_so);
    return tap_end();
}
