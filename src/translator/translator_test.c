/* SPDX-License-Identifier: ISC */
#include "translator/translator.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/tap.h"
#include "engine/echo.h"

enum { PATIENCE_MS = 30000, FRAME_BYTES = 1 << 20, EVENTS_MAX = 1024 };

/* A translator in this process, and a gateway played by the test, with what it
 * has heard so far. */
struct scene {
    struct conf conf;
    struct translator *t;
    void *zmq, *out, *in;
    struct event heard[EVENTS_MAX];
    int n_heard;
};

static void
connect_to(void *socket, int port)
{
    char endpoint[64];
    int none = 0;

    snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%d", port);
    zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof(none));
    CHECK(zmq_connect(socket, endpoint) == 0);
}

static void
say(struct scene *s, const char *frame)
{
    CHECK(zmq_send(s->out, frame, strlen(frame), 0) >= 0);
}

/* Hear one more event; false when nothing came within wait_ms. */
static bool
hear(struct scene *s, int wait_ms)
{
    static char frame[FRAME_BYTES];
    zmq_pollitem_t item = {.socket = s->in, .events = ZMQ_POLLIN};
    struct event *e = &s->heard[s->n_heard];
    int n;

    if (zmq_poll(&item, 1, wait_ms) <= 0)
        return false;
    n = zmq_recv(s->in, frame, sizeof(frame), 0);
    CHECK(n > 0 && event_parse((struct span){frame, n}, e, NULL));
    if (CHECK(s->n_heard < EVENTS_MAX - 1))
        s->n_heard++;
    return true;
}

static void
forget(struct scene *s)
{
    while (s->n_heard > 0)
        event_free(&s->heard[--s->n_heard]);
}

static bool
matches(const struct event *e, enum event_type type, const char *task_id,
    const char *target)
{
    return e->type == type &&
           (!task_id || (e->task_id && strcmp(e->task_id, task_id) == 0)) &&
           (!target || (e->target && strcmp(e->target, target) == 0));
}

static int
count(struct scene *s, enum event_type type, const char *task_id)
{
    int n = 0;

    for (int i = 0; i < s->n_heard; i++)
        n += matches(&s->heard[i], type, task_id, NULL);
    return n;
}

/* Hear until such an event is there; NULL (and a failed check) when it never
 * comes. */
static struct event *
expect(struct scene *s, enum event_type type, const char *task_id,
    const char *target)
{
    int64_t deadline = clock_mono_ms() + PATIENCE_MS;
    int i = 0;

    do {
        for (; i < s->n_heard; i++)
            if (matches(&s->heard[i], type, task_id, target))
                return &s->heard[i];
    } while (clock_mono_ms() < deadline && (hear(s, 100) || true));
    CHECK(!"the expected event came");
    return NULL;
}

static bool
is(const char *a, const char *b)
{
    return a && strcmp(a, b) == 0;
}

/* Ping until a pong says that both ways are open. */
static void
meet(struct scene *s)
{
    int64_t deadline = clock_mono_ms() + PATIENCE_MS;

    while (count(s, EVENT_PONG, NULL) == 0 && clock_mono_ms() < deadline) {
        say(s, "{\"type\":\"ping\",\"timestamp\":1}");
        hear(s, 20);
    }
    CHECK(count(s, EVENT_PONG, NULL) > 0);
}

static struct engine *
echo(int delay_ms)
{
    static const struct engine_pair pairs[] = {
        {"en", "es", 1}, {"fr", "es", 1}, {"es", "ca", 1}};
    struct echo_cfg cfg = {.pairs = pairs,
        .n_pairs = 3,
        .queue_max = 10000,
        .delay_ms = delay_ms,
        .fail_on = "we break it"};

    return echo_open(&cfg);
}

