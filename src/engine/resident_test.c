/* SPDX-License-Identifier: ISC */
#include "engine/resident.h"

#include "base/bq.h"
#include "base/clock.h"
#include "base/tap.h"
#include "engine/testing_nn.h"
#include "models/depot.h"

/* In the place of models/depot.h. */
bool
depot_verify(const char *dir, const char *name, struct err *err)
{
    (void)dir;
    (void)name;
    (void)err;
    return true;
}

/* An estimate of what a model weighs is 24 MB and its file. */
enum { MB = 1024 * 1024, MODEL_BYTES = 24 * MB, WAIT_MS = 60 * 1000 };

static const struct resident_cfg roomy = {
    .bytes_max = (size_t)100 * MODEL_BYTES,
    .waiting_max = 100,
    .patience_ms = 1,
    .backoff_ms = 1};

static struct resident *
open_resident(const struct resident_cfg *cfg)
{
    pthread_mutex_lock(&toy_nn.lock);
    toy_nn.bytes = MODEL_BYTES;
    toy_nn.opened = toy_nn.open = toy_nn.open_max = toy_nn.submitted = 0;
    toy_nn.hold = toy_nn.hold_opening = false;
    toy_nn.broken[0] = '\0';
    pthread_mutex_unlock(&toy_nn.lock);
    return resident_new(cfg, NULL);
}

/* A request that can be waited for. */
struct asked {
    struct resident_request q;
    struct bq *done;
};

static void
on_done(struct resident_request *q)
{
    struct asked *a = q->user;

    bq_push(a->done, a, BQ_NOWAIT);
}

static bool
ask(struct resident *r, struct resident_model *m, struct asked *a,
    struct err *err)
{
    *a = (struct asked){.q = {.batch.text = SPAN("x"), .done = on_done}};
    a->q.user = a;
    a->done = bq_new(1);
    if (resident_submit(r, m, &a->q, err))
        return true;
    bq_free(a->done);
    return false;
}

static bool
answered(struct asked *a, const char *want)
{
    void *self;
    bool ok = bq_pop(a->done, &self, WAIT_MS) == BQ_OK;

    ok = ok && a->q.batch.ok == (want != NULL) &&
         (!want || strcmp(a->q.batch.translation, want) == 0);
    free(a->q.batch.translation);
    bq_free(a->done);
    return ok;
}

static bool
translates(struct resident *r, struct resident_model *m, const char *want)
{
    struct asked a;
    struct err err;

    return ask(r, m, &a, &err) && answered(&a, want);
}

static enum resident_state
state_of(struct resident *r, const struct resident_model *m)
{
    struct resident_model_stats s;

    resident_model_stats(r, m, &s);
    return s.state;
}

static void
a_model_is_opened_when_it_is_asked(void)
{
    struct resident *r = open_resident(&roomy);
    struct resident_model *m = resident_add(r, "/models", "fr-en", 0, 0);
    struct resident_stats s;

    CHECK(state_of(r, m) == RESIDENT_ON_DISK);
    CHECK(toy_nn_get(&toy_nn.opened) == 0);
    CHECK(translates(r, m, "fr-en(x)"));
    CHECK(translates(r, m, "fr-en(x)"));
    CHECK(state_of(r, m) == RESIDENT_OPEN);
    s = resident_stats(r);
    CHECK(s.loads == 1 && s.open == 1 && s.bytes == MODEL_BYTES);
    CHECK(s.requests == 2 && s.sentences == 2 && s.evictions == 0);
    resident_free(r);
    CHECK(toy_nn_get(&toy_nn.open) == 0);
}

static void
requests_wait_while_it_is_opened_so_many_and_not_more(void)
{
    enum { MANY = 100 };
    struct resident *r = open_resident(&roomy);
    struct resident_model *m = resident_add(r, "/models", "fr-en", 0, 0);
    struct asked a[MANY], more;
    struct err err;

    toy_nn_set(&toy_nn.hold_opening, true);
    for (int i = 0; i < MANY; i++)
        CHECK(ask(r, m, &a[i], &err));
    CHECK(!ask(r, m, &more, &err) && err.kind == FAIL_BUSY);
    toy_nn_set(&toy_nn.hold_opening, false);
    for (int i = 0; i < MANY; i++)
        CHECK(answered(&a[i], "fr-en(x)"));
    CHECK(toy_nn_get(&toy_nn.opened) == 1);
    resident_free(r);
}

