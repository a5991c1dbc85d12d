/* SPDX-License-Identifier: ISC */
#ifndef CTL_SEAL_H
#define CTL_SEAL_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/*
 * seal - bytes to and from a descriptor, encrypted when there is a secret:
 *
 *     "Meeshy sealed 1\n", salt, header, chunk ...
 *
 * A chunk is one message of libsodium's secretstream (XChaCha20-Poly1305), the
 * last one says so: what was changed, cut or put together anew is refused.  The
 * key comes of the secret by Argon2id, so a passphrase will do as well as
 * random bytes.  The descriptor is borrowed.  One thread.
 */
struct seal;

enum { SEAL_SECRET_LEN_MIN = 16 };

/* secret NULL: in clear.  NULL with err filled. */
struct seal *seal_to(int fd, const char *secret, struct err *err);
bool seal_write(struct seal *s, const void *p, size_t n, struct err *err);
/* Everything is written; nothing may follow. */
bool seal_end(struct seal *s, struct err *err);

/* What begins otherwise is in clear.  Sealed without a secret, or with another
 * one, is FAIL_UNAUTHORIZED, at the first read at the latest. */
struct seal *seal_from(int fd, const char *secret, struct err *err);
/* The next bytes, borrowed until the next call: their number, 0 at the end,
 * -1 with err filled. */
ssize_t seal_read(struct seal *s, const void **ret, struct err *err);

void seal_free(struct seal *s); /* NULL is fine */

#endif
