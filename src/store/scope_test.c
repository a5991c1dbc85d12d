/* SPDX-License-Identifier: ISC */
#include <pthread.h>
#include <sched.h>

#include "base/clock.h"
#include "store/search.h"
#include "store/test_store.h"
#include "store/writer.h"

/*
 * Batches with a scope, of several handles of one PostgreSQL database: what
 * runs side by side, and what waits.
 */
enum { DEADLINE_MS = 20000 };

static const char *const in_room[] = {"room"}, *const in_other[] = {"other"};
static const char *const of_bob[] = {"bob"};
static const struct store_scope room = {in_room, of_bob, 1, 1};
static const char *const twice[] = {"room", "room"};
static const struct store_scope two = {.rooms = twice, .n_rooms = 2};
static const struct store_scope other = {in_other, of_bob, 1, 0};

/* A database with a second group, and a second handle. */
struct pair {
    struct fixture f;
    struct store *a, *b;
};

static struct store *
open_more(struct fixture *f, const char *options)
{
    char url[TEST_URL_BYTES * 2];
    struct store *s;

    snprintf(url, sizeof(url), "%s%s", f->url, options);
    s = store_open(url, NULL, NULL);
    CHECK(s != NULL);
    return s;
}

static struct pair
pair_new(void)
{
    struct pair p = {.f = fixture_new()};

    CHECK(test_group_add(p.f.s, "other", NULL));
    p.a = p.f.s;
    p.b = open_more(&p.f, "");
    return p;
}

static void
pair_free(struct pair *p)
{
    store_close(p->b);
    fixture_free(&p->f);
}

static struct added
say(struct store *s, const char *in, const char *client_id)
{
    return test_send(s, in, "alice", "hello", client_id, NULL, 0);
}

static void
those_of_different_rooms_run_side_by_side(void)
{
    struct pair p = pair_new();
    struct added a, b;

    CHECK(store_begin_in(p.a, &room, NULL));
    CHECK(store_begin_in(p.b, &other, NULL)); /* does not wait for it */
    a = say(p.a, "room", "1");
    b = say(p.b, "other", "2");
    CHECK(a.ok && a.seq == 1 && b.ok && b.seq == 1);
    CHECK(store_commit(p.b, NULL)); /* out of the order of their keys */
    CHECK(store_commit(p.a, NULL));
    CHECK(test_messages(p.a) == 2);
    pair_free(&p);
}

/* ---- waiting ---- */

/* A handle whose batch is begun, filled and committed on another thread. */
struct beside {
    struct store *s;
    const struct store_scope *scope;
    const char *in, *client_id;
    struct added added;
    bool committed;
    pthread_t thread;
};

/* The rest of a batch that is begun. */
static void *
run_rest(void *arg)
{
    struct beside *b = arg;

    b->added = say(b->s, b->in, b->client_id);
    b->committed = store_commit(b->s, NULL);
    return NULL;
}

static void *
run_beside(void *arg)
{
    struct beside *b = arg;

    return store_begin_in(b->s, b->scope, NULL) ? run_rest(b) : NULL;
}

static void
start_beside(struct beside *b, void *(*run)(void *beside))
{
    CHECK(pthread_create(&b->thread, NULL, run, b) == 0);
}

/* Wait until so many sessions of the database wait for locks. */
static void
until_waiting(struct fixture *f, int n)
{
    const char *name = strstr(f->url, "@/") + 2;
    int64_t end = clock_mono_ms() + DEADLINE_MS;
    char sql[300];

    snprintf(sql, sizeof(sql),
        "DO 'BEGIN ASSERT (SELECT count(*) FROM pg_stat_activity WHERE "
        "datname = ''%.*s'' AND wait_event_type = ''Lock'') = %d; END'",
        (int)strcspn(name, "?"), name, n);
    while (!test_pg_run_sql(sql, false))
        if (!CHECK(clock_mono_ms() < end))
            return;
}

static void
a_batch_that_has_a_message_twice_leaves_nothing_and_runs_again(void)
{
    struct pair p = pair_new();
    struct err err = {0};

    CHECK(store_begin_in(p.a, &two, NULL));
    CHECK(say(p.a, "room", "1").ok);
    CHECK(say(p.a, "room", "1").ok); /* nobody waited for the answer */
    CHECK(!store_commit(p.a, &err));
    CHECK(store_again(p.a) && test_messages(p.a) == 0);
    CHECK(store_begin(p.a, NULL));
    CHECK(!store_again(p.a));
    CHECK(!say(p.a, "room", "1").duplicate && say(p.a, "room", "1").duplicate);
    CHECK(store_commit(p.a, NULL) && test_messages(p.a) == 1);
    pair_free(&p);
}

