/* SPDX-License-Identifier: ISC */
#include "store/writer.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>

#include "base/clock.h"
#include "store/test_fault.h"
#include "store/test_store.h"

enum {
    DEADLINE_MS = 20000,
    ORDER_MAX = 200,
    BIG_JOBS = 600, /* of the largest content: beyond the limit of the log */
};

/* What the store threads report to the test. */
struct board {
    pthread_mutex_t lock; /* guards all that follows */
    pthread_cond_t changed; /* on CLOCK_MONOTONIC */
    bool gate_reached, gate_open;
    int done, ok, batches;
    int order[ORDER_MAX]; /* numbers of the jobs, as they were done */
};

struct say {
    struct store_job job;
    struct board *board;
    int number;
    const char *sender;
    struct added added;
    int64_t messages; /* of a count job */
};

static struct board *
board_new(void)
{
    struct board *b = calloc(1, sizeof(*b));

    if (!b)
        abort();
    pthread_mutex_init(&b->lock, NULL);
    clock_cond_init(&b->changed);
    return b;
}

static void
board_free(struct board *b)
{
    pthread_cond_destroy(&b->changed);
    pthread_mutex_destroy(&b->lock);
    free(b);
}

static void
board_wait(struct board *b, const bool *flag, int done)
{
    struct timespec deadline = clock_after(DEADLINE_MS);
    int rc = 0;

    pthread_mutex_lock(&b->lock);
    while ((flag ? !*flag : b->done < done) && rc == 0)
        rc = pthread_cond_timedwait(&b->changed, &b->lock, &deadline);
    CHECK(rc == 0);
    pthread_mutex_unlock(&b->lock);
}

static void
board_raise(struct board *b, bool *flag)
{
    pthread_mutex_lock(&b->lock);
    *flag = true;
    pthread_cond_broadcast(&b->changed);
    pthread_mutex_unlock(&b->lock);
}

static void
note_done(struct store_job *job)
{
    struct say *say = (struct say *)job;
    struct board *b = say->board;

    store_events_free(job->events); /* they are ours from here on */
    job->events = NULL;
    pthread_mutex_lock(&b->lock);
    if (b->done < ORDER_MAX)
        b->order[b->done] = say->number;
    b->done++;
    b->ok += job->ok;
    pthread_cond_broadcast(&b->changed);
    pthread_mutex_unlock(&b->lock);
}

static void
note_batch(struct store_job *first, struct store_job *last, int n, void *ctx)
{
    struct board *b = ctx;
    struct store_job *next;
    int count = 0;

    for (struct store_job *job = first; job; job = next) {
        next = job->next;
        CHECK((next == NULL) == (job == last));
        note_done(job);
        count++;
    }
    CHECK(count == n);
    pthread_mutex_lock(&b->lock);
    b->batches++;
    pthread_mutex_unlock(&b->lock);
}

static bool
run_say(struct store *s, struct store_job *job, struct err *err)
{
    struct say *say = (struct say *)job;
    char text[16];

    snprintf(text, sizeof(text), "%d", say->number);
    say->added = test_send(s, "any", say->sender, text, NULL, NULL, 0);
    *err = say->added.err;
    return say->added.ok;
}

/* Holds the thread until the test opens the gate. */
static bool
run_gate(struct store *s, struct store_job *job, struct err *err)
{
    struct board *b = ((struct say *)job)->board;

    (void)s;
    (void)err;
    board_raise(b, &b->gate_reached);
    board_wait(b, &b->gate_open, 0);
    return true;
}

static bool
run_count(struct store *s, struct store_job *job, struct err *err)
{
    struct store_totals t;

    if (!store_totals(s, &t, err))
        return false;
    ((struct say *)job)->messages = t.messages;
    return true;
}

static struct say
say_init(struct board *b, int number)
{
    return (struct say){.job = {.run = run_say, .done = note_done},
        .board = b,
        .number = number,
        .sender = "alice"};
}

static struct writer *
start_cfg(const struct writer_cfg *cfg)
{
    struct err err = {0};
    struct writer *w = writer_start(cfg, &err);
    int64_t end = clock_mono_ms() + DEADLINE_MS;

    CHECK(w && err.kind == FAIL_NONE);
    while (w && writer_stats(w).checks == 0 && clock_mono_ms() < end)
        sched_yield(); /* it opens the files, too */
    return w;
}

