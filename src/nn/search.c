/* SPDX-License-Identifier: ISC */
#include "nn/search.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "nn/search_impl.h"

/*
 * Rows of one step lie in the order of the active sentences, so they are dense
 * for the products whoever leaves; what must stay with a sentence (keys and
 * values, candidates, states) is reached through its slot and never moves.
 */

static uint64_t
now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint32_t
search_out_max(const struct search *s, uint32_t n_src)
{
    double n = ceil((double)s->cfg.length_factor * n_src);

    return n < SEARCH_TARGET_MAX ? (uint32_t)n : SEARCH_TARGET_MAX;
}

uint32_t
search_rows_used(const struct search *s)
{
    return s->rows_used;
}

uint32_t
search_rows_free(const struct search *s)
{
    return s->cfg.rows - s->rows_used;
}

size_t
search_step_bytes(const struct search *s)
{
    return s->step_bytes;
}

struct search_stats
search_stats(const struct search *s)
{
    return s->stats;
}

void
search_stats_add(struct search_stats *to, const struct search_stats *s)
{
    to->steps += s->steps;
    to->row_steps += s->row_steps;
    to->sentences += s->sentences;
    to->source_pieces += s->source_pieces;
    to->target_pieces += s->target_pieces;
    to->encode_ns += s->encode_ns;
    to->decode_ns += s->decode_ns;
    to->joined_bytes += s->joined_bytes;
}

/* --- joining ---------------------------------------------------------- */

static void
done_add(struct search *s, struct sentence *st)
{
    st->next = NULL;
    *s->done_tail = st;
    s->done_tail = &st->next;
    s->stats.sentences++;
    s->stats.target_pieces += st->n_out;
}

/* The output layer of a sentence: its candidates alone. */
static void
output_select(struct search *s, struct slot *sl)
{
    const struct model *m = s->m;
    const struct sentence *st = sl->s;
    size_t n;

    sl->output = &m->output;
    sl->banned = m->unk;
    if (!m->shortlist)
        return;
    n = shortlist_candidates(m->shortlist, s->set, st->src, st->n_src, m->joint,
        MODEL_CANDIDATES_STEP, s->candidates);
    assert(n <= m->candidates_max);
    sl->banned = UINT32_MAX;
    for (uint32_t i = 0; i < n && s->candidates[i] <= m->unk; i++)
        if (s->candidates[i] == m->unk)
            sl->banned = i;
    if (n == 0 || (n == 1 && sl->banned == 0)) {
        /* A strange list leaves nothing to say: then end. */
        s->candidates[0] = m->eos;
        sl->banned = UINT32_MAX;
        n = 1;
    }
    sl->ids = slot_room(s, sl->ids, &sl->ids_room, n * sizeof(*sl->ids));
    memcpy(sl->ids, s->candidates, n * sizeof(*sl->ids));
    sl->output = &sl->own;
    if (s->ops) {
        sl->own = (struct linear){.n = (uint32_t)n}; /* it selects by itself */
        return;
    }
    sl->out_mem = slot_room(s, sl->out_mem, &sl->out_room,
        linear_bytes(m->precision, m->shape.dim, (uint32_t)n));
    kernel_select(m->kr, &sl->own, m->out, sl->ids, (uint32_t)n, sl->out_mem);
}

/* What each step will read of it through the caches; its own output is about as long as it. */
static size_t
slot_step_bytes(const struct search *s, const struct slot *sl)
{
    const struct model *m = s->m;
    size_t d = m->shape.dim, n = sl->s->n_src;
    size_t floats = 2 * m->shape.dec_depth * n * d +
                    sl->beam * decoder_state_floats(m, sl->s->n_src);

    if (s->ops) /* a device's memory is for that */
        return 0;
    return floats * sizeof(float) +
           (m->shortlist ? linear_bytes(m->precision, (uint32_t)d, sl->own.n)
                         : 0);
}

