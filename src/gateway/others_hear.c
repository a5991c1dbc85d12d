/* SPDX-License-Identifier: ISC */
#include "gateway/others_impl.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/barred.h"
#include "gateway/cmd_rate.h"
#include "gateway/fanout.h"
#include "gateway/load.h"
#include "gateway/policy.h"
#include "gateway/session.h"

/* ---- who speaks ---- */

static struct peer *
peer_of(struct others *m, struct span id)
{
    struct peer *p;

    for (size_t i = 0; i < m->n_peers; i++)
        if (span_eqz(id, m->peers[i].id))
            return &m->peers[i];
    if (m->n_peers == OTHERS_PEERS_MAX)
        return NULL;
    p = &m->peers[m->n_peers++];
    *p = (struct peer){.number = 0};
    snprintf(p->id, sizeof(p->id), "%.*s", SPAN_ARG(id));
    log_info("another gateway is there id=%s", p->id);
    return p;
}

void
others_forget_peers(struct others *m)
{
    int64_t now = clock_mono_ms();

    for (size_t i = m->n_peers; i-- > 0;) {
        struct peer *p = &m->peers[i];
        if (now - p->heard_ms < OTHERS_AWAY_MS)
            continue;
        log_warn("a gateway is silent id=%s", p->id);
        free(p->readers);
        *p = m->peers[--m->n_peers];
        others_missed(m); /* it may have died before it told us all */
    }
}

/* What it said before, or between, may not have come. */
static void
note(struct others *m, struct peer *p, const struct notice_head *head)
{
    if (p->number && head->number > p->number + 1) {
        m->gaps += (uint64_t)(head->number - p->number - 1);
        others_missed(m);
    }
    p->number = head->number;
    p->heard_ms = clock_mono_ms();
    m->lag_s = (double)(clock_wall_ms() - head->wall_ms) / 1000;
}

/* ---- what it says ---- */

static void
on_room(struct others *m, const struct notice *n)
{
    struct room *r = hub_room(m->g->hub, n->id);

    load_note_at(m->g->load, false, n->id, n->offset);
    if (!r || n->offset <= r->offset)
        return;
    if (n->offset > r->wanted)
        r->wanted = n->offset;
    others_behind_room(m, r);
}

static void
on_person(struct others *m, const struct notice *n)
{
    struct user *u = hub_user(m->g->hub, n->id);

    load_note_at(m->g->load, true, n->id, n->offset);
    if (!u || n->offset <= u->offset)
        return;
    if (u->refs == 0) { /* kept in case they come back: then read anew */
        hub_user_drop(m->g->hub, u);
        return;
    }
    if (n->offset > u->wanted)
        u->wanted = n->offset;
    others_behind_person(m, u);
}

static void
on_signal(struct others *m, const struct notice *n)
{
    struct room *r = hub_room(m->g->hub, n->id);
    char *event;

    if (!r || r->n_present == 0)
        return;
    event = span_dup(n->event);
    fanout_signal(r, event, n->payload, NULL);
    free(event);
}

/* False: it is no hash. */
static bool
from_hex(struct span hex, unsigned char ret[STORE_TOKEN_HASH_BYTES])
{
    size_t n = 0;

    return hex.p &&
           sodium_hex2bin(ret, STORE_TOKEN_HASH_BYTES, hex.p, hex.len, NULL, &n,
               NULL) == 0 &&
           n == STORE_TOKEN_HASH_BYTES;
}

static void
on_ended(struct others *m, const struct notice *n)
{
    unsigned char hash[STORE_TOKEN_HASH_BYTES];

    if (!n->hash.p)
        session_all_ended_here(
            m->g, n->id, from_hex(n->except, hash) ? hash : NULL);
    else if (from_hex(n->hash, hash))
        session_ended_here(m->g, n->id, hash);
}

struct policy_read {
    struct op op;
    struct gateway *g;
    struct store_policy policy;
};

static bool
policy_run(struct store *s, struct store_job *job, struct err *err)
{
    return store_policy_get(s, &((struct policy_read *)job)->policy, err);
}

static void
policy_finish(struct op *op)
{
    struct policy_read *p = (struct policy_read *)op;

    if (op->job.ok)
        policy_set(p->g->policy, &p->policy);
    else
        log_warn("the policy was not read anew: %s", op->job.err.text);
    free(p);
}

static void
read_policy(struct gateway *g)
{
    struct policy_read *p = xcalloc(1, sizeof(*p));

    p->op.job.run = policy_run;
    p->op.finish = policy_finish;
    p->g = g;
    op_read(g->writer, &p->op);
}

static void
on_anew(struct others *m, const struct notice *n)
{
    if (span_eqz(n->what, "barred"))
        barred_read_anew(m->g);
    if (span_eqz(n->what, "policy"))
        read_policy(m->g);
}

void
others_missed(struct others *m)
{
    if (m->ends || !m->g->writer)
        return;
    barred_read_anew(m->g);
    read_policy(m->g);
    others_look_around(m);
}

static void
on_notice(struct others *m, struct peer *p, const struct notice *n)
{
    switch (n->kind) {
    case NOTICE_ROOM:
        on_room(m, n);
        break;
    case NOTICE_PERSON:
        on_person(m, n);
        break;
    case NOTICE_SIGNAL:
        on_signal(m, n);
        break;
    case NOTICE_ENDED:
        on_ended(m, n);
        break;
    case NOTICE_ANEW:
        on_anew(m, n);
        break;
    case NOTICE_READERS:
        if (!p)
            break;
        free(p->readers);
        p->readers = span_dup(n->what);
        break;
    case NOTICE_SPENT:
        cmd_rates_heard(m->g->rates, n->what, n->id, n->offset);
        break;
    }
}

void
others_hear(struct others *m, struct span frame)
{
    struct notice_head head;
    struct notice n;
    struct peer *p;

    if (!notice_head_take(&frame, &head) || span_eqz(head.gateway, m->id))
        return;
    p = peer_of(m, head.gateway);
    if (p)
        note(m, p, &head);
    while (notice_take(&frame, &n))
        on_notice(m, p, &n);
}
