/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "nn/search_impl.h"

/*
 * Beam search as Marian does it: the best continuations of all hypotheses, as
 * many as are still wanted; one that ends with </s> leaves the beam and is
 * compared by its score per length in the end.  Unlike Marian's, it does not
 * begin with </s>.
 */
struct pick {
    float total;
    uint32_t from; /* hypothesis */
    uint32_t column;
    float logp;
};

/* Insert into the n best, which are sorted; equal ones stay behind. */
static void
picks_add(struct pick *picks, uint32_t *n, uint32_t max, struct pick p)
{
    uint32_t i = *n < max ? (*n)++ : max - 1;

    for (; i > 0 && picks[i - 1].total < p.total; i--)
        picks[i] = picks[i - 1];
    picks[i] = p;
}

/* A sentence that has words is not said with none. */
static bool
may_end(const struct slot *sl)
{
    return sl->t > 0 || sl->s->n_src == 1 || sl->output->n == 1;
}

static uint32_t
picks_find(const struct search *s, const struct slot *sl, const float *logits,
    struct pick *picks, uint32_t max)
{
    uint32_t n = 0;
    bool end = may_end(sl);

    for (uint32_t h = 0; h < sl->n_live; h++) {
        const float *y = logits + h * s->ld_logits;
        float base =
            sl->live[h].total - kernel_logsum(s->m->kr, y, sl->output->n);

        for (uint32_t c = 0; c < sl->output->n; c++) {
            float total = y[c] + base;

            if ((n == max && total <= picks[max - 1].total) ||
                c == sl->banned || (!end && slot_word(sl, c) == s->m->eos))
                continue;
            picks_add(picks, &n, max,
                (struct pick){total, h, c, total - sl->live[h].total});
        }
    }
    return n;
}

static float
score_of(const struct search *s, float total, uint32_t length)
{
    return total / powf((float)length, s->cfg.length_norm);
}

/* One hypothesis came to its end; the first of equals is kept. */
static void
finish(struct search *s, struct slot *sl, uint32_t node, float total, bool cut)
{
    float score = score_of(s, total, sl->t);

    if (sl->found && score <= sl->best_score)
        return;
    sl->found = true;
    sl->best = node;
    sl->best_score = score;
    sl->best_cut = cut;
}

/* A parent's state goes to its first child; the others get copies in the states
 * of those who have no child. */
static void
states_hand_on(struct search *s, struct slot *sl, const struct hyp *parents,
    const uint32_t *from)
{
    bool used[SEARCH_BEAM_MAX] = {false}; /* states, by place in sl->states */
    uint32_t owner[SEARCH_BEAM_MAX];

    for (uint32_t i = 0; i < sl->n_live; i++) {
        uint32_t state = parents[from[i]].state, at = 0;

        while (sl->states[at] != state)
            at++;
        owner[i] = at;
        if (!used[at]) {
            used[at] = true;
            sl->live[i].state = state;
        } else {
            sl->live[i].state = UINT32_MAX;
        }
    }
    for (uint32_t i = 0, spare = 0; i < sl->n_live; i++) {
        if (sl->live[i].state != UINT32_MAX)
            continue;
        while (used[spare])
            spare++;
        assert(spare < sl->beam);
        used[spare] = true;
        sl->live[i].state = sl->states[spare];
        decoder_state_copy(s->m, s->states[sl->states[spare]],
            s->states[sl->states[owner[i]]], sl->t, s->steps_max);
    }
}

/* Write the best one's pieces, from its last to its first. */
static void
write_out(struct search *s, struct slot *sl)
{
    struct sentence *st = sl->s;
    uint32_t length = 0, node, at, period = 0;
    float total = 0;

    for (node = sl->best; node != NODE_NONE; node = sl->nodes[node].parent) {
        length++;
        total += sl->nodes[node].logp;
        st->p_min = fminf(st->p_min, expf(sl->nodes[node].logp));
    }
    st->score = total / (float)length;
    st->cut = sl->best_cut;
    st->n_out = st->cut ? length : length - 1;
    at = length;
    for (node = sl->best; node != NODE_NONE; node = sl->nodes[node].parent) {
        if (st->logp)
            st->logp[at - 1] = sl->nodes[node].logp;
        if (--at == st->n_out)
            continue;
        st->out[at] = sl->nodes[node].piece;
        if (st->want_alignment)
            memcpy(st->alignment + (size_t)at * st->n_src,
                sl->alignments + (size_t)sl->nodes[node].row * st->n_src,
                st->n_src * sizeof(float));
    }
    for (uint32_t n = 1; n <= st->n_out && !period && !s->cfg.loops; n++) {
        period = guard_push(&sl->guard, st->out, n);
        if (period) {
            st->looping = true;
            st->n_out = n - sl->guard.run[period];
        }
    }
}

/* The picked continuations become nodes. */
static void
nodes_add(struct slot *sl, const struct pick *picks, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        sl->nodes[sl->n_nodes++] =
            (struct node){.piece = slot_word(sl, picks[i].column),
                .parent = sl->live[picks[i].from].node,
                .row = sl->t * sl->beam + picks[i].from,
                .logp = picks[i].logp};
}

bool
beam_advance(struct search *s, struct slot *sl, const float *logits)
{
    struct pick picks[SEARCH_BEAM_MAX];
    struct hyp parents[SEARCH_BEAM_MAX];
    uint32_t from[SEARCH_BEAM_MAX];
    uint32_t wanted = sl->t == 0 ? sl->beam : sl->n_live;
    uint32_t n = picks_find(s, sl, logits, picks, wanted), live = 0;

    memcpy(parents, sl->live, sizeof(parents));
    nodes_add(sl, picks, n);
    sl->t++;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t node = sl->n_nodes - n + i;

        if (sl->nodes[node].piece == s->m->eos) {
            finish(s, sl, node, picks[i].total, false);
        } else if (sl->t == sl->limit) {
            finish(s, sl, node, picks[i].total, true);
        } else {
            from[live] = picks[i].from;
            sl->live[live++] = (struct hyp){.prev = sl->nodes[node].piece,
                .node = node,
                .total = picks[i].total};
        }
    }
    sl->n_live = live;
    if (live) {
        states_hand_on(s, sl, parents, from);
        return false;
    }
    write_out(s, sl);
    return true;
}
