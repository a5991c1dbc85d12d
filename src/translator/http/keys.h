/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_KEYS_H
#define TRANSLATOR_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rate.h"
#include "base/span.h"

/*
 * keys - API keys and what each may do, from a file of lines
 *
 *     name hash requests_per_minute requests_per_day characters_per_day
 *
 * where 0 is no limit, # begins a comment, and the hash is BLAKE2b of the key:
 *
 *     printf %s "$KEY" | b2sum -l 256
 *
 * Keys themselves are nowhere kept.  Days are those of UTC; what was used of
 * them survives a restart by used.h.  One owner thread.
 */
struct keys;

enum {
    KEYS_MAX = 1000,
    KEYS_FILE_BYTES_MAX = 256 * 1024,
    KEYS_LIMIT_MAX = 1000000000,
    KEY_HASH_BYTES = 32,
    KEY_NAME_LEN_MAX = 64,
    KEYS_DAY_MS = 24 * 60 * 60 * 1000,
};

struct key {
    char name[KEY_NAME_LEN_MAX + 1];
    unsigned char hash[KEY_HASH_BYTES];
    long long per_minute, per_day, chars_per_day; /* 0: no limit */

    struct bucket minute;
    int64_t day; /* of UTC, since 1970 */
    long long requests, chars; /* used on that day */
};

/* Err names the line, never its content. */
struct keys *keys_read(struct span text, struct err *err);
struct keys *keys_load(const char *path, struct err *err);
void keys_free(struct keys *k); /* NULL is fine */

size_t keys_len(const struct keys *k);
struct key *keys_at(const struct keys *k, size_t i);

/* Takes as long for a wrong key as for a right one; NULL for a wrong one. */
struct key *keys_find(struct keys *k, struct span secret);

/* Let keys of the same name go on from what they have used. */
void keys_carry(struct keys *k, const struct keys *from);

/* Use up requests and characters, or none of both: FAIL_RATE for too many a
 * minute, FAIL_FORBIDDEN for a day's quota. */
bool key_use(struct key *key, size_t requests, size_t chars, int64_t now_us,
    int64_t wall_ms, struct err *err);

#endif
