/* SPDX-License-Identifier: ISC */
#include "nn/tool/calibrate.h"

#include <math.h>
#include <string.h>

#include "base/tap.h"
#include "nn/batcher.h"
#include "nn/testing.h"

static void
lines_make(struct span *lines)
{
    for (size_t i = 0; i < TESTING_LINES; i++)
        lines[i] = span_of(testing_lines[i]);
}

static float
alpha_of(const struct calibration *c, const char *name)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->alphas[i].name, name) == 0)
            return c->alphas[i].alpha;
    return 0;
}

static void
every_product_of_a_model_gets_a_constant(void)
{
    struct testing t;
    struct span lines[TESTING_LINES];
    struct calibration c;
    struct err err = {0};

    testing_make(&t,
        &(struct synth_spec){.kind = SYNTH_RANDOM, .seed = 2, .float32 = true},
        "bin");
    struct model_files f = testing_files(&t, false, true);

    lines_make(lines);
    testing_need(calibrate(&c, &f, lines, TESTING_LINES, &err), &err);
    /* 2 encoder layers of 6, 2 decoder layers of 8, the output. */
    CHECK(c.n == 2 * 6 + 2 * 8 + 1);
    CHECK(alpha_of(&c, "encoder_l1_self_Wq") > 0);
    CHECK(alpha_of(&c, "encoder_l1_self_Wq") ==
          alpha_of(&c, "encoder_l1_self_Wv"));
    CHECK(alpha_of(&c, "decoder_l1_context_Wk") ==
          alpha_of(&c, "decoder_l2_context_Wv"));
    CHECK(alpha_of(&c, "decoder_l2_ffn_W2") > 0);
    CHECK(alpha_of(&c, "Wemb") > 0);
    for (size_t i = 0; i < c.n; i++)
        CHECK(quantise_wants(c.alphas[i].name));
    calibration_free(&c);
    CHECK(!calibrate(&c, &f, lines, 0, &err) && c.n == 0);
    testing_remove(&t);
}

/* A copy model still copies once it is int8 by our own constants. */
static void
a_calibrated_model_translates_as_before(void)
{
    struct testing t;
    struct span lines[TESTING_LINES];
    struct calibration c;
    struct err err = {0};
    char path[128];
    struct model *m;

    testing_make(&t,
        &(struct synth_spec){
            .arch = SYNTH_TINY, .kind = SYNTH_COPY, .seed = 4, .float32 = true},
        "bin");
    struct model_files f = testing_files(&t, false, true);

    lines_make(lines);
    testing_need(calibrate(&c, &f, lines, 8, &err), &err);
    snprintf(path, sizeof(path), "%s/int8.bin", t.dir);
    testing_need(quantise_file(t.path[0], path, c.alphas, c.n, &err), &err);
    f.weights = path;
    m = model_open(&f, PRECISION_INT8, &err);
    testing_need(m != NULL, &err);
    CHECK(model_bytes(m) > 0);
    for (size_t i = 0; i < TESTING_LINES; i++)
        CHECK(testing_same(m, testing_lines[i]));
    model_free(m);
    calibration_free(&c);
    unlink(path);
    testing_remove(&t);
}

int
main(void)
{
    RUN(every_product_of_a_model_gets_a_constant);
    RUN(a_calibrated_model_translates_as_before);
    return tap_end();
}
