/* SPDX-License-Identifier: ISC */
#include "nn/model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "nn/model_impl.h"

static const struct {
    const char *name;
    enum precision precision;
} precisions[] = {
    {"float32", PRECISION_FLOAT32},
    {"bfloat16", PRECISION_BFLOAT16},
    {"int8", PRECISION_INT8},
    {"fp32", PRECISION_FLOAT32},
    {"full", PRECISION_FLOAT32},
    {"bf16", PRECISION_BFLOAT16},
    {"float16", PRECISION_BFLOAT16},
    {"fp16", PRECISION_BFLOAT16},
    {"float8", PRECISION_INT8},
    {"fp8", PRECISION_INT8},
};

const char *
precision_name(enum precision p)
{
    return precisions[p].name;
}

bool
precision_parse(const char *name, enum precision *ret)
{
    for (size_t i = 0; i < sizeof(precisions) / sizeof(precisions[0]); i++)
        if (strcmp(name, precisions[i].name) == 0) {
            *ret = precisions[i].precision;
            return true;
        }
    return false;
}

enum precision
precision_here(enum precision p)
{
    const struct kernel *kr = kernel_get(NULL);

    return p == PRECISION_BFLOAT16 && kr && !kernel_has_bf16(kr)
               ? PRECISION_INT8
               : p;
}

/* --- opening ---------------------------------------------------------- */

static bool
options_read(struct model *m, const struct model_files *files,
    struct nn_options *ret, struct err *err)
{
    struct span yml = marian_yml(m->file);
    struct buf text = {0};
    bool ok = !files->options ||
              file_read(files->options, NN_YML_BYTES_MAX, &text, err);

    if (ok && files->options)
        yml = buf_span(&text);
    if (ok && !yml.p)
        ok = err_set(err, FAIL_BAD_INPUT,
            "the model says nothing about its shape (special:model.yml)");
    ok = ok && nn_options_parse(ret, yml, err);
    buf_free(&text);
    return ok;
}

static bool
decoding_read(struct model *m, const char *path, struct err *err)
{
    struct buf text = {0};
    bool ok;

    m->decoding = (struct nn_decoding){.normalize = -1};
    if (!path)
        return true;
    ok = file_read(path, NN_YML_BYTES_MAX, &text, err) &&
         nn_decoding_parse(&m->decoding, buf_span(&text), err);
    buf_free(&text);
    return ok;
}

/* The words a matrix of embeddings has rows for. */
static bool
vocab_rows(const struct model *m, const char *name, uint32_t *ret)
{
    const struct marian_tensor *t = marian_find(m->file, "Wemb");

    if (!t)
        t = marian_find(m->file, name);
    if (t)
        *ret = t->dims[0];
    return t != NULL;
}

