/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_GATE_H
#define TRANSLATOR_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * gate - who may have how much over HTTP: holders of an API key what their key
 * says, all others so much per address.  One owner thread.
 */
struct gate;

struct gate_cfg {
    const char *keys_file; /* "": there are no keys; copied */
    bool require_key;
    int per_minute; /* requests of an address without a key; 0: no limit */
};

struct gate *gate_new(const struct gate_cfg *cfg, struct err *err);
/* Take other settings, and read the keys' file again.  What was used stays
 * used.  False with nothing changed. */
bool gate_apply(struct gate *g, const struct gate_cfg *cfg, struct err *err);
void gate_free(struct gate *g); /* NULL is fine */

/* Write what keys have used beside their file, as KEYS_FILE.used, if anything
 * was used since the last time. */
void gate_save(struct gate *g, int64_t wall_ms);

bool gate_has_keys(const struct gate *g);
bool gate_requires_key(const struct gate *g);

struct gate_visit {
    struct span key; /* as presented; {NULL, 0}: none */
    const char *client; /* its address */
    size_t requests, chars;
};

/* Let the visit in and charge for it: else FAIL_FORBIDDEN or FAIL_RATE, with
 * the seconds after which one request is possible again in *retry_s. */
bool gate_admit(struct gate *g, const struct gate_visit *v, int64_t now_us,
    int64_t wall_ms, int *retry_s, struct err *err);

#endif
