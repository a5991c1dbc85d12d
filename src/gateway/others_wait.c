/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/mem.h"
#include "gateway/others_impl.h"

struct others_wait {
    struct others_wait *next;
    int64_t offset; /* or OTHERS_NEXT_LOOK */
    bool looked_for; /* by a look that is under way */
    void (*then)(void *ctx);
    void *ctx;
};

void
others_wait_put(struct others_wait **list, int64_t offset,
    void (*then)(void *ctx), void *ctx)
{
    struct others_wait *w = xcalloc(1, sizeof(*w));

    w->offset = offset;
    w->then = then;
    w->ctx = ctx;
    while (*list)
        list = &(*list)->next;
    *list = w;
}

void
others_wait_begun(struct others_wait *list)
{
    for (struct others_wait *w = list; w; w = w->next)
        w->looked_for = true;
}

static bool
is_over(const struct others_wait *w, int64_t offset)
{
    return w->offset == OTHERS_NEXT_LOOK ? w->looked_for : w->offset <= offset;
}

/* Those that wait no more leave the list before any of them goes on, which may
 * wait anew. */
static void
go_on(struct others_wait *over)
{
    struct others_wait *next;

    for (struct others_wait *w = over; w; w = next) {
        next = w->next;
        w->then(w->ctx);
        free(w);
    }
}

void
others_wait_over(struct others_wait **list, int64_t offset)
{
    struct others_wait *over = NULL, **tail = &over, *w;

    while ((w = *list)) {
        if (!is_over(w, offset)) {
            list = &w->next;
            continue;
        }
        *list = w->next;
        w->next = NULL;
        *tail = w;
        tail = &w->next;
    }
    go_on(over);
}

void
others_wait_drop(struct others_wait **list)
{
    struct others_wait *all = *list;

    *list = NULL;
    go_on(all);
}

/* ---- whose turn it is ---- */

static void
release(void *op)
{
    op_release(op);
}

static void
hold(struct others *m, struct others_wait **list, int64_t offset, struct op *op)
{
    if (!op || m->ends)
        return;
    op_hold(op);
    others_wait_put(list, offset, release, op);
}

bool
others_is_next(struct others *m, const struct store_event *e, struct room *r,
    struct op *op)
{
    if (!m)
        return true;
    if (!r->looking && e->offset <= r->offset)
        return false; /* it was read */
    if (!r->looking && e->offset == r->offset + 1)
        return true;
    if (e->offset > r->wanted)
        r->wanted = e->offset;
    hold(m, &r->waits, e->offset, op);
    others_behind_room(m, r);
    return false;
}

bool
others_is_own_next(struct others *m, const struct store_event *e,
    struct user *u, struct op *op)
{
    if (!m)
        return true;
    if (!u->looking && e->offset <= u->offset)
        return false;
    if (!u->looking && e->offset == u->offset + 1)
        return true;
    if (e->offset > u->wanted)
        u->wanted = e->offset;
    hold(m, &u->waits, e->offset, op);
    others_behind_person(m, u);
    return false;
}

void
others_catch_up(
    struct others *m, struct user *u, void (*then)(void *ctx), void *ctx)
{
    if (!m || m->ends) {
        then(ctx);
        return;
    }
    others_wait_put(&u->waits, OTHERS_NEXT_LOOK, then, ctx);
    others_behind_person(m, u);
}
