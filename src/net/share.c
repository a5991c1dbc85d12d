/* SPDX-License-Identifier: ISC */
#include "net/share.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"

enum {
    MIXED_US =
        30 * 1000 * 1000, /* so long after two addresses spoke they share */
    DEBT_TURNS_MAX = 500, /* no address is shut out for longer */
};

struct share {
    TAILQ_ENTRY(share) link; /* in waiting or indebted */
    TAILQ_HEAD(, share_wait) waits;
    char *address;
    int n_connections, n_waits;
    unsigned turn; /* when used_us was true */
    int64_t
        used_us; /* of this turn's share and, when more, of the next ones' */
    bool granted; /* it was found to have time, and may do one thing */
    bool indebted; /* nobody is left, but what was used is not forgotten */
};

TAILQ_HEAD(share_list, share);

struct shares {
    int64_t us_per_turn;
    struct map *by_address;
    struct share_list waiting; /* those with waits */
    struct share_list indebted;
    int n_waiting;
    unsigned turn;
    struct share *now; /* for whom we work, since then */
    int64_t since_us;
    const char *spoke; /* the address that did last, to compare; of its share */
    int64_t mixed_us; /* two did then; 0: never */
};

struct shares *
shares_new(int64_t us_per_turn)
{
    struct shares *s = xcalloc(1, sizeof(*s));

    s->us_per_turn = us_per_turn;
    s->by_address = map_new();
    TAILQ_INIT(&s->waiting);
    TAILQ_INIT(&s->indebted);
    return s;
}

static void
forget(struct shares *shares, struct share *s)
{
    if (s->indebted)
        TAILQ_REMOVE(&shares->indebted, s, link);
    if (shares->spoke == s->address)
        shares->spoke = NULL;
    map_remove(shares->by_address, span_of(s->address));
    free(s->address);
    free(s);
}

void
shares_free(struct shares *s)
{
    struct share *gone;

    if (!s)
        return;
    while ((gone = TAILQ_FIRST(&s->indebted)))
        forget(s, gone);
    assert(map_len(s->by_address) == 0);
    map_free(s->by_address);
    free(s);
}

/* Turns have passed: that much is paid. */
static void
settle(const struct shares *shares, struct share *s)
{
    int64_t paid = (int64_t)(shares->turn - s->turn) * shares->us_per_turn;

    s->turn = shares->turn;
    s->used_us = s->used_us > paid ? s->used_us - paid : 0;
}

/* The time until now was for whom we work. */
static int64_t
charge(struct shares *shares)
{
    int64_t now_us = clock_mono_us(), most;
    struct share *s = shares->now;

    if (s) {
        settle(shares, s);
        s->used_us += now_us - shares->since_us + 1; /* nothing is free */
        most = DEBT_TURNS_MAX * shares->us_per_turn;
        if (s->used_us > most)
            s->used_us = most;
    }
    shares->since_us = now_us;
    return now_us;
}

struct share *
share_enter(struct shares *shares, const char *address)
{
    struct share *s = map_get(shares->by_address, span_of(address));

    if (!s) {
        s = xcalloc(1, sizeof(*s));
        s->address = xstrdup(address);
        s->turn = shares->turn;
        TAILQ_INIT(&s->waits);
        map_put(shares->by_address, span_of(address), s);
    }
    if (s->indebted)
        TAILQ_REMOVE(&shares->indebted, s, link);
    s->indebted = false;
    s->n_connections++;
    return s;
}

void
share_leave(struct shares *shares, struct share *s)
{
    if (--s->n_connections > 0)
        return;
    assert(s->n_waits == 0);
    if (shares->now == s) {
        charge(shares);
        shares->now = NULL;
    }
    settle(shares, s);
    if (s->used_us == 0) {
        forget(shares, s);
        return;
    }
    s->indebted = true;
    TAILQ_INSERT_TAIL(&shares->indebted, s, link);
}

struct share *
shares_work_for(struct shares *shares, struct share *s)
{
    struct share *was = shares->now;
    int64_t now_us;

    if (s == was || !shares->us_per_turn)
        return was;
    now_us = charge(shares);
    shares->now = s;
    if (!s)
        return was;
    if (shares->spoke && shares->spoke != s->address)
        shares->mixed_us = now_us;
    shares->spoke = s->address;
    return was;
}

bool
share_has_time(struct shares *shares, struct share *s)
{
    int64_t now_us;

    if (!shares->mixed_us || s->granted) {
        s->granted = false;
        return true;
    }
    now_us = charge(shares);
    settle(shares, s);
    return now_us - shares->mixed_us > MIXED_US ||
           s->used_us < shares->us_per_turn;
}

void
share_wait(struct shares *shares, struct share *s, struct share_wait *w)
{
    if (w->share)
        return;
    w->share = s;
    TAILQ_INSERT_TAIL(&s->waits, w, link);
    if (s->n_waits++ > 0)
        return;
    TAILQ_INSERT_TAIL(&shares->waiting, s, link);
    shares->n_waiting++;
}

void
share_stop_waiting(struct shares *shares, struct share_wait *w)
{
    struct share *s = w->share;

    if (!s)
        return;
    w->share = NULL;
    TAILQ_REMOVE(&s->waits, w, link);
    if (--s->n_waits > 0)
        return;
    TAILQ_REMOVE(&shares->waiting, s, link);
    shares->n_waiting--;
}

/* Whoever goes may wait anew, so no more than wait now. */
static void
go(struct shares *shares, struct share *s)
{
    struct share_wait *w;

    for (int n = s->n_waits; n > 0 && (w = TAILQ_FIRST(&s->waits)); n--) {
        if (!share_has_time(shares, s))
            return;
        share_stop_waiting(shares, w);
        s->granted = true;
        w->go(w);
        s->granted = false;
    }
}

void
shares_turn(struct shares *shares)
{
    struct share *s, *next;

    shares->turn++;
    for (s = TAILQ_FIRST(&shares->indebted); s; s = next) {
        next = TAILQ_NEXT(s, link);
        settle(shares, s);
        if (s->used_us == 0)
            forget(shares, s);
    }
    for (int n = shares->n_waiting;
         n > 0 && (s = TAILQ_FIRST(&shares->waiting)); n--) {
        TAILQ_REMOVE(&shares->waiting, s, link);
        TAILQ_INSERT_TAIL(&shares->waiting, s, link);
        go(shares, s);
    }
}

bool
shares_are_waited_for(const struct shares *shares)
{
    return shares->n_waiting > 0;
}