static void
the_model_used_least_recently_makes_room(void)
{
    struct resident_cfg cfg = roomy;
    struct resident *r;
    struct resident_model *a, *b, *c;

    cfg.bytes_max = 2 * MODEL_BYTES;
    r = open_resident(&cfg);
    a = resident_add(r, "/models", "a", 0, 0);
    b = resident_add(r, "/models", "b", 0, 0);
    c = resident_add(r, "/models", "c", 0, 0);
    CHECK(translates(r, a, "a(x)") && translates(r, b, "b(x)"));
    nanosleep(&(struct timespec){0, 2000000}, NULL); /* another millisecond */
    CHECK(translates(r, a, "a(x)") && translates(r, c, "c(x)"));
    CHECK(state_of(r, a) == RESIDENT_OPEN);
    CHECK(state_of(r, b) == RESIDENT_ON_DISK);
    CHECK(translates(r, b, "b(x)"));
    CHECK(resident_stats(r).evictions == 2);
    CHECK(resident_stats(r).bytes == 2 * MODEL_BYTES);
    CHECK(toy_nn_get(&toy_nn.open_max) <= 2);
    resident_free(r);
}

static void
a_model_at_work_is_not_closed_and_makes_room_when_it_is_done(void)
{
    struct resident_cfg cfg = roomy;
    struct resident *r;
    struct resident_model *a, *b;
    struct asked first, second, later;
    struct err err;

    cfg.bytes_max = MODEL_BYTES;
    r = open_resident(&cfg);
    a = resident_add(r, "/models", "a", 0, 0);
    b = resident_add(r, "/models", "b", 0, 0);
    toy_nn_set(&toy_nn.hold, true);
    CHECK(ask(r, a, &first, &err));
    toy_nn_await(&toy_nn.submitted, 1);
    CHECK(ask(r, b, &second, &err));
    /* Sooner or later a yields, and what is asked of it then waits. */
    CHECK(ask(r, a, &later, &err));
    CHECK(state_of(r, a) == RESIDENT_OPEN);
    toy_nn_set(&toy_nn.hold, false);
    CHECK(answered(&first, "a(x)"));
    CHECK(answered(&second, "b(x)"));
    CHECK(answered(&later, "a(x)"));
    CHECK(toy_nn_get(&toy_nn.open_max) == 1);
    resident_free(r);
}

static void
two_models_that_do_not_fit_together_take_turns(void)
{
    enum { MANY = 50 };
    struct resident_cfg cfg = roomy;
    struct resident *r;
    struct resident_model *m[2];
    struct asked a[2 * MANY];
    struct err err;

    cfg.bytes_max = MODEL_BYTES + MB;
    r = open_resident(&cfg);
    m[0] = resident_add(r, "/models", "a", 0, 0);
    m[1] = resident_add(r, "/models", "b", 0, 0);
    for (int i = 0; i < 2 * MANY; i++)
        CHECK(ask(r, m[i % 2], &a[i], &err));
    for (int i = 0; i < 2 * MANY; i++)
        CHECK(answered(&a[i], i % 2 ? "b(x)" : "a(x)"));
    CHECK(toy_nn_get(&toy_nn.open_max) == 1);
    resident_free(r);
}

static atomic_int changes;

static void
on_change(void *ctx)
{
    (void)ctx;
    atomic_fetch_add(&changes, 1);
}

static void
a_damaged_model_says_why_and_is_tried_again(void)
{
    struct resident_cfg cfg = roomy;
    struct resident *r;
    struct resident_model *m;
    struct resident_model_stats s;
    struct asked a;
    struct err err;
    int64_t until;

    changes = 0;
    cfg.changed = on_change;
    r = open_resident(&cfg);
    toy_nn_break("fr-en");
    m = resident_add(r, "/models", "fr-en", 0, 0);
    CHECK(ask(r, m, &a, &err));
    CHECK(answered(&a, NULL));
    CHECK(a.q.batch.err.kind == FAIL_SYSTEM);
    CHECK(strcmp(a.q.batch.err.text, "model fr-en: the toy is broken") == 0);
    while (atomic_load(&changes) == 0)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    CHECK(resident_is_away(r, m));
    CHECK(!ask(r, m, &a, &err) && err.kind == FAIL_SYSTEM);
    resident_model_stats(r, m, &s);
    CHECK(strstr(s.why, "broken") && s.failures >= 1);

    toy_nn_break("");
    for (until = clock_mono_ms() + WAIT_MS;
         resident_is_away(r, m) && clock_mono_ms() < until;)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    CHECK(translates(r, m, "fr-en(x)"));
    resident_free(r);
    CHECK(atomic_load(&changes) >= 2);
}

