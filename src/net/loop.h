/* SPDX-License-Identifier: ISC */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <ev.h>
#include <stdbool.h>

#include "base/err.h"

/*
 * loop - one thread's event loop (libev, epoll) with an inbox for the others.
 *
 * Everything in net/ belongs to the thread that runs the loop, except
 * loop_post and loop_stop.
 */
struct loop;

struct loop *loop_new(struct err *err);

/* Free a loop that does not run and whose inbox is empty: join the threads
 * that post, then loop_drain, then free.  NULL is fine. */
void loop_free(struct loop *l);

/* Run what is in the inbox now, on the loop thread or after loop_run. */
void loop_drain(struct loop *l);

/* The libev loop, for timers and watchers of the owner thread. */
struct ev_loop *loop_ev(struct loop *l);

/* From now on SIGTERM and SIGINT wait for loop_run(l, true), which then ends at
 * once: nothing is killed between its start and its first turn. */
void loop_catch_signals(struct loop *l);

/* Ask when a signal is to end the loop: false, it goes on, and somebody calls
 * loop_stop later.  Before loop_catch_signals. */
void loop_ask(struct loop *l, bool (*stops)(int signal, void *ctx), void *ctx);

/* Run until loop_stop.  SIGTERM and SIGINT call loop_stop's effect once when
 * handle_signals is true. */
void loop_run(struct loop *l, bool handle_signals);
void loop_stop(struct loop *l); /* any thread */

/* A message to the loop thread: embed it as the first member of your own. */
struct loop_msg {
    struct loop_msg *next;
    void (*run)(struct loop_msg *msg); /* on the loop thread; takes msg */
};

/* Append to the inbox and wake the loop.  Any thread.  Messages of one thread
 * run in the order posted.  Never fails and never blocks: what is posted is an
 * answer to bounded work, so the inbox is bounded by its senders. */
void loop_post(struct loop *l, struct loop_msg *msg);

/* Append a whole chain (first..last linked by next) with one wake-up. */
void loop_post_chain(
    struct loop *l, struct loop_msg *first, struct loop_msg *last);

/* Call fn once per loop turn just before the loop sleeps: the place to flush
 * what the turn produced.  At most LOOP_HOOKS_MAX; registered before running and
 * never removed: ctx outlives the last run of the loop. */
enum { LOOP_HOOKS_MAX = 4 };
void loop_before_sleep(struct loop *l, void (*fn)(void *ctx), void *ctx);

#endif
