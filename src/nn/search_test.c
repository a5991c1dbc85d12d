/* SPDX-License-Identifier: ISC */
#include "nn/search.h"

#include <math.h>
#include <string.h>

#include "nn/format/vocab.h"
#include "nn/kernel/kernel.h"
#include "nn/testing_texts.h"

/* Runs with every kernel in turn: see meson.build. */

static struct texts *
translate(const struct model *m, uint32_t rows, uint8_t beam, bool alignment)
{
    struct search_cfg cfg = {.rows = rows, .beam_max = beam, .loops = true};
    struct search *s = search_new(m, &cfg);
    struct texts *t = texts_new(m, beam, alignment);

    texts_run(s, t, rows > 8 ? 5 : 1);
    search_free(s);
    return t;
}

static size_t
copies(const struct model *m, const struct texts *t)
{
    size_t n = 0;

    for (size_t i = 0; i < texts_n; i++) {
        char *text =
            vocab_decode(model_vocab_trg(m), t->s[i].out, t->s[i].n_out);

        n += strcmp(text, texts_line(i)) == 0;
        if (strcmp(text, texts_line(i)) != 0)
            printf("# %s\n", text);
        free(text);
    }
    return n;
}

/* Copy models slip now and then, with any arithmetic; of this seed's none. */
static const struct synth_spec copy_tiny = {
    .arch = SYNTH_TINY, .kind = SYNTH_COPY, .seed = 4};

static void
a_copy_model_gives_its_input_back(void)
{
    struct model *m = testing_model(&copy_tiny, true, PRECISION_INT8);
    struct texts *t = translate(m, 32, 1, false);

    CHECK(copies(m, t) == texts_n);
    for (size_t i = 0; i < texts_n; i++) {
        CHECK(!t->s[i].cut && !t->s[i].looping);
        CHECK(t->s[i].score <= 0 && t->s[i].p_min > 0);
    }
    texts_free(t);
    model_free(m);
}

static void
a_copy_model_copies_without_shortlist_and_with_beams(void)
{
    struct model *m = testing_model(&copy_tiny, false, PRECISION_INT8);
    struct texts *t = translate(m, 12, 3, false);

    CHECK(copies(m, t) == texts_n);
    texts_free(t);
    model_free(m);
}

/* One at a time against all at once, and beams likewise. */
static void
neighbours_change(const struct model *m, uint8_t beam, const char *name)
{
    struct texts *alone = translate(m, beam, beam, true);
    struct texts *many = translate(m, 32u * beam, beam, true);
    struct texts *some = translate(m, 7u * beam, beam, false);

    if (!CHECK(texts_equal(alone, many)) || !CHECK(texts_equal(alone, some)))
        printf("# %s, beam %u\n", name, beam);
    texts_free(alone);
    texts_free(many);
    texts_free(some);
}

static void
a_translation_does_not_depend_on_its_neighbours(void)
{
    for (size_t i = 0; i < TESTING_KINDS; i++) {
        struct model *m = testing_model(&testing_kinds[i].spec,
            testing_kinds[i].shortlist, testing_kinds[i].precision);

        neighbours_change(m, 1, testing_kinds[i].name);
        neighbours_change(m, 4, testing_kinds[i].name);
        model_free(m);
    }
}

static void
bfloat16_translates_where_the_processor_has_it(void)
{
    struct synth_spec spec = {.kind = SYNTH_RANDOM, .seed = 5};
    struct err err;

    if (!kernel_has_bf16(kernel_get(&err))) {
        printf("# skipped: no bfloat16 here\n");
        return;
    }
    struct model *m = testing_model(&spec, true, PRECISION_BFLOAT16);

    neighbours_change(m, 1, "bfloat16");
    model_free(m);
    m = testing_model(&copy_tiny, true, PRECISION_BFLOAT16);
    struct texts *t = translate(m, 32, 1, false);

    CHECK(copies(m, t) == texts_n);
    texts_free(t);
    model_free(m);
}

static void
float32_copies_too(void)
{
    struct model *m = testing_model(&copy_tiny, true, PRECISION_FLOAT32);
    struct texts *t = translate(m, 32, 1, false);

    CHECK(copies(m, t) == texts_n);
    texts_free(t);
    model_free(m);
}

static void
a_beam_finds_what_is_at_least_as_likely(void)
{
    struct synth_spec spec = {.kind = SYNTH_RANDOM, .seed = 12, .eos_bias = 1};
    struct model *m = testing_model(&spec, true, PRECISION_INT8);
    struct texts *greedy = translate(m, 32, 1, false);
    struct texts *beam = translate(m, 32, 6, false);
    size_t better = 0, worse = 0;

    for (size_t i = 0; i < texts_n; i++) {
        better += beam->s[i].score > greedy->s[i].score;
        worse += beam->s[i].score < greedy->s[i].score;
    }
    CHECK(better > worse);
    texts_free(greedy);
    texts_free(beam);
    model_free(m);
}

