/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_ASK_H
#define TRANSLATOR_ASK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

/*
 * ask - what a client asks over HTTP, read from the body of its request.
 *
 * Two shapes of translation are understood: LibreTranslate's,
 *
 *     {"q":"Hello" or ["Hello","Bye"],"source":"auto","target":"es",
 *      "format":"text" or "html","alternatives":2,"api_key":"...",
 *      "way":"apertium:en-es"}
 *
 * also as a form in either coding, and the original project's,
 *
 *     {"text":"Hello","source_language":"auto","target_language":"es",
 *      "model_type":"basic"}
 *
 * of which a batch is an array.  Pure; fuzzed.
 */
enum ask_kind {
    ASK_TRANSLATE, /* either shape */
    ASK_BATCH, /* an array of the original's */
    ASK_DETECT, /* q only */
};

struct ask_limits {
    size_t chars; /* of one text */
    size_t texts; /* in one request */
};

enum {
    ASK_SEEDS_BATCH_MAX = 10, /* the original's bound */
    ASK_LANGUAGE_LEN_MAX = 32,
    ASK_ALTERNATIVES_MAX = 100,
    ASK_KEY_LEN_MAX = 256,
    ASK_WAY_LEN_MAX = 63,
};

struct ask_text {
    struct span text; /* valid UTF-8 without NUL; perhaps empty */
    struct span source, target;
};

struct ask {
    bool seeds; /* the original's shape */
    bool many; /* q was an array: so is what is answered */
    bool html;
    bool alternatives; /* some are wanted */
    struct span key; /* api_key; {NULL, 0} when absent */
    struct span way; /* the only one to take, see GET /ways; {NULL, 0} when
                        absent */
    size_t n;
    struct ask_text *texts; /* [n] */
    size_t chars; /* of all texts */

    /* What the spans borrow from. */
    json_t *tree;
    char *form;
};

/* Fill *ret; ask_fini either way.  False with err filled: FAIL_BAD_INPUT, or
 * FAIL_TOO_LARGE when a limit is passed. */
bool ask_read(struct ask *ret, enum ask_kind kind, struct span content_type,
    struct span body, const struct ask_limits *limits, struct err *err);
void ask_fini(struct ask *a);

/* Each field of a form in either coding, decoded; the spans are borrowed until
 * the next call.  False when the form is broken. */
bool ask_form(struct span content_type, struct span body,
    void (*field)(struct span name, struct span value, void *ctx), void *ctx);

/* A body that ask_read does not read at all; and the same said in err. */
bool ask_is_foreign(struct span content_type);
bool ask_check_type(struct span content_type, struct err *err);
/* Say in err that the parameter is missing; false. */
bool ask_missing(struct err *err, const char *name);

#endif
