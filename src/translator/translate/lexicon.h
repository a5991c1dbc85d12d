/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_LEXICON_H
#define TRANSLATOR_LEXICON_H

#include "base/span.h"
#include "text/terms.h"
#include "wire/glossary.h"

/*
 * lexicon - glossaries made ready for one direction of translation, the latest
 * of which are kept.
 *
 * A term of the text's own language counts more than the same term of any.  A
 * term in lower case is found in any case; a term with capitals is a name and
 * found as it is.
 *
 * Any thread.
 */
struct lexicon;

enum { LEXICON_KEPT_MAX = 64 };

struct lexicon *lexicon_new(void);
void lexicon_free(struct lexicon *l); /* NULL is fine */

/* Words of one direction, constant and counted. */
struct words;

/* The caller's reference; NULL when the glossary, which may be NULL, says
 * nothing about texts in source. */
struct words *lexicon_get(struct lexicon *l, const struct glossary *g,
    const char *source, const char *target);
void words_unref(struct words *w); /* NULL is fine */

const struct terms *words_terms(const struct words *w); /* of NULL: NULL */

#endif
