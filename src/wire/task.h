/* SPDX-License-Identifier: ISC */
#ifndef WIRE_TASK_H
#define WIRE_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "wire/event.h"
#include "wire/glossary.h"

/*
 * task - what a gateway asks of a translator (event.h is the answer): one
 * frame, one JSON object.  Unknown fields and unknown types are ignored, so
 * that either side may be newer.  Time stamps are integer milliseconds.
 */
enum {
    TASK_LANGUAGES_MAX = 64,
    TASK_TEXT_BYTES_MAX = 64 * 1024,
    TASK_FRAME_BYTES_MAX = 512 * 1024, /* larger frames are counted, dropped */
    TASK_GLOSSARY_BYTES_MAX = 448 * 1024, /* so that a message fits beside it */
    TASK_ID_LEN_MAX = 64,
    TASK_LANGUAGE_LEN_MAX = 16,
    TASK_REPLY_LEN_MAX = 40,
    TASK_REPLY_BYTES = 64, /* that saying it adds to a frame */
};

/* Gateway to translator.  A request without a type is a translation.  Of one
 * that was parsed the strings are in the same piece of memory. */
struct task {
    char *task_id; /* made here when the sender gave none */
    char *message_id;
    char *conversation_id; /* "any" selects the any pool */
    char *reply_to; /* the gateway's address, of letters and digits, which its
                       answers begin with (event_address); NULL: everybody's */
    char *sender_id; /* who wrote it; NULL: not said */
    char *turn; /* of one that was parsed: conversation and sender, who have
                   their turn together */
    char *text;
    char *source; /* ISO 639-1 code or "auto" */
    char *model_type;
    int revision; /* of the message; echoed; 0 when not given */
    int64_t timestamp_ms;
    const struct glossary *glossary; /* a reference; NULL: none */
    int n_targets;
    char *targets[TASK_LANGUAGES_MAX]; /* distinct, in the sender's order */
};

enum task_frame {
    TASK_FRAME_TASK,
    TASK_FRAME_PING,
    TASK_FRAME_UNKNOWN, /* a type we do not know: ignore politely */
};

/* Classify and parse a frame.  On TASK_FRAME_TASK *ret_task is owned by the
 * caller; on TASK_FRAME_PING too, where it is NULL or has a
 * reply_to alone.  False on malformed input; then, if ids could be read all the same,
 * *ret_task holds them for an error answer, and the languages when they could
 * be read too, else it is NULL. */
bool task_parse(struct span frame, enum task_frame *ret_kind,
    struct task **ret_task, struct err *err);

/* Append the frame of a whole task. */
void task_format(struct buf *b, const struct task *t);

/* Append the frame again, saying where its answers go. */
void task_readdress(struct buf *b, struct span frame, const char *reply_to);

/* Append a liveness question; a translator answers EVENT_PONG at once. */
void task_format_ping(struct buf *b, int64_t wall_ms);

/* One that was parsed; NULL is fine. */
void task_free(struct task *t);

#endif
