/* SPDX-License-Identifier: ISC */
#ifndef MODELS_DIGEST_H
#define MODELS_DIGEST_H

#include <sodium.h>
#include <stdint.h>

#include "base/err.h"
#include "models/manifest.h"

/*
 * digest - SHA-256 and size of what goes by.  Embed it; no clean-up.
 */
struct digest {
    crypto_hash_sha256_state state;
    uint64_t bytes;
};

void digest_init(struct digest *d);
void digest_add(struct digest *d, const void *p, size_t n);
void digest_end(struct digest *d, char ret[MANIFEST_SHA256_BYTES]);

/* Of a whole regular file. */
bool digest_file(const char *path, uint64_t *ret_bytes,
    char ret[MANIFEST_SHA256_BYTES], struct err *err);

/* Has the file exactly these bytes?  sha256 may be empty and bytes 0: then
 * they are not compared. */
bool digest_check(
    const char *path, uint64_t bytes, const char *sha256, struct err *err);

#endif
