/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_REDIS_CODEC_H
#define TRANSLATOR_REDIS_CODEC_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "translator/translate/cache.h"

/*
 * redis_codec - how a translation is named and written in Redis.  Pure
 * functions.
 */
enum {
    REDIS_NAME_BYTES = 64,
    REDIS_VALUE_BYTES_MAX = 1 << 20,
};

/* The name under which Redis keeps it: our prefix with the version of this
 * format, and the hash of the key.  Returns its length. */
size_t redis_name(struct span key, char ret[REDIS_NAME_BYTES]);

/* Append the value: JSON with the whole key in it. */
void redis_format(struct buf *b, struct span key, const struct cached *v);

/* The caller's reference; NULL when it is no value of ours for that key. */
struct cached *redis_parse(struct span value, struct span key);

#endif
