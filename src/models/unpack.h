/* SPDX-License-Identifier: ISC */
#ifndef MODELS_UNPACK_H
#define MODELS_UNPACK_H

#include <stdint.h>

#include "base/err.h"
#include "models/manifest.h"

/*
 * unpack - gzip off, into a file that is known to be whole.
 *
 * What does not begin like gzip is copied: some servers take it off
 * themselves.  Nothing is written beyond the bytes that are expected, or beyond
 * max when nobody knows, so a few bytes cannot fill the disk.
 */
enum { UNPACK_BYTES_MAX = 64 * 1024 * 1024 }; /* of what a stranger sends */

struct unpack_want {
    uint64_t bytes; /* 0: not known */
    uint64_t max; /* then so many at most */
    const char *sha256; /* "": not known */
};

/* From file to file, synced to disk; to is replaced.  bytes and sha256 of ret
 * become what they are.  When false, to is not there. */
bool unpack_file(const char *from, const char *to,
    const struct unpack_want *want, struct manifest_file *ret, struct err *err);

#endif
