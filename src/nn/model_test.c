/* SPDX-License-Identifier: ISC */
#include "nn/model.h"

#include <string.h>
#include <sys/stat.h>

#include "base/tap.h"
#include "nn/format/marian.h"
#include "nn/format/vocab.h"
#include "nn/testing.h"

static struct testing files; /* a micro model and what belongs to it */

static void
a_model_says_what_it_is(void)
{
    struct model_files f = testing_files(&files, false, true);
    struct err err = {0};
    struct model *m = model_open(&f, PRECISION_INT8, &err);
    struct model_shape s;

    testing_need(m != NULL, &err);
    s = model_shape(m);
    CHECK(s.dim == 64 && s.ffn == 128 && s.heads == 4);
    CHECK(s.enc_depth == 2 && s.dec_depth == 2 && s.ssru && s.tied);
    CHECK(s.vocab_src == 1000 && s.vocab_trg == 1000);
    CHECK(model_precision(m) == PRECISION_INT8 && model_shortlist(m));
    CHECK(model_vocab_src(m) == model_vocab_trg(m));
    CHECK(vocab_size(model_vocab_src(m)) == 1000);
    CHECK(model_bytes(m) > 150000 && model_bytes(m) < (64u << 20));
    CHECK(strlen(model_kernel(m)) > 0);
    CHECK(model_cost(m).candidate == 64);
    /* 2 (4 64^2 + 2 64 128) + 2 2 64^2 */
    CHECK(model_cost(m).source == 2 * (4 * 4096 + 2 * 8192) + 2 * 2 * 4096);
    CHECK(model_cost(m).target == 2 * (4 * 4096 + 2 * 8192));
    model_free(m);
    model_free(NULL);
}

static void
precisions_have_names(void)
{
    enum precision p;

    CHECK(precision_parse("int8", &p) && p == PRECISION_INT8);
    CHECK(precision_parse("fp32", &p) && p == PRECISION_FLOAT32);
    CHECK(precision_parse("bfloat16", &p) && p == PRECISION_BFLOAT16);
    CHECK(!precision_parse("int4", &p) && p == PRECISION_BFLOAT16);
    for (p = PRECISION_FLOAT32; p <= PRECISION_INT8; p++) {
        enum precision back;

        CHECK(precision_parse(precision_name(p), &back) && back == p);
    }
}

static bool
refused(const struct model_files *f, const char *why)
{
    struct err err = {0};
    struct model *m = model_open(f, PRECISION_INT8, &err);

    if (m) {
        model_free(m);
        return false;
    }
    if (!strstr(err.text, why))
        printf("# %s\n", err.text);
    return strstr(err.text, why) != NULL;
}

static void
files_that_are_missing_or_something_else_are_refused(void)
{
    struct model_files f = testing_files(&files, false, true);

    f.weights = "/nonexistent/model.bin";
    CHECK(refused(&f, "/nonexistent/model.bin"));
    f = testing_files(&files, false, true);
    f.weights = files.path[1];
    CHECK(refused(&f, ""));
    f = testing_files(&files, false, true);
    f.vocab_src = files.path[0];
    CHECK(refused(&f, ""));
    f.vocab_src = NULL;
    CHECK(refused(&f, "no vocabulary"));
    f = testing_files(&files, false, true);
    f.shortlist = files.path[0];
    CHECK(refused(&f, ""));
    f = testing_files(&files, false, true);
    f.options = "/nonexistent/model.yml";
    CHECK(refused(&f, "/nonexistent/model.yml"));
}

/* The model with one tensor changed. */
static bool
refused_with(
    const char *name, void (*change)(struct marian_tensor *t), const char *why)
{
    struct err err = {0};
    struct marian *m = marian_open(files.path[0], &err);
    const struct marian_tensor *all;
    struct marian_tensor *mine;
    struct model_files f = testing_files(&files, false, true);
    char path[128];
    size_t n, kept = 0;
    bool ok;

    testing_need(m != NULL, &err);
    n = marian_tensors(m, &all);
    mine = xcalloc(n, sizeof(*mine));
    for (size_t i = 0; i < n; i++) {
        mine[kept] = all[i];
        if (span_eqz(all[i].name, name)) {
            if (!change)
                continue;
            change(&mine[kept]);
        }
        kept++;
    }
    snprintf(path, sizeof(path), "%s/changed.bin", files.dir);
    testing_need(marian_write(path, mine, kept, &err), &err);
    f.weights = path;
    ok = refused(&f, why);
    unlink(path);
    free(mine);
    marian_close(m);
    return ok;
}

