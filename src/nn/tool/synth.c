/* SPDX-License-Identifier: ISC */
#include "nn/tool/synth.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "nn/format/marian_impl.h"
#include "nn/format/shortlist.h"
#include "nn/tool/quantise.h"
#include "nn/tool/synth_impl.h"

static const struct synth_shape shapes[] = {
    [SYNTH_MICRO] = {"micro", 64, 128, 2, 2, 4, false, false},
    [SYNTH_TINY] = {"tiny", 256, 1536, 6, 2, 8, false, false},
    [SYNTH_BASE_MEMORY] = {"base-memory", 384, 1536, 6, 4, 8, false, false},
    [SYNTH_BASE] = {"base", 512, 2048, 6, 2, 8, false, false},
    [SYNTH_OPUS] = {"opus", 512, 2048, 6, 6, 8, true, true},
};

enum { SHAPES = sizeof(shapes) / sizeof(shapes[0]), NAME_MAX_BYTES = 100 };

bool
synth_arch_parse(const char *name, enum synth_arch *ret)
{
    for (size_t i = 0; i < SHAPES; i++)
        if (strcmp(name, shapes[i].name) == 0) {
            *ret = (enum synth_arch)i;
            return true;
        }
    return false;
}

float *
synth_add(struct synth *s, const char *prefix, const char *name, uint32_t rows,
    uint32_t cols)
{
    struct marian_tensor t = {.type = MARIAN_F32,
        .rank = 2,
        .dims = {rows, cols, 1, 1},
        .bytes = (size_t)rows * cols * sizeof(float)};
    char whole[NAME_MAX_BYTES];
    float *data = marian_keep(s->m, t.bytes);
    bool ok;

    assert(data);
    memset(data, 0, t.bytes);
    t.data = data;
    snprintf(whole, sizeof(whole), "%s%s", prefix, name);
    ok = marian_name(s->m, span_of(whole), &t.name, NULL);
    assert(ok);
    marian_push(s->m, &t);
    return data;
}

float *
synth_get(struct synth *s, const char *prefix, const char *name)
{
    char whole[NAME_MAX_BYTES];

    snprintf(whole, sizeof(whole), "%s%s", prefix, name);
    for (size_t i = 0; i < s->m->n; i++)
        if (span_eqz(s->m->tensors[i].name, whole))
            return (float *)(uintptr_t)s->m->tensors[i].data;
    assert(!"no such tensor");
    return NULL;
}

/* The keys that an engine needs, in the order and style of Marian. */
static void
format_yml(struct buf *b, const struct synth *s)
{
    static const char *const word[] = {"false", "true"};

    buf_addf(b, "dec-cell: %s\n", s->shape.self_attention ? "gru" : "ssru");
    buf_addf(b, "dec-cell-base-depth: 2\ndec-cell-high-depth: 1\n");
    buf_addf(b, "dec-depth: %u\n", s->shape.dec_depth);
    buf_addf(b, "dim-emb: %u\ndim-rnn: 1024\n", s->shape.dim);
    buf_addf(b, "dim-vocabs:\n  - %u\n  - %u\n", s->vocab_src, s->vocab_trg);
    buf_addf(b, "enc-cell: gru\nenc-cell-depth: 1\n");
    buf_addf(b, "enc-depth: %u\n", s->shape.enc_depth);
    buf_addz(b, "enc-type: bidirectional\ninput-types:\n  []\n"
                "layer-normalization: false\noutput-omit-bias: false\n"
                "right-left: false\nskip: false\n");
    buf_addf(b, "tied-embeddings: %s\n", word[!s->joint]);
    buf_addf(b, "tied-embeddings-all: %s\n", word[s->joint]);
    buf_addf(b, "tied-embeddings-src: false\n");
    buf_addf(b, "transformer-decoder-autoreg: %s\n",
        s->shape.self_attention ? "self-attention" : "rnn");
    buf_addf(b, "transformer-dim-ffn: %u\n", s->shape.ffn);
    buf_addf(b, "transformer-ffn-activation: %s\n",
        s->shape.swish ? "swish" : "relu");
    buf_addf(b, "transformer-ffn-depth: 2\n");
    buf_addf(b, "transformer-heads: %u\n", s->shape.heads);
    buf_addz(b,
        "transformer-no-projection: false\n"
        "transformer-postprocess: dan\ntransformer-postprocess-emb: d\n"
        "transformer-postprocess-top: \"\"\ntransformer-preprocess: \"\"\n"
        "transformer-tied-layers:\n  []\n"
        "transformer-train-position-embeddings: false\ntype: transformer\n"
        "ulr: false\nulr-dim-emb: 0\nulr-trainable-transformation: false\n"
        "version: v1.9.0 synthetic 2020-01-01 00:00:00 +0000");
}

