/* SPDX-License-Identifier: ISC */
#include "translator/tasks/notices.h"

#include <stdlib.h>

#include "base/fair.h"
#include "base/mem.h"

struct notices {
    struct fair *queue; /* of struct job */
    int64_t slice_us; /* the present one began then */
    size_t left; /* of it */
};

struct notices *
notices_new(void)
{
    struct notices *n = xcalloc(1, sizeof(*n));

    n->queue = fair_new(NOTICES_MAX);
    n->slice_us = -NOTICES_SLICE_US;
    return n;
}

void
notices_free(struct notices *n)
{
    if (!n)
        return;
    fair_free(n->queue);
    free(n);
}

bool
notices_push(struct notices *n, struct job *j, int64_t now_us)
{
    struct span key = span_of(j->task->turn);

    if (!fair_push(n->queue, key, j, now_us))
        return false;
    job_ref(j);
    return true;
}

static void
begin_slice(struct notices *n, int64_t now_us)
{
    size_t part = fair_len(n->queue) / NOTICES_SLICES;

    n->slice_us = now_us;
    n->left = part > NOTICES_PER_SLICE ? part : NOTICES_PER_SLICE;
}

struct job *
notices_pop(struct notices *n, int64_t now_us)
{
    struct fair_now now = {.us = now_us, .busy_max = 1};
    struct fair_turn turn;

    if (now_us - n->slice_us >= NOTICES_SLICE_US)
        begin_slice(n, now_us);
    while (n->left > 0 && fair_pop(n->queue, &now, &turn)) {
        struct job *j = turn.item;
        fair_done(n->queue, &turn);
        if (!j->told) {
            n->left--;
            return j;
        }
        job_unref(j);
    }
    return NULL;
}

struct job *
notices_take(struct notices *n)
{
    return fair_take(n->queue);
}

size_t
notices_len(const struct notices *n)
{
    return fair_len(n->queue);
}
