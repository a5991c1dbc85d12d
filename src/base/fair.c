/* SPDX-License-Identifier: ISC */
#include "base/fair.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/map.h"
#include "base/mem.h"

struct fair_entry {
    TAILQ_ENTRY(fair_entry) arrival; /* among all */
    TAILQ_ENTRY(fair_entry) next; /* of its flow */
    struct fair_flow *flow;
    void *item;
    int64_t pushed_us;
};

/* Where a flow is.  One that has items waiting is in one of the last three:
 * PACED lets others pass, FULL has all the turns it may have. */
enum place { AT_REST, READY, PACED, FULL };

/* All that is known of a key.  It exists while something of it waits or is
 * worked on. */
struct fair_flow {
    TAILQ_ENTRY(fair_flow) link; /* in ready or paced */
    enum place place;
    TAILQ_HEAD(, fair_entry) waiting;
    size_t n_waiting;
    int busy; /* turns not yet done */
    int64_t begun_us; /* the last one */
    size_t key_len;
    char key[];
};

TAILQ_HEAD(flows, fair_flow);

struct fair {
    size_t len, max;
    struct map *flows; /* by key */
    TAILQ_HEAD(, fair_entry) arrivals;
    struct flows ready; /* they take turns */
    struct flows paced; /* sorted by begun_us */
    int n_light; /* turns not yet done of flows without a backlog */
};

struct fair *
fair_new(size_t max)
{
    struct fair *f = xcalloc(1, sizeof(*f));

    assert(max > 0);
    f->max = max;
    f->flows = map_new();
    TAILQ_INIT(&f->arrivals);
    TAILQ_INIT(&f->ready);
    TAILQ_INIT(&f->paced);
    return f;
}

void
fair_free(struct fair *f)
{
    if (!f)
        return;
    assert(f->len == 0 && map_len(f->flows) == 0);
    map_free(f->flows);
    free(f);
}

void
fair_set_max(struct fair *f, size_t max)
{
    assert(max > 0);
    f->max = max;
}

size_t
fair_max(const struct fair *f)
{
    return f->max;
}

static struct fair_flow *
find_flow(struct fair *f, struct span key)
{
    struct fair_flow *flow = map_get(f->flows, key);

    if (flow)
        return flow;
    flow = xcalloc(1, sizeof(*flow) + key.len + 1);
    TAILQ_INIT(&flow->waiting);
    flow->key_len = key.len;
    if (key.len > 0)
        memcpy(flow->key, key.p, key.len);
    map_put(f->flows, key, flow);
    return flow;
}

static bool
is_light(const struct fair_flow *flow)
{
    return flow->n_waiting < FAIR_BACKLOG;
}

/* One more or less waits, which may make it another kind of flow. */
static void
add_waiting(struct fair *f, struct fair_flow *flow, int n)
{
    bool was_light = is_light(flow);

    flow->n_waiting += (size_t)n;
    f->len += (size_t)n;
    if (is_light(flow) && !was_light)
        f->n_light += flow->busy;
    else if (was_light && !is_light(flow))
        f->n_light -= flow->busy;
}

static void
leave_place(struct fair *f, struct fair_flow *flow)
{
    if (flow->place == READY)
        TAILQ_REMOVE(&f->ready, flow, link);
    else if (flow->place == PACED)
        TAILQ_REMOVE(&f->paced, flow, link);
    flow->place = AT_REST;
}

static void
make_ready(struct fair *f, struct fair_flow *flow)
{
    leave_place(f, flow);
    flow->place = READY;
    TAILQ_INSERT_TAIL(&f->ready, flow, link);
}

/* Insert where it belongs, which mostly is the end. */
static void
make_paced(struct fair *f, struct fair_flow *flow)
{
    struct fair_flow *before = TAILQ_LAST(&f->paced, flows);

    while (before && before->begun_us > flow->begun_us)
        before = TAILQ_PREV(before, flows, link);
    if (before)
        TAILQ_INSERT_AFTER(&f->paced, before, flow, link);
    else
        TAILQ_INSERT_HEAD(&f->paced, flow, link);
    flow->place = PACED;
}

/* Free a flow of which nothing is left. */
static void
forget_idle(struct fair *f, struct fair_flow *flow)
{
    if (flow->busy > 0 || !TAILQ_EMPTY(&flow->waiting))
        return;
    leave_place(f, flow);
    map_remove(f->flows, (struct span){flow->key, flow->key_len});
    free(flow);
}