static struct writer *
start(const struct fixture *f, struct board *b, bool batches)
{
    struct writer_cfg cfg = {
        .url = f->url, .on_batch = batches ? note_batch : NULL, .ctx = b};

    return start_cfg(&cfg);
}

static struct writer *
start_by_turn(const struct fixture *f, struct board *b)
{
    struct writer_cfg cfg = {
        .url = f->url, .on_batch = note_batch, .ctx = b, .by_turn = true};

    return start_cfg(&cfg);
}

/* Make the writer wait inside a batch of its own. */
static void
close_gate(struct writer *w, struct board *b, struct say *gate)
{
    *gate = say_init(b, 1000);
    gate->job.run = run_gate;
    CHECK(writer_write(w, &gate->job, NULL));
    board_wait(b, &b->gate_reached, 0);
}

static void
what_waits_is_committed_as_one_batch_in_order(void)
{
    struct fixture f = fixture_new();
    struct board *b = board_new();
    struct writer *w = start(&f, b, true);
    struct say gate, say[100];

    close_gate(w, b, &gate);
    for (int i = 0; i < 100; i++) {
        say[i] = say_init(b, i);
        CHECK(writer_write(w, &say[i].job, NULL));
    }
    CHECK(writer_stats(w).waiting == 100);
    board_raise(b, &b->gate_open);
    board_wait(b, NULL, 101);
    for (int i = 0; i < 100; i++) {
        CHECK(b->order[i + 1] == i && say[i].job.ok);
        CHECK(say[i].added.seq == i + 1);
    }
    writer_stop(w);
    CHECK(b->batches == 2); /* the gate and the hundred */
    CHECK(test_messages(f.s) == 100);
    board_free(b);
    fixture_free(&f);
}

static void
a_lone_job_is_done_at_once_and_then_visible_to_readers(void)
{
    struct fixture f = fixture_new();
    struct board *b = board_new();
    struct writer *w = start(&f, b, false);
    struct say say, count;

    for (int i = 0; i < 20; i++) {
        say = say_init(b, i);
        CHECK(writer_write(w, &say.job, NULL));
        board_wait(b, NULL, 2 * i + 1);
        count = say_init(b, i);
        count.job.run = run_count;
        CHECK(writer_read(w, &count.job, NULL));
        board_wait(b, NULL, 2 * i + 2);
        CHECK(say.job.ok && count.job.ok && count.messages == i + 1);
    }
    CHECK(writer_stats(w).batches == 20 && writer_stats(w).jobs == 40);
    CHECK(writer_stats(w).commit_us_max <= writer_stats(w).commit_us_total);
    writer_stop(w);
    board_free(b);
    fixture_free(&f);
}

static void
a_reader_works_while_the_writer_is_busy_and_cannot_write(void)
{
    struct fixture f = fixture_new();
    struct board *b = board_new();
    struct writer *w = start(&f, b, false);
    struct say gate, read, count;

    close_gate(w, b, &gate);
    count = say_init(b, 1);
    count.job.run = run_count;
    CHECK(writer_read(w, &count.job, NULL));
    read = say_init(b, 2);
    CHECK(writer_read(w, &read.job, NULL));
    board_wait(b, NULL, 2);
    CHECK(count.job.ok && count.messages == 0);
    CHECK(!read.job.ok && read.job.err.kind == FAIL_FORBIDDEN);
    board_raise(b, &b->gate_open);
    writer_stop(w);
    board_free(b);
    fixture_free(&f);
}

static void
a_job_that_fails_fails_alone(void)
{
    struct fixture f = fixture_new();
    struct board *b = board_new();
    struct writer *w = start(&f, b, false);
    struct say gate, say[10];

    close_gate(w, b, &gate);
    for (int i = 0; i < 10; i++) {
        say[i] = say_init(b, i);
        if (i % 3 == 1)
            say[i].sender = "nobody";
        CHECK(writer_write(w, &say[i].job, NULL));
    }
    board_raise(b, &b->gate_open);
    board_wait(b, NULL, 11);
    for (int i = 0; i < 10; i++) {
        CHECK(b->order[i + 1] == i);
        CHECK(say[i].job.ok == (i % 3 != 1));
        CHECK(say[i].job.ok || say[i].job.err.kind == FAIL_NOT_FOUND);
    }
    CHECK(writer_stats(w).jobs_failed == 3 && !writer_stats(w).degraded);
    writer_stop(w);
    CHECK(test_messages(f.s) == 7);
    board_free(b);
    fixture_free(&f);
}

