/* SPDX-License-Identifier: ISC */
#include "nn/format/options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nn/format/yml.h"

/* What the text of an option becomes. */
enum kind {
    NUMBER, /* min .. max, into an uint32_t */
    FLAG, /* true or false, into a bool */
    WORD, /* one of words, separated by '|'; its place goes into an int */
    MUST, /* one of words, else our engine cannot run it */
    EMPTY, /* only an empty list */
};

struct row {
    const char *key;
    enum kind kind;
    bool needed; /* there is no default */
    size_t at; /* in struct parsed; each list item goes one further */
    uint32_t min, max;
    const char *words;
    uint32_t items; /* of a list that has at most that many; 0: no list */
};

enum autoreg { AUTOREG_SELF, AUTOREG_RNN };

struct parsed {
    struct nn_options o;
    uint32_t dec_ffn; /* 0: as in the encoder */
    uint32_t vocabs[2];
    int autoreg, cell, activation;
    uint64_t seen; /* bit per row */
};

#define AT(field) .at = offsetof(struct parsed, field)
#define NEEDED .needed = true

static const struct row row_table[] = {
    {"dim-emb", NUMBER, NEEDED, AT(o.dim), 2, NN_DIM_MAX},
    {"dim-vocabs", NUMBER, AT(vocabs), 0, NN_VOCAB_MAX, .items = 2},
    {"enc-depth", NUMBER, NEEDED, AT(o.enc_depth), 1, NN_DEPTH_MAX},
    {"dec-depth", NUMBER, NEEDED, AT(o.dec_depth), 1, NN_DEPTH_MAX},
    {"transformer-heads", NUMBER, NEEDED, AT(o.heads), 1, NN_HEADS_MAX},
    {"transformer-dim-ffn", NUMBER, NEEDED, AT(o.ffn), 1, NN_FFN_MAX},
    {"transformer-decoder-dim-ffn", NUMBER, AT(dec_ffn), 0, NN_FFN_MAX},
    {"tied-embeddings", FLAG, AT(o.tied_trg)},
    {"tied-embeddings-all", FLAG, AT(o.tied_all)},
    {"tied-embeddings-src", FLAG, AT(o.tied_src)},
    {"transformer-decoder-autoreg", WORD, AT(autoreg),
        .words = "self-attention|rnn"},
    {"dec-cell", WORD, AT(cell), .words = "gru|ssru"},
    {"transformer-ffn-activation", WORD, AT(activation), .words = "swish|relu"},

    /* Whatever differs from these is another network. */
    {"type", MUST, NEEDED, .words = "transformer"},
    {"transformer-preprocess", MUST, .words = ""},
    {"transformer-postprocess", MUST, .words = "dan|an"},
    {"transformer-postprocess-emb", MUST, .words = "d|"},
    {"transformer-postprocess-top", MUST, .words = ""},
    {"transformer-ffn-depth", MUST, .words = "2"},
    {"transformer-decoder-ffn-depth", MUST, .words = "0|2"},
    {"layer-normalization", MUST, .words = "false"},
    {"transformer-no-projection", MUST, .words = "false"},
    {"transformer-no-bias", MUST, .words = "false"},
    {"transformer-no-affine", MUST, .words = "false"},
    {"transformer-rnn-projection", MUST, .words = "false"},
    {"transformer-pool", MUST, .words = "false"},
    {"transformer-train-position-embeddings", MUST, .words = "false"},
    {"transformer-train-positions", MUST, .words = "false"},
    {"transformer-tied-layers", EMPTY, .words = NULL},
    {"input-types", EMPTY, .words = NULL},
    {"output-omit-bias", MUST, .words = "false"},
    {"right-left", MUST, .words = "false"},
    {"ulr", MUST, .words = "false"},
    {"factors-dim-emb", MUST, .words = "0"},
    {"lemma-dim-emb", MUST, .words = "0"},
};

enum { ROWS = sizeof(row_table) / sizeof(row_table[0]) };
_Static_assert(ROWS <= 64, "a bit of struct parsed's seen for each row");

/* The place of word in "a|b|c", or -1. */
static int
word_place(const char *words, struct span word)
{
    struct span rest = span_of(words);

    for (int i = 0; rest.p; i++)
        if (span_eq(span_cut(&rest, '|'), word))
            return i;
    return -1;
}

static bool
unsupported(struct span key, struct span value, struct err *err)
{
    int n = value.len > 40 ? 40 : (int)value.len;

    for (int i = 0; i < n; i++)
        if (value.p[i] < ' ' || value.p[i] > '~')
            n = 0;
    return err_set(err, FAIL_BAD_INPUT, "%.*s %.*s is not supported",
        SPAN_ARG(key), n, value.p ? value.p : "");
}

static bool
set_number(struct parsed *ret, const struct row *row, size_t index,
    struct span value, struct err *err)
{
    uint32_t *to = (uint32_t *)(void *)((char *)ret + row->at);
    long long n;

