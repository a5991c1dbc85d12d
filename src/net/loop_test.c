/* SPDX-License-Identifier: ISC */
#include "net/loop.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/tap.h"

enum { THREADS = 3, MESSAGES = 2000 };

struct note {
    struct loop_msg msg; /* first */
    struct loop *loop;
    int thread, seq;
};

static int next_seq[THREADS], n_run; /* loop thread only */

static void
run_note(struct loop_msg *msg)
{
    struct note *note = (struct note *)msg;

    CHECK(note->seq == next_seq[note->thread]++);
    if (++n_run == THREADS * MESSAGES)
        loop_stop(note->loop);
    free(note);
}

static struct loop_msg *
note_new(struct loop *l, int thread, int seq)
{
    struct note *note = xcalloc(1, sizeof(*note));

    *note = (struct note){{NULL, run_note}, l, thread, seq};
    return &note->msg;
}

static struct loop *shared;
static atomic_int n_started;

/* Single messages and chains of three, in turn. */
static void *
post_many(void *unused)
{
    int thread = n_started++;

    (void)unused;
    for (int seq = 0; seq < MESSAGES;) {
        struct loop_msg *first = note_new(shared, thread, seq++);
        struct loop_msg *last = first;
        if (seq % 2 == 0) {
            loop_post(shared, first);
            continue;
        }
        for (int i = 0; i < 2 && seq < MESSAGES; i++) {
            last->next = note_new(shared, thread, seq++);
            last = last->next;
        }
        loop_post_chain(shared, first, last);
    }
    return NULL;
}

static void
messages_of_each_thread_run_once_and_in_order(void)
{
    struct err err;
    pthread_t thread[THREADS];

    shared = loop_new(&err);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&thread[i], NULL, post_many, NULL) == 0);
    loop_run(shared, false);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    CHECK(n_run == THREADS * MESSAGES);
    loop_free(shared);
}

static void
count_turn(void *ctx)
{
    ++*(int *)ctx;
}

static void
hook_runs_before_the_loop_sleeps(void)
{
    struct err err;
    struct loop *l = loop_new(&err);
    int turns = 0;

    loop_before_sleep(l, count_turn, &turns);
    loop_stop(l); /* takes effect in the first turn */
    loop_run(l, false);
    CHECK(turns >= 1);
    loop_free(l);
}

static void
raise_term(struct loop_msg *msg)
{
    (void)msg;
    raise(SIGTERM);
}

static void
sigterm_stops_the_loop(void)
{
    struct err err;
    struct loop *l = loop_new(&err);
    struct loop_msg msg = {NULL, raise_term};

    loop_post(l, &msg);
    loop_run(l, true);
    loop_free(l);
    CHECK(signal(SIGTERM, SIG_DFL) == SIG_DFL); /* and is given back */
}

static void
sigterm_before_the_first_turn_is_kept(void)
{
    struct err err;
    struct loop *l = loop_new(&err);

    loop_catch_signals(l);
    raise(SIGTERM);
    loop_run(l, true); /* and ends at once */
    loop_free(l);
    CHECK(signal(SIGTERM, SIG_DFL) == SIG_DFL);
}

static void
mark(struct loop_msg *msg)
{
    *(int *)(msg + 1) = 1;
}

static void
drain_runs_what_was_posted_after_the_end(void)
{
    struct err err;
    struct loop *l = loop_new(&err);
    struct {
        struct loop_msg msg;
        int done;
    } late = {{NULL, mark}, 0};

    loop_post(l, &late.msg);
    loop_drain(l);
    CHECK(late.done);
    loop_free(l);
}

int
main(void)
{
    RUN(messages_of_each_thread_run_once_and_in_order);
    RUN(hook_runs_before_the_loop_sleeps);
    RUN(sigterm_stops_the_loop);
    RUN(sigterm_before_the_first_turn_is_kept);
    RUN(drain_runs_what_was_posted_after_the_end);
    return tap_end();
}
