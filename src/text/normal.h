/* SPDX-License-Identifier: ISC */
#ifndef TEXT_NORMAL_H
#define TEXT_NORMAL_H

#include "base/buf.h"
#include "base/span.h"

/*
 * normal - a sentence as people type it, made one that engines know, and back.
 *
 * For the engine: plain letters for look-alikes, one final mark for a row of
 * them, no capitals for shouting, no laughter, "so" for "soooo", whole words
 * for abbreviations ("pls", "stp", "xq"), apostrophes, accents and the "ne" of
 * French where they were left out.  What was taken from the sentence and is no
 * word of it is given back to the translation: the capitals, the row of marks,
 * and laughter as the target language writes it.
 *
 * Names, numbers, links and marks are stand-ins by then (standin.h), which stay
 * as they are.  The words are in tables, one file a language (normal/README);
 * what is common to all works for every language.
 *
 * Pure; the same sentence always gives the same.  Any thread.
 */
struct normal;

/* The segment, one line of valid UTF-8 in the language lang (a code of lang.h;
 * absent: unknown), is not looked at afterwards.  The caller owns the
 * result. */
struct normal *normal_new(struct span segment, struct span lang);
void normal_free(struct normal *n); /* NULL is fine */

/* What the engine is to translate, borrowed until normal_free; empty when there
 * is nothing but laughter. */
struct span normal_text(const struct normal *n);

/* The segment is a sentence of its own: let normal_text begin it with a capital
 * and end it with a full stop, as the text has it that models were trained on.
 * "turn off the lights" is an order then, and no heading.  normal_restore takes
 * the full stop away again; the capital stays.  False when nothing
 * changed. */
bool normal_complete(struct normal *n);

/* Append the translation of normal_text into the language target with what was
 * taken away, and with its elisions mended (elision.h). */
void normal_restore(const struct normal *n, struct span translation,
    struct span target, struct buf *out);

#endif
