/* SPDX-License-Identifier: ISC */
#ifndef TEXT_STRESS_H
#define TEXT_STRESS_H

#include "base/buf.h"
#include "base/span.h"

/*
 * stress - one word in capitals among small ones: "I said NO".  The words that
 * are shouted most are in a table, with what they are in other languages.
 *
 * Pure, any thread.
 */

/* Append the translation, and in it in capitals the words that the source
 * stresses, where the table knows them. */
void stress_restore(struct span source, struct span translation,
    struct span source_lang, struct span target_lang, struct buf *out);

#endif
