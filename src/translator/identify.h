/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_IDENTIFY_H
#define TRANSLATOR_IDENTIFY_H

#include <stdbool.h>

#include "base/span.h"
#include "text/langid.h"
#include "translator/offer.h"

/* Taken for the language of a text that does not tell and must have one. */
#define IDENTIFY_USUAL "en"

/*
 * Which of the languages on offer is this text in?  False when it is none of
 * them, or one cannot tell.  Without an offer (NULL) it may be any that we know.
 * Any thread.
 */
bool identify(struct offer *o, struct span text, struct langid *ret);

#endif
