/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tap.h"
#include "nn/model_impl.h"
#include "nn/testing.h"

/* A folder as OPUS-MT publishes it: weights in numpy's format, self-attention
 * in the decoder, a SentencePiece model for each language, one YAML map of
 * pieces to ids for both, and decoder.yml. */
enum { PIECES = 1000, WORDS = PIECES + 1 /* <pad> */ };

enum file { NPZ, SOURCE, TARGET, IDS, DECODER, FILES };
static const char *const names[FILES] = {"opus.spm32k.npz", "source.spm",
    "target.spm", "opus.spm32k.vocab.yml", "decoder.yml"};

static char dir[] = "/tmp/opus_test.XXXXXX";
static char path[FILES][100];

/* Pieces have other ids than their places in the file: backwards. */
static void
write_ids(void)
{
    struct vocab *v = vocab_open(path[SOURCE], NULL);
    FILE *f = fopen(path[IDS], "we");

    CHECK(v != NULL && vocab_size(v) == PIECES);
    fprintf(f, "</s>: 0\n<unk>: 1\n");
    for (uint32_t i = 2; i < PIECES; i++)
        fprintf(
            f, "\"%.*s\": %u\n", SPAN_ARG(vocab_piece(v, i)), PIECES + 1 - i);
    fprintf(f, "<pad>: %d\n", PIECES);
    fclose(f);
    vocab_close(v);
}

static void
write_decoder(const char *text)
{
    FILE *f = fopen(path[DECODER], "we");

    fputs(text, f);
    fclose(f);
}

static void
folder_is_made(void)
{
    const struct synth_vocab vocab = {.size = PIECES, .byte_fallback = true};
    const struct synth_spec spec = {.arch = SYNTH_TINY,
        .kind = SYNTH_COPY,
        .seed = 2,
        .vocab_src = WORDS,
        .self_attention = true,
        .swish = true,
        .float32 = true,
        .deflate = true};
    struct err err = {0};

    for (int i = 0; i < FILES; i++)
        snprintf(path[i], sizeof(path[i]), "%s/%s", dir, names[i]);
    CHECK(synth_vocab(path[SOURCE], &vocab, NULL, &err));
    CHECK(synth_vocab(path[TARGET], &vocab, NULL, &err));
    CHECK(synth_model(path[NPZ], &spec, &err));
    write_ids();
    write_decoder("relative-paths: true\nbeam-size: 6\nnormalize: 0.6\n"
                  "max-length-factor: 3\n");
}

static void
folder_translates_in_every_precision(void)
{
    static const enum precision precision[] = {
        PRECISION_FLOAT32, PRECISION_INT8};

    for (size_t p = 0; p < 2; p++) {
        struct err err = {0};
        struct model *m = model_open_dir(dir, precision[p], &err);
        size_t same = 0;
        if (!CHECK(m != NULL)) {
            printf("# %s\n", err.text);
            continue;
        }
        CHECK(!model_shape(m).ssru && model_shape(m).vocab_trg == WORDS);
        CHECK(vocab_eos(model_vocab_src(m)) == 0);
        for (size_t i = 0; i < TESTING_LINES; i++)
            same += testing_same(m, testing_lines[i]);
        if (!CHECK(same >= TESTING_LINES - 1))
            printf("# %zu of %d\n", same, TESTING_LINES);
        model_free(m);
    }
}

static void
decoder_yml_says_how_to_search(void)
{
    struct err err = {0};
    struct model *m = model_open_dir(dir, PRECISION_INT8, &err);
    struct search *s;

    if (CHECK(m != NULL)) {
        CHECK(m->decoding.beam == 6);
        CHECK(fabsf(m->decoding.normalize - 0.6F) < 1e-6F);
        s = search_new(m, NULL);
        CHECK(search_out_max(s, 10) == 30);
        search_free(s);
        s = search_new(m, &(struct search_cfg){.length_factor = 4});
        CHECK(search_out_max(s, 10) == 40);
        search_free(s);
    }
    model_free(m);
    write_decoder("beam-size: many\n");
    CHECK(!model_open_dir(dir, PRECISION_INT8, &err));
    CHECK(strstr(err.text, "beam-size many is not supported"));
    unlink(path[DECODER]);
    m = model_open_dir(dir, PRECISION_INT8, &err);
    if (CHECK(m != NULL)) {
        s = search_new(m, NULL);
        CHECK(search_out_max(s, 10) == 20);
        search_free(s);
    }
    model_free(m);
}

