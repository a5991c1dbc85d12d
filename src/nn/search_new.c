/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "nn/search_impl.h"

/*
 * The memory of a search.  It has most of it from its beginning to its end.
 * The largest source with the longest lists of candidates would need ten times
 * what usual ones do, so keys, values and candidates have what sentences need,
 * and keep it for those that come.
 */

static void
slot_init(struct search *s, struct slot *sl)
{
    size_t steps = s->steps_max;

    if (s->cfg.beam_max > 1) {
        sl->nodes = xmalloc(steps * s->cfg.beam_max * sizeof(*sl->nodes));
        sl->alignments =
            work_floats(steps * s->cfg.beam_max * SEARCH_SOURCE_MAX, &s->bytes);
        s->bytes += steps * s->cfg.beam_max * sizeof(*sl->nodes);
    }
}

void *
slot_room(struct search *s, void *old, size_t *room, size_t need)
{
    if (need <= *room)
        return old;
    free(old);
    s->held -= *room;
    *room = 0;
    old = work_floats((need + need / 4) / sizeof(float) + 1, room);
    s->held += *room;
    return old;
}

void
slot_spare(struct search *s, struct slot *sl)
{
    if (s->held <= SLOTS_BYTES)
        return;
    s->held -= sl->kv_room + sl->out_room + sl->ids_room;
    sl->kv_room = sl->out_room = sl->ids_room = 0;
    free(sl->kv);
    free(sl->out_mem);
    free(sl->ids);
    sl->kv = NULL;
    sl->out_mem = NULL;
    sl->ids = NULL;
}

static void
slot_fini(struct slot *sl)
{
    free(sl->kv);
    free(sl->out_mem);
    free(sl->ids);
    free(sl->nodes);
    free(sl->alignments);
}

static struct search_cfg
cfg_defaults(const struct model *m, const struct search_cfg *cfg)
{
    struct search_cfg c = cfg ? *cfg : (struct search_cfg){0};

    if (!c.rows)
        c.rows = 32;
    if (!c.beam_max)
        c.beam_max = 1;
    if (c.length_factor <= 0)
        c.length_factor = m->decoding.max_length_factor > 0
                              ? m->decoding.max_length_factor
                              : 2.0f;
    if (c.length_norm <= 0)
        c.length_norm =
            m->decoding.normalize >= 0 ? m->decoding.normalize : 1.0f;
    assert(c.rows <= SEARCH_ROWS_MAX && c.beam_max <= SEARCH_BEAM_MAX);
    if (c.rows < c.beam_max)
        c.rows = c.beam_max;
    return c;
}

/* What the CPU computes in. */
static void
cpu_init(struct search *s)
{
    const struct model *m = s->m;
    uint32_t rows = s->cfg.rows;

    work_init(&s->work, m, rows > ENCODER_ROWS ? rows : ENCODER_ROWS,
        SEARCH_TARGET_MAX);
    s->bytes += s->work.bytes;
    for (uint32_t i = 0; i < rows; i++)
        s->states[i] =
            work_floats(decoder_state_floats(m, s->steps_max), &s->bytes);
    s->ld_logits =
        (m->candidates_max + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
    s->logits = work_floats(
        (m->shortlist ? s->cfg.beam_max : OUTPUT_ROWS) * s->ld_logits,
        &s->bytes);
}

static bool
device_init(struct search *s, struct device *d, struct err *err)
{
    uint32_t rows = s->cfg.rows;

    assert(s->cfg.beam_max == 1);
    s->sources = xcalloc(rows, sizeof(*s->sources));
    s->steps = xcalloc(rows, sizeof(*s->steps));
    s->device_bests = xcalloc(rows, sizeof(*s->device_bests));
    s->batch = s->ops->batch_new(d, rows, s->steps_max, err);
    return s->batch != NULL;
}

struct search *
search_new_on(const struct device_ops *ops, struct device *d,
    const struct model *m, const struct search_cfg *cfg, struct err *err)
{
    struct search *s = xcalloc(1, sizeof(*s));
    uint32_t rows;

    s->m = m;
    s->ops = ops;
    s->cfg = cfg_defaults(m, cfg);
    rows = s->cfg.rows;
    s->steps_max = search_out_max(s, SEARCH_SOURCE_MAX);
    s->slots = xcalloc(rows, sizeof(*s->slots));
    s->active = xcalloc(rows, sizeof(struct slot *));
    s->idle = xcalloc(rows, sizeof(struct slot *));
    s->states = xcalloc(rows, sizeof(float *));
    s->states_idle = xcalloc(rows, sizeof(*s->states_idle));
    s->bests = xcalloc(rows, sizeof(*s->bests));
    s->rows = xcalloc(rows, sizeof(*s->rows));
    s->groups = xcalloc(rows, sizeof(*s->groups));
    s->inputs = xcalloc(rows, sizeof(*s->inputs));
    for (uint32_t i = 0; i < rows; i++) {
        slot_init(s, &s->slots[i]);
        s->idle[s->n_idle++] = &s->slots[rows - 1 - i];
        s->states_idle[s->n_states_idle++] = rows - 1 - i;
    }
    if (m->shortlist) {
        s->set = shortlist_set_new(m->shape.vocab_trg);
        s->candidates = xcalloc(m->candidates_max, sizeof(*s->candidates));
        s->bytes += m->candidates_max * sizeof(*s->candidates);
    }
    s->done_tail = &s->done;
    if (!ops) {
        cpu_init(s);
    } else if (!device_init(s, d, err)) {
        search_free(s);
        return NULL;
    }
    return s;
}

struct search *
search_new(const struct model *m, const struct search_cfg *cfg)
{
    return search_new_on(NULL, NULL, m, cfg, NULL);
}

void
search_free(struct search *s)
{
    if (!s)
        return;
    for (uint32_t i = 0; i < s->cfg.rows; i++) {
        slot_fini(&s->slots[i]);
        free(s->states[i]);
    }
    if (s->batch)
        s->ops->batch_free(s->batch);
    work_fini(&s->work);
    shortlist_set_free(s->set);
    free(s->candidates);
    free(s->sources);
    free(s->steps);
    free(s->device_bests);
    free(s->slots);
    free(s->active);
    free(s->idle);
    free(s->states);
    free(s->states_idle);
    free(s->bests);
    free(s->rows);
    free(s->groups);
    free(s->inputs);
    free(s->logits);
    free(s);
}

size_t
search_bytes(const struct search *s)
{
    return s->bytes + sizeof(*s) + (s->ops ? 0 : SLOTS_BYTES);
}