static void
an_alignment_is_a_distribution_over_the_source(void)
{
    struct model *m = testing_model(&copy_tiny, true, PRECISION_INT8);
    struct texts *greedy = translate(m, 8, 1, true);
    struct texts *beam = translate(m, 8, 2, true);

    for (size_t i = 0; i < texts_n; i++) {
        const struct sentence *s = &greedy->s[i];

        for (uint32_t t = 0; t < s->n_out; t++) {
            float sum = 0;

            for (uint32_t k = 0; k < s->n_src; k++)
                sum += s->alignment[t * s->n_src + k];
            CHECK(fabsf(sum - 1) < 1e-5f);
        }
        /* The copy model is so sure that the beam says the same. */
        CHECK(s->n_out == beam->s[i].n_out &&
              memcmp(s->alignment, beam->s[i].alignment,
                  (size_t)s->n_out * s->n_src * sizeof(float)) == 0);
    }
    texts_free(greedy);
    texts_free(beam);
    model_free(m);
}

static void
the_length_limit_and_loops_are_reported(void)
{
    struct synth_spec spec = {
        .kind = SYNTH_RANDOM, .seed = 3, .eos_bias = -100};
    struct model *m = testing_model(&spec, true, PRECISION_INT8);
    struct search_cfg cfg = {.rows = 4, .length_factor = 1.5f};
    struct search *s = search_new(m, &cfg);
    struct texts *t = texts_new(m, 1, false);
    size_t looping = 0;

    texts_run(s, t, 2);
    for (size_t i = 0; i < texts_n; i++) {
        CHECK(t->s[i].cut || t->s[i].looping);
        CHECK(t->s[i].n_out <= search_out_max(s, t->s[i].n_src));
        CHECK(
            !t->s[i].cut || t->s[i].n_out == search_out_max(s, t->s[i].n_src));
        looping += t->s[i].looping;
    }
    printf("# %zu of %zu loop\n", looping, texts_n);
    CHECK(search_out_max(s, 10) == 15 && search_out_max(s, 11) == 17);
    CHECK(search_out_max(s, 1) == 2);
    texts_free(t);
    search_free(s);
    model_free(m);
}

static void
a_beam_says_something_for_what_has_words(void)
{
    struct synth_spec spec = {.kind = SYNTH_RANDOM, .seed = 5, .eos_bias = 100};
    struct model *m = testing_model(&spec, true, PRECISION_INT8);

    for (uint8_t beam = 2; beam <= 3; beam++) {
        struct texts *t = translate(m, 8, beam, false);

        for (size_t i = 0; i < texts_n; i++)
            CHECK(t->s[i].n_out == 1 && !t->s[i].cut);
        texts_free(t);
    }
    model_free(m);
}

static void
a_source_without_pieces_becomes_nothing(void)
{
    struct model *m = testing_model(&copy_tiny, true, PRECISION_INT8);
    struct search *s = search_new(m, NULL);
    uint32_t src[1] = {vocab_eos(model_vocab_src(m))}, out[2];
    struct sentence st = {.src = src, .n_src = 1, .out = out, .n_out = 9};
    struct sentence *list = &st;

    search_join(s, &list, 1);
    CHECK(search_step(s) == &st && st.n_out == 0 && !st.cut && !st.next);
    CHECK(search_step(s) == NULL);
    search_free(s);
    model_free(m);
}

static void
what_was_done_is_counted(void)
{
    struct model *m = testing_model(&copy_tiny, true, PRECISION_INT8);
    struct search *s = search_new(m, NULL);
    struct texts *t = texts_new(m, 1, false);
    struct search_stats st;
    uint64_t source = 0, target = 0;

    texts_run(s, t, texts_n);
    st = search_stats(s);
    for (size_t i = 0; i < texts_n; i++) {
        source += t->s[i].n_src;
        target += t->s[i].n_out;
    }
    CHECK(st.sentences == texts_n && st.source_pieces == source);
    CHECK(st.target_pieces == target);
    CHECK(st.row_steps == target + texts_n); /* each step of a row is a piece */
    CHECK(st.steps < st.row_steps && st.encode_ns > 0 && st.decode_ns > 0);
    CHECK(search_bytes(s) > 0);
    texts_free(t);
    search_free(s);
    model_free(m);
}

/* search_test [LINES]: 1, 2, 4 or 8 of them; else all. */
int
main(int argc, char **argv)
{
    struct err err;
    const struct kernel *kr = kernel_get(&err);

    if (!kr) {
        printf("1..0 # skipped: %s\n", err.text);
        return 0;
    }
    if (argc > 1)
        texts_n = strtoul(argv[1], NULL, 10);
    if (texts_n == 0 || N % texts_n != 0)
        return 2;
    printf("# kernel %s, %zu lines\n", kernel_name(kr), texts_n);
    RUN(a_copy_model_gives_its_input_back);
    RUN(a_copy_model_copies_without_shortlist_and_with_beams);
    RUN(float32_copies_too);
    RUN(bfloat16_translates_where_the_processor_has_it);
    RUN(a_translation_does_not_depend_on_its_neighbours);
    RUN(a_beam_finds_what_is_at_least_as_likely);
    RUN(an_alignment_is_a_distribution_over_the_source);
    RUN(the_length_limit_and_loops_are_reported);
    RUN(a_beam_says_something_for_what_has_words);
    RUN(a_source_without_pieces_becomes_nothing);
    RUN(what_was_done_is_counted);
    return tap_end();
}
