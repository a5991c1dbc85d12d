/* SPDX-License-Identifier: ISC */
#include "gateway/reactors.h"

#include <assert.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

static_assert(STORE_REACTIONS_MAX <= 32, "a set of reactions is 32 bits");

struct reactors {
    struct map *own; /* by id of a person: the set, never empty */
};

static uint32_t
bit_of(struct span reactions, struct span emoji)
{
    struct store_reaction one;

    for (uint32_t bit = 1; store_reaction_next(&reactions, &one); bit <<= 1)
        if (span_eq(one.emoji, emoji))
            return bit;
    return 0;
}

struct reactors *
reactors_new(const struct store_event *e)
{
    struct span rest = e->reactors;
    struct reactors *r;

    if (rest.len == 0)
        return NULL;
    r = xcalloc(1, sizeof(*r));
    r->own = map_new();
    while (rest.len > 0) {
        struct span id = span_cut(&rest, '\n'), emoji = span_cut(&id, ' ');
        uintptr_t bit = bit_of(e->message.reactions, emoji);
        if (bit)
            map_put(r->own, id, (void *)((uintptr_t)map_get(r->own, id) | bit));
    }
    return r;
}

void
reactors_free(struct reactors *r)
{
    if (!r)
        return;
    map_free(r->own);
    free(r);
}

uint32_t
reactors_own(const struct reactors *r, const char *user_id)
{
    return r ? (uint32_t)(uintptr_t)map_get(r->own, span_of(user_id)) : 0;
}

void
reactors_put(struct buf *b, struct span reactions, uint32_t own)
{
    struct store_reaction one;

    for (size_t i = 0; store_reaction_next(&reactions, &one); i++)
        buf_addf(b, "%s%.*s %lld %u", i ? " " : "", SPAN_ARG(one.emoji),
            (long long)one.count, own >> i & 1);
}