static void
slot_take(struct search *s, struct sentence *st)
{
    struct slot *sl = s->idle[--s->n_idle];

    sl->s = st;
    sl->beam = st->beam ? st->beam : 1;
    assert(sl->beam <= s->cfg.beam_max && sl->beam <= search_rows_free(s));
    sl->t = 0;
    sl->limit = search_out_max(s, st->n_src);
    for (uint32_t i = 0; i < sl->beam; i++)
        sl->states[i] = s->states_idle[--s->n_states_idle];
    if (!s->ops) {
        decoder_state_clear(s->m, s->states[sl->states[0]]);
        sl->kv = slot_room(s, sl->kv, &sl->kv_room,
            (size_t)st->n_src * 2 * s->m->shape.dec_depth * s->m->shape.dim *
                sizeof(float));
    }
    sl->n_live = 1;
    sl->live[0] = (struct hyp){
        .prev = DECODER_START, .state = sl->states[0], .node = NODE_NONE};
    sl->n_nodes = 0;
    sl->found = false;
    guard_init(&sl->guard, st->src, st->n_src);
    st->n_out = 0;
    st->cut = st->looping = false;
    st->score = 0;
    st->p_min = 1;
    output_select(s, sl);
    s->active[s->n_active++] = sl;
    s->rows_used += sl->beam;
    sl->step_bytes = slot_step_bytes(s, sl);
    s->step_bytes += sl->step_bytes;
    s->stats.joined_bytes += sl->step_bytes;
    s->stats.source_pieces += st->n_src;
}

/* </s> alone says nothing. */
static void
join_empty(struct search *s, struct sentence *st)
{
    st->n_out = 0;
    st->cut = st->looping = false;
    st->score = 0;
    st->p_min = 1;
    done_add(s, st);
}

/* Encode the slots active[first..], as many together as there is room for. */
static void
cpu_join(struct search *s, uint32_t first)
{
    uint32_t rows = 0, n_in = 0;

    for (uint32_t i = first; i < s->n_active; i++) {
        const struct sentence *st = s->active[i]->s;

        if (n_in && rows + st->n_src > s->work.rows) {
            encoder_run(&s->work, s->inputs, n_in);
            rows = n_in = 0;
        }
        s->inputs[n_in++] =
            (struct encoder_input){st->src, st->n_src, s->active[i]->kv};
        rows += st->n_src;
    }
    if (n_in)
        encoder_run(&s->work, s->inputs, n_in);
}

void
search_join(struct search *s, struct sentence **list, size_t n)
{
    uint64_t start = now_ns();
    uint32_t first = s->n_active;

    for (size_t i = 0; i < n; i++) {
        struct sentence *st = list[i];

        assert(st->n_src >= 1 && st->n_src <= SEARCH_SOURCE_MAX);
        if (st->n_src == 1)
            join_empty(s, st);
        else
            slot_take(s, st);
    }
    if (s->ops)
        search_device_join(s, first);
    else
        cpu_join(s, first);
    s->stats.encode_ns += now_ns() - start;
}

/* --- stepping --------------------------------------------------------- */

/* Where this step's alignment of a slot's rows goes; NULL for nowhere. */
static float *
slot_alignment(struct slot *sl)
{
    const struct sentence *st = sl->s;

    if (!st->want_alignment)
        return NULL;
    if (sl->beam == 1)
        return st->alignment + (size_t)sl->t * st->n_src;
    return sl->alignments + (size_t)sl->t * sl->beam * st->n_src;
}

bool
search_greedy(struct search *s, struct slot *sl, struct best best, float logsum)
{
    struct sentence *st = sl->s;
    struct hyp *h = &sl->live[0];
    uint32_t piece = slot_word(sl, best.at), period;
    float logp = best.y - logsum;

    h->total += logp;
    h->prev = piece;
    sl->t++;
    st->score = h->total / (float)sl->t;
    st->p_min = fminf(st->p_min, expf(logp));
    if (st->logp)
        st->logp[st->n_out] = logp;
    if (piece == s->m->eos)
        return true;
    st->out[st->n_out++] = piece;
    period = s->cfg.loops ? 0 : guard_push(&sl->guard, st->out, st->n_out);
    if (period) { /* keep what was said once */
        st->looping = true;
        st->n_out -= sl->guard.run[period];
        return true;
    }
    st->cut = sl->t == sl->limit;
    return st->cut;
}

