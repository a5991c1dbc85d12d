/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_BENCH_PEER_H
#define TRANSLATOR_BENCH_PEER_H

#include "wire/task.h"

/*
 * bench_peer - a gateway played by a program that measures: it sends tasks and
 * hears events.  One owner thread.
 */
struct bench_peer;

enum { BENCH_LINES_MAX = 100000, BENCH_LINE_BYTES_MAX = 8192 };

/* Connect, and ping until both ways are open.  NULL when nobody answers. */
struct bench_peer *bench_peer_open(
    const char *host, int task_port, int event_port, bool pushpull);
void bench_peer_close(struct bench_peer *p); /* NULL is fine */

void bench_peer_send(struct bench_peer *p, const struct task *t);

/* Wait up to wait_ms for events, and hand over all that are there.  Returns
 * how many. */
int bench_peer_hear(struct bench_peer *p, int wait_ms,
    void (*take)(const struct event *e, void *ctx), void *ctx);

/* The lines of standard input that are not empty; returns how many.  The
 * caller frees each. */
size_t bench_read_lines(char *ret[BENCH_LINES_MAX]);

#endif