struct fair_entry *
fair_push(struct fair *f, struct span key, void *item, int64_t now_us)
{
    struct fair_flow *flow;
    struct fair_entry *e;

    if (f->len >= f->max)
        return NULL;
    flow = find_flow(f, key);
    e = xcalloc(1, sizeof(*e));
    e->flow = flow;
    e->item = item;
    e->pushed_us = now_us;
    TAILQ_INSERT_TAIL(&f->arrivals, e, arrival);
    TAILQ_INSERT_TAIL(&flow->waiting, e, next);
    add_waiting(f, flow, 1);
    if (flow->place == AT_REST)
        make_ready(f, flow);
    return e;
}

/* Returns the item; *ret_pushed_us is when it was pushed. */
static void *
take(struct fair *f, struct fair_entry *e, int64_t *ret_pushed_us)
{
    void *item = e->item;

    *ret_pushed_us = e->pushed_us;
    TAILQ_REMOVE(&e->flow->waiting, e, next);
    TAILQ_REMOVE(&f->arrivals, e, arrival);
    add_waiting(f, e->flow, -1);
    free(e);
    return item;
}

/* As take, of an entry whose turn it is not. */
static void *
take_out_of_turn(struct fair *f, struct fair_entry *e)
{
    struct fair_flow *flow = e->flow;
    int64_t pushed_us;
    void *item = take(f, e, &pushed_us);

    if (TAILQ_EMPTY(&flow->waiting))
        leave_place(f, flow);
    forget_idle(f, flow);
    return item;
}

static void
start(struct fair *f, struct fair_flow *flow, int64_t now_us,
    struct fair_turn *ret)
{
    leave_place(f, flow);
    ret->item = take(f, TAILQ_FIRST(&flow->waiting), &ret->pushed_us);
    ret->flow = flow;
    flow->busy++;
    f->n_light += is_light(flow);
    flow->begun_us = now_us;
}

/* A flow with something waiting goes where it must wait for its next turn. */
static void
queue_up(struct fair *f, struct fair_flow *flow, const struct fair_now *now)
{
    bool lets_pass = !is_light(flow) && f->n_light > 0;

    leave_place(f, flow);
    if (flow->busy >= now->busy_max)
        flow->place = FULL;
    else if (lets_pass && now->us - flow->begun_us < FAIR_PACE_US)
        make_paced(f, flow);
    else
        make_ready(f, flow);
}

bool
fair_pop(struct fair *f, const struct fair_now *now, struct fair_turn *ret)
{
    struct fair_flow *flow;

    while ((flow = TAILQ_FIRST(&f->paced)) &&
           now->us - flow->begun_us >= FAIR_PACE_US)
        make_ready(f, flow);
    while ((flow = TAILQ_FIRST(&f->ready))) {
        /* Since it was found ready, others may have come. */
        if (flow->busy > 0 || !is_light(flow)) {
            queue_up(f, flow, now);
            if (flow->place != READY)
                continue;
        }
        start(f, flow, now->us, ret);
        if (!TAILQ_EMPTY(&flow->waiting))
            queue_up(f, flow, now);
        return true;
    }
    return false;
}

/* Nobody has to be let pass any more. */
static void
go_on(struct fair *f)
{
    struct fair_flow *flow, *next;

    for (flow = TAILQ_FIRST(&f->paced); flow; flow = next) {
        next = TAILQ_NEXT(flow, link);
        make_ready(f, flow);
    }
}

void
fair_done(struct fair *f, const struct fair_turn *turn)
{
    struct fair_flow *flow = turn->flow;
    bool held = flow->place == FULL;

    flow->busy--;
    f->n_light -= is_light(flow);
    if (is_light(flow) && f->n_light == 0)
        go_on(f);
    if (held)
        make_ready(f, flow);
    forget_idle(f, flow);
}

void
fair_remove(struct fair *f, struct fair_entry *e)
{
    take_out_of_turn(f, e);
}

void *
fair_peek(const struct fair *f)
{
    const struct fair_flow *flow = TAILQ_FIRST(&f->ready);

    assert(TAILQ_EMPTY(&f->paced));
    return flow ? TAILQ_FIRST(&flow->waiting)->item : NULL;
}

void *
fair_take(struct fair *f)
{
    struct fair_entry *oldest = TAILQ_FIRST(&f->arrivals);

    return oldest ? take_out_of_turn(f, oldest) : NULL;
}

bool
fair_ready(const struct fair *f)
{
    return !TAILQ_EMPTY(&f->ready);
}

int64_t
fair_due_us(const struct fair *f)
{
    const struct fair_flow *first = TAILQ_FIRST(&f->paced);

    return first ? first->begun_us + FAIR_PACE_US : INT64_MAX;
}

size_t
fair_len(const struct fair *f)
{
    return f->len;
}

size_t
fair_keys(const struct fair *f)
{
    return map_len(f->flows);
}

int64_t
fair_oldest_us(const struct fair *f)
{
    const struct fair_entry *e = TAILQ_FIRST(&f->arrivals);

    return e ? e->pushed_us : 0;
}
