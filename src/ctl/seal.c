/* SPDX-License-Identifier: ISC */
#include "ctl/seal.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum {
    CHUNK = 64 * 1024,
    MAGIC_BYTES = 16,
    SALT_BYTES = crypto_pwhash_SALTBYTES,
    HEADER_BYTES = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    KEY_BYTES = crypto_secretstream_xchacha20poly1305_KEYBYTES,
    MORE_BYTES = crypto_secretstream_xchacha20poly1305_ABYTES,
};

static const char magic[MAGIC_BYTES + 1] = "Meeshy sealed 1\n";

struct seal {
    int fd;
    bool sealed, ended;
    size_t n; /* bytes in clear that wait */
    crypto_secretstream_xchacha20poly1305_state state;
    unsigned char clear[CHUNK], closed[CHUNK + MORE_BYTES];
};

static bool
write_all(int fd, const void *p, size_t n, struct err *err)
{
    while (n > 0) {
        ssize_t k = write(fd, p, n);

        if (k < 0 && errno != EINTR)
            return err_set(err, FAIL_SYSTEM, "write: %m");
        if (k > 0) {
            p = (const char *)p + k;
            n -= (size_t)k;
        }
    }
    return true;
}

/* As much as there is, up to n; -1 with err filled. */
static ssize_t
read_all(int fd, void *p, size_t n, struct err *err)
{
    size_t have = 0;
    ssize_t k = 1;

    while (have < n && k != 0) {
        k = read(fd, (char *)p + have, n - have);
        if (k < 0 && errno != EINTR) {
            err_set(err, FAIL_SYSTEM, "read: %m");
            return -1;
        }
        have += k > 0 ? (size_t)k : 0;
    }
    return (ssize_t)have;
}

static bool
make_key(unsigned char key[KEY_BYTES], const char *secret,
    const unsigned char salt[SALT_BYTES], struct err *err)
{
    if (strlen(secret) < SEAL_SECRET_LEN_MIN)
        return err_set(err, FAIL_BAD_INPUT,
            "the key must have %d characters or more", SEAL_SECRET_LEN_MIN);
    if (crypto_pwhash(key, KEY_BYTES, secret, strlen(secret), salt,
            crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
            crypto_pwhash_ALG_ARGON2ID13) != 0)
        return err_set(err, FAIL_SYSTEM, "no memory to make the key");
    return true;
}

static struct seal *
seal_new(int fd, struct err *err)
{
    struct seal *s;

    if (sodium_init() < 0) {
        err_set(err, FAIL_SYSTEM, "no random numbers");
        return NULL;
    }
    s = xcalloc(1, sizeof(*s));
    s->fd = fd;
    return s;
}

/* ---- writing ---- */

static bool
begin_sealed(struct seal *s, const char *secret, struct err *err)
{
    unsigned char key[KEY_BYTES], salt[SALT_BYTES], header[HEADER_BYTES];
    bool ok;

    randombytes_buf(salt, sizeof(salt));
    ok = make_key(key, secret, salt, err);
    if (ok)
        crypto_secretstream_xchacha20poly1305_init_push(&s->state, header, key);
    sodium_memzero(key, sizeof(key));
    return ok && write_all(s->fd, magic, MAGIC_BYTES, err) &&
           write_all(s->fd, salt, sizeof(salt), err) &&
           write_all(s->fd, header, sizeof(header), err);
}

struct seal *
seal_to(int fd, const char *secret, struct err *err)
{
    struct seal *s = seal_new(fd, err);

    if (!s)
        return NULL;
    s->sealed = secret != NULL;
    if (!secret || begin_sealed(s, secret, err))
        return s;
    seal_free(s);
    return NULL;
}

static bool
flush(struct seal *s, unsigned char tag, struct err *err)
{
    unsigned long long n = s->n;

    if (!s->sealed) {
        s->n = 0;
        return write_all(s->fd, s->clear, n, err);
    }
    crypto_secretstream_xchacha20poly1305_push(
        &s->state, s->closed, &n, s->clear, s->n, NULL, 0, tag);
    s->n = 0;
    return write_all(s->fd, s->closed, n, err);
}

bool
seal_write(struct seal *s, const void *p, size_t n, struct err *err)
{
    while (n > 0) {
        size_t k = CHUNK - s->n < n ? CHUNK - s->n : n;

        if (k == 0) {
            if (!flush(s, 0, err))
                return false;
            continue;
        }
        memcpy(s->clear + s->n, p, k);
        s->n += k;
        p = (const char *)p + k;
        n -= k;
    }
    return true;
}

bool
seal_end(struct seal *s, struct err *err)
{
    return flush(s, crypto_secretstream_xchacha20poly1305_TAG_FINAL, err);
}

/* ---- reading ---- */

static bool
open_sealed(struct seal *s, const char *secret, struct err *err)
{
    unsigned char key[KEY_BYTES], begin[SALT_BYTES + HEADER_BYTES];
    ssize_t n = read_all(s->fd, begin, sizeof(begin), err);
    bool ok;

    if (n < 0)
        return false;
    if ((size_t)n < sizeof(begin))
        return err_set(err, FAIL_BAD_INPUT, "the backup is cut off");
    ok = make_key(key, secret, begin, err);
    if (ok && crypto_secretstream_xchacha20poly1305_init_pull(
                  &s->state, begin + SALT_BYTES, key) != 0)
        ok = err_set(err, FAIL_BAD_INPUT, "the backup is damaged");
    sodium_memzero(key, sizeof(key));
    return ok;
}

struct seal *
seal_from(int fd, const char *secret, struct err *err)
{
    struct seal *s = seal_new(fd, err);
    ssize_t n = s ? read_all(fd, s->clear, MAGIC_BYTES, err) : -1;
    bool ok = n >= 0;

    if (!s)
        return NULL;
    s->sealed = n == MAGIC_BYTES && memcmp(s->clear, magic, MAGIC_BYTES) == 0;
    s->n = ok && !s->sealed ? (size_t)n : 0;
    if (s->sealed && !secret)
        ok = err_set(err, FAIL_UNAUTHORIZED,
            "the backup is encrypted: --key-file is needed");
    else if (s->sealed)
        ok = open_sealed(s, secret, err);
    if (ok)
        return s;
    seal_free(s);
    return NULL;
}

static ssize_t
read_sealed(struct seal *s, struct err *err)
{
    ssize_t n = read_all(s->fd, s->closed, sizeof(s->closed), err);
    unsigned long long len = 0;
    unsigned char tag = 0;

    if (n < 0)
        return -1;
    if (n < MORE_BYTES) {
        err_set(err, FAIL_BAD_INPUT, "the backup is cut off");
        return -1;
    }
    if (crypto_secretstream_xchacha20poly1305_pull(&s->state, s->clear, &len,
            &tag, s->closed, (unsigned long long)n, NULL, 0) != 0) {
        err_set(err, FAIL_UNAUTHORIZED,
            "this is another key, or the backup is damaged");
        return -1;
    }
    s->ended = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return (ssize_t)len;
}

ssize_t
seal_read(struct seal *s, const void **ret, struct err *err)
{
    ssize_t n = (ssize_t)s->n;

    *ret = s->clear;
    if (s->ended)
        return 0;
    if (s->sealed)
        return read_sealed(s, err);
    s->n = 0; /* what was read to see whether it is sealed */
    return n > 0 ? n : read_all(s->fd, s->clear, CHUNK, err);
}

void
seal_free(struct seal *s)
{
    if (!s)
        return;
    sodium_memzero(s, sizeof(*s));
    free(s);
}
