/* SPDX-License-Identifier: ISC */
#ifndef TEXT_ELISION_H
#define TEXT_ELISION_H

#include "base/buf.h"
#include "base/span.h"

/*
 * elision - small words that change before the next one: "le appartement" is
 * "l'appartement" in French, "a apple" is "an apple" in English, "il amico" is
 * "l'amico" in Italian, "de el" is "del" in Spanish.  Engines that know the
 * words of a language do not always know this of them.
 *
 * Changed is only what has no other reading.  Pure, any thread.
 */

/* Append the text, in the language lang, with such words as they must be. */
void elision_mend(struct span text, struct span lang, struct buf *out);

#endif
