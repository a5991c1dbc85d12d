/* SPDX-License-Identifier: ISC */
#ifndef STORE_CORRECTION_H
#define STORE_CORRECTION_H

#include "store/store.h"

/*
 * The part of store.h about better translations, which readers propose and
 * moderators accept; what is said there holds here.  What was accepted is the
 * message's translation from then on, and that of whoever says the same in the
 * same room: capitals and spaces around do not count.
 */
enum {
    STORE_MEMORY_CHARS_MAX = 500, /* of a text that is remembered */
};

/* The model of a translation that people wrote. */
#define STORE_MODEL_PEOPLE "people"

struct store_correction {
    struct span id, message_id, proposer_id;
    struct span language, text; /* the better translation */
    int64_t at_ms;
    /* Filled on reading: */
    struct span source, content; /* of the message */
    struct span shown; /* the translation so far; absent: there is none */
};

/* Proposing another one for the same message and language takes the place of
 * one's first.  FAIL_NOT_FOUND when the message is missing or deleted. */
bool store_correction_add(
    struct store *s, const struct store_correction *c, struct err *err);

/* The open ones of a conversation, oldest first; of messages that were edited
 * or deleted meanwhile there are none. */
bool store_corrections(struct store *s, struct span conversation_id, int limit,
    void (*row)(const struct store_correction *c, void *ctx), void *ctx,
    struct err *err);

/* Take it, or let it be.  FAIL_NOT_FOUND when the conversation has no such open
 * one. */
bool store_correction_resolve(struct store *s, struct span conversation_id,
    struct span id, struct span resolver_id, bool accepted, int64_t now_ms,
    struct err *err);

/* What is queued of the message and remembered in its room is ready now.
 * *ret_n: in how many languages, which are in ret. */
bool store_recall(struct store *s, struct span message_id, int64_t now_ms,
    char ret[STORE_LANGUAGES_MAX][STORE_LANG_BYTES], size_t *ret_n,
    struct err *err);

#endif