static void
a_full_queue_is_busy_and_what_it_took_is_finished(void)
{
    struct fixture f = fixture_new();
    struct board *b = board_new();
    struct writer *w = start(&f, b, false);
    struct say *say = calloc(WRITER_QUEUE_MAX + 1, sizeof(*say)), gate;
    struct err err = {0};

    close_gate(w, b, &gate);
    for (int i = 0; say && i <= WRITER_QUEUE_MAX; i++) {
        say[i] = say_init(b, i);
        say[i].job.run = run_count;
        CHECK(writer_write(w, &say[i].job, &err) == (i < WRITER_QUEUE_MAX));
    }
    CHECK(err.kind == FAIL_BUSY);
    board_raise(b, &b->gate_open);
    writer_stop(w);
    CHECK(b->done == WRITER_QUEUE_MAX + 1 && b->ok == b->done);
    free(say);
    board_free(b);
    fixture_free(&f);
}

static void
a_turn_is_committed_as_one_batch_by_an_idle_writer(void)
{
    struct fixture f = fixture_new();
    struct board *b = board_new();
    struct writer *w = start_by_turn(&f, b);
    struct say say[100];

    writer_end_turn(w); /* of nothing */
    for (int turn = 0; turn < 2; turn++) {
        for (int i = 50 * turn; i < 50 * turn + 50; i++) {
            say[i] = say_init(b, i);
            CHECK(writer_write(w, &say[i].job, NULL));
        }
        if (turn == 1)
            break; /* writer_stop ends it */
        CHECK(b->done == 0);
        writer_end_turn(w);
        board_wait(b, NULL, 50);
    }
    writer_stop(w);
    for (int i = 0; i < 100; i++)
        CHECK(b->order[i] == i && say[i].job.ok);
    CHECK(b->batches == 2);
    CHECK(test_messages(f.s) == 100);
    board_free(b);
    fixture_free(&f);
}

static void
what_a_turn_brings_to_a_full_queue_is_answered_busy(void)
{
    enum { EXTRA = 5 };
    struct fixture f = fixture_new();
    struct board *b = board_new();
    struct writer *w = start_by_turn(&f, b);
    struct say *say = calloc(WRITER_QUEUE_MAX + EXTRA, sizeof(*say)), gate;

    gate = say_init(b, 1000);
    gate.job.run = run_gate;
    CHECK(writer_write(w, &gate.job, NULL));
    writer_end_turn(w);
    board_wait(b, &b->gate_reached, 0);
    for (int i = 0; say && i < WRITER_QUEUE_MAX + EXTRA; i++) {
        say[i] = say_init(b, i);
        say[i].job.run = run_count;
        CHECK(writer_write(w, &say[i].job, NULL));
    }
    CHECK(b->done == 0);
    writer_end_turn(w);
    CHECK(b->done == EXTRA && b->ok == 0 && b->batches == 1);
    for (int i = 0; say && i < EXTRA; i++) {
        CHECK(b->order[i] == WRITER_QUEUE_MAX + i);
        CHECK(say[WRITER_QUEUE_MAX + i].job.err.kind == FAIL_BUSY);
    }
    board_raise(b, &b->gate_open);
    writer_stop(w);
    CHECK(b->ok == WRITER_QUEUE_MAX + 1);
    free(say);
    board_free(b);
    fixture_free(&f);
}

static bool
write_one(struct writer *w, struct board *b, struct say *say)
{
    int before = b->done;

    *say = say_init(b, before);
    CHECK(writer_write(w, &say->job, NULL));
    board_wait(b, NULL, before + 1);
    return say->job.ok;
}

static void
a_failed_commit_fails_all_its_jobs_and_the_next_one_heals(void)
{
    struct fixture f = fixture_new();
    struct board *b = board_new();
    struct writer *w = start(&f, b, false);
    struct say gate, say[10], one;

    CHECK(write_one(w, b, &one));
    close_gate(w, b, &gate);
    for (int i = 0; i < 10; i++) {
        say[i] = say_init(b, i);
        if (i == 4)
            say[i].sender = "nobody";
        CHECK(writer_write(w, &say[i].job, NULL));
    }
    fault_set(FAULT_FULL, 0); /* before a batch begins that writes */
    board_raise(b, &b->gate_open);
    board_wait(b, NULL, 12);
    for (int i = 0; i < 10; i++) {
        CHECK(b->order[i + 2] == i && !say[i].job.ok);
        CHECK(say[i].job.err.kind == (i == 4 ? FAIL_NOT_FOUND : FAIL_SYSTEM));
    }
    CHECK(writer_stats(w).degraded);
    CHECK(!write_one(w, b, &one)); /* still full */
    fault_set(FAULT_NONE, 0);
    CHECK(write_one(w, b, &one) && one.added.seq == 2);
    CHECK(!writer_stats(w).degraded);
    writer_stop(w);
    CHECK(test_messages(f.s) == 2);
    board_free(b);
    fixture_free(&f);
}