/* flags: up to three pairs of settings. */
static struct scene *
open_scene(struct engine *engine, char **flags, int n_flags)
{
    char name[] = "meeshy-translator", sub[] = "--zmq-sub-port",
         pub[] = "--zmq-pub-port", any[] = "0";
    char *argv[16] = {name, sub, any, pub, any};
    struct scene *s = xcalloc(1, sizeof(*s));

    memcpy(argv + 5, flags, (size_t)n_flags * sizeof(*flags));
    CHECK(conf_load(&s->conf, 5 + n_flags, argv, NULL));
    s->conf.memory[0] = '\0';
    s->t = translator_new(&s->conf, engine, NULL);
    CHECK(s->t && translator_start(s->t, NULL));
    s->zmq = zmq_ctx_new();
    s->out = zmq_socket(s->zmq, s->conf.pushpull ? ZMQ_PUSH : ZMQ_PUB);
    s->in = zmq_socket(s->zmq, ZMQ_SUB);
    zmq_setsockopt(s->in, ZMQ_SUBSCRIBE, "", 0);
    connect_to(s->out, front_sub_port(s->t->front));
    connect_to(s->in, front_pub_port(s->t->front));
    meet(s);
    return s;
}
#define OPEN(engine, ...)                                                      \
    open_scene((engine), (char *[]){__VA_ARGS__ NULL},                         \
        sizeof((char *[]){__VA_ARGS__ NULL}) / sizeof(char *) - 1)

static void
close_scene(struct scene *s)
{
    forget(s);
    zmq_close(s->out);
    zmq_close(s->in);
    zmq_ctx_term(s->zmq);
    translator_free(s->t);
    conf_free(&s->conf);
    free(s);
}

#define TASK(id, conversation, source, targets, text)                          \
    "{\"taskId\":\"" id "\",\"messageId\":\"m-" id "\",\"text\":\"" text       \
    "\",\"sourceLanguage\":\"" source "\",\"targetLanguages\":[" targets       \
    "],\"conversationId\":\"" conversation                                     \
    "\",\"modelType\":\"basic\",\"revision\":2,\"timestamp\":1755630000123}"

/* The same with a message and a revision of its own. */
#define EDIT(id, message, revision, text)                                      \
    "{\"taskId\":\"" id "\",\"messageId\":\"" message "\",\"text\":\"" text    \
    "\",\"sourceLanguage\":\"en\",\"targetLanguages\":[\"es\",\"ca\"],"        \
    "\"conversationId\":\"c\",\"revision\":" revision "}"

static void
a_task_is_accepted_and_each_language_answered(void)
{
    struct scene *s = OPEN(echo(0));
    struct event *e;

    say(s, TASK("t1", "room-1", "fr", "\"es\",\"CA-valencia\"", "Zermatt"));
    e = expect(s, EVENT_ACCEPTED, "t1", NULL);
    CHECK(is(e->message_id, "m-t1") && is(e->conversation_id, "room-1"));
    CHECK(e->revision == 2 && !e->any_pool && !e->target);

    e = expect(s, EVENT_COMPLETED, "t1", "es");
    CHECK(is(e->text, "[es] Zermatt") && is(e->source, "fr"));
    CHECK(is(e->message_id, "m-t1") && is(e->model, "echo:fr-es"));
    CHECK(!strncmp(e->worker, "normal_worker_", 14) && !e->any_pool);
    CHECK(e->node && e->session && e->revision == 2);
    CHECK(e->confidence > 0.3 && e->confidence <= 1);
    CHECK(e->processing_s >= 0 && e->queue_s >= 0 && e->timestamp_s > 1e9);

    e = expect(s, EVENT_COMPLETED, "t1", "CA-valencia"); /* as requested */
    CHECK(is(e->text, "[ca] [es] Zermatt") && is(e->model, "echo:fr-es-ca"));
    CHECK(s->t->stats.tasks_accepted == 1);
    CHECK(s->t->stats.translations_completed == 2);
    close_scene(s);
}

static void
the_public_conversation_has_its_own_pool(void)
{
    struct scene *s = OPEN(echo(0));
    struct event *e;

    say(s, TASK("t1", "any", "en", "\"es\"", "a"));
    say(s, TASK("t2", "anything", "en", "\"es\"", "a"));
    CHECK(expect(s, EVENT_ACCEPTED, "t1", NULL)->any_pool);
    e = expect(s, EVENT_COMPLETED, "t1", "es");
    CHECK(e->any_pool && !strncmp(e->worker, "any_worker_", 11));
    CHECK(!expect(s, EVENT_COMPLETED, "t2", "es")->any_pool);
    close_scene(s);
}