    if (!value.p) /* an empty list leaves the default */
        return row->items > 0 || unsupported(span_of(row->key), value, err);
    if (index >= (row->items ? row->items : 1))
        return err_set(err, FAIL_BAD_INPUT, "%s has too many values", row->key);
    if (!span_int(value, row->min, row->max, &n))
        return unsupported(span_of(row->key), value, err);
    to[index] = (uint32_t)n;
    return true;
}

static bool
set_row(struct parsed *ret, const struct row *row, size_t index,
    struct span value, struct err *err)
{
    char *to = (char *)ret + row->at;
    int place;

    switch (row->kind) {
    case NUMBER:
        return set_number(ret, row, index, value, err);
    case FLAG:
        place = word_place("false|true", value);
        if (place < 0)
            return unsupported(span_of(row->key), value, err);
        *(bool *)to = place == 1;
        return true;
    case WORD:
        place = word_place(row->words, value);
        if (place < 0)
            return unsupported(span_of(row->key), value, err);
        *(int *)(void *)to = place;
        return true;
    case MUST:
        if (word_place(row->words, value) < 0)
            return unsupported(span_of(row->key), value, err);
        return true;
    case EMPTY:
        return value.len == 0 || unsupported(span_of(row->key), value, err);
    }
    return true;
}

static bool
on_option(void *user, struct span key, size_t index, struct span value,
    struct err *err)
{
    struct parsed *ret = user;

    for (size_t i = 0; i < ROWS; i++) {
        if (!span_eqz(key, row_table[i].key))
            continue;
        ret->seen |= 1ULL << i;
        return set_row(ret, &row_table[i], index, value, err);
    }
    return true;
}

/* What no single option can tell. */
static bool
check_whole(const struct parsed *p, struct err *err)
{
    const struct nn_options *o = &p->o;

    for (size_t i = 0; i < ROWS; i++)
        if (row_table[i].needed && !(p->seen & 1ULL << i))
            return err_set(err, FAIL_BAD_INPUT, "the model does not say its %s",
                row_table[i].key);
    if (o->dim % 2 || o->dim % o->heads)
        return err_set(err, FAIL_BAD_INPUT,
            "dim-emb %u cannot be shared by %u transformer-heads", o->dim,
            o->heads);
    if (p->autoreg == AUTOREG_RNN && p->cell != 1)
        return err_set(err, FAIL_BAD_INPUT,
            "transformer-decoder-autoreg rnn without dec-cell ssru is not supported");
    return true;
}

bool
nn_options_parse(struct nn_options *ret, struct span yml, struct err *err)
{
    struct parsed p = {0};

    if (yml.len == 0)
        return err_set(err, FAIL_BAD_INPUT, "the model has no options");
    if (yml.len > NN_YML_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "the options are too long");
    if (!yml_read(yml, on_option, &p, err) || !check_whole(&p, err))
        return false;
    *ret = p.o;
    ret->dec_ffn = p.dec_ffn ? p.dec_ffn : p.o.ffn;
    ret->vocab_src = p.vocabs[0];
    ret->vocab_trg = p.vocabs[1];
    ret->ssru = p.autoreg == AUTOREG_RNN;
    ret->activation = p.activation == 1 ? NN_RELU : NN_SWISH;
    return true;
}

/* A number that is finite and within min .. max. */
static bool
parse_float(struct span text, float min, float max, float *ret)
{
    char copy[64], *end;
    float v;

    if (text.len == 0 || text.len >= sizeof(copy))
        return false;
    memcpy(copy, text.p, text.len);
    copy[text.len] = '\0';
    v = strtof(copy, &end);
    if (*end || !isfinite(v) || v < min || v > max)
        return false;
    *ret = v;
    return true;
}

static bool
on_decoding(void *user, struct span key, size_t index, struct span value,
    struct err *err)
{
    struct nn_decoding *ret = user;
    long long beam;
    float none;
    bool ok = true;

    if (index > 0)
        return true;
    if (span_eqz(key, "beam-size")) {
        ok = span_int(value, 1, NN_BEAM_MAX, &beam);
        if (ok)
            ret->beam = (uint32_t)beam;
    } else if (span_eqz(key, "normalize")) {
        ok = parse_float(value, 0, 10, &ret->normalize);
    } else if (span_eqz(key, "max-length-factor")) {
        ok = parse_float(value, 0.1F, 100, &ret->max_length_factor);
    } else if (span_eqz(key, "word-penalty")) {
        ok = parse_float(value, 0, 0, &none); /* we have none */
    }
    return ok || unsupported(key, value, err);
}

bool
nn_decoding_parse(struct nn_decoding *ret, struct span yml, struct err *err)
{
    struct nn_decoding d = {.normalize = -1};

    if (yml.len > NN_YML_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "the options are too long");
    if (!yml_read(yml, on_decoding, &d, err))
        return false;
    *ret = d;
    return true;
}