static bool
same_path(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool
has_codes(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot && strcmp(dot, ".bpe") == 0;
}

static struct vocab *
vocab_load(const char *spm, const char *ids, const char *lang, struct err *err)
{
    if (!spm || (has_codes(spm) && !ids)) {
        err_set(err, FAIL_BAD_INPUT, "the model has no vocabulary%s",
            spm ? ": codes need a vocab.yml" : "");
        return NULL;
    }
    if (has_codes(spm))
        return vocab_open_bpe(spm, ids, lang ? lang : "", err);
    return ids ? vocab_open_ids(spm, ids, err) : vocab_open(spm, err);
}

/* Ids that have no row of the matrix would be read past its end. */
static bool
vocabs_open(struct model *m, const struct model_files *files, struct err *err)
{
    const char *trg = files->vocab_trg ? files->vocab_trg : files->vocab_src;
    const char *ids_trg = files->ids_trg ? files->ids_trg : files->ids_src;
    bool same_ids = same_path(files->ids_src, ids_trg);
    bool one = same_path(files->vocab_src, trg) && same_ids;

    m->vocab_src =
        vocab_load(files->vocab_src, files->ids_src, files->lang_src, err);
    if (!m->vocab_src)
        return false;
    m->vocab_trg =
        one ? m->vocab_src : vocab_load(trg, ids_trg, files->lang_trg, err);
    if (!m->vocab_trg)
        return false;
    m->joint = one || (files->ids_src && same_ids);
    m->eos = vocab_eos(m->vocab_trg);
    m->unk = vocab_unk(m->vocab_trg);
    if (vocab_size(m->vocab_src) > m->shape.vocab_src ||
        vocab_size(m->vocab_trg) > m->shape.vocab_trg)
        return err_set(err, FAIL_BAD_INPUT,
            "the vocabularies have %u and %u pieces, the model %u and %u",
            vocab_size(m->vocab_src), vocab_size(m->vocab_trg),
            m->shape.vocab_src, m->shape.vocab_trg);
    return true;
}

/* Room for the candidates of the longest source. */
static uint32_t
candidates_bound(const struct model *m)
{
    size_t most = 0, n;

    if (!m->shortlist)
        return m->shape.vocab_trg;
    for (uint32_t i = 0; i < m->shape.vocab_src; i++) {
        n = shortlist_of(m->shortlist, i).len;
        if (n > most)
            most = n;
    }
    n = shortlist_first(m->shortlist) + SEARCH_SOURCE_MAX * (most + 1) +
        MODEL_CANDIDATES_STEP;
    return n < m->shape.vocab_trg ? (uint32_t)n : m->shape.vocab_trg;
}

static bool
shape_take(struct model *m, const struct nn_options *o, struct err *err)
{
    m->activation = o->activation;
    m->shape = (struct model_shape){.dim = o->dim,
        .ffn = o->ffn > o->dec_ffn ? o->ffn : o->dec_ffn,
        .heads = o->heads,
        .enc_depth = o->enc_depth,
        .dec_depth = o->dec_depth,
        .ssru = o->ssru};
    if (!vocab_rows(m, "encoder_Wemb", &m->shape.vocab_src) ||
        !vocab_rows(m, "decoder_Wemb", &m->shape.vocab_trg))
        return err_set(err, FAIL_BAD_INPUT, "the model lacks Wemb");
    if (m->shape.vocab_src > NN_VOCAB_MAX || m->shape.vocab_trg > NN_VOCAB_MAX)
        return err_set(err, FAIL_TOO_LARGE, "the model has more than %d words",
            NN_VOCAB_MAX);
    return true;
}

static bool
model_fill(struct model *m, const struct model_files *files, struct err *err)
{
    struct nn_options o;

    m->kr = kernel_get(err);
    if (!m->kr)
        return false;
    if (m->precision == PRECISION_BFLOAT16 && !kernel_has_bf16(m->kr))
        return err_set(err, FAIL_BAD_INPUT,
            "this processor does not multiply bfloat16: choose int8");
    m->file = marian_open(files->weights, err);
    if (!m->file || !options_read(m, files, &o, err) ||
        !decoding_read(m, files->decoding, err) || !shape_take(m, &o, err) ||
        !vocabs_open(m, files, err))
        return false;
    if (files->shortlist) {
        m->shortlist =
            shortlist_open(files->shortlist, m->shape.vocab_trg, err);
        if (!m->shortlist)
            return false;
    }
    m->candidates_max = candidates_bound(m);
    return model_load(m, &o, err);
}

/* Does a table read the mapped file rather than the arena? */
static bool
borrows(const struct model *m, const struct table *t)
{
    const char *p = t->rows;

    return p && (p < m->arena.p || p >= m->arena.p + m->arena.size);
}

struct model *
model_open(const struct model_files *files, enum precision p, struct err *err)
{
    struct model *m = xcalloc(1, sizeof(*m));

    m->precision = p;
    if (!model_fill(m, files, err)) {
        model_free(m);
        return NULL;
    }
    if (!borrows(m, &m->src) && !borrows(m, &m->trg) &&
        !borrows(m, &m->out_own)) {
        marian_close(m->file);
        m->file = NULL;
    }
    return m;
}

struct model *
model_open_dir(const char *dir, enum precision p, struct err *err)
{
    struct model_dir d;
    struct model *m;

    if (!model_dir_find(&d, dir, err))
        return NULL;
    m = model_open(&d.files, p, err);
    model_dir_free(&d);
    return m;
}

void
model_free(struct model *m)
{
    if (!m)
        return;
    model_unload(m);
    shortlist_close(m->shortlist);
    if (m->vocab_trg != m->vocab_src)
        vocab_close(m->vocab_trg);
    vocab_close(m->vocab_src);
    marian_close(m->file);
    free(m);
}

/* --- what it is ------------------------------------------------------- */

size_t
model_bytes(const struct model *m)
{
    size_t n = sizeof(*m) + m->arena.size +
               (size_t)MODEL_POSITIONS * m->shape.dim * sizeof(float) +
               vocab_bytes(m->vocab_src);

    if (m->vocab_trg != m->vocab_src)
        n += vocab_bytes(m->vocab_trg);
    if (m->shortlist)
        n += shortlist_bytes(m->shortlist);
    if (borrows(m, &m->trg))
        n += (size_t)m->trg.n * m->trg.k;
    if (borrows(m, &m->src) && m->src.rows != m->trg.rows)
        n += (size_t)m->src.n * m->src.k;
    return n;
}

const char *
model_kernel(const struct model *m)
{
    return kernel_name(m->kr);
}

enum precision
model_precision(const struct model *m)
{
    return m->precision;
}

const struct vocab *
model_vocab_src(const struct model *m)
{
    return m->vocab_src;
}

const struct vocab *
model_vocab_trg(const struct model *m)
{
    return m->vocab_trg;
}

const struct shortlist *
model_shortlist(const struct model *m)
{
    return m->shortlist;
}

struct model_shape
model_shape(const struct model *m)
{
    return m->shape;
}

struct model_cost
model_cost(const struct model *m)
{
    double d = m->shape.dim, f = m->shape.ffn;
    double l = m->shape.dec_depth;
    double self = m->shape.ssru ? 2 * d * d : 4 * d * d;

    return (struct model_cost){
        .source = m->shape.enc_depth * (4 * d * d + 2 * d * f) + 2 * l * d * d,
        .target = l * (self + 2 * d * d + 2 * d * f),
        .candidate = d,
    };
}