static void
add_yml(struct synth *s)
{
    struct buf b = {0};
    struct marian_tensor t = {.type = MARIAN_BYTES, .rank = 1};
    char *copy;

    format_yml(&b, s);
    buf_addc(&b, '\0');
    copy = marian_keep(s->m, b.len);
    assert(copy);
    memcpy(copy, b.p, b.len);
    t.name = SPAN("special:model.yml");
    t.dims[0] = (uint32_t)b.len;
    t.dims[1] = t.dims[2] = t.dims[3] = 1;
    t.data = copy;
    t.bytes = b.len;
    marian_push(s->m, &t);
    buf_free(&b);
}

/* The largest input of each kind of product as a float pass over some sentences
 * shows it (mean plus 1.1 deviations), by what is in the name. */
static float
usual_max(const struct synth *s, const char *name)
{
    static const struct {
        const char *part;
        float random, copy;
    } table[] = {
        {"decoder_l1_context_Wo", 3.3F, 11.0F},
        {"_Wo", 3.3F, 0.35F},
        {"_ffn_W2", 2.4F, 0.75F},
        {"Wemb", 3.7F, 3.9F},
        {"encoder_l1_self", 4.9F, 5.1F},
        {"", 4.5F, 4.5F},
    };
    size_t i = 0;

    while (!strstr(name, table[i].part))
        i++;
    return s->spec->kind == SYNTH_COPY ? table[i].copy : table[i].random;
}

/* The constants of all products of the model; the caller frees names and
 * list. */
static struct marian_alpha *
choose_alphas(const struct synth *s, size_t *ret_n)
{
    struct marian_alpha *list = xcalloc(s->m->n + 1, sizeof(*list));
    size_t n = 0;

    for (size_t i = 0; i < s->m->n; i++) {
        char *name = span_dup(s->m->tensors[i].name);
        struct synth_random r = synth_stream(s, name);
        if (!quantise_wants(name) || strcmp(name, "encoder_Wemb") == 0) {
            free(name);
            continue;
        }
        list[n++] = (struct marian_alpha){
            name, (1 + synth_uniform(&r, s->spec->jitter)) * 127.0F /
                      usual_max(s, name)};
        if (strcmp(name, "Wemb") == 0) { /* for old engines, as in real files */
            list[n] = list[n - 1];
            list[n++].name = xstrdup("none");
        }
    }
    *ret_n = n;
    return list;
}

static bool
write_int8(const char *path, const struct synth *s, struct err *err)
{
    size_t n = 0, n_tensors;
    struct marian_alpha *alphas = choose_alphas(s, &n);
    struct marian *q = quantise(s->m, alphas, s->spec->no_alphas ? 0 : n, err);
    const struct marian_tensor *tensors;
    bool ok = false;

    if (q) {
        n_tensors = marian_tensors(q, &tensors);
        ok = marian_write(path, tensors, n_tensors, err);
    }
    marian_close(q);
    for (size_t i = 0; i < n; i++)
        free((char *)(uintptr_t)alphas[i].name);
    free(alphas);
    return ok;
}

static bool
ends_with_npz(const char *path)
{
    size_t n = strlen(path);

    return n > 4 && strcmp(path + n - 4, ".npz") == 0;
}

