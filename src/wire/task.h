/* SPDX-License-Identifier: ISC */
#ifndef WIRE_TASK_H
#define WIRE_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * What gateway and translator say to each other: one frame, one JSON object.
 * Unknown fields and unknown types are ignored, so that either side may be
 * newer.  Durations on the wire are seconds, the gateway's time stamps are
 * integer milliseconds, the translator's are float seconds (as the original
 * project has them).
 */
enum {
    TASK_LANGUAGES_MAX = 64,
    TASK_TEXT_BYTES_MAX = 64 * 1024,
    TASK_FRAME_BYTES_MAX = 512 * 1024, /* larger frames are counted, dropped */
    TASK_ID_LEN_MAX = 64,
    TASK_LANGUAGE_LEN_MAX = 16,
};

/* Gateway to translator.  A request without a type is a translation. */
struct task {
    char *task_id; /* made here when the sender gave none */
    char *message_id;
    char *conversation_id; /* "any" selects the any pool */
    char *text;
    char *source; /* ISO 639-1 code or "auto" */
    char *model_type;
    int revision; /* of the message; echoed; 0 when not given */
    int64_t timestamp_ms;
    int n_targets;
    char *targets[TASK_LANGUAGES_MAX]; /* distinct, in the sender's order */
};

enum task_frame {
    TASK_FRAME_TASK,
    TASK_FRAME_PING,
    TASK_FRAME_UNKNOWN, /* a type we do not know: ignore politely */
};

/* Classify and parse a frame.  On TASK_FRAME_TASK *ret_task is owned by the
 * caller.  False on malformed input; then, if ids could be read all the same,
 * *ret_task holds them (and nothing else useful) for an error answer, else it
 * is NULL. */
bool task_parse(struct span frame, enum task_frame *ret_kind,
    struct task **ret_task, struct err *err);
void task_format(struct buf *b, const struct task *t);
void task_format_ping(struct buf *b, int64_t wall_ms);
void task_free(struct task *t);

/* Translator to gateway. */
enum event_type {
    EVENT_ACCEPTED, /* "translation_accepted": the task is in a pool */
    EVENT_COMPLETED, /* "translation_completed": one language is ready */
    EVENT_ERROR, /* "translation_error": pool full, or one language failed */
    EVENT_SKIPPED, /* "translation_skipped": there is nothing to translate */
    EVENT_PONG,
    EVENT_UNKNOWN,
};

/* One struct for all types; what a type does not have is zero.  All strings
 * are owned by the event and may be NULL. */
struct event {
    enum event_type type;
    char *task_id, *message_id, *conversation_id;
    char *target; /* ERROR: NULL means the whole task */
    char *error; /* ERROR, SKIPPED: the reason */
    char *text; /* COMPLETED */
    char *source; /* detected or requested */
    char *model; /* COMPLETED: which engine or path, "modelType" */
    char *worker; /* "normal_worker_3" */
    char *node; /* host and process of the translator */
    bool any_pool;
    int revision;
    double confidence; /* 0..1 */
    double processing_s, queue_s;
    double memory_mb, cpu_percent;
    double timestamp_s;
    int port_pub, port_sub; /* PONG */
};

/* Parse a frame into *ret, which the caller frees with event_free in either
 * case.  A COMPLETED that is really a failure (error field, model "fallback",
 * confidence <= 0.3 or a bracketed error text of the original project) is
 * turned into EVENT_ERROR with the reason. */
bool event_parse(struct span frame, struct event *ret, struct err *err);
/* Write every field that the original project's gateway reads. */
void event_format(struct buf *b, const struct event *e);
void event_free(struct event *e);

#endif
