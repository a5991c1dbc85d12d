/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_MIXED_H
#define TRANSLATOR_MIXED_H

#include "text/doc.h"
#include "text/lang.h"

/*
 * mixed - texts in more than one language, sentence by sentence: one that is in
 * the reader's language already stays as it is, whatever the rest is in.
 */

/* Give every sentence of doc that waits and is in target, for sure, itself as
 * its translation.  Returns how many. */
size_t mixed_keep(struct doc *doc, struct span source, struct span target);

/* The next sentence of doc from *k on that waits and is, for sure, in a language
 * that is neither source nor target.  False when there is none. */
bool mixed_next_other(const struct doc *doc, struct span source,
    struct span target, size_t *k, char lang[LANG_CODE_BYTES]);

#endif
