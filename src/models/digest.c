/* SPDX-License-Identifier: ISC */
#include "models/digest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

enum { CHUNK = 256 * 1024 };

void
digest_init(struct digest *d)
{
    crypto_hash_sha256_init(&d->state);
    d->bytes = 0;
}

void
digest_add(struct digest *d, const void *p, size_t n)
{
    crypto_hash_sha256_update(&d->state, p, n);
    d->bytes += n;
}

void
digest_end(struct digest *d, char ret[MANIFEST_SHA256_BYTES])
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256_final(&d->state, hash);
    sodium_bin2hex(ret, MANIFEST_SHA256_BYTES, hash, sizeof(hash));
}

static bool
add_file(struct digest *d, int fd, const char *path, struct err *err)
{
    char *chunk = xmalloc(CHUNK);
    ssize_t n;

    while ((n = read(fd, chunk, CHUNK)) > 0)
        digest_add(d, chunk, (size_t)n);
    free(chunk);
    return n == 0 || err_set(err, FAIL_SYSTEM, "read %s: %m", path);
}

bool
digest_file(const char *path, uint64_t *ret_bytes,
    char ret[MANIFEST_SHA256_BYTES], struct err *err)
{
    uint64_t bytes;
    int fd = file_open(path, &bytes, err);
    struct digest d;
    bool ok;

    if (fd < 0)
        return false;
    digest_init(&d);
    ok = add_file(&d, fd, path, err);
    close(fd);
    digest_end(&d, ret);
    *ret_bytes = d.bytes;
    return ok;
}

bool
digest_check(
    const char *path, uint64_t bytes, const char *sha256, struct err *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char hash[MANIFEST_SHA256_BYTES];
    uint64_t n;

    if (!digest_file(path, &n, hash, err))
        return false;
    if (bytes && n != bytes)
        return err_set(err, FAIL_BAD_INPUT,
            "%s has %" PRIu64 " bytes instead of %" PRIu64, name, n, bytes);
    if (sha256[0] && strcmp(hash, sha256) != 0)
        return err_set(err, FAIL_BAD_INPUT,
            "%s has another SHA-256: %.16s... instead of %.16s...", name, hash,
            sha256);
    return true;
}
