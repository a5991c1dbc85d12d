/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_PEERS_H
#define TRANSLATOR_PEERS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * peers - how other translation services are asked and answer, for clients that
 * know those: apertium-apy, DeepL's v2 and Google's v2.  A request of theirs
 * becomes the JSON of LibreTranslate's, which ask.h reads; answers are written
 * from what that gives.  Pure.
 */
enum peer {
    PEER_LIBRE, /* none of these */
    PEER_APY, /* langpair=en|es&q= */
    PEER_DEEPL, /* {"text":["..."],"target_lang":"ES"} */
    PEER_GOOGLE, /* {"q":["..."],"target":"es"} */
};

struct peer_request {
    enum peer peer;
    struct span content_type, body;
    /* An argument of the query, decoded; {NULL, 0} when absent. */
    struct span (*query)(const void *ctx, const char *name);
    const void *ctx;
    struct span authorization; /* the header; {NULL, 0} when absent */
};

/* Append the request as LibreTranslate's JSON. */
bool peer_read(const struct peer_request *r, struct buf *json, struct err *err);

/* One translation, and in which language its text was found to be. */
struct peer_text {
    struct span text; /* JSON string with its quotes */
    const char *source; /* "": it was told */
};

/* Append the answer to n texts. */
void peer_answer(
    enum peer peer, struct buf *b, const struct peer_text *texts, size_t n);

/* Append the refusal. */
void peer_refuse(
    enum peer peer, struct buf *b, int status, const struct err *err);

#endif