static void
swap_dims(struct marian_tensor *t)
{
    uint32_t d = t->dims[0];

    t->dims[0] = t->dims[1];
    t->dims[1] = d;
}

static void
halve(struct marian_tensor *t)
{
    t->dims[t->dims[0] > 1 ? 0 : 1] /= 2;
    t->bytes /= 2;
}

static void
every_tensor_must_be_there(void)
{
    struct err err = {0};
    struct marian *m = marian_open(files.path[0], &err);
    const struct marian_tensor *all;
    size_t n, needed = 0;

    testing_need(m != NULL, &err);
    n = marian_tensors(m, &all);
    for (size_t i = 0; i < n; i++) {
        char name[128];

        snprintf(name, sizeof(name), "%.*s", SPAN_ARG(all[i].name));
        if (strstr(name, "QuantMultA") || strstr(name, "logit_out_b"))
            continue;
        needed++;
        CHECK(refused_with(name, NULL, "") &&
              (strstr(name, "special") || strstr(name, "Wemb") ||
                  refused_with(name, NULL, name)));
    }
    CHECK(needed > 60);
    marian_close(m);
}

static void
shapes_must_fit(void)
{
    CHECK(refused_with("encoder_l1_ffn_W1", swap_dims, "encoder_l1_ffn_W1"));
    CHECK(refused_with("encoder_l2_self_Wq", halve, "encoder_l2_self_Wq"));
    CHECK(refused_with("decoder_l1_rnn_bf", halve, "decoder_l1_rnn_bf"));
    CHECK(refused_with(
        "decoder_l2_context_Wo_ln_scale", halve, "context_Wo_ln_scale"));
    CHECK(refused_with("Wemb", halve, "1000"));
    CHECK(refused_with("decoder_ff_logit_out_b", halve, "logit_out_b"));
}

static void
a_folder_is_searched_for_the_usual_names(void)
{
    struct model_dir d;
    struct err err = {0};
    struct model *m;
    char path[128];

    CHECK(!model_dir_find(&d, "/nonexistent", &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    testing_need(model_dir_find(&d, files.dir, &err), &err);
    CHECK(strcmp(d.files.weights, files.path[0]) == 0);
    CHECK(strcmp(d.files.vocab_src, files.path[1]) == 0);
    CHECK(!d.files.vocab_trg);
    CHECK(strcmp(d.files.shortlist, files.path[3]) == 0);
    model_dir_free(&d);
    m = model_open_dir(files.dir, PRECISION_INT8, &err);
    CHECK(m != NULL);
    model_free(m);

    /* Mozilla's names. */
    snprintf(path, sizeof(path), "%s/x", files.dir);
    CHECK(mkdir(path, 0700) == 0);
    static const char *const names[] = {"model.enfr.intgemm.alphas.bin",
        "srcvocab.enfr.spm", "trgvocab.enfr.spm", "lex.50.50.enfr.s2t.bin"};
    for (size_t i = 0; i < 4; i++) {
        char link_path[256];

        CHECK(!model_dir_find(&d, path, &err));
        snprintf(link_path, sizeof(link_path), "%s/%s", path, names[i]);
        CHECK(symlink(files.path[i], link_path) == 0);
        if (i == 2)
            break;
    }
    CHECK(model_dir_find(&d, path, &err) && d.files.vocab_trg &&
          !d.files.shortlist);
    model_dir_free(&d);
    for (size_t i = 0; i < 3; i++) {
        char link_path[256];

        snprintf(link_path, sizeof(link_path), "%s/%s", path, names[i]);
        unlink(link_path);
    }
    rmdir(path);
}

int
main(void)
{
    testing_make(
        &files, &(struct synth_spec){.kind = SYNTH_RANDOM, .seed = 1}, "bin");
    RUN(a_model_says_what_it_is);
    RUN(precisions_have_names);
    RUN(files_that_are_missing_or_something_else_are_refused);
    RUN(every_tensor_must_be_there);
    RUN(shapes_must_fit);
    RUN(a_folder_is_searched_for_the_usual_names);
    testing_remove(&files);
    return tap_end();
}
