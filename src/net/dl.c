/* SPDX-License-Identifier: ISC */
#include "net/dl.h"

#include <stddef.h>

void
dl_init(struct dl *l, int64_t after_ms)
{
    l->ring.prev = l->ring.next = &l->ring;
    l->after_ms = after_ms;
}

void
dl_start(struct dl *l, struct dl_node *n, int64_t now_ms)
{
    dl_start_at(l, n, now_ms + l->after_ms);
}

void
dl_start_at(struct dl *l, struct dl_node *n, int64_t due_ms)
{
    dl_stop(n);
    n->due_ms = due_ms;
    n->prev = l->ring.prev;
    n->next = &l->ring;
    n->prev->next = n;
    l->ring.prev = n;
}

void
dl_stop(struct dl_node *n)
{
    if (!n->next)
        return;
    n->prev->next = n->next;
    n->next->prev = n->prev;
    n->prev = n->next = NULL;
}

struct dl_node *
dl_expire(struct dl *l, int64_t now_ms)
{
    struct dl_node *n = l->ring.next;

    if (n == &l->ring || n->due_ms > now_ms)
        return NULL;
    dl_stop(n);
    return n;
}

int64_t
dl_next(const struct dl *l)
{
    return l->ring.next == &l->ring ? INT64_MAX : l->ring.next->due_ms;
}