static void
what_cannot_be_translated_is_refused_by_language(void)
{
    struct scene *s = OPEN(echo(0));
    struct event *e;

    say(s, TASK("t1", "c", "en", "\"es\",\"xx\",\"EN\"", "hello"));
    e = expect(s, EVENT_ERROR, "t1", "xx");
    CHECK(is(e->error, "unsupported language pair en-xx"));
    CHECK(is(e->message_id, "m-t1") && is(e->conversation_id, "c"));
    e = expect(s, EVENT_SKIPPED, "t1", "EN");
    CHECK(e->error && e->error[0]);
    CHECK(is(expect(s, EVENT_COMPLETED, "t1", "es")->text, "[es] hello"));

    say(s, TASK("t2", "c", "auto", "\"es\"", "Zermatt"));
    CHECK(strstr(expect(s, EVENT_ERROR, "t2", "es")->error, "not recognised"));
    say(s, TASK("t3", "c", "en", "\"es\"", "we break it"));
    e = expect(s, EVENT_ERROR, "t3", "es");
    CHECK(e->error && e->error[0] && !e->text);
    CHECK(s->t->stats.translations_failed == 3);
    CHECK(s->t->stats.translations_skipped == 1);
    close_scene(s);
}

static void
a_full_pool_says_so_with_all_ids(void)
{
    char workers[] = "--normal-workers", one[] = "1";
    char size[] = "--normal-pool-size", two[] = "2";
    struct scene *s = OPEN(echo(300), workers, one, size, two, );
    struct event *e;

    say(s, TASK("t1", "c", "en", "\"es\"", "a"));
    while (pool_busy(s->t->normal) == 0)
        sched_yield(); /* t1 no longer waits */
    say(s, TASK("t2", "c", "en", "\"es\"", "a"));
    say(s, TASK("t3", "c", "en", "\"es\"", "a"));
    say(s, TASK("t4", "c", "en", "\"es\"", "a"));
    e = expect(s, EVENT_ERROR, "t4", NULL);
    CHECK(is(e->error, "translation pool full") && !e->target);
    CHECK(is(e->message_id, "m-t4") && is(e->conversation_id, "c"));
    CHECK(s->t->stats.pool_full_rejections == 1);
    say(s, TASK("t5", "any", "en", "\"es\"", "a")); /* the other has room */
    expect(s, EVENT_COMPLETED, "t5", "es");
    expect(s, EVENT_COMPLETED, "t3", "es");
    say(s, TASK("t4", "c", "en", "\"es\"", "a")); /* and may come again */
    expect(s, EVENT_COMPLETED, "t4", "es");
    CHECK(count(s, EVENT_COMPLETED, "t2") == 1);
    close_scene(s);
}

static void
a_task_in_flight_is_not_executed_twice(void)
{
    struct scene *s = OPEN(echo(300));

    for (int i = 0; i < 3; i++)
        say(s, TASK("t1", "c", "en", "\"es\"", "a"));
    expect(s, EVENT_COMPLETED, "t1", "es");
    CHECK(count(s, EVENT_ACCEPTED, "t1") == 3);
    CHECK(s->t->stats.tasks_duplicate == 2);
    forget(s);
    while (front_in_flight(s->t->front) > 0)
        sched_yield();
    /* Once answered it may be asked again: the answer may have been lost. */
    say(s, TASK("t1", "c", "en", "\"es\"", "a"));
    expect(s, EVENT_COMPLETED, "t1", "es");
    CHECK(count(s, EVENT_COMPLETED, "t1") == 1);
    close_scene(s);
}

static void
malformed_frames_are_counted_and_answered_where_possible(void)
{
    struct scene *s = OPEN(echo(0));
    char *deep = xcalloc(1, 100001);
    struct event *e;

    memset(deep, '[', 100000);
    say(s, "");
    say(s, "{\"text\":");
    say(s, "{\"messageId\":\"m\",\"text\":\"\xff\"}");
    say(s, deep);
    say(s, "{\"type\":\"audio_process\"}");
    say(s, "{\"taskId\":\"t9\",\"messageId\":\"m9\",\"text\":\"\"}");
    e = expect(s, EVENT_ERROR, "t9", NULL);
    CHECK(is(e->message_id, "m9") && e->error && e->error[0]);
    CHECK(s->t->stats.frames_malformed == 5);
    say(s, TASK("t1", "c", "en", "\"es\"", "still here"));
    expect(s, EVENT_COMPLETED, "t1", "es");
    free(deep);
    close_scene(s);
}

