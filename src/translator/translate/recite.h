/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_RECITE_H
#define TRANSLATOR_RECITE_H

#include "memory/memory.h"
#include "translator/translate/translate.h"

/*
 * recite - what becomes of a text whose languages no engine joins.
 */

/* Write the outcome of r, whose source_code is found if it can be: its
 * translation, when every sentence of it is in the memory, which may be NULL;
 * that there is nothing to translate; or why it fails. */
void recite(
    const struct memory *m, struct translate_request *r, const char *target);

#endif
