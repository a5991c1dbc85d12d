/* SPDX-License-Identifier: ISC */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/format/vocab.h"
#include "nn/tool/quantise.h"
#include "nn/tool/synth.h"

/*
 * meeshy-synth - synthetic models from the command line, for tests and benches.
 */
static const char usage[] =
    "usage: meeshy-synth vocab OUT [--size N] [--bpe] [--bytes]\n"
    "           [--text FILE] [--normaliser NAME]\n"
    "       meeshy-synth model OUT.bin|OUT.npz [--arch micro|tiny|base-memory|\n"
    "           base|opus] [--kind random|copy] [--seed N] [--vocab N[,N]]\n"
    "           [--spm FILE] [--pairs FILE] [--gain X] [--eos-bias X]\n"
    "           [--jitter X] [--float32] [--deflate] [--no-alphas]\n"
    "           [--self-attention] [--swish]\n"
    "       meeshy-synth shortlist OUT [--vocab N[,N]] [--seed N] [--short]\n"
    "       meeshy-synth quantise OUT IN\n"
    "--pairs has lines of two words, --spm says which pieces they are; without\n"
    "it the words are ids.\n";

enum { PAIRS_MAX = 10000 };

struct args {
    struct synth_spec spec;
    struct synth_vocab vocab;
    const char *text, *spm, *pairs;
    bool short_offsets;
};

enum option_code {
    OPT_ARCH = 256,
    OPT_BPE,
    OPT_BYTES,
    OPT_DEFLATE,
    OPT_EOS_BIAS,
    OPT_FLOAT32,
    OPT_GAIN,
    OPT_JITTER,
    OPT_KIND,
    OPT_NO_ALPHAS,
    OPT_NORMALISER,
    OPT_PAIRS,
    OPT_SEED,
    OPT_SELF_ATTENTION,
    OPT_SHORT,
    OPT_SIZE,
    OPT_SPM,
    OPT_SWISH,
    OPT_TEXT,
    OPT_VOCAB,
};

static const struct option options[] = {
    {"arch", required_argument, NULL, OPT_ARCH},
    {"bpe", no_argument, NULL, OPT_BPE},
    {"bytes", no_argument, NULL, OPT_BYTES},
    {"deflate", no_argument, NULL, OPT_DEFLATE},
    {"eos-bias", required_argument, NULL, OPT_EOS_BIAS},
    {"float32", no_argument, NULL, OPT_FLOAT32},
    {"gain", required_argument, NULL, OPT_GAIN},
    {"jitter", required_argument, NULL, OPT_JITTER},
    {"kind", required_argument, NULL, OPT_KIND},
    {"no-alphas", no_argument, NULL, OPT_NO_ALPHAS},
    {"normaliser", required_argument, NULL, OPT_NORMALISER},
    {"pairs", required_argument, NULL, OPT_PAIRS},
    {"seed", required_argument, NULL, OPT_SEED},
    {"self-attention", no_argument, NULL, OPT_SELF_ATTENTION},
    {"short", no_argument, NULL, OPT_SHORT},
    {"size", required_argument, NULL, OPT_SIZE},
    {"spm", required_argument, NULL, OPT_SPM},
    {"swish", no_argument, NULL, OPT_SWISH},
    {"text", required_argument, NULL, OPT_TEXT},
    {"vocab", required_argument, NULL, OPT_VOCAB},
    {NULL, 0, NULL, 0},
};

static bool
set_kind(struct args *a, const char *name)
{
    a->spec.kind = strcmp(name, "copy") == 0 ? SYNTH_COPY : SYNTH_RANDOM;
    return a->spec.kind == SYNTH_COPY || strcmp(name, "random") == 0;
}

static bool
set_vocab(struct args *a, const char *text)
{
    struct span rest = span_of(text), first = span_cut(&rest, ',');
    long long src, trg = 0;

    if (!span_int(first, 2, VOCAB_SIZE_MAX, &src) ||
        (rest.p && !span_int(rest, 2, VOCAB_SIZE_MAX, &trg)))
        return false;
    a->spec.vocab_src = (uint32_t)src;
    a->spec.vocab_trg = (uint32_t)trg;
    return true;
}

