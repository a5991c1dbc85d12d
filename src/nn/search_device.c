/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "nn/search_impl.h"

/*
 * Search on a device: it gets ids and gives best columns, all that is told of
 * them stays here.  What it says when it is lost is kept; from then on nothing
 * is asked of it.
 */
bool
search_lost(const struct search *s, struct err *err)
{
    if (!s->lost.text[0])
        return false;
    *err = s->lost;
    return true;
}

uint32_t
search_join_pieces(const struct search *s)
{
    return s->ops ? DEVICE_SOURCES : ENCODER_ROWS;
}

static bool
is_lost(const struct search *s)
{
    return s->lost.text[0] != '\0';
}

static uint32_t
slot_number(const struct search *s, const struct slot *sl)
{
    return (uint32_t)(sl - s->slots);
}

static void
join(struct search *s, uint32_t n)
{
    if (n && !is_lost(s))
        (void)s->ops->join(s->batch, s->sources, n, &s->lost);
}

void
search_device_join(struct search *s, uint32_t first)
{
    uint32_t pieces = 0, n = 0;

    for (uint32_t i = first; i < s->n_active; i++) {
        struct slot *sl = s->active[i];

        if (pieces + sl->s->n_src > DEVICE_SOURCES) {
            join(s, n);
            pieces = n = 0;
        }
        s->sources[n++] = (struct device_source){.slot = slot_number(s, sl),
            .src = sl->s->src,
            .n_src = sl->s->n_src,
            .ids = sl->ids,
            .n_ids = sl->ids ? sl->output->n : 0};
        pieces += sl->s->n_src;
    }
    join(s, n);
}

void
search_device_step(struct search *s)
{
    uint32_t n = s->n_active, kept = 0;

    for (uint32_t i = 0; i < n; i++) {
        struct slot *sl = s->active[i];
        struct sentence *st = sl->s;

        s->steps[i] = (struct device_row){.slot = slot_number(s, sl),
            .prev = sl->live[0].prev,
            .t = sl->t,
            .n_src = st->n_src,
            .n_ids = sl->output->n,
            .banned = sl->banned,
            .alignment = st->want_alignment
                             ? st->alignment + (size_t)sl->t * st->n_src
                             : NULL};
    }
    if (is_lost(s) ||
        !s->ops->step(s->batch, s->steps, n, s->device_bests, &s->lost))
        return;
    for (uint32_t i = 0; i < n; i++) {
        struct slot *sl = s->active[i];
        struct device_best b = s->device_bests[i];

        if (search_greedy(s, sl, (struct best){b.y, b.at}, b.max + logf(b.sum)))
            slot_finish(s, sl);
        else
            s->active[kept++] = sl;
    }
    s->n_active = kept;
    s->stats.row_steps += n;
}