static void
after_a_failed_fsync_the_file_is_opened_anew(void)
{
    struct fixture f = fixture_new();
    struct board *b = board_new();
    struct writer *w = start(&f, b, false);
    struct say one;
    int opens;

    CHECK(write_one(w, b, &one));
    opens = atomic_load(&fault_opens);
    fault_set(FAULT_SYNC, 0);
    CHECK(!write_one(w, b, &one) && one.job.err.kind == FAIL_UNKNOWN);
    CHECK(writer_stats(w).degraded);
    fault_set(FAULT_NONE, 0);
    CHECK(write_one(w, b, &one));
    CHECK(atomic_load(&fault_opens) == opens + 1);
    CHECK(!writer_stats(w).degraded);
    CHECK(write_one(w, b, &one));
    CHECK(atomic_load(&fault_opens) == opens + 1);
    writer_stop(w);
    board_free(b);
    fixture_free(&f);
}

/* Until the writer is, or is no longer, degraded. */
static void
wait_degraded(struct writer *w, bool degraded)
{
    int64_t end = clock_mono_ms() + DEADLINE_MS;

    while (writer_stats(w).degraded != degraded && clock_mono_ms() < end)
        sched_yield();
    CHECK(writer_stats(w).degraded == degraded);
}

static void
a_file_that_goes_away_is_noticed_without_a_write_and_stops_them(void)
{
    struct fixture f = fixture_new();
    struct board *b = board_new();
    struct writer *w = start(&f, b, false);
    char aside[TEST_PATH_BYTES + 8];
    struct say one;

    snprintf(aside, sizeof(aside), "%s.aside", f.path);
    CHECK(write_one(w, b, &one));
    CHECK(rename(f.path, aside) == 0);
    wait_degraded(w, true);
    CHECK(!write_one(w, b, &one) && one.job.err.kind == FAIL_SYSTEM);
    CHECK(rename(aside, f.path) == 0);
    wait_degraded(w, false);
    CHECK(write_one(w, b, &one) && one.added.seq == 2);
    writer_stop(w);
    board_free(b);
    fixture_free(&f);
}

static bool
run_history(struct store *s, struct store_job *job, struct err *err)
{
    struct seen seen = {.n = 0};

    (void)job;
    return store_history(
        s, SPAN("any"), 0, -1, 100, NULL, see_message, &seen, err);
}

static void
damage_that_a_reader_meets_stops_writes(void)
{
    struct fixture f = fixture_new();
    struct board *b = board_new();
    static char rubbish[4096];
    struct say one, read;
    struct writer *w;
    int fd;

    for (int i = 0; i < 200; i++)
        CHECK(test_send(f.s, "any", "alice", "text", NULL, NULL, 0).ok);
    while (store_tend(f.s, true))
        ;
    w = start(&f, b, false);
    CHECK(write_one(w, b, &one));
    memset(rubbish, 0x5a, sizeof(rubbish));
    fd = open(f.path, O_WRONLY);
    for (int page = 3; page < 60; page++)
        CHECK(pwrite(fd, rubbish, 4096, page * 4096) == 4096);
    close(fd);
    read = say_init(b, 0);
    read.job.run = run_history;
    CHECK(writer_read(w, &read.job, NULL));
    board_wait(b, NULL, 2);
    CHECK(!read.job.ok);
    CHECK(writer_stats(w).degraded);
    CHECK(!write_one(w, b, &one));
    writer_stop(w);
    board_free(b);
    fixture_free(&f);
}

static struct board *move_board; /* for a callback that has no context */
static bool log_moved; /* guarded by move_board->lock */

static void
note_move(void)
{
    board_raise(move_board, &log_moved);
}

static void
watch_moves(struct board *b)
{
    move_board = b;
    log_moved = false;
    atomic_store(&fault_on_move, note_move);
}

