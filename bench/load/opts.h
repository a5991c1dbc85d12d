/* SPDX-License-Identifier: ISC */
#ifndef LOAD_OPTS_H
#define LOAD_OPTS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

/*
 * opts - the command line of the load generator.  Strings are borrowed from
 * argv.  Refuses any host but loopback: this program can flood a server and
 * must not be pointed at somebody else's.
 */
struct opts {
    const char *host, *path, *label;
    const char *auth; /* JSON of the CONNECT packet; "" sends none */
    const char *auth_file; /* one such JSON a line; connection i: line i */
    const char *room_file; /* one room id a line; connection i: line i */
    const char *text_file; /* message texts to take in turn */
    const char *acked_file; /* write the ids of acknowledged messages here */
    const char *language; /* originalLanguage of the messages */
    int port;
    int conns, rooms; /* without room_file connection i is in room i % rooms */
    int senders; /* the first so many connections send; -1: all */
    int in_flight; /* un-acknowledged messages of a sender (closed loop) */
    int rate; /* messages a second over all senders (open loop); 0: closed */
    int size_bytes; /* of a message's content when there is no text_file */
    int connect_max_ms; /* for all connections together */
    int warmup_ms, duration_ms, drain_ms, settle_ms;
    int pid; /* of the server, to read its memory and CPU time; 0: none */
    int cpu; /* pin this program to it; -1: leave alone */
    int connect_parallel; /* connections being made at any moment */
    int stall; /* the last so many connections never read */
    int rcvbuf_bytes; /* SO_RCVBUF; 0: the kernel's */
    bool join_ack; /* wait for the answer to conversation:join */
    bool await_translation; /* the next message waits for a translation */
};

/* Fill *ret from the command line. */
bool opts_parse(int argc, char **argv, struct opts *ret, struct err *err);

void opts_usage(FILE *to);

#endif
