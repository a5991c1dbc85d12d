/* SPDX-License-Identifier: ISC */
#ifndef TEXT_NORMAL_PARTS_H
#define TEXT_NORMAL_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * What normal*.c share.  A sentence is a row of words with gaps between them,
 * and goes through a row of steps; each reads the words that the one before
 * left and appends the sentence to out.
 */
enum { WORD_KEY_BYTES = 64 };

struct word {
    size_t gap; /* where the gap before it begins */
    size_t at, len;
};

struct sentence {
    struct span text, lang;
    struct word *words; /* owned */
    size_t n;
};

void sentence_read(struct sentence *s, struct span text, struct span lang);
void sentence_fini(struct sentence *s);

struct span sentence_word(const struct sentence *s, size_t i);
struct span sentence_gap(const struct sentence *s, size_t i); /* i <= n */

/* Is there nothing but white space before word i, or a hyphen: are words i - 1
 * and i of one clause? */
bool sentence_joined(const struct sentence *s, size_t i);

/* Is word i part of something longer, joined by one of the marks without white
 * space: "R&D", "e-mail"? */
bool sentence_glued(const struct sentence *s, size_t i, const char *marks);

/* Small letters of the word; the empty span when it is too long for a key. */
struct span word_fold(struct span word, char ret[WORD_KEY_BYTES]);
bool word_is(struct span word, const char *folded); /* in any case */
/* Is it, in small letters, among these, each between spaces? */
bool word_among(struct span word, const char *folded);
bool word_is_digits(struct span word);
bool word_has_vowel(struct span word); /* of ASCII */

/* How a word is written in capitals. */
enum letters {
    LETTERS_NONE, /* it has none that know case */
    LETTERS_SMALL,
    LETTERS_FIRST, /* the first is a capital, the others are not */
    LETTERS_CAPITAL, /* all, at least two */
    LETTERS_MIXED,
};
enum letters word_letters(struct span word);

/* Append s with its first letter a capital. */
void sentence_add_capitalised(struct buf *out, struct span s);
/* Append s in small letters or capitals, as the language has them. */
void sentence_add_small(struct buf *out, struct span s, struct span lang);
void sentence_add_capitals(struct buf *out, struct span s, struct span lang);

/* normal_chars.c: plain letters and marks for look-alikes. */
void normal_chars(struct span text, struct span lang, struct buf *out);

/* normal_long.c: "soooo" */
void normal_long(const struct sentence *s, struct buf *out);

/* normal_case.c: true when it is all capitals, which are to come back. */
bool normal_case(const struct sentence *s, struct buf *out);

/* normal_table.c: what the tables of the language say. */
void normal_table(const struct sentence *s, struct buf *out);
bool normal_table_has(struct span lang, struct span folded);

/* normal_spell.c: accents, apostrophes and capitals that the language's words
 * have, by words.h. */
void normal_spell(const struct sentence *s, struct buf *out);

/* normal_ne.c: French negation as it is written. */
void normal_ne(const struct sentence *s, struct buf *out);

/* normal_laugh.c: what laughter the word is, as a number above 0; how many
 * words from i on are one laugh; and the laugh in another language. */
size_t laugh_len(const struct sentence *s, size_t i);
void laugh_put(
    struct span laugh, struct span lang, struct span target, struct buf *out);

#endif