/* A file of the folder with codes. */
static FILE *
open_there(const char *folder, const char *name)
{
    char file[160];

    snprintf(file, sizeof(file), "%s/%s", folder, name);
    return fopen(file, "we");
}

/* Letters, a few joins of them, and marks. */
static void
write_codes(const char *folder)
{
    static const char *const words[] = {"</s>", "<unk>", ".", ",", "!", "?",
        "&apos;s", "th@@", "the", "re@@", NULL};
    static const char *const both[] = {"source.bpe", "target.bpe"};
    FILE *f = open_there(folder, "opus.bpe32k.vocab.yml");
    int n = 0;

    for (; words[n]; n++)
        fprintf(f, "\"%s\": %d\n", words[n], n);
    for (int c = 'A'; c <= 'z'; c++)
        if (c <= 'Z' || c >= 'a') {
            fprintf(f, "%c: %d\n", c, n++);
            fprintf(f, "%c@@: %d\n", c, n++);
        }
    for (; n < WORDS; n++)
        fprintf(f, "filler%d: %d\n", n, n);
    fclose(f);
    for (int i = 0; i < 2; i++) {
        f = open_there(folder, both[i]);
        fprintf(f, "#version: 0.2\nt h\nth e</w>\nr e\n");
        fclose(f);
    }
}

/* OPUS-MT's older models. */
static void
codes_of_subword_nmt_are_understood(void)
{
    static const char *const files[] = {
        "model.npz", "source.bpe", "target.bpe", "opus.bpe32k.vocab.yml"};
    char folder[64], file[160];
    struct err err = {0};
    struct model *m;
    size_t same = 0;

    snprintf(folder, sizeof(folder), "%s/en-en", dir);
    CHECK(mkdir(folder, 0755) == 0);
    snprintf(file, sizeof(file), "%s/model.npz", folder);
    CHECK(link(path[NPZ], file) == 0);
    write_codes(folder);
    m = model_open_dir(folder, PRECISION_INT8, &err);
    if (CHECK(m != NULL)) {
        CHECK(vocab_size(model_vocab_src(m)) == WORDS);
        for (size_t i = 0; i < TESTING_LINES; i++)
            same += testing_same(m, testing_lines[i]);
        if (!CHECK(same >= TESTING_LINES - 2)) /* one is too long in letters */
            printf("# %zu of %d\n", same, TESTING_LINES);
    } else {
        printf("# %s\n", err.text);
    }
    model_free(m);
    snprintf(file, sizeof(file), "%s/%s", folder, files[3]);
    CHECK(unlink(file) == 0);
    CHECK(!model_open_dir(folder, PRECISION_INT8, &err));
    CHECK(strstr(err.text, "codes need a vocab.yml"));
    for (int i = 0; i < 3; i++) {
        snprintf(file, sizeof(file), "%s/%s", folder, files[i]);
        CHECK(unlink(file) == 0);
    }
    CHECK(rmdir(folder) == 0);
}

static void
half_a_folder_is_refused(void)
{
    struct err err = {0};

    unlink(path[TARGET]);
    CHECK(!model_open_dir(dir, PRECISION_INT8, &err));
    CHECK(strstr(err.text, "vocabulary"));
    unlink(path[NPZ]);
    CHECK(!model_open_dir(dir, PRECISION_INT8, &err));
    CHECK(strstr(err.text, "model.npz"));
}

int
main(void)
{
    if (!mkdtemp(dir))
        return 1;
    RUN(folder_is_made);
    RUN(folder_translates_in_every_precision);
    RUN(decoder_yml_says_how_to_search);
    RUN(codes_of_subword_nmt_are_understood);
    RUN(half_a_folder_is_refused);
    unlink(path[SOURCE]);
    unlink(path[IDS]);
    CHECK(rmdir(dir) == 0);
    tap_report("no file is left over");
    return tap_end();
}
