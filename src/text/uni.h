/* SPDX-License-Identifier: ISC */
#ifndef TEXT_UNI_H
#define TEXT_UNI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * uni - code points and what they are.  Pure functions; ASCII takes a short
 * way, the rest asks ICU.
 *
 * Bytes that are not UTF-8 read as UNI_BAD, one byte each, so that no caller
 * has to trust its input.
 */
enum {
    UNI_BAD = -1,
    UNI_NONE = -2, /* beyond the text */
    UNI_BYTES_MAX = 4,
};

/* The code point at byte i, and its length in *n (0 at the end). */
int32_t uni_at(struct span s, size_t i, size_t *n);

/* The code point that ends before byte i; UNI_NONE at the start. */
int32_t uni_before(struct span s, size_t i);
/* How many bytes it has; 0 at the start. */
size_t uni_bytes_before(struct span s, size_t i);

/* Write c, which is valid, as UTF-8; returns its length. */
size_t uni_put(int32_t c, char ret[UNI_BYTES_MAX]);

bool uni_alpha(int32_t c); /* letters of any script, and their marks */
bool uni_word(int32_t c); /* letters, marks, digits, underscore */
bool uni_upper(int32_t c);
bool uni_lower(int32_t c);
bool uni_apostrophe(int32_t c); /* ' and its typographic forms */
bool uni_digit(int32_t c); /* decimal digits of any script */
bool uni_space(int32_t c); /* any white space, no-break ones too */
bool uni_end_mark(int32_t c); /* what sentences end with: .!? and the like */
bool uni_wide(int32_t c); /* of a script written without spaces */
bool uni_private(int32_t c); /* private use */
bool uni_control(int32_t c); /* control and invisible format characters */
int32_t uni_fold(int32_t c); /* lower case */
int32_t uni_plain(int32_t c); /* lower case without its accents */
int32_t uni_to_upper(int32_t c);

/* Shown as a picture by itself, without a variation selector. */
bool uni_emoji(int32_t c);
/* Becomes a picture with U+FE0F after it. */
bool uni_pictographic(int32_t c);
bool uni_skin_tone(int32_t c);

/* Where the row of marks that ends s begins (uni_end_mark). */
size_t uni_end_marks_at(struct span s);

/* Is there a letter in s? */
bool uni_has_alpha(struct span s);

/* How many bytes of s, from its start, equal word when both are folded; 0 when
 * they differ. */
size_t uni_match(struct span s, struct span word);

#endif
