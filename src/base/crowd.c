/* SPDX-License-Identifier: ISC */
#include "base/crowd.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct crowd {
    int max;
    struct map *counts; /* numbers as pointers */
};

struct crowd *
crowd_new(int max)
{
    struct crowd *c = xcalloc(1, sizeof(*c));

    c->max = max;
    c->counts = map_new();
    return c;
}

void
crowd_free(struct crowd *c)
{
    if (!c)
        return;
    map_free(c->counts);
    free(c);
}

bool
crowd_enter(struct crowd *c, struct span key)
{
    intptr_t n = (intptr_t)map_get(c->counts, key);

    if (n >= c->max)
        return false;
    map_put(c->counts, key, (void *)(n + 1));
    return true;
}

void
crowd_leave(struct crowd *c, struct span key)
{
    intptr_t n = (intptr_t)map_get(c->counts, key);

    assert(n > 0);
    if (n == 1)
        map_remove(c->counts, key);
    else
        map_put(c->counts, key, (void *)(n - 1));
}

size_t
crowd_count(const struct crowd *c, struct span key)
{
    return (size_t)map_get(c->counts, key);
}