static void
a_model_that_never_fits_is_refused_in_words(void)
{
    struct resident_cfg cfg = roomy;
    struct resident *r;
    struct resident_model *m;
    struct asked a;
    struct err err;

    cfg.bytes_max = 10 * MB;
    cfg.backoff_ms = WAIT_MS;
    r = open_resident(&cfg);
    m = resident_add(r, "/models", "fr-en", 0, 0);
    CHECK(ask(r, m, &a, &err));
    CHECK(answered(&a, NULL));
    CHECK(strcmp(a.q.batch.err.text,
              "model fr-en: needs 24 MB, more than the 10 allowed") == 0);
    CHECK(resident_stats(r).bytes == 0 && toy_nn_get(&toy_nn.open) == 0);
    resident_free(r);
}

static void
a_dropped_model_answers_what_it_was_asked_and_goes(void)
{
    struct resident *r = open_resident(&roomy);
    struct resident_model *m = resident_add(r, "/models", "fr-en", 0, 0);
    struct asked a;
    struct err err;

    toy_nn_set(&toy_nn.hold, true);
    CHECK(ask(r, m, &a, &err));
    toy_nn_await(&toy_nn.submitted, 1);
    resident_drop(r, m);
    CHECK(resident_stats(r).models == 0);
    toy_nn_set(&toy_nn.hold, false);
    CHECK(answered(&a, "fr-en(x)"));
    pthread_mutex_lock(&toy_nn.lock);
    while (toy_nn.open > 0)
        pthread_cond_wait(&toy_nn.changed, &toy_nn.lock);
    pthread_mutex_unlock(&toy_nn.lock);
    CHECK(resident_stats(r).requests == 1);
    resident_free(r);
}

static void
closing_fails_what_is_under_way(void)
{
    struct resident_cfg cfg = roomy;
    struct resident *r;
    struct resident_model *a, *b;
    struct asked running, waiting;
    struct err err;

    cfg.bytes_max = MODEL_BYTES;
    cfg.patience_ms = WAIT_MS;
    r = open_resident(&cfg);
    a = resident_add(r, "/models", "a", 0, 0);
    b = resident_add(r, "/models", "b", 0, 0);
    toy_nn_set(&toy_nn.hold, true);
    CHECK(ask(r, a, &running, &err));
    toy_nn_await(&toy_nn.submitted, 1);
    CHECK(ask(r, b, &waiting, &err));
    resident_free(r);
    CHECK(answered(&running, NULL) && answered(&waiting, NULL));
}

/* Four threads ask nine models of which three fit. */
struct crowd {
    struct resident *r;
    struct resident_model *models[9];
    unsigned seed;
};

static void *
keep_asking(void *arg)
{
    struct crowd *c = arg;
    unsigned seed = c->seed;

    for (int i = 0; i < 200; i++) {
        unsigned k = (unsigned)rand_r(&seed) % 9;
        char want[] = "0(x)";

        want[0] = (char)('0' + k);
        CHECK(translates(c->r, c->models[k], want));
    }
    return NULL;
}

static void
a_crowd_is_served_within_the_limit(void)
{
    enum { THREADS = 4 };
    struct resident_cfg cfg = roomy;
    struct crowd c[THREADS];
    pthread_t threads[THREADS];

    cfg.bytes_max = (size_t)3 * MODEL_BYTES;
    c[0].r = open_resident(&cfg);
    for (int k = 0; k < 9; k++) {
        char name[] = "0";

        name[0] = (char)('0' + k);
        c[0].models[k] = resident_add(c[0].r, "/models", name, 0, 0);
    }
    for (int i = 0; i < THREADS; i++) {
        c[i] = c[0];
        c[i].seed = (unsigned)i + 1;
        CHECK(pthread_create(&threads[i], NULL, keep_asking, &c[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    CHECK(resident_stats(c[0].r).requests == THREADS * 200);
    CHECK(resident_stats(c[0].r).evictions > 0);
    CHECK(toy_nn_get(&toy_nn.open_max) <= 3);
    resident_free(c[0].r);
}

int
main(void)
{
    RUN(a_model_is_opened_when_it_is_asked);
    RUN(requests_wait_while_it_is_opened_so_many_and_not_more);
    RUN(the_model_used_least_recently_makes_room);
    RUN(a_model_at_work_is_not_closed_and_makes_room_when_it_is_done);
    RUN(two_models_that_do_not_fit_together_take_turns);
    RUN(a_damaged_model_says_why_and_is_tried_again);
    RUN(a_model_that_never_fits_is_refused_in_words);
    RUN(a_dropped_model_answers_what_it_was_asked_and_goes);
    RUN(closing_fails_what_is_under_way);
    RUN(a_crowd_is_served_within_the_limit);
    return tap_end();
}
