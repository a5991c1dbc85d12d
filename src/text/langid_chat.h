/* SPDX-License-Identifier: ISC */
#ifndef TEXT_LANGID_CHAT_H
#define TEXT_LANGID_CHAT_H

#include "base/span.h"

/*
 * langid_chat - words that are often a whole message: who greets, thanks or
 * agrees so mostly writes one language.  Books and sentences, of which
 * langid_model is made, hardly know them alone.
 */

/* The code of the language, or NULL.  word is folded (uni_fold). */
const char *langid_chat(struct span word);

#endif
