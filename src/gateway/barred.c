/* SPDX-License-Identifier: ISC */
#include "gateway/barred.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/op.h"
#include "gateway/session.h"

struct barred {
    size_t n;
    struct bar {
        struct network network;
        int64_t expires_ms; /* 0: never */
    } bars[BARRED_MAX];
};

static struct bar *
find(struct barred *b, const struct network *network)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->bars[i].network.bits == network->bits &&
            network_has(&b->bars[i].network, network))
            return &b->bars[i];
    return NULL;
}

void
barred_add(struct barred *b, const struct network *network, int64_t expires_ms)
{
    struct bar *bar = find(b, network);

    if (!bar && b->n < BARRED_MAX)
        bar = &b->bars[b->n++];
    if (bar)
        *bar = (struct bar){*network, expires_ms};
}

void
barred_remove(struct barred *b, const struct network *network)
{
    struct bar *bar = find(b, network);

    if (bar)
        *bar = b->bars[--b->n];
}

static bool
has_expired(const struct bar *bar, int64_t now_ms)
{
    return bar->expires_ms > 0 && bar->expires_ms <= now_ms;
}

bool
barred_is_full(const struct barred *b)
{
    int64_t now_ms = clock_wall_ms();
    size_t n = 0;

    for (size_t i = 0; i < b->n; i++)
        n += !has_expired(&b->bars[i], now_ms);
    return n == BARRED_MAX;
}

bool
barred_has(const struct barred *b, const char *address)
{
    struct network client;
    int64_t now_ms;

    if (b->n == 0 || !network_parse_client(address, &client))
        return false;
    now_ms = clock_wall_ms();
    for (size_t i = 0; i < b->n; i++)
        if (network_has(&b->bars[i].network, &client) &&
            !has_expired(&b->bars[i], now_ms))
            return true;
    return false;
}

/* ---- from the database ---- */

static void
ban_row(const struct store_address_ban *ban, void *ctx)
{
    struct network network;

    if (network_parse(ban->network, &network))
        barred_add(ctx, &network, ban->expires_ms);
}

struct barred *
barred_load(struct store *s, struct err *err)
{
    struct barred *b = xcalloc(1, sizeof(*b));

    if (store_address_bans(s, clock_wall_ms(), ban_row, b, err))
        return b;
    free(b);
    return NULL;
}

void
barred_free(struct barred *b)
{
    free(b);
}

struct barred_read {
    struct op op;
    struct gateway *g;
    struct barred fresh;
};

static bool
read_run(struct store *s, struct store_job *job, struct err *err)
{
    return store_address_bans(
        s, clock_wall_ms(), ban_row, &((struct barred_read *)job)->fresh, err);
}

static void
read_finish(struct op *op)
{
    struct barred_read *r = (struct barred_read *)op;

    if (op->job.ok) {
        *r->g->barred = r->fresh;
        session_bar(r->g);
    } else {
        log_warn("who is kept out was not read anew: %s", op->job.err.text);
    }
    free(r);
}

void
barred_read_anew(struct gateway *g)
{
    struct barred_read *r = xcalloc(1, sizeof(*r));

    r->op.job.run = read_run;
    r->op.finish = read_finish;
    r->g = g;
    op_read(g->writer, &r->op);
}