static void
slot_release(struct search *s, struct slot *sl)
{
    for (uint32_t i = 0; i < sl->beam; i++)
        s->states_idle[s->n_states_idle++] = sl->states[i];
    s->rows_used -= sl->beam;
    s->step_bytes -= sl->step_bytes;
    slot_spare(s, sl);
    s->idle[s->n_idle++] = sl;
}

void
slot_finish(struct search *s, struct slot *sl)
{
    done_add(s, sl->s);
    slot_release(s, sl);
}

/* Logits of the slots from first on, as many as share an output layer and fit;
 * their rows begin at row.  Returns how many slots. */
static uint32_t
output_run(struct search *s, uint32_t first, uint32_t row, struct feed *in)
{
    struct slot *sl = s->active[first];
    uint32_t n = 1, rows = sl->n_live;
    struct feed from = feed_at(in, row);

    while (!s->m->shortlist && first + n < s->n_active &&
           rows + s->active[first + n]->n_live <= OUTPUT_ROWS)
        rows += s->active[first + n++]->n_live;

    struct gemm g = {.kind = GEMM_BEST,
        .l = sl->output,
        .in = &from,
        .rows = rows,
        .out = s->logits,
        .ld_out = s->ld_logits,
        .best = s->bests,
        .banned = sl->banned};

    work_gemm(&s->work, &g, NULL);
    return n;
}

/* The slots that are not finished close up. */
static void
outputs_run(struct search *s, struct feed *in)
{
    uint32_t kept = 0, row = 0, n;

    for (uint32_t first = 0; first < s->n_active; first += n) {
        uint32_t at = 0;

        n = output_run(s, first, row, in);
        for (uint32_t i = first; i < first + n; i++) {
            struct slot *sl = s->active[i];
            const float *logits = s->logits + at * s->ld_logits;
            uint32_t rows = sl->n_live;
            bool over =
                sl->beam == 1
                    ? search_greedy(s, sl, s->bests[at],
                          kernel_logsum(s->m->kr, logits, sl->output->n))
                    : beam_advance(s, sl, logits);

            at += rows;
            if (over)
                slot_finish(s, sl);
            else
                s->active[kept++] = sl;
        }
        row += at;
    }
    s->n_active = kept;
}

static void
cpu_step(struct search *s)
{
    struct feed out;
    uint32_t n = 0;

    for (uint32_t i = 0; i < s->n_active; i++) {
        struct slot *sl = s->active[i];

        s->groups[i] = (struct decoder_group){.rows = sl->n_live,
            .n_src = sl->s->n_src,
            .kv = sl->kv,
            .alignment = slot_alignment(sl)};
        for (uint32_t j = 0; j < sl->n_live; j++)
            s->rows[n++] = (struct decoder_row){.prev = sl->live[j].prev,
                .t = sl->t,
                .state = s->states[sl->live[j].state]};
    }
    out = decoder_step(&s->work, s->rows, s->groups, s->n_active, s->steps_max,
        s->m->output_alpha);
    outputs_run(s, &out);
    s->stats.row_steps += n;
}

struct sentence *
search_step(struct search *s)
{
    uint64_t start = now_ns();
    struct sentence *done;

    if (s->n_active > 0) {
        if (s->ops)
            search_device_step(s);
        else
            cpu_step(s);
        s->stats.steps++;
    }
    done = s->done;
    s->done = NULL;
    s->done_tail = &s->done;
    s->stats.decode_ns += now_ns() - start;
    return done;
}

/* --- leaving ---------------------------------------------------------- */

struct sentence *
search_abandon(struct search *s)
{
    struct sentence *list = NULL, **tail = &list;

    for (uint32_t i = 0; i < s->n_active; i++) {
        struct slot *sl = s->active[i];

        sl->s->next = NULL;
        *tail = sl->s;
        tail = &sl->s->next;
        slot_release(s, sl);
    }
    s->n_active = 0;
    return list;
}
