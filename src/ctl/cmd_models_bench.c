/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ctl/cmd.h"
#include "ctl/models.h"
#include "ctl/speed.h"
#include "ctl/texts.h"

enum {
    BATCH_ROWS = 32,
    SAMPLE_TIMES = 16, /* fill the batches of a few threads */
};

static bool
measure(const struct model *m, struct speed_cfg cfg, const char *what,
    struct err *err)
{
    struct speed s;

    if (!speed_measure(m, &cfg, &s, err))
        return false;
    printf("  %-38s %8.0f words/s", what, s.words_s);
    if (cfg.alone)
        printf("  %6.2f ms a text, p95 %.2f", s.mean_ms, s.p95_ms);
    if (s.failed)
        printf("  %zu failed", s.failed);
    putchar('\n');
    fflush(stdout);
    return true;
}

static bool
bench(const struct model *m, int beam, const struct texts *t,
    const struct opts *o, struct err *err)
{
    int cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
    struct speed_cfg cfg = {.texts = t->lines,
        .n_texts = t->n,
        .threads = 1,
        .rows = BATCH_ROWS,
        .beam = o->beam ? o->beam : beam,
        .alone = true,
        .ms = o->seconds * 1000};
    char what[64];
    bool ok = measure(m, cfg, "one text at a time, one thread", err);

    cfg.alone = false;
    snprintf(what, sizeof(what), "in batches of %d, one thread", BATCH_ROWS);
    ok = ok && measure(m, cfg, what, err);
    if (!ok || cores < 2)
        return ok;
    cfg.threads = cores;
    snprintf(
        what, sizeof(what), "in batches of %d, %d threads", BATCH_ROWS, cores);
    return measure(m, cfg, what, err);
}

static bool
take_texts(struct texts *t, const struct opts *o, const char *language,
    struct err *err)
{
    if (o->text)
        return texts_read(t, o->text, err);
    texts_sample(t, language, SAMPLE_TIMES);
    return true;
}

static bool
read_precision(const struct opts *o, enum precision *ret, struct err *err)
{
    *ret = PRECISION_INT8;
    return !o->precision || precision_parse(o->precision, ret) ||
           err_set(
               err, FAIL_BAD_INPUT, "--precision is int8, bfloat16 or float32");
}

bool
cmd_models_bench(struct client *c, const struct opts *o, struct err *err)
{
    struct texts *t = xcalloc(1, sizeof(*t));
    struct manifest m;
    enum precision precision;
    char *folder = NULL;
    struct model *model = NULL;
    int64_t start;
    bool ok;

    (void)c;
    ok = read_precision(o, &precision, err) &&
         (folder = models_find(o, o->args[0], &m, err)) != NULL &&
         take_texts(t, o, m.source, err);
    start = clock_mono_us();
    ok = ok && (model = model_open_dir(folder, precision, err)) != NULL;
    if (ok) {
        printf("%s %s %s, %s on %s, opened in %.0f ms, %.1f MB\n", m.name,
            m.version, m.architecture, precision_name(model_precision(model)),
            model_kernel(model), (double)(clock_mono_us() - start) / 1e3,
            (double)model_bytes(model) / 1e6);
        fflush(stdout);
        ok = bench(model, m.beam, t, o, err);
    }
    model_free(model);
    texts_fini(t);
    free(t);
    free(folder);
    return ok;
}
