/* SPDX-License-Identifier: ISC */
#ifndef TEXT_NUMBERWORDS_DATA_H
#define TEXT_NUMBERWORDS_DATA_H

#include <stdbool.h>
#include <stddef.h>

/*
 * numberwords_data - the tables of numberwords.c: how each language writes the
 * numbers from 0 to 9,999, and what else it says for them.
 */
enum { NUMBERWORDS_ONES_MAX = 30 };

struct number_grammar {
    const char *code;
    const char *ones[NUMBERWORDS_ONES_MAX]; /* 0 to 19, or to 29; in words */
    const char *tens[10]; /* from [2] */
    const char *hundreds[10]; /* from [1]: exactly so many hundreds */
    const char *thousand, *thousands; /* 1000; what follows "five" */
    const char *thousands_few; /* what follows 2, 3 and 4; NULL: the same */
    const char *two; /* before it; NULL: as alone */

    /* How they are put together. */
    const char *ten_one; /* between tens and ones: "-", " y " */
    const char *hundred_more; /* between hundreds and what follows */
    const char *thousand_more; /* between thousands and hundreds */
    const char *thousand_less; /* between thousands and less than 100 */
    const char *hundred_open; /* 100 when something follows; NULL: as alone */
    bool ones_first; /* "einundzwanzig" */
    bool compound; /* written as one word */

    /* Words between numbers that belong to them: "and", "et", "und"; or NULL. */
    const char *join;
    bool joins_hundreds; /* behind hundreds too: "two hundred and five" */
    bool joins_tens; /* between tens and ones: "treinta y dos" */

    /* More to read, "word=value" each, with a mark behind the value:
     *   .  an ordinal
     *   ?  another word too, a number before a word of units
     *   ~  never sure: an article, or a number in passing
     *   +  only behind another number: "cents", "mila"
     *   <  only before another one: the "a" of "a hundred" */
    const char *more;

    /* Where "?" is a number: before what is counted mostly, " ans euros ", and
     * behind " que solo "; folded. */
    const char *units, *counters;
    /* What looks like a number and is not, folded: "pour cent". */
    const char *no_numbers;
};

extern const struct number_grammar number_grammars[], number_grammars_slavic[];
extern const size_t n_number_grammars, n_number_grammars_slavic;

#endif
