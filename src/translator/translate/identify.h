/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_IDENTIFY_H
#define TRANSLATOR_IDENTIFY_H

#include <stdbool.h>

#include "base/span.h"
#include "text/langid.h"
#include "translator/translate/offer.h"

/* Taken for the language of a text that does not tell and must have one. */
#define IDENTIFY_USUAL "en"

/* A language that is not on offer, and likelier than this, is no other. */
#define IDENTIFY_STRANGER 0.5

/* Less likely than this is no guess at all. */
#define IDENTIFY_LEAST 0.3

/*
 * Which of the languages on offer is this text in?  False when it is none of
 * them, or one cannot tell.  Without an offer (NULL) it may be any that we know.
 * Any thread.
 */
bool identify(struct offer *o, struct span text, struct langid *ret);

/*
 * For who must have an answer: when one cannot tell, what is likeliest among
 * the languages that can become target, and target itself; when there is
 * nothing to go by, IDENTIFY_USUAL with no confidence.  It may be one that is
 * not on offer.
 */
void identify_likely(
    struct offer *o, struct span text, struct span target, struct langid *ret);

#endif