static void
those_of_one_room_take_turns_and_number_on(void)
{
    struct pair p = pair_new();
    struct beside b = {
        .s = p.b, .scope = &room, .in = "room", .client_id = "2"};

    CHECK(store_begin_in(p.a, &room, NULL));
    start_beside(&b, run_beside);
    until_waiting(&p.f, 1);
    CHECK(say(p.a, "room", "1").seq == 1);
    CHECK(store_commit(p.a, NULL));
    pthread_join(b.thread, NULL);
    CHECK(b.committed && b.added.seq == 2);
    CHECK(store_begin_in(p.a, &room, NULL)); /* what it knew is forgotten */
    CHECK(say(p.a, "room", "3").seq == 3);
    CHECK(store_commit(p.a, NULL));
    CHECK(say(p.b, "room", "4").seq == 4); /* alone, likewise */
    pair_free(&p);
}

static void
whoever_needs_it_alone_waits_for_all_of_them(void)
{
    struct pair p = pair_new();
    struct beside alone = {.s = p.b, .in = "other", .client_id = "2"};

    CHECK(store_begin_in(p.a, &room, NULL));
    start_beside(&alone, run_beside);
    until_waiting(&p.f, 1);
    CHECK(say(p.a, "room", "1").ok);
    CHECK(store_commit(p.a, NULL));
    pthread_join(alone.thread, NULL);
    CHECK(alone.committed);
    pair_free(&p);
}

static void
a_message_that_comes_to_both_is_saved_once(void)
{
    struct pair p = pair_new();
    struct beside b = {
        .s = p.b, .scope = &room, .in = "room", .client_id = "same"};
    struct added first, second;

    CHECK(store_begin_in(p.a, &room, NULL));
    start_beside(&b, run_beside);
    until_waiting(&p.f, 1);
    first = say(p.a, "room", "same");
    CHECK(store_commit(p.a, NULL));
    pthread_join(b.thread, NULL);
    CHECK(first.ok && !first.duplicate);
    CHECK(!b.committed && store_again(p.b));
    CHECK(store_begin(p.b, NULL)); /* once more, as the writer does */
    second = say(p.b, "room", "same");
    CHECK(store_commit(p.b, NULL) && second.duplicate);
    CHECK(strcmp(first.id, second.id) == 0 && test_messages(p.a) == 1);
    pair_free(&p);
}

/* ---- what reads by keys ---- */

static void
see_hit(const struct store_message *m, void *ctx)
{
    seen_add(ctx, "%.*s|", SPAN_ARG(m->conversation_id));
}

static void
words_of_what_commits_late_are_found(void)
{
    static const struct store_reader bob = {
        {"bob", sizeof("bob") - 1}, {"fr", sizeof("fr") - 1}};
    struct store_query q = {.reader = &bob, .text = SPAN("hello"), .limit = 9};
    struct pair p = pair_new();
    struct seen seen = {.n = 0};
    bool more;

    CHECK(store_begin_in(p.a, &room, NULL));
    CHECK(say(p.a, "room", NULL).ok);
    CHECK(store_begin_in(p.b, &other, NULL));
    CHECK(say(p.b, "other", NULL).ok);
    CHECK(store_commit(p.b, NULL));
    /* The index waits, so that it does not pass what has a smaller key. */
    CHECK(!store_search_catch_up(p.b, 9, &more, NULL));
    CHECK(store_commit(p.a, NULL));
    CHECK(store_search_catch_up(p.b, 9, &more, NULL));
    CHECK(store_search(p.a, &q, see_hit, &seen, NULL));
    CHECK(strcmp(seen.text, "other|room|") == 0);
    pair_free(&p);
}