static void
a_task_past_its_deadline_fails_and_frees_its_worker(void)
{
    char workers[] = "--normal-workers", one[] = "1";
    char deadline[] = "--task-deadline";
    struct scene *s = OPEN(echo(3000), workers, one, deadline, one, );
    struct event *e;

    say(s, TASK("t1", "c", "en", "\"es\"", "a"));
    say(s, TASK("t2", "c", "fr", "\"en\"", "a")); /* needs the same worker */
    e = expect(s, EVENT_ERROR, "t1", "es");
    CHECK(strstr(e->error, "timed out"));
    expect(s, EVENT_ERROR, "t2", "en");
    translator_stop(s->t); /* the engine is done() with t1: too late */
    CHECK(s->t->stats.translations_failed == 2);
    CHECK(s->t->stats.translations_completed == 0);
    close_scene(s);
}

static bool
is_outdated(struct scene *s, const char *task_id)
{
    const struct event *es = expect(s, EVENT_SKIPPED, task_id, "es");
    const struct event *ca = expect(s, EVENT_SKIPPED, task_id, "ca");

    return is(es->error, FRONT_OUTDATED) && is(ca->error, FRONT_OUTDATED) &&
           count(s, EVENT_SKIPPED, task_id) == 2 &&
           count(s, EVENT_COMPLETED, task_id) == 0;
}

static void
a_newer_revision_makes_older_ones_outdated(void)
{
    char workers[] = "--normal-workers", one[] = "1";
    struct scene *s = OPEN(echo(400), workers, one, );

    say(s, EDIT("t1", "m1", "1", "a"));
    while (pool_busy(s->t->normal) == 0)
        sched_yield();
    say(s, EDIT("t2", "m1", "1", "b")); /* it waits, t1 is worked on */
    say(s, EDIT("t3", "m2", "1", "c")); /* another message */
    say(s, EDIT("t4", "m1", "2", "d"));
    say(s, EDIT("t5", "m1", "1", "e")); /* late */
    say(s, EDIT("t6", "m1", "2", "f")); /* the same revision again */
    CHECK(is_outdated(s, "t1") && is_outdated(s, "t2"));
    CHECK(is_outdated(s, "t5") && count(s, EVENT_ACCEPTED, "t5") == 0);
    CHECK(expect(s, EVENT_COMPLETED, "t6", "ca")->revision == 2);
    expect(s, EVENT_COMPLETED, "t6", "es");
    expect(s, EVENT_COMPLETED, "t4", "es");
    expect(s, EVENT_COMPLETED, "t3", "ca");
    CHECK(is_outdated(s, "t1") && is_outdated(s, "t2"));
    CHECK(s->t->stats.tasks_outdated == 3);
    while (front_in_flight(s->t->front) > 0)
        sched_yield();
    close_scene(s);
}

static void
a_flooded_room_does_not_hold_up_another(void)
{
    enum { FLOOD = 100, AHEAD_MAX = 50 };
    char workers[] = "--normal-workers", two[] = "2";
    struct scene *s = OPEN(echo(50), workers, two, );
    int ahead = 0;

    for (int i = 0; i < FLOOD; i++) {
        char frame[400];
        snprintf(frame, sizeof(frame),
            TASK("f%d", "flooded", "en", "\"es\"", "text %d"), i, i, i);
        say(s, frame);
    }
    say(s, TASK("t1", "room", "en", "\"es\"", "hello"));
    for (struct event *e = expect(s, EVENT_COMPLETED, "t1", "es");
         e > s->heard;)
        ahead += (--e)->type == EVENT_COMPLETED;
    if (!CHECK(ahead <= AHEAD_MAX))
        printf("# %d went ahead\n", ahead);
    while (count(s, EVENT_COMPLETED, NULL) < FLOOD + 1 && hear(s, PATIENCE_MS))
        ;
    CHECK(count(s, EVENT_COMPLETED, NULL) == FLOOD + 1);
    close_scene(s);
}

