/* SPDX-License-Identifier: ISC */
#include "nn/tool/quantise.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tap.h"
#include "nn/format/marian.h"
#include "nn/tool/synth.h"

static char dir[] = "/tmp/quantise_test.XXXXXX";
static char in_path[60], out_path[60], same_path[60];

static const float weights[] = {0.5F, -1, 0.25F, 0, 1, 0.7F};
static const float one = 4;

static bool
write_model(const float *w, uint32_t rank)
{
    const struct marian_tensor t[] = {
        {SPAN("l1_ffn_W1"), MARIAN_F32, rank, {2, 3, 1, 1}, w, 24, 0},
        {SPAN("Wemb"), MARIAN_F32, 2, {2, 3, 1, 1}, weights, 24, 0},
        {SPAN("l1_ffn_b1"), MARIAN_F32, 2, {1, 3, 1, 1}, weights, 12, 0},
        {SPAN("l1_Wo_ln_bias"), MARIAN_F32, 2, {1, 3, 1, 1}, weights, 12, 0},
        {SPAN("Wemb_QuantMultA"), MARIAN_F32, 2, {1, 1, 1, 1}, &one, 4, 0},
        {SPAN("none_QuantMultA"), MARIAN_F32, 2, {1, 1, 1, 1}, &one, 4, 0},
    };

    return marian_write(in_path, t, 6, NULL);
}

static void
matrices_are_known_by_their_names(void)
{
    CHECK(quantise_wants("encoder_l1_self_Wq"));
    CHECK(quantise_wants("decoder_l2_ffn_W1"));
    CHECK(quantise_wants("decoder_l1_rnn_W"));
    CHECK(quantise_wants("decoder_l1_rnn_Wf"));
    CHECK(quantise_wants("Wemb") && quantise_wants("encoder_Wemb"));
    CHECK(!quantise_wants("encoder_l1_self_Wo_ln_bias"));
    CHECK(!quantise_wants("encoder_l1_self_bq"));
    CHECK(!quantise_wants("encoder_l1_self_Wq_QuantMultA"));
    CHECK(!quantise_wants("Wemb_QuantMultA"));
    CHECK(!quantise_wants("W") && !quantise_wants(""));
}

static void
weights_are_turned_scaled_and_rounded(void)
{
    const struct marian_alpha alphas[] = {{"l1_ffn_W1", 30}, {"Wemb", 20}};
    struct err err = {0};
    const struct marian_tensor *t;
    struct marian *m, *q;
    float f;

    CHECK(write_model(weights, 2));
    m = marian_open(in_path, &err);
    q = m ? quantise(m, alphas, 2, &err) : NULL;
    marian_close(m); /* q has copies */
    if (!CHECK(q != NULL))
        return;
    t = marian_find(q, "l1_ffn_W1");
    CHECK(t->type == MARIAN_I8 && t->dims[0] == 2 && t->dims[1] == 3);
    CHECK(t->quant_mult == 127 && t->bytes == 6);
    /* 0.5 * 127 = 63.5 becomes 64, which is even. */
    CHECK(memcmp(t->data, (int8_t[]){64, 0, -127, 127, 32, 89}, 6) == 0);
    t = marian_find(q, "Wemb");
    CHECK(memcmp(t->data, (int8_t[]){64, -127, 32, 0, 127, 89}, 6) == 0);
    t = marian_find(q, "l1_ffn_b1");
    CHECK(t->type == MARIAN_F32 && memcmp(t->data, weights, 12) == 0);
    CHECK(marian_scalar(q, "l1_ffn_W1_QuantMultA", &f) && f == 30);
    CHECK(marian_scalar(q, "Wemb_QuantMultA", &f) && f == 20);
    CHECK(marian_scalar(q, "none_QuantMultA", &f) && f == 4);
    marian_close(q);
}

static void
what_cannot_be_quantised_is_refused(void)
{
    float bad[6] = {0};
    struct err err = {0};

    CHECK(write_model(bad, 2)); /* all zero is fine */
    CHECK(quantise_file(in_path, out_path, NULL, 0, &err));
    bad[4] = NAN;
    CHECK(write_model(bad, 2));
    CHECK(!quantise_file(in_path, out_path, NULL, 0, &err));
    CHECK(strstr(err.text, "l1_ffn_W1 has numbers that are none"));
    bad[4] = 1e-40F;
    CHECK(write_model(bad, 2));
    CHECK(!quantise_file(in_path, out_path, NULL, 0, &err));
    CHECK(strstr(err.text, "too small"));
    CHECK(write_model(weights, 3));
    CHECK(!quantise_file(in_path, out_path, NULL, 0, &err));
    CHECK(strstr(err.text, "no matrix"));
    CHECK(write_model(weights, 2));
    CHECK(!quantise_file(
        in_path, out_path, &(struct marian_alpha){"Wemb", INFINITY}, 1, &err));
    CHECK(strstr(err.text, "impossible"));
}

/* A float model quantised from .npz and from .bin is the same file, and what is
 * int8 stays as it is. */
static void
files_come_out_alike(void)
{
    struct synth_spec spec = {.vocab_src = 30, .seed = 5, .float32 = true};
    struct err err = {0};
    char npz[70], command[200];

    snprintf(npz, sizeof(npz), "%s/in.npz", dir);
    CHECK(synth_model(in_path, &spec, &err));
    CHECK(synth_model(npz, &spec, &err));
    CHECK(quantise_file(in_path, out_path, NULL, 0, &err));
    CHECK(quantise_file(npz, same_path, NULL, 0, &err));
    snprintf(command, sizeof(command), "cmp -s %s %s", out_path, same_path);
    CHECK(system(command) == 0);
    CHECK(quantise_file(out_path, same_path, NULL, 0, &err));
    CHECK(system(command) == 0);
    spec.float32 = false;
    spec.no_alphas = true;
    CHECK(synth_model(same_path, &spec, &err));
    CHECK(system(command) == 0);
    unlink(npz);
}

int
main(void)
{
    if (!mkdtemp(dir))
        return 1;
    snprintf(in_path, sizeof(in_path), "%s/in.bin", dir);
    snprintf(out_path, sizeof(out_path), "%s/out.bin", dir);
    snprintf(same_path, sizeof(same_path), "%s/same.bin", dir);
    RUN(matrices_are_known_by_their_names);
    RUN(weights_are_turned_scaled_and_rounded);
    RUN(what_cannot_be_quantised_is_refused);
    RUN(files_come_out_alike);
    unlink(in_path);
    unlink(out_path);
    unlink(same_path);
    CHECK(rmdir(dir) == 0);
    tap_report("no file is left over");
    return tap_end();
}
