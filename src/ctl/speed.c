/* SPDX-License-Identifier: ISC */
#include "ctl/speed.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/hist.h"
#include "base/mem.h"
#include "nn/batcher.h"

/* What the batcher's threads report to. */
struct tally {
    pthread_mutex_t lock;
    pthread_cond_t zero; /* under_way became 0 */
    size_t under_way, done, failed;
    double words;
    struct hist latency_us;
};

struct text {
    struct batcher_request r; /* must be first */
    struct tally *tally;
    size_t words;
    int64_t since_us;
};

size_t
speed_words(struct span text)
{
    bool inside = false;
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++) {
        bool space = text.p[i] == ' ' || (text.p[i] >= 9 && text.p[i] <= 13);
        n += !space && !inside;
        inside = !space;
    }
    return n;
}

static void
on_done(struct batcher_request *r)
{
    struct text *t = (struct text *)r;
    struct tally *tally = t->tally;
    int64_t us = clock_mono_us() - t->since_us;

    free(r->translation);
    r->translation = NULL;
    pthread_mutex_lock(&tally->lock);
    if (r->ok) {
        tally->done++;
        tally->words += (double)t->words;
        hist_add(&tally->latency_us, (uint64_t)us);
    } else {
        tally->failed++;
    }
    if (--tally->under_way == 0)
        pthread_cond_signal(&tally->zero);
    pthread_mutex_unlock(&tally->lock);
}

static void
wait_for_all(struct tally *tally)
{
    pthread_mutex_lock(&tally->lock);
    while (tally->under_way > 0)
        pthread_cond_wait(&tally->zero, &tally->lock);
    pthread_mutex_unlock(&tally->lock);
}

static bool
submit(struct batcher *b, struct text *t, struct err *err)
{
    struct tally *tally = t->tally;

    pthread_mutex_lock(&tally->lock);
    tally->under_way++;
    pthread_mutex_unlock(&tally->lock);
    t->since_us = clock_mono_us();
    if (batcher_submit(b, &t->r, err))
        return true;
    pthread_mutex_lock(&tally->lock);
    tally->under_way--;
    pthread_mutex_unlock(&tally->lock);
    return false;
}

/* All texts once. */
static bool
round_of(struct batcher *b, const struct speed_cfg *cfg, struct text *texts,
    struct err *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < cfg->n_texts; i++) {
        ok = submit(b, &texts[i], err);
        if (cfg->alone)
            wait_for_all(texts[i].tally);
    }
    wait_for_all(texts[0].tally);
    return ok;
}

static bool
run(struct batcher *b, const struct speed_cfg *cfg, struct text *texts,
    struct speed *ret, struct err *err)
{
    struct tally *tally = texts[0].tally;
    int64_t start, us = 0;
    bool ok = round_of(b, cfg, texts, err); /* not measured */

    tally->done = tally->failed = 0;
    tally->words = 0;
    tally->latency_us = (struct hist){0};
    start = clock_mono_us();
    while (ok && us < (int64_t)cfg->ms * 1000) {
        ok = round_of(b, cfg, texts, err);
        us = clock_mono_us() - start;
    }
    if (ok && tally->done == 0)
        ok = err_set(err, FAIL_SYSTEM, "no text could be translated: %.150s",
            texts[0].r.err.text);
    *ret =
        (struct speed){.words_s = us > 0 ? tally->words * 1e6 / (double)us : 0,
            .mean_ms = hist_mean(&tally->latency_us) / 1e3,
            .p95_ms = (double)hist_quantile(&tally->latency_us, 0.95) / 1e3,
            .texts = tally->done,
            .failed = tally->failed};
    return ok;
}

bool
speed_measure(const struct model *m, const struct speed_cfg *cfg,
    struct speed *ret, struct err *err)
{
    struct batcher_cfg bc = {.threads = cfg->threads,
        .rows = cfg->rows,
        .waiting_max = (int)cfg->n_texts,
        .beam_max = cfg->beam};
    struct tally tally = {
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, .done = 0};
    struct text *texts;
    struct batcher *b;
    bool ok;

    if (cfg->n_texts == 0)
        return err_set(err, FAIL_BAD_INPUT, "there are no texts");
    b = batcher_new(m, &bc, err);
    if (!b)
        return false;
    texts = xcalloc(cfg->n_texts, sizeof(*texts));
    for (size_t i = 0; i < cfg->n_texts; i++) {
        texts[i].r.text = cfg->texts[i];
        texts[i].r.beam = cfg->beam;
        texts[i].r.done = on_done;
        texts[i].tally = &tally;
        texts[i].words = speed_words(cfg->texts[i]);
    }
    ok = run(b, cfg, texts, ret, err);
    batcher_free(b);
    free(texts);
    return ok;
}