/* How often a task was accepted before it was answered, and after. */
static int
count_accepted(struct scene *s, const char *task_id, bool before)
{
    bool answered = false;
    int n = 0;

    for (int i = 0; i < s->n_heard; i++) {
        n += matches(&s->heard[i], EVENT_ACCEPTED, task_id, NULL) &&
             answered != before;
        answered |= matches(&s->heard[i], EVENT_COMPLETED, task_id, NULL);
    }
    return n;
}

static void
every_task_of_a_flood_is_accepted_once_and_then_answered(void)
{
    enum { TASKS = 400 };
    struct scene *s = OPEN(echo(0));
    char id[20];

    for (int i = 0; i < TASKS; i++) {
        char frame[400];
        snprintf(frame, sizeof(frame),
            TASK("t%d", "room-%d", "en", "\"es\"", "text %d"), i, i, i % 3, i);
        say(s, frame);
    }
    while ((count(s, EVENT_COMPLETED, NULL) < TASKS ||
               count(s, EVENT_ACCEPTED, NULL) < TASKS) &&
           hear(s, PATIENCE_MS))
        ;
    for (int i = 0; i < TASKS; i++) {
        snprintf(id, sizeof(id), "t%d", i);
        CHECK(count_accepted(s, id, true) == 1);
        CHECK(count_accepted(s, id, false) == 0);
    }
    close_scene(s);
}

static void
everybody_in_front_of_a_full_pool_is_told(void)
{
    enum { TASKS = 400 };
    char workers[] = "--normal-workers", one[] = "1";
    char size[] = "--normal-pool-size", ten[] = "10";
    struct scene *s = OPEN(echo(0), workers, one, size, ten, );

    for (int i = 0; i < TASKS; i++) {
        char frame[400];
        snprintf(frame, sizeof(frame),
            TASK("t%d", "c", "en", "\"es\"", "text %d"), i, i, i);
        say(s, frame);
    }
    while (
        count(s, EVENT_COMPLETED, NULL) + count(s, EVENT_ERROR, NULL) < TASKS &&
        hear(s, PATIENCE_MS))
        ;
    CHECK(count(s, EVENT_ACCEPTED, NULL) == count(s, EVENT_COMPLETED, NULL));
    CHECK((int)s->t->stats.pool_full_rejections == count(s, EVENT_ERROR, NULL));
    while (front_in_flight(s->t->front) > 0)
        sched_yield();
    close_scene(s);
}

static void
sizes_change_under_load_without_losing_a_task(void)
{
    enum { TASKS = 300 };
    struct scene *s = OPEN(echo(2));

    for (int i = 0; i < TASKS; i++) {
        struct conf c = s->conf;
        char frame[400];
        snprintf(frame, sizeof(frame),
            TASK("t%d", "room-%d", "en", "\"es\"", "text %d"), i, i, i % 5, i);
        say(s, frame);
        c.normal_workers = 1 + i % 7;
        c.task_deadline = 20 + i % 7;
        if (i % 10 == 0)
            CHECK(translator_apply(s->t, &c, NULL));
        if (i % 50 == 0)
            CHECK(keeper_restart(s->t->keeper, NULL));
    }
    while (count(s, EVENT_COMPLETED, NULL) < TASKS && hear(s, PATIENCE_MS))
        ;
    CHECK(count(s, EVENT_COMPLETED, NULL) == TASKS);
    CHECK(count(s, EVENT_ERROR, NULL) == 0);
    CHECK(s->t->stats.translations_completed == TASKS);
    CHECK(pool_workers(s->t->normal) == 1 + 290 % 7);
    close_scene(s);
}

static void
a_worker_stuck_in_an_engine_is_replaced_and_its_task_fails(void)
{
    char workers[] = "--normal-workers", one[] = "1";
    char deadline[] = "--task-deadline", grace[] = "--worker-grace";
    static const struct engine_pair pairs[] = {{"en", "es", 1}};
    static atomic_bool hangs;
    struct echo_cfg cfg = {
        .pairs = pairs, .n_pairs = 1, .queue_max = 10, .hangs = &hangs};
    struct scene *s;

    hangs = true;
    s = OPEN(echo_open(&cfg), workers, one, deadline, one, grace, one, );
    say(s, TASK("t1", "c", "en", "\"es\"", "hang"));
    say(s, TASK("t2", "c", "en", "\"es\"", "hello"));
    expect(s, EVENT_COMPLETED, "t2", "es"); /* by the replacement */
    CHECK(expect(s, EVENT_ERROR, "t1", "es")->error[0]);
    CHECK(pool_stats(s->t->normal).replaced >= 1);
    CHECK(pool_workers(s->t->normal) == 1);
    hangs = false;
    while (pool_stats(s->t->normal).leaving > 0)
        sched_yield();
    CHECK(count(s, EVENT_COMPLETED, "t1") == 0);
    while (count(s, EVENT_ERROR, "t1") < 2 && hear(s, PATIENCE_MS))
        ; /* the error, and the result that has it */
    CHECK(count(s, EVENT_ERROR, "t1") == 2);
    close_scene(s);
}

