/* SPDX-License-Identifier: ISC */
#ifndef WIRE_EVENT_H
#define WIRE_EVENT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * event - what a translator says to the gateways: one frame, one JSON object.
 * Its time stamps and durations are float seconds.
 */
enum { EVENT_FRAME_BYTES_MAX = 512 * 1024 }; /* larger ones are refused */

/* The "modelType" of a result that failed. */
#define EVENT_NO_MODEL "none"

enum event_type {
    EVENT_UNKNOWN, /* a type we do not know: ignore politely */
    EVENT_ACCEPTED, /* "translation_accepted": the task is in a pool */
    EVENT_COMPLETED, /* "translation_completed": one language is ready */
    EVENT_ERROR, /* "translation_error": pool full, or one language failed */
    EVENT_SKIPPED, /* "translation_skipped": there is nothing to translate */
    EVENT_PONG,
};

/* One struct for all types; what a type does not have is zero.  All strings
 * are owned by the event and may be NULL. */
struct event {
    enum event_type type;
    char *task_id, *message_id, *conversation_id;
    char *target; /* ERROR, SKIPPED: NULL means the whole task */
    char *error; /* ERROR, SKIPPED: the reason; or see event_format */
    char *text; /* COMPLETED; PONG: languages it can write, "ca,en,es" */
    char *source; /* detected or requested */
    char *model; /* COMPLETED: which engine or path, "modelType" */
    char *worker; /* "normal_worker_3" */
    char *node; /* host and process of the translator */
    char *session; /* one run of the translator, "sessionId" */
    bool any_pool;
    int revision;
    double confidence; /* 0..1; 1 when a peer does not say */
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

/* Append the frame, with every field that the original project's gateway
 * reads.  A COMPLETED with an error is a result that failed: it says so, and
 * has no text.  Nothing is known to say about EVENT_UNKNOWN: not allowed. */
void event_format(struct buf *b, const struct event *e);

/* Free what e owns, not e itself; e is zeroed. */
void event_free(struct event *e);

#endif
