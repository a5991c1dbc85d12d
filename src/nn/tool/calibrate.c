/* SPDX-License-Identifier: ISC */
#include "nn/tool/calibrate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/search_impl.h"

/* One product: the weights that eat its input, and what came in. */
struct seen {
    const struct linear *l; /* NULL: the output layer */
    char names[3][40];
    size_t n_names;
    double sum, squares, count;
};

struct gauge {
    struct probe probe; /* first */
    struct seen *seen;
    size_t n;
};

static void
on_rows(struct probe *p, const struct linear *l, float max)
{
    struct gauge *g = (struct gauge *)p;

    for (size_t i = 0; i < g->n; i++)
        if (g->seen[i].l == l) {
            g->seen[i].sum += (double)max;
            g->seen[i].squares += (double)max * (double)max;
            g->seen[i].count++;
            return;
        }
}

/* A product whose results are those of names[], which follow prefix. */
static struct seen *
gauge_add(struct gauge *g, const struct linear *l)
{
    g->seen = xrealloc(g->seen, (g->n + 1) * sizeof(*g->seen));
    g->seen[g->n] = (struct seen){.l = l};
    return &g->seen[g->n++];
}

static void
name_add(struct seen *s, const char *stack, uint32_t layer, const char *weight)
{
    snprintf(s->names[s->n_names++], sizeof(s->names[0]), "%s_l%u_%s", stack,
        layer + 1, weight);
}

static void
gauge_one(struct gauge *g, const struct linear *l, const char *stack,
    uint32_t layer, const char *weight)
{
    name_add(gauge_add(g, l), stack, layer, weight);
}

/* In float32 all matrices beside each other are one product. */
static void
gauge_wide(struct gauge *g, const struct wide *w, const char *stack,
    uint32_t layer, const char *const *weights, size_t n)
{
    struct seen *s = gauge_add(g, &w->parts[0]);

    for (size_t i = 0; i < n; i++)
        name_add(s, stack, layer, weights[i]);
}

static void
gauge_decoder(struct gauge *g, const struct model *m, uint32_t i)
{
    static const char *const rnn[] = {"rnn_W", "rnn_Wf"};
    static const char *const self[] = {"self_Wq", "self_Wk", "self_Wv"};
    const struct dec_layer *l = &m->dec[i];

    if (m->shape.ssru) {
        gauge_wide(g, &l->in, "decoder", i, rnn, 2);
    } else {
        gauge_wide(g, &l->in, "decoder", i, self, 3);
        gauge_one(g, &l->self_o, "decoder", i, "self_Wo");
    }
    gauge_one(g, &l->q, "decoder", i, "context_Wq");
    gauge_one(g, &l->o, "decoder", i, "context_Wo");
    gauge_one(g, &l->ffn.w1, "decoder", i, "ffn_W1");
    gauge_one(g, &l->ffn.w2, "decoder", i, "ffn_W2");
}

static void
gauge_init(struct gauge *g, const struct model *m)
{
    static const char *const self[] = {"self_Wq", "self_Wk", "self_Wv"};
    struct seen *s;

    *g = (struct gauge){.probe = {on_rows}};
    for (uint32_t i = 0; i < m->shape.enc_depth; i++) {
        const struct enc_layer *l = &m->enc[i];

        gauge_wide(g, &l->qkv, "encoder", i, self, 3);
        gauge_one(g, &l->o, "encoder", i, "self_Wo");
        gauge_one(g, &l->ffn.w1, "encoder", i, "ffn_W1");
        gauge_one(g, &l->ffn.w2, "encoder", i, "ffn_W2");
    }
    for (uint32_t i = 0; i < m->shape.dec_depth; i++) {
        gauge_one(g, &m->kv[2 * i], "decoder", i, "context_Wk");
        gauge_one(g, &m->kv[2 * i + 1], "decoder", i, "context_Wv");
        gauge_decoder(g, m, i);
    }
    s = gauge_add(g, NULL);
    snprintf(s->names[s->n_names++], sizeof(s->names[0]), "%s", m->output_name);
}

/* One at a time, since the greatest |x| is that of a sentence alone. */
static bool
sentences_run(struct gauge *g, const struct model *m,
    const struct span *sentences, size_t n, struct err *err)
{
    struct search_cfg cfg = {.rows = 1};
    struct search *s = search_new(m, &cfg);
    uint32_t src[SEARCH_SOURCE_MAX], out[SEARCH_TARGET_MAX];
    size_t pieces;
    bool ok = true;

    s->work.probe = &g->probe;
    for (size_t i = 0; ok && i < n; i++) {
        struct sentence st = {.src = src, .out = out}, *list = &st;

        pieces = vocab_encode(
            m->vocab_src, sentences[i], src, SEARCH_SOURCE_MAX - 1);
        if (pieces == VOCAB_FAILED) {
            ok = err_set(err, FAIL_BAD_INPUT,
                "sentence %zu cannot be cut into pieces", i + 1);
            break;
        }
        if (pieces > SEARCH_SOURCE_MAX - 1)
            pieces = SEARCH_SOURCE_MAX - 1;
        src[pieces] = vocab_eos(m->vocab_src);
        st.n_src = (uint32_t)pieces + 1;
        search_join(s, &list, 1);
        while (!search_step(s))
            ;
    }
    search_free(s);
    return ok;
}

static bool
alphas_make(struct calibration *ret, const struct gauge *g, struct err *err)
{
    size_t n = 0;

    for (size_t i = 0; i < g->n; i++)
        n += g->seen[i].n_names;
    ret->alphas = xcalloc(n, sizeof(*ret->alphas));
    for (size_t i = 0; i < g->n; i++) {
        const struct seen *s = &g->seen[i];
        double mean = s->sum / s->count;
        double var = s->squares / s->count - mean * mean;
        double alpha = 127.0 / (mean + 1.1 * sqrt(var > 0 ? var : 0));

        if (!isfinite(alpha) || alpha <= 0)
            return err_set(err, FAIL_BAD_INPUT,
                "the sentences say nothing about %s", s->names[0]);
        for (size_t j = 0; j < s->n_names; j++)
            ret->alphas[ret->n++] =
                (struct marian_alpha){xstrdup(s->names[j]), (float)alpha};
    }
    return true;
}

bool
calibrate(struct calibration *ret, const struct model_files *files,
    const struct span *sentences, size_t n, struct err *err)
{
    struct model *m;
    struct gauge g = {0};
    bool ok;

    *ret = (struct calibration){0};
    if (n == 0 || n > CALIBRATE_SENTENCES_MAX)
        return err_set(err, FAIL_BAD_INPUT, "wanted 1 to %d sentences",
            CALIBRATE_SENTENCES_MAX);
    m = model_open(files, PRECISION_FLOAT32, err);
    if (!m)
        return false;
    gauge_init(&g, m);
    ok = sentences_run(&g, m, sentences, n, err) && alphas_make(ret, &g, err);
    if (!ok)
        calibration_free(ret);
    free(g.seen);
    model_free(m);
    return ok;
}

void
calibration_free(struct calibration *c)
{
    for (size_t i = 0; i < c->n; i++)
        free((char *)c->alphas[i].name);
    free(c->alphas);
    *c = (struct calibration){0};
}
