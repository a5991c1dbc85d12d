/* SPDX-License-Identifier: ISC */
#include "gateway/auth.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/load.h"
#include "gateway/op.h"
#include "gateway/seen.h"

enum { TOKEN_RAW_BYTES = 32 };

struct session {
    char user_id[ID_BYTES];
    int64_t expires_ms;
};

struct auth {
    struct gateway *g;
    struct map *sessions; /* by hash */
    uint64_t n_ended; /* sessions; see find_finish */
};

static const struct err nobody = {FAIL_UNAUTHORIZED, "sign in first"};

struct auth *
auth_new(struct gateway *g)
{
    struct auth *a = xcalloc(1, sizeof(*a));

    a->g = g;
    a->sessions = map_new();
    return a;
}

void
auth_free(struct auth *a)
{
    if (!a)
        return;
    map_free_all(a->sessions, free);
    free(a);
}

void
auth_new_token(
    char token[AUTH_TOKEN_BYTES], unsigned char hash[STORE_TOKEN_HASH_BYTES])
{
    unsigned char raw[TOKEN_RAW_BYTES];

    randombytes_buf(raw, sizeof(raw));
    sodium_bin2base64(token, AUTH_TOKEN_BYTES, raw, sizeof(raw),
        sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    crypto_generichash(hash, STORE_TOKEN_HASH_BYTES, raw, sizeof(raw), NULL, 0);
}

bool
auth_hash(struct span token, unsigned char hash[STORE_TOKEN_HASH_BYTES])
{
    unsigned char raw[TOKEN_RAW_BYTES];
    size_t n = 0;

    if (token.len != AUTH_TOKEN_BYTES - 1 ||
        sodium_base642bin(raw, sizeof(raw), token.p, token.len, NULL, &n, NULL,
            sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        n != sizeof(raw))
        return false;
    crypto_generichash(hash, STORE_TOKEN_HASH_BYTES, raw, sizeof(raw), NULL, 0);
    return true;
}

void
auth_no_hash(unsigned char hash[STORE_TOKEN_HASH_BYTES])
{
    memset(hash, 0, STORE_TOKEN_HASH_BYTES);
}

static struct span
key_of(const unsigned char hash[STORE_TOKEN_HASH_BYTES])
{
    return (struct span){(const char *)hash, STORE_TOKEN_HASH_BYTES};
}

void
auth_remember(struct auth *a, const unsigned char hash[STORE_TOKEN_HASH_BYTES],
    const char *user_id, int64_t expires_ms)
{
    struct session *s = xcalloc(1, sizeof(*s));

    if (map_len(a->sessions) >= AUTH_CACHE_MAX) {
        /* Rare, and everything can be read again: start over. */
        map_free_all(a->sessions, free);
        a->sessions = map_new();
    }
    snprintf(s->user_id, sizeof(s->user_id), "%s", user_id);
    s->expires_ms = expires_ms;
    free(map_put(a->sessions, key_of(hash), s));
}

void
auth_forget(struct auth *a, const unsigned char hash[STORE_TOKEN_HASH_BYTES])
{
    a->n_ended++;
    free(map_remove(a->sessions, key_of(hash)));
}

/* Sessions are few beside requests, and this is rare: look at all. */
void
auth_forget_user(
    struct auth *a, struct span user_id, const unsigned char *except_hash)
{
    struct map *kept = map_new();
    struct session *s;
    struct span key;
    size_t pos = 0;

    while ((s = map_next(a->sessions, &pos, &key)) != NULL) {
        bool except = except_hash &&
                      memcmp(key.p, except_hash, STORE_TOKEN_HASH_BYTES) == 0;
        if (span_eqz(user_id, s->user_id) && !except)
            free(s);
        else
            map_put(kept, key, s);
    }
    map_free(a->sessions);
    a->sessions = kept;
    a->n_ended++;
}

struct find_op {
    struct op op;
    struct auth *auth;
    unsigned char hash[STORE_TOKEN_HASH_BYTES];
    struct store_user row;
    uint64_t n_ended; /* when the read began */
    void (*found)(struct user *user, const struct err *err, void *ctx);
    void *ctx;
};

static bool
find_run(struct store *s, struct store_job *job, struct err *err)
{
    struct find_op *f = (struct find_op *)job;

    return store_session_find(s, f->hash, clock_wall_ms(), &f->row, err);
}

/* How long a session that was read is trusted before it is read again: the
 * longest that a session revoked elsewhere stays usable here. */
enum { REREAD_MS = 60 * 1000 };

static void
find_start(struct find_op *f)
{
    f->n_ended = f->auth->n_ended;
    op_read(f->auth->g->writer, &f->op);
}

/* Whoever has a session is somebody: an error says that we could not look. */
static void
on_person(struct user *u, const struct err *err, void *ctx)
{
    struct find_op *f = ctx;

    if (u)
        seen_user(f->auth->g->seen, u);
    f->found(u, err, f->ctx);
    free(f);
}

static void
find_finish(struct op *op)
{
    struct find_op *f = (struct find_op *)op;
    const struct err *why = &op->job.err;

    if (op->job.ok && f->n_ended != f->auth->n_ended) {
        find_start(f); /* what was read may have ended since */
        return;
    }
    if (op->job.ok) {
        auth_remember(f->auth, f->hash, f->row.id, clock_wall_ms() + REREAD_MS);
        load_person(f->auth->g->load, span_of(f->row.id), on_person, f);
        return;
    }
    f->found(NULL, why->kind == FAIL_NOT_FOUND ? &nobody : why, f->ctx);
    free(f);
}

void
auth_find(struct auth *a, struct span token,
    void (*found)(struct user *user, const struct err *err, void *ctx),
    void *ctx)
{
    unsigned char hash[STORE_TOKEN_HASH_BYTES];
    struct session *s;
    struct find_op *f;

    if (!auth_hash(token, hash)) {
        found(NULL, &nobody, ctx);
        return;
    }
    f = xcalloc(1, sizeof(*f));
    f->op.job.run = find_run;
    f->op.finish = find_finish;
    f->auth = a;
    memcpy(f->hash, hash, sizeof(hash));
    f->found = found;
    f->ctx = ctx;
    s = map_get(a->sessions, key_of(hash));
    if (s && s->expires_ms > clock_wall_ms())
        load_person(a->g->load, span_of(s->user_id), on_person, f);
    else
        find_start(f);
}
