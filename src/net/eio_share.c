/* SPDX-License-Identifier: ISC */
#include "net/eio_share.h"

#include <stdlib.h>

#include "base/mem.h"

struct eio_share {
    char *address;
    int n_connections;
    unsigned turn; /* the last one with packets, and how many */
    int packets;
};

struct eio_share *
share_enter(struct map *shares, const char *address)
{
    struct eio_share *s = map_get(shares, span_of(address));

    if (!s) {
        s = xcalloc(1, sizeof(*s));
        s->address = xstrdup(address);
        map_put(shares, span_of(address), s);
    }
    s->n_connections++;
    return s;
}

void
share_leave(struct map *shares, struct eio_share *s)
{
    if (--s->n_connections > 0)
        return;
    map_remove(shares, span_of(s->address));
    free(s->address);
    free(s);
}

bool
share_is_used(const struct eio_share *s, unsigned turn, int max)
{
    return s->turn == turn && s->packets >= max;
}

bool
share_take(struct eio_share *s, unsigned turn, int max)
{
    if (share_is_used(s, turn, max))
        return false;
    if (s->turn != turn)
        s->packets = 0;
    s->turn = turn;
    s->packets++;
    return true;
}
