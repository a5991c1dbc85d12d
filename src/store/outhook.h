/* SPDX-License-Identifier: ISC */
#ifndef STORE_OUTHOOK_H
#define STORE_OUTHOOK_H

#include "store/store.h"

/*
 * Outgoing webhooks: a part of store.h.  Nothing is queued for them: the log is
 * the queue, and each keeps its place in the stream of its conversation.
 */
enum {
    STORE_OUTHOOKS_MAX = 50, /* of a conversation */
    STORE_URL_BYTES = 1025,
    STORE_SECRET_BYTES = 64,
    STORE_REASON_BYTES = 200,
};

struct store_outhook {
    char id[ID_BYTES];
    char conversation_id[65], created_by[ID_BYTES];
    char url[STORE_URL_BYTES], secret[STORE_SECRET_BYTES];
    int64_t created_ms;
    /* Filled on reading: */
    int64_t at; /* the conversation's stream is told up to here */
    int failures; /* since the last that went well */
    int64_t disabled_ms; /* given up; 0: not */
    char reason[STORE_REASON_BYTES]; /* of the last failure */
};
/* What happens from now on is told.  FAIL_CONFLICT when there are as many as
 * there may be. */
bool store_outhook_add(
    struct store *s, const struct store_outhook *h, struct err *err);
/* Those of a conversation, oldest first. */
bool store_outhooks(struct store *s, struct span conversation_id,
    void (*row)(const struct store_outhook *h, void *ctx), void *ctx,
    struct err *err);
/* FAIL_NOT_FOUND when the conversation has none of that id. */
bool store_outhook_remove(struct store *s, struct span conversation_id,
    struct span id, struct err *err);
/* One that was given up goes on where it was. */
bool store_outhook_enable(struct store *s, struct span conversation_id,
    struct span id, int64_t now_ms, struct err *err);

/* Is there one to be taken?  It only reads: who shares a writer asks this first. */
bool store_outhook_due(
    struct store *s, int64_t now_ms, bool *ret, struct err *err);

/* Take one that has something to tell and is due, so that nobody else takes it
 * until then.  *ret_found is false when there is none. */
bool store_outhook_take(struct store *s, int64_t now_ms, int64_t until_ms,
    struct store_outhook *ret, bool *ret_found, struct err *err);

/* What became of it. */
struct store_outcome {
    struct span id;
    int64_t from; /* its place when it was taken; meanwhile another: nothing
                     happens */
    int64_t to; /* its place from now on */
    bool failed; /* one failure more; otherwise there are none */
    int64_t due_ms; /* not again before */
    int64_t disabled_ms; /* 0: goes on */
    struct span reason; /* failed: why */
};
bool store_outhook_settle(
    struct store *s, const struct store_outcome *o, struct err *err);

/* What happened in a conversation after a place of its stream, in order: at most
 * limit rows, as things are now.  *ret_to is the place of the last. */
struct store_story {
    /* kind: STORE_MESSAGE_NEW, EDITED or DELETED */
    void (*message)(
        enum store_event_kind kind, const struct store_message *m, void *ctx);
    /* kind: STORE_MEMBER_ADDED or REMOVED */
    void (*member)(enum store_event_kind kind, struct span user_id,
        struct span display_name, bool bot, void *ctx);
    void (*room)(void *ctx); /* its title, its settings */
    void *ctx;
};
bool store_story(struct store *s, struct span conversation_id, int64_t since,
    int limit, const struct store_story *to, int64_t *ret_to, struct err *err);

#endif
