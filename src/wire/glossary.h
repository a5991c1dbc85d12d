/* SPDX-License-Identifier: ISC */
#ifndef WIRE_GLOSSARY_H
#define WIRE_GLOSSARY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

/*
 * glossary - the words that a room wants translated its own way, or not at all.
 *
 *     {"version":"w3.r12","terms":[
 *         {"term":"Meeshy"},                                  kept as it is
 *         {"term":"stand-up","language":"en",                 of English texts
 *          "translations":{"fr":"mêlée","es":"reunión"}}]}    kept elsewhere
 *
 * Immutable once made, reference counted, usable from any thread.  The version
 * names the content: two glossaries with one version are the same.
 */
enum {
    GLOSSARY_TERMS_MAX = 500,
    GLOSSARY_TEXT_CHARS_MAX = 100, /* of a term or a translation */
    GLOSSARY_TRANSLATIONS_MAX = 64, /* of one term */
    GLOSSARY_LANGUAGE_LEN_MAX = 8,
    GLOSSARY_VERSION_LEN_MAX = 128,
};

struct glossary_translation {
    char *language, *text;
};

struct glossary_term {
    char *term;
    char *language; /* of texts it is looked for in; NULL: of all */
    size_t n_translations; /* into languages not named it is kept */
    struct glossary_translation *translations;
};

struct glossary {
    char *version;
    size_t n_terms;
    struct glossary_term *terms;
    char *json; /* the whole object as text, for sending */
};

/* From a JSON object as above.  version replaces the object's own unless it is
 * {NULL, 0}, as on the wire, between programs of ours.  NULL with err filled
 * when anything is missing, too long, or (but on the wire) twice: the same term
 * for the same language. */
struct glossary *glossary_read(
    const json_t *obj, struct span version, struct err *err);

/* The terms of both; where they name the same term of the same language, those
 * of over.  Either may be NULL.  At most GLOSSARY_TERMS_MAX, over's first. */
struct glossary *glossary_merge(const struct glossary *under,
    const struct glossary *over, struct span version);

struct glossary *glossary_ref(const struct glossary *g); /* NULL is fine */
void glossary_unref(const struct glossary *g); /* NULL is fine */

/* What to write for a term in a language; the term itself when it is kept. */
const char *glossary_text(const struct glossary_term *t, struct span language);

#endif
