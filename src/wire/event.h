/* SPDX-License-Identifier: ISC */
#ifndef WIRE_EVENT_H
#define WIRE_EVENT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "wire/quality.h"

/*
 * event - what a translator says to the gateways: one frame, one JSON object.
 * Its time stamps and durations are float seconds.
 */
enum {
    EVENT_FRAME_BYTES_MAX = 512 * 1024, /* larger ones are refused */
    EVENT_ADDRESS_BYTES = 64, /* of the beginning of an addressed frame */
};

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
    char *pairs; /* PONG: all that it can translate, as in pairs.h */
    char *version; /* PONG: of all that a translation depends on but the text:
                      equal ones translate alike; NULL: it does not say */
    char *source; /* detected or requested */
    char *model; /* COMPLETED: which engine or path, "modelType" */
    char *worker; /* "normal_worker_3" */
    char *node; /* host and process of the translator */
    char *session; /* one run of the translator, "sessionId" */
    bool any_pool;
    bool cached; /* COMPLETED: it was translated before */
    int revision;
    double confidence; /* 0..1; 1 when a peer does not say */
    enum quality quality; /* COMPLETED; NONE when a peer does not say */
    char *doubt; /* COMPLETED: why it is only rough, "lost negation" */
    double processing_s, queue_s;
    double memory_mb, cpu_percent;
    double timestamp_s;
    int port_pub, port_sub; /* PONG */
    bool addressed; /* parsed from a frame for one gateway */
};

/* Parse a frame into *ret, which the caller frees with event_free in either
 * case.  A COMPLETED that is really a failure (error field, model "fallback",
 * confidence <= 0.3 or a bracketed error text of the original project) is
 * turned into EVENT_ERROR with the reason.  Names and reasons are cut to the
 * bounds of answer.h and cleaned, numbers are finite and possible; a text is
 * as it came. */
bool event_parse(struct span frame, struct event *ret, struct err *err);

/* Append the frame, with every field that the original project's gateway
 * reads.  A COMPLETED with an error is a result that failed: it says so, and
 * has no text.  Nothing is known to say about EVENT_UNKNOWN: not allowed. */
void event_format(struct buf *b, const struct event *e);

/* How a frame begins that is for one gateway, who listens to such ones alone:
 * reply_to is its task's.  Returns the length. */
size_t event_address(char out[EVENT_ADDRESS_BYTES], const char *reply_to);

/* Append the frame again, so addressed. */
void event_readdress(struct buf *b, struct span frame, const char *reply_to);

/* Is reason, of an EVENT_ERROR, one that asking again does not mend: no such
 * pair of languages, a text too long or in no language we know, a translation
 * that the quality gate refused?  Reasons are told by how they begin. */
bool event_is_final(const char *reason);

/* Free what e owns, not e itself; e is zeroed. */
void event_free(struct event *e);

#endif
