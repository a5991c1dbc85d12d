/* SPDX-License-Identifier: ISC */
#ifndef TEXT_PHRASE_H
#define TEXT_PHRASE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * phrase - a short text taken apart into what it says and how it is written,
 * so that the same words are found again in any writing.
 *
 * The key has small letters and single spaces, no apostrophes, commas or final
 * marks: "Thank you!", "THANK YOU" and "thank  you" have one key.  What was
 * taken away, capitals and final marks, phrase_dress gives to a translation,
 * as the target language writes them: "merci" becomes "MERCI !".
 *
 * Pure.
 */
enum {
    PHRASE_BYTES_MAX = 512, /* of a text; longer ones are no phrases */
    PHRASE_MARKS_MAX = 8, /* final marks that are kept; more are cut off */
};

enum phrase_letters {
    PHRASE_SMALL, /* begins with a small letter */
    PHRASE_CAPITAL, /* begins with a capital, or with none of the two */
    PHRASE_CAPITALS, /* has nothing but capitals */
};

struct phrase {
    char key[PHRASE_BYTES_MAX];
    size_t n; /* bytes of the key */
    size_t words;
    bool asks; /* it ends with a question mark */
    enum phrase_letters letters;
    char marks[PHRASE_MARKS_MAX]; /* of ".!?", '~' stands for an ellipsis */
    size_t n_marks;
};

/* False when the text, valid UTF-8, has no letter or is too long.  The
 * language, absent when unknown, says how letters are written otherwise
 * (German "ae"). */
bool phrase_read(struct span text, struct span lang, struct phrase *ret);

/* Let letters that are written three times or more stand so often only:
 * "nooooo" is "no", "gooood" is "good".  False when nothing changes. */
bool phrase_shorten(struct phrase *p, size_t times);

/* Append the phrase without its final marks and what opens it. */
void phrase_strip(struct span text, struct buf *out);

/* Append the translation, written as p is: its own final marks do not count. */
void phrase_dress(const struct phrase *p, struct span translation,
    struct span lang, struct buf *out);

#endif
