/* SPDX-License-Identifier: ISC */
#ifndef TEXT_NUMBERWORDS_H
#define TEXT_NUMBERWORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * numberwords - numbers written in words: "quatre-vingts", "fifteen",
 * "zweiundvierzig".
 *
 * Reads and writes cardinals, and reads common ordinals, in the languages of
 * numberwords_data.c.  Case and accents do not matter when reading.  Pure once
 * the tables are built, which the first call does; any thread.
 */
enum { NUMBERWORDS_SPELL_MAX = 9999 };

struct numberword {
    size_t len; /* bytes, from the first letter to the last */
    long long value;
    bool ordinal;
    /* It may well be no number: an article ("un"), another word ("neuf", "sei",
     * "second"), or it says the number in passing ("both", "dozen"). */
    bool weak;
};

/* Is the language in the tables? */
bool numberwords_knows(struct span lang);

/* The longest number that begins with the word at byte i of the text; call it
 * at the beginning of a word only. */
bool numberwords_at(
    struct span text, size_t i, struct span lang, struct numberword *ret);

/* "mil", "thousand", "mille" behind a figure: 1000; "millions": 1000000; its
 * length in *len.  0 when no such word stands at byte i. */
long long numberwords_scale(
    struct span text, size_t i, struct span lang, size_t *len);

/* Append n, from 0 to NUMBERWORDS_SPELL_MAX, in its masculine or counting form.
 * False, and out as it was, when the language is not known. */
bool numberwords_spell(int n, struct span lang, struct buf *out);

#endif
