/* SPDX-License-Identifier: ISC */
#include "translator/http/gate.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/address.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rate.h"
#include "translator/http/keys.h"
#include "translator/http/used.h"

enum { MINUTE_S = 60 };

struct gate {
    bool require_key;
    int per_minute;
    struct keys *keys; /* NULL: there are none */
    char *used_file;
    bool used; /* since it was written */
    bool used_unwritten; /* that cannot be: it was said */
    struct rate *addresses; /* NULL: no limit */
};

static void
name_used_file(struct gate *g, const char *keys_file)
{
    struct buf b = {0};

    buf_addf(&b, "%s.used", keys_file);
    free(g->used_file);
    g->used_file = buf_take(&b);
}

bool
gate_apply(struct gate *g, const struct gate_cfg *cfg, struct err *err)
{
    struct keys *keys = NULL;
    struct err bad;

    if (cfg->keys_file[0]) {
        keys = keys_load(cfg->keys_file, err);
        if (!keys)
            return false;
    } else if (cfg->require_key) {
        return err_set(
            err, FAIL_BAD_INPUT, "REQUIRE_KEY needs an API_KEYS_FILE");
    }
    name_used_file(g, cfg->keys_file);
    if (keys && g->keys)
        keys_carry(keys, g->keys);
    else if (keys && !used_load(keys, g->used_file, &bad))
        log_warn("what API keys have used today is not known: %s", bad.text);
    keys_free(g->keys);
    g->keys = keys;
    if (cfg->per_minute != g->per_minute) {
        rate_free(g->addresses);
        g->addresses = NULL;
    }
    if (cfg->per_minute > 0 && !g->addresses)
        g->addresses = rate_new((struct limit){
            (double)cfg->per_minute / MINUTE_S, cfg->per_minute});
    g->per_minute = cfg->per_minute;
    g->require_key = cfg->require_key;
    return true;
}

struct gate *
gate_new(const struct gate_cfg *cfg, struct err *err)
{
    struct gate *g = xcalloc(1, sizeof(*g));

    if (gate_apply(g, cfg, err))
        return g;
    gate_free(g);
    return NULL;
}

void
gate_free(struct gate *g)
{
    if (!g)
        return;
    keys_free(g->keys);
    rate_free(g->addresses);
    free(g->used_file);
    free(g);
}

void
gate_save(struct gate *g, int64_t wall_ms)
{
    struct err err;

    if (!g->keys || !g->used)
        return;
    if (used_save(g->keys, wall_ms / KEYS_DAY_MS, g->used_file, &err)) {
        g->used = g->used_unwritten = false;
    } else if (!g->used_unwritten) {
        log_warn("a restart will forget what API keys have used: %s", err.text);
        g->used_unwritten = true;
    }
}

bool
gate_has_keys(const struct gate *g)
{
    return g->keys != NULL;
}

bool
gate_requires_key(const struct gate *g)
{
    return g->require_key;
}

static int
seconds_for_one(long long per_minute)
{
    return per_minute >= MINUTE_S ? 1 : (int)(MINUTE_S / per_minute);
}

/* Without a key, and for trying keys out, an address pays. */
static bool
admit_address(struct gate *g, const struct gate_visit *v, int64_t now_us,
    int *retry_s, struct err *err)
{
    char address[ADDRESS_BYTES];

    if (!g->addresses)
        return true;
    address_of(v->client, address);
    *retry_s = seconds_for_one(g->per_minute);
    return rate_take_n(
               g->addresses, span_of(address), (double)v->requests, now_us) ||
           err_set(err, FAIL_RATE,
               "Slow down: %d requests per minute are allowed", g->per_minute);
}

bool
gate_admit(struct gate *g, const struct gate_visit *v, int64_t now_us,
    int64_t wall_ms, int *retry_s, struct err *err)
{
    struct key *key;

    *retry_s = 1;
    if (v->key.len && g->keys) {
        key = keys_find(g->keys, v->key);
        if (!key)
            return admit_address(g, v, now_us, retry_s, err) &&
                   err_set(err, FAIL_FORBIDDEN, "Invalid API key");
        if (key->per_minute)
            *retry_s = seconds_for_one(key->per_minute);
        if (!key_use(key, v->requests, v->chars, now_us, wall_ms, err))
            return false;
        return g->used = true;
    }
    if (g->require_key)
        return err_set(err, FAIL_FORBIDDEN,
            "an API key is needed: ask the operator of this server for one");
    return admit_address(g, v, now_us, retry_s, err);
}