static void
the_log_is_moved_when_there_is_nothing_else_to_do(void)
{
    struct fixture f = fixture_new();
    struct board *b = board_new();
    struct writer *w = start(&f, b, false);
    struct say one;

    watch_moves(b);
    CHECK(write_one(w, b, &one));
    board_wait(b, &log_moved, 0);
    atomic_store(&fault_on_move, NULL);
    writer_stop(w);
    board_free(b);
    fixture_free(&f);
}

static bool
run_big(struct store *s, struct store_job *job, struct err *err)
{
    static const char big[STORE_CONTENT_BYTES_MAX] = {0};
    struct store_message m = {.conversation_id = SPAN("any"),
        .sender_id = SPAN("alice"),
        .content = {big, sizeof(big)},
        .language = SPAN("en"),
        .type = SPAN("text"),
        .created_ms = 1};
    char id[ID_BYTES];
    int64_t seq;
    bool duplicate;

    (void)job;
    id_new(id);
    m.id = span_of(id);
    return store_message_add(s, &m, NULL, 0, id, &seq, &duplicate, err);
}

static void
a_large_log_is_moved_before_the_next_batch(void)
{
    struct fixture f = fixture_new();
    struct board *b = board_new();
    struct writer *w = start(&f, b, false);
    struct say *say = calloc(BIG_JOBS, sizeof(*say)), gate, next;
    bool moved;

    if (!say)
        abort();
    watch_moves(b);
    close_gate(w, b, &gate);
    for (int i = 0; i < BIG_JOBS; i++) {
        say[i] = say_init(b, i);
        say[i].job.run = run_big;
        CHECK(writer_write(w, &say[i].job, NULL));
    }
    board_raise(b, &b->gate_open);
    board_wait(b, NULL, BIG_JOBS + 1);
    CHECK(b->ok == BIG_JOBS + 1);
    b->gate_reached = b->gate_open = false;
    close_gate(w, b, &next);
    pthread_mutex_lock(&b->lock);
    moved = log_moved;
    pthread_mutex_unlock(&b->lock);
    CHECK(moved);
    atomic_store(&fault_on_move, NULL);
    board_raise(b, &b->gate_open);
    writer_stop(w);
    free(say);
    board_free(b);
    fixture_free(&f);
}

static void
a_database_in_memory_serves_both_kinds_of_jobs(void)
{
    struct fixture f = fixture_new();
    struct board *b = board_new();
    struct writer_cfg cfg = {.url = "sqlite::memory:"};
    struct writer *w = writer_start(&cfg, NULL);
    struct say say = say_init(b, 0), count = say_init(b, 1);

    count.job.run = run_count;
    CHECK(writer_write(w, &say.job, NULL));
    CHECK(writer_read(w, &count.job, NULL));
    writer_stop(w);
    CHECK(!say.job.ok && say.job.err.kind == FAIL_NOT_FOUND); /* no alice */
    CHECK(count.job.ok && count.messages == 0);
    board_free(b);
    fixture_free(&f);
}

static void
a_writer_does_not_start_without_its_database(void)
{
    struct writer_cfg cfg = {.url = "sqlite:/nonexistent/dir/db"};
    struct err err = {0};

    CHECK(!writer_start(&cfg, &err) && err.kind == FAIL_SYSTEM);
    writer_stop(NULL);
}

int
main(void)
{
    fault_install();
    RUN(what_waits_is_committed_as_one_batch_in_order);
    RUN(a_lone_job_is_done_at_once_and_then_visible_to_readers);
    RUN(a_reader_works_while_the_writer_is_busy_and_cannot_write);
    RUN(a_job_that_fails_fails_alone);
    RUN(a_full_queue_is_busy_and_what_it_took_is_finished);
    RUN(a_turn_is_committed_as_one_batch_by_an_idle_writer);
    RUN(what_a_turn_brings_to_a_full_queue_is_answered_busy);
    RUN(a_failed_commit_fails_all_its_jobs_and_the_next_one_heals);
    RUN(after_a_failed_fsync_the_file_is_opened_anew);
    RUN(a_file_that_goes_away_is_noticed_without_a_write_and_stops_them);
    RUN(damage_that_a_reader_meets_stops_writes);
    RUN(the_log_is_moved_when_there_is_nothing_else_to_do);
    RUN(a_large_log_is_moved_before_the_next_batch);
    RUN(a_database_in_memory_serves_both_kinds_of_jobs);
    RUN(a_writer_does_not_start_without_its_database);
    return tap_end();
}