static void
a_text_that_both_translated_makes_nobody_wait(void)
{
    struct pair p = pair_new();
    struct span target = SPAN("fr");
    struct store_translation t = {.revision = 1,
        .language = target,
        .state = STORE_READY,
        .text = SPAN("bonjour"),
        .text_hash = 7,
        .updated_ms = TEST_MS};
    struct added a, b;
    bool settled;

    a = test_send(p.a, "room", "alice", "hello", NULL, &target, 1);
    b = test_send(p.b, "other", "alice", "hello", NULL, &target, 1);
    CHECK(store_begin_in(p.a, &room, NULL));
    CHECK(store_begin_in(p.b, &other, NULL));
    t.message_id = span_of(a.id);
    CHECK(store_translation_settle(p.a, &t, &settled, NULL) && settled);
    t.message_id = span_of(b.id);
    CHECK(store_translation_settle(p.b, &t, &settled, NULL) && settled);
    CHECK(store_commit(p.b, NULL));
    CHECK(store_commit(p.a, NULL));
    pair_free(&p);
}

/* ---- who meets another ---- */

struct send {
    struct store_job job;
    const char *client_id;
    atomic_bool *reached, *open; /* wait here first, unless NULL */
    int runs;
    struct added added;
    atomic_bool done;
};

static void
wait_for(const atomic_bool *flag)
{
    int64_t end = clock_mono_ms() + DEADLINE_MS;

    while (!atomic_load(flag))
        if (sched_yield() != 0 || !CHECK(clock_mono_ms() < end))
            return;
}

static bool
run_send(struct store *s, struct store_job *job, struct err *err)
{
    struct send *send = (struct send *)job;

    send->runs++;
    if (send->open && send->runs == 1) {
        test_messages(s); /* what was sent before is there by now */
        atomic_store(send->reached, true);
        wait_for(send->open);
    }
    send->added = say(s, job->room, send->client_id);
    *err = send->added.err;
    return send->added.ok;
}

static void
note_done(struct store_job *job)
{
    store_events_free(job->events);
    atomic_store(&((struct send *)job)->done, true);
}

static void
a_batch_that_meets_another_runs_once_more(void)
{
    struct fixture f = fixture_new();
    struct store *s;
    struct writer_cfg cfg = {.url = f.url, .by_turn = true};
    struct writer *w = writer_start(&cfg, NULL);
    atomic_bool reached = false, open = false;
    struct send first = {
        .job = {run_send, note_done, "room", NULL}, .client_id = "1"};
    struct send second = {.job = {run_send, note_done, "room", NULL},
        .client_id = "2",
        .reached = &reached,
        .open = &open};
    struct beside rest = {.scope = &other, .in = "other", .client_id = "1"};

    CHECK(test_group_add(f.s, "other", NULL));
    /* It never looks whether it waits in a circle: the writer does. */
    s = open_more(&f, "&options=-c%20deadlock_timeout%3D60s");
    CHECK(w && writer_write(w, &first.job, NULL));
    CHECK(writer_write(w, &second.job, NULL));
    writer_end_turn(w);
    wait_for(&reached); /* "1" of alice is there, in a transaction */
    CHECK(store_begin_in(s, &other, NULL));
    CHECK(say(s, "other", "2").ok);
    rest.s = s;
    start_beside(&rest, run_rest);
    until_waiting(&f, 1);
    atomic_store(&open, true);
    wait_for(&first.done);
    wait_for(&second.done);
    pthread_join(rest.thread, NULL);
    CHECK(rest.committed && first.runs == 2 && second.runs == 2);
    CHECK(test_messages(f.s) == 2); /* "1" and "2", both in other */
    CHECK(!first.job.ok && first.job.err.kind == FAIL_CONFLICT);
    writer_stop(w);
    store_close(s);
    fixture_free(&f);
}

int
main(void)
{
    test_url = test_pg_scheme;
    if (!test_pg_start()) {
        printf("1..0 # SKIP no /usr/lib/postgresql\n");
        return 0;
    }
    RUN(those_of_different_rooms_run_side_by_side);
    RUN(a_batch_that_has_a_message_twice_leaves_nothing_and_runs_again);
    RUN(those_of_one_room_take_turns_and_number_on);
    RUN(whoever_needs_it_alone_waits_for_all_of_them);
    RUN(a_message_that_comes_to_both_is_saved_once);
    RUN(words_of_what_commits_late_are_found);
    RUN(a_text_that_both_translated_makes_nobody_wait);
    RUN(a_batch_that_meets_another_runs_once_more);
    return tap_end();
}