static bool
check_spec(const struct synth *s, const char *path, struct err *err)
{
    if (s->vocab_src < 2 || s->vocab_trg < 2)
        return err_set(err, FAIL_BAD_INPUT, "the vocabulary is too small");
    if (s->spec->kind == SYNTH_COPY && !s->joint)
        return err_set(
            err, FAIL_BAD_INPUT, "a model that copies needs one vocabulary");
    if (ends_with_npz(path) && !s->spec->float32)
        return err_set(err, FAIL_BAD_INPUT, "an .npz is float32 only");
    for (size_t i = 0; i < s->spec->n_pairs; i++)
        if (s->spec->pairs[i].src >= s->vocab_src ||
            s->spec->pairs[i].trg >= s->vocab_trg)
            return err_set(err, FAIL_BAD_INPUT, "a pair has no such id");
    return true;
}

bool
synth_model(const char *path, const struct synth_spec *spec, struct err *err)
{
    struct synth s = {.spec = spec,
        .shape = shapes[spec->arch],
        .joint = spec->vocab_trg == 0,
        .vocab_src = spec->vocab_src,
        .vocab_trg = spec->vocab_trg ? spec->vocab_trg : spec->vocab_src};
    bool ok;

    s.shape.self_attention |= spec->self_attention;
    s.shape.swish |= spec->swish;
    if (!check_spec(&s, path, err))
        return false;
    s.m = marian_new();
    if (spec->kind == SYNTH_COPY)
        synth_fill_copy(&s);
    else
        synth_fill_random(&s);
    add_yml(&s);
    ok = marian_finish(s.m, err);
    assert(ok);
    if (ends_with_npz(path))
        ok = synth_npz(path, s.m, spec->deflate, err);
    else if (spec->float32)
        ok = marian_write(path, s.m->tensors, s.m->n, err);
    else
        ok = write_int8(path, &s, err);
    marian_close(s.m);
    return ok;
}

static void
add_u64(struct buf *b, uint64_t v)
{
    buf_add(b, &v, sizeof(v));
}

enum { LIST_MAX = 50 };

static int
by_id(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* Add the ids of one source piece, ascending and different. */
static void
draw_list(
    struct buf *ids, struct synth_random *r, uint32_t own, uint32_t vocab_trg)
{
    uint32_t list[LIST_MAX];
    size_t n = synth_next(r) % LIST_MAX;

    for (size_t i = 0; i < n; i++)
        list[i] = (uint32_t)(synth_next(r) % vocab_trg);
    if (own < vocab_trg)
        list[n++] = own;
    qsort(list, n, sizeof(*list), by_id);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || list[i] != list[i - 1])
            buf_add(ids, &list[i], sizeof(*list));
}

static void
format_shortlist(struct buf *b, uint32_t vocab_src, uint32_t vocab_trg,
    uint64_t seed, bool short_offsets)
{
    enum { FIRST = 50, BEST = 50 };
    struct synth_random r = {seed};
    struct buf off = {0}, ids = {0};

    for (uint32_t w = 0; w < vocab_src; w++) {
        add_u64(&off, ids.len / sizeof(uint32_t));
        draw_list(&ids, &r, w, vocab_trg);
    }
    if (!short_offsets)
        add_u64(&off, ids.len / sizeof(uint32_t));
    add_u64(b, FIRST);
    add_u64(b, BEST);
    add_u64(b, off.len / sizeof(uint64_t));
    add_u64(b, ids.len / sizeof(uint32_t));
    buf_adds(b, buf_span(&off));
    buf_adds(b, buf_span(&ids));
    buf_free(&off);
    buf_free(&ids);
}

bool
synth_shortlist(const char *path, uint32_t vocab_src, uint32_t vocab_trg,
    uint64_t seed, bool short_offsets, struct err *err)
{
    struct buf body = {0};
    uint64_t head[2] = {0xF11A48D5013417F5U};
    FILE *f = fopen(path, "we");
    bool ok;

    if (!f)
        return err_set(err, FAIL_SYSTEM, "create %s: %m", path);
    format_shortlist(&body, vocab_src, vocab_trg, seed, short_offsets);
    head[1] = shortlist_checksum(body.p, body.len);
    ok = fwrite(head, sizeof(head), 1, f) == 1 &&
         fwrite(body.p, 1, body.len, f) == body.len;
    ok = fclose(f) == 0 && ok;
    buf_free(&body);
    return ok || err_set(err, FAIL_SYSTEM, "write %s: %m", path);
}