static void
pushed_tasks_are_answered_as_well(void)
{
    char pattern[] = "--zmq-pattern", pushpull[] = "pushpull";
    struct scene *s = OPEN(echo(0), pattern, pushpull, );

    say(s, TASK("t1", "c", "en", "\"es\"", "a"));
    expect(s, EVENT_COMPLETED, "t1", "es");
    close_scene(s);
}

static void
a_pong_names_ports_run_and_languages(void)
{
    struct scene *s = OPEN(echo(0));
    struct event *e = expect(s, EVENT_PONG, NULL, NULL);

    CHECK(e->port_pub == front_pub_port(s->t->front));
    CHECK(e->port_sub == front_sub_port(s->t->front));
    CHECK(is(e->text, "ca,es") && is(e->session, s->t->session));
    close_scene(s);
}

static void
stopping_finishes_what_is_in_flight(void)
{
    struct scene *s = OPEN(echo(300));

    for (int i = 0; i < 10; i++) {
        char frame[400];
        snprintf(
            frame, sizeof(frame), TASK("t%d", "c", "en", "\"es\"", "a"), i, i);
        say(s, frame);
    }
    while (s->t->stats.tasks_accepted < 10)
        sched_yield();
    translator_stop(s->t);
    while (count(s, EVENT_COMPLETED, NULL) < 10 && hear(s, PATIENCE_MS))
        ;
    CHECK(count(s, EVENT_COMPLETED, NULL) == 10);
    close_scene(s);
}

static void
a_translator_without_languages_answers_too(void)
{
    struct scene *s = OPEN(NULL);

    say(s, TASK("t1", "c", "en", "\"es\"", "a"));
    CHECK(is(expect(s, EVENT_ERROR, "t1", "es")->error,
        "unsupported language pair en-es"));
    CHECK(offer_pairs(s->t->offer) == 0);
    close_scene(s);
}

static void
a_port_that_is_taken_is_an_error_at_the_start(void)
{
    struct scene *s = OPEN(echo(0));
    struct conf conf = s->conf;
    struct err err = {0};

    conf.zmq_sub_port = front_sub_port(s->t->front);
    CHECK(!translator_new(&conf, echo(0), &err) && err.kind == FAIL_SYSTEM);
    close_scene(s);
}

int
main(void)
{
    clearenv(); /* not what this machine happens to have set */
    RUN(a_task_is_accepted_and_each_language_answered);
    RUN(the_public_conversation_has_its_own_pool);
    RUN(what_cannot_be_translated_is_refused_by_language);
    RUN(a_full_pool_says_so_with_all_ids);
    RUN(a_task_in_flight_is_not_executed_twice);
    RUN(malformed_frames_are_counted_and_answered_where_possible);
    RUN(a_task_past_its_deadline_fails_and_frees_its_worker);
    RUN(a_newer_revision_makes_older_ones_outdated);
    RUN(a_flooded_room_does_not_hold_up_another);
    RUN(every_task_of_a_flood_is_accepted_once_and_then_answered);
    RUN(everybody_in_front_of_a_full_pool_is_told);
    RUN(sizes_change_under_load_without_losing_a_task);
    RUN(a_worker_stuck_in_an_engine_is_replaced_and_its_task_fails);
    RUN(pushed_tasks_are_answered_as_well);
    RUN(a_pong_names_ports_run_and_languages);
    RUN(stopping_finishes_what_is_in_flight);
    RUN(a_translator_without_languages_answers_too);
    RUN(a_port_that_is_taken_is_an_error_at_the_start);
    return tap_end();
}
