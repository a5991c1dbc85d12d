/* SPDX-License-Identifier: ISC */
#include "models/unpack.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"
#include "models/digest.h"

enum {
    CHUNK = 256 * 1024,
    GZIP_ONLY = 16 + MAX_WBITS, /* of inflateInit2 */
};

struct unpack {
    int from, to;
    const char *path; /* of to, for errors */
    uint64_t max;
    struct digest digest;
    unsigned char *in, *out; /* CHUNK bytes each */
};

static bool
put(struct unpack *u, const unsigned char *p, size_t n, struct err *err)
{
    if (u->digest.bytes + n > u->max)
        return err_set(err, FAIL_TOO_LARGE,
            "there is more in it than the %" PRIu64 " bytes it may have",
            u->max);
    digest_add(&u->digest, p, n);
    while (n > 0) {
        ssize_t done = write(u->to, p, n);
        if (done < 0)
            return err_set(err, FAIL_SYSTEM, "write %s: %m", u->path);
        p += done;
        n -= (size_t)done;
    }
    return true;
}

static ssize_t
get(struct unpack *u, struct err *err)
{
    ssize_t n = read(u->from, u->in, CHUNK);

    if (n < 0)
        err_set(err, FAIL_SYSTEM, "read what was downloaded: %m");
    return n;
}

static bool
copy(struct unpack *u, ssize_t n, struct err *err)
{
    while (n > 0) {
        if (!put(u, u->in, (size_t)n, err))
            return false;
        n = get(u, err);
    }
    return n == 0;
}

/* All that the input at hand gives.  *ended: a gzip member is complete. */
static bool
inflate_some(struct unpack *u, z_stream *z, bool *ended, struct err *err)
{
    while (z->avail_in > 0 || z->avail_out == 0) {
        int rc;

        if (*ended && z->avail_in > 0) /* gzip files may be joined */
            inflateReset(z);
        else if (*ended)
            return true;
        z->next_out = u->out;
        z->avail_out = CHUNK;
        rc = inflate(z, Z_NO_FLUSH);
        if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
            return err_set(
                err, FAIL_BAD_INPUT, "what was downloaded is no gzip file");
        *ended = rc == Z_STREAM_END;
        if (!put(u, u->out, CHUNK - z->avail_out, err))
            return false;
        if (rc == Z_BUF_ERROR)
            return true;
    }
    return true;
}

static bool
inflate_all(struct unpack *u, ssize_t n, struct err *err)
{
    z_stream z = {0};
    bool ok = true, ended = false;

    if (inflateInit2(&z, GZIP_ONLY) != Z_OK)
        return err_set(err, FAIL_SYSTEM, "zlib does not start");
    while (ok && n > 0) {
        z.next_in = u->in;
        z.avail_in = (uInt)n;
        z.avail_out = CHUNK; /* not 0: nothing is held back */
        ok = inflate_some(u, &z, &ended, err);
        n = ok ? get(u, err) : 0;
    }
    inflateEnd(&z);
    if (ok && n == 0 && !ended)
        return err_set(err, FAIL_BAD_INPUT, "what was downloaded is cut off");
    return ok && n == 0;
}

static bool
run(struct unpack *u, struct err *err)
{
    ssize_t n = get(u, err);

    if (n >= 2 && u->in[0] == 0x1f && u->in[1] == 0x8b)
        return inflate_all(u, n, err);
    return copy(u, n, err);
}

static bool
compare(const struct manifest_file *f, const struct unpack_want *want,
    struct err *err)
{
    if (f->bytes == 0)
        return err_set(err, FAIL_BAD_INPUT, "it is empty");
    if (want->bytes && f->bytes != want->bytes)
        return err_set(err, FAIL_BAD_INPUT,
            "it has %" PRIu64 " bytes instead of %" PRIu64, f->bytes,
            want->bytes);
    if (want->sha256[0] && strcmp(f->sha256, want->sha256) != 0)
        return err_set(err, FAIL_BAD_INPUT,
            "it has another SHA-256: %.16s... instead of %.16s...", f->sha256,
            want->sha256);
    return true;
}

bool
unpack_file(const char *from, const char *to, const struct unpack_want *want,
    struct manifest_file *ret, struct err *err)
{
    struct unpack u = {
        .path = to, .max = want->bytes ? want->bytes : want->max};
    bool ok;

    unlink(to);
    u.from = open(from, O_RDONLY | O_CLOEXEC);
    u.to = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    ok = u.from >= 0 && u.to >= 0;
    if (!ok)
        err_set(err, FAIL_SYSTEM, "open %s: %m", u.from < 0 ? from : to);
    u.in = xmalloc(CHUNK);
    u.out = xmalloc(CHUNK);
    digest_init(&u.digest);
    ok = ok && run(&u, err);
    ret->bytes = u.digest.bytes;
    digest_end(&u.digest, ret->sha256);
    ok = ok && compare(ret, want, err);
    if (ok && fsync(u.to) != 0)
        ok = err_set(err, FAIL_SYSTEM, "write %s: %m", to);
    if (u.from >= 0)
        close(u.from);
    if (u.to >= 0)
        close(u.to);
    free(u.in);
    free(u.out);
    if (!ok)
        unlink(to);
    return ok;
}
