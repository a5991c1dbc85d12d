/* SPDX-License-Identifier: ISC */
#include "nn/format/options.h"

#include <string.h>

#include "base/buf.h"
#include "base/tap.h"

#define SHAPE                                                                  \
    "type: transformer\ndim-emb: 256\nenc-depth: 6\ndec-depth: 2\n"            \
    "transformer-heads: 8\ntransformer-dim-ffn: 1536\n"

static const char student[] =
    SHAPE "dim-vocabs:\n  - 32000\n  - 31000\ntied-embeddings-all: true\n"
          "transformer-decoder-autoreg: rnn\ndec-cell: ssru\n"
          "transformer-preprocess: \"\"\ntransformer-postprocess: dan\n"
          "transformer-postprocess-emb: d\ntransformer-postprocess-top: \"\"\n"
          "transformer-ffn-activation: relu\ntransformer-tied-layers:\n  []\n"
          "transformer-decoder-dim-ffn: 0\ninput-types: []\nversion: v1.9.0 x";

static void
student_is_understood(void)
{
    struct nn_options o;
    struct err err = {0};

    CHECK(nn_options_parse(&o, span_of(student), &err));
    CHECK(o.dim == 256 && o.ffn == 1536 && o.dec_ffn == 1536 && o.heads == 8);
    CHECK(o.enc_depth == 6 && o.dec_depth == 2);
    CHECK(o.vocab_src == 32000 && o.vocab_trg == 31000);
    CHECK(o.ssru && o.tied_all && !o.tied_trg && !o.tied_src);
    CHECK(o.activation == NN_RELU);
}

static void
what_is_not_said_is_marians_default(void)
{
    struct nn_options o;

    CHECK(nn_options_parse(&o, SPAN(SHAPE), NULL));
    CHECK(!o.ssru && !o.tied_all && o.activation == NN_SWISH);
    CHECK(o.vocab_src == 0 && o.vocab_trg == 0);
}

static void
other_networks_are_refused_by_the_name_of_the_option(void)
{
    static const struct {
        const char *line, *part;
    } table[] = {
        {"transformer-preprocess: n", "transformer-preprocess n is not"},
        {"transformer-postprocess: da", "transformer-postprocess da is not"},
        {"transformer-postprocess-emb: dn", "transformer-postprocess-emb dn"},
        {"transformer-ffn-activation: gelu", "transformer-ffn-activation"},
        {"transformer-ffn-depth: 3", "transformer-ffn-depth 3"},
        {"transformer-decoder-autoreg: average-attention", "autoreg average"},
        {"transformer-decoder-autoreg: rnn", "without dec-cell ssru"},
        {"transformer-tied-layers:\n  - 1\n  - 1", "tied-layers 1 is not"},
        {"transformer-train-position-embeddings: true", "embeddings true"},
        {"type: s2s", "type s2s is not supported"},
        {"right-left: true", "right-left true"},
        {"dim-emb: 0", "dim-emb 0"},
        {"dim-emb: 1000000", "dim-emb"},
        {"dim-emb: -3", "dim-emb"},
        {"dim-emb: [256, 256]", "too many"},
        {"dim-vocabs: [1, 2, 3]", "dim-vocabs has too many"},
        {"transformer-heads: 7", "cannot be shared"},
        {"tied-embeddings: maybe", "tied-embeddings maybe"},
        {"a: [b", "not YAML"},
        {"- x", "not YAML"},
        {"? [q]\n: 1", "no word"},
    };
    struct nn_options o = {.dim = 7};

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct buf b = {0};
        struct err err = {0};
        buf_addf(&b, "%s%s\n", SHAPE, table[i].line);
        CHECK(!nn_options_parse(&o, buf_span(&b), &err));
        if (!CHECK(strstr(err.text, table[i].part)))
            printf("# %s: %s\n", table[i].line, err.text);
        CHECK(o.dim == 7);
        buf_free(&b);
    }
    CHECK(!nn_options_parse(&o, SPAN(""), NULL));
    CHECK(!nn_options_parse(&o, SPAN("just words"), NULL));
    CHECK(!nn_options_parse(&o, SPAN("- a\n- list"), NULL));
}

static void
missing_size_is_named(void)
{
    struct nn_options o;
    struct err err = {0};

    CHECK(!nn_options_parse(&o, SPAN("type: transformer\ndim-emb: 4"), &err));
    CHECK(strstr(err.text, "does not say its enc-depth"));
}

static void
decoder_yml_of_opus_mt_is_understood(void)
{
    static const char text[] =
        "relative-paths: true\nmodels:\n  - opus.npz\nvocabs:\n"
        "  - a.yml\n  - a.yml\nbeam-size: 6\nnormalize: 0.6\n"
        "word-penalty: 0\nmini-batch: 1\nmax-length-factor: 3\n";
    struct nn_decoding d;
    struct err err = {0};

    CHECK(nn_decoding_parse(&d, span_of(text), &err));
    CHECK(d.beam == 6 && d.normalize == 0.6F && d.max_length_factor == 3);
    CHECK(nn_decoding_parse(&d, SPAN("a: b"), &err));
    CHECK(d.beam == 0 && d.normalize == -1 && d.max_length_factor == 0);
    CHECK(!nn_decoding_parse(&d, SPAN("beam-size: 0"), &err));
    CHECK(!nn_decoding_parse(&d, SPAN("normalize: nan"), &err));
    CHECK(strstr(err.text, "normalize nan"));
    CHECK(!nn_decoding_parse(&d, SPAN("word-penalty: 0.5"), &err));
}

int
main(void)
{
    RUN(student_is_understood);
    RUN(what_is_not_said_is_marians_default);
    RUN(other_networks_are_refused_by_the_name_of_the_option);
    RUN(missing_size_is_named);
    RUN(decoder_yml_of_opus_mt_is_understood);
    return tap_end();
}
