/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_BACK_H
#define TRANSLATOR_BACK_H

#include <stdbool.h>

#include "base/span.h"

/*
 * back - what a translation says when it is translated back.
 *
 * A translation whose confidence is a little below what its way needs is sure all
 * the same if it becomes its source again.  Another model has to agree then,
 * which reads and does not write what the first one made.  Two models may agree
 * about a rare word that neither knows, so that only common words are proven so.
 */
enum {
    BACK_BYTES_MAX = 160
}; /* of a text that is worth the second translation */

/* So much confidence may lack. */
#define BACK_LACKING_MAX 0.2

/* Does every line of back have the words of the same line of lines, which is in
 * lang, and ask where that asks?  Capitals and commas do not count. */
bool back_agrees(struct span lines, struct span back, struct span lang);

#endif