static bool
set_option(struct args *a, int option)
{
    switch (option) {
    case OPT_ARCH:
        return synth_arch_parse(optarg, &a->spec.arch);
    case OPT_BPE:
        return a->vocab.bpe = true;
    case OPT_BYTES:
        return a->vocab.byte_fallback = true;
    case OPT_DEFLATE:
        return a->spec.deflate = true;
    case OPT_EOS_BIAS:
        a->spec.eos_bias = strtof(optarg, NULL);
        return true;
    case OPT_FLOAT32:
        return a->spec.float32 = true;
    case OPT_GAIN:
        a->spec.gain = strtof(optarg, NULL);
        return true;
    case OPT_JITTER:
        a->spec.jitter = strtof(optarg, NULL);
        return true;
    case OPT_KIND:
        return set_kind(a, optarg);
    case OPT_NO_ALPHAS:
        return a->spec.no_alphas = true;
    case OPT_NORMALISER:
        return (a->vocab.normaliser = optarg) != NULL;
    case OPT_PAIRS:
        return (a->pairs = optarg) != NULL;
    case OPT_SEED:
        a->spec.seed = strtoull(optarg, NULL, 10);
        return true;
    case OPT_SELF_ATTENTION:
        return a->spec.self_attention = true;
    case OPT_SHORT:
        return a->short_offsets = true;
    case OPT_SIZE:
        a->vocab.size = (uint32_t)strtoul(optarg, NULL, 10);
        return true;
    case OPT_SPM:
        return (a->spm = optarg) != NULL;
    case OPT_SWISH:
        return a->spec.swish = true;
    case OPT_TEXT:
        return (a->text = optarg) != NULL;
    case OPT_VOCAB:
        return set_vocab(a, optarg);
    default:
        return false;
    }
}

/* The piece that a word is, or the id that it says; false for none. */
static bool
find_word(const struct vocab *v, struct span word, uint32_t *ret)
{
    char piece[100];
    long long id;

    if (!v) {
        if (!span_int(word, 0, VOCAB_SIZE_MAX, &id))
            return false;
        *ret = (uint32_t)id;
        return true;
    }
    snprintf(piece, sizeof(piece), "\xe2\x96\x81%.*s", SPAN_ARG(word));
    *ret = vocab_find(v, span_of(piece));
    return *ret != vocab_unk(v);
}

/* The pairs of the file that the vocabulary has; the caller frees them. */
static bool
read_pairs(struct args *a, const struct vocab *v, struct err *err)
{
    struct synth_pair *pairs;
    FILE *f = fopen(a->pairs, "re");
    char line[200];

    if (!f)
        return err_set(err, FAIL_NOT_FOUND, "open %s: %m", a->pairs);
    pairs = xcalloc(PAIRS_MAX, sizeof(*pairs));
    a->spec.pairs = pairs;
    while (a->spec.n_pairs < PAIRS_MAX && fgets(line, sizeof(line), f)) {
        struct span rest = span_trim(span_of(line));
        struct span src = span_cut(&rest, ' '), trg = span_trim(rest);
        struct synth_pair *p = &pairs[a->spec.n_pairs];
        if (find_word(v, src, &p->src) && find_word(v, trg, &p->trg))
            a->spec.n_pairs++;
    }
    fclose(f);
    return true;
}

static bool
make_model(struct args *a, const char *out, struct err *err)
{
    struct vocab *v = NULL;
    bool ok = false;

    if (a->spm && !(v = vocab_open(a->spm, err)))
        return false;
    if (v && !a->spec.vocab_src)
        a->spec.vocab_src = vocab_size(v);
    if (!a->pairs || read_pairs(a, v, err))
        ok = synth_model(out, &a->spec, err);
    free((void *)(uintptr_t)a->spec.pairs);
    vocab_close(v);
    return ok;
}

static bool
make(struct args *a, const char *what, char **files, int n, struct err *err)
{
    struct synth_spec *s = &a->spec;

    if (strcmp(what, "vocab") == 0 && n == 1)
        return synth_vocab(files[0], &a->vocab, a->text, err);
    if (strcmp(what, "model") == 0 && n == 1)
        return make_model(a, files[0], err);
    if (strcmp(what, "shortlist") == 0 && n == 1)
        return synth_shortlist(files[0], s->vocab_src,
            s->vocab_trg ? s->vocab_trg : s->vocab_src, s->seed,
            a->short_offsets, err);
    if (strcmp(what, "quantise") == 0 && n == 2)
        return quantise_file(files[1], files[0], NULL, 0, err);
    fputs(usage, stderr);
    return err_set(err, FAIL_BAD_INPUT, "cannot make a \"%s\"", what);
}

int
main(int argc, char **argv)
{
    struct args a = {
        .spec = {.arch = SYNTH_TINY, .seed = 1}, .vocab = {.size = 1000}};
    struct err err = {0};
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        if (!set_option(&a, option)) {
            fputs(usage, stderr);
            return 2;
        }
    if (argc - optind < 2) {
        fputs(usage, stderr);
        return 2;
    }
    if (!a.spec.vocab_src && !a.spm)
        a.spec.vocab_src = 32000;
    if (!make(&a, argv[optind], argv + optind + 1, argc - optind - 1, &err)) {
        fprintf(stderr, "meeshy-synth: %s\n", err.text);
        return 1;
    }
    return 0;
}
