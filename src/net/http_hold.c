/* SPDX-License-Identifier: ISC */
#include "net/http_hold.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct hold {
    size_t all_max, address_max, bytes;
    struct map *places;
};

struct hold_place {
    char *address;
    size_t bytes, bytes_max;
    int n_conns;
};

struct hold *
hold_new(size_t all_max, size_t address_max)
{
    struct hold *h = xcalloc(1, sizeof(*h));

    h->all_max = all_max;
    h->address_max = address_max;
    h->places = map_new();
    return h;
}

void
hold_free(struct hold *h)
{
    if (!h)
        return;
    map_free(h->places);
    free(h);
}

struct hold_place *
hold_enter(struct hold *h, const char *address, bool one)
{
    struct hold_place *p = map_get(h->places, span_of(address));

    if (!p) {
        p = xcalloc(1, sizeof(*p));
        p->address = xstrdup(address);
        p->bytes_max = one ? h->address_max : 0;
        map_put(h->places, span_of(address), p);
    }
    p->n_conns++;
    return p;
}

void
hold_leave(struct hold *h, struct hold_place *p, size_t held)
{
    hold_change(h, p, held, 0);
    if (--p->n_conns > 0)
        return;
    map_remove(h->places, span_of(p->address));
    free(p->address);
    free(p);
}

bool
hold_change(struct hold *h, struct hold_place *p, size_t was, size_t now)
{
    h->bytes = h->bytes - was + now;
    p->bytes = p->bytes - was + now;
    return now <= was || now <= HOLD_FREE_BYTES ||
           ((!h->all_max || h->bytes <= h->all_max) &&
               (!p->bytes_max || p->bytes <= p->bytes_max));
}

size_t
hold_bytes(const struct hold *h)
{
    return h->bytes;
}
