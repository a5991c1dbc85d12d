/* SPDX-License-Identifier: ISC */
#ifndef TEXT_GATE_H
#define TEXT_GATE_H

#include <stdbool.h>

#include "base/span.h"

/*
 * gate - is this a translation that may be shown?
 *
 * Looks for what engines do when they fail: say the same again and again, say
 * far too much or too little, answer in another language, hand the source
 * back, lose its numbers, its negation or its question mark, leave a word as it
 * was, leave half of it out, take the wrong one of two meanings, speak of
 * somebody else or of another day, insult somebody, leave their own marks.  Made
 * so that less than one good translation in a hundred is refused
 * (see gate_bench.c); it does not know whether a fluent sentence means what the
 * source means.
 *
 * Pure, no allocation, any thread.  Texts are whole messages or single
 * segments; of long ones the first GATE_WORDS_MAX words count.
 */
enum { GATE_WORDS_MAX = 512 };

enum gate_reason {
    GATE_OK,
    GATE_EMPTY,
    GATE_LOOP,
    GATE_RATIO,
    GATE_LANGUAGE,
    GATE_COPIED,
    GATE_NUMBERS,
    GATE_MARKS,
    GATE_RUDE,
    GATE_NEGATION,
    GATE_QUESTION,
    GATE_UNTRANSLATED,
    GATE_HALF, /* much shorter than the source */
    GATE_IDIOM, /* the source says one, perhaps translated to the letter */
    GATE_SENSE, /* a word of two meanings has the wrong one */
    GATE_PERSON, /* it speaks of somebody else: "you" became "I" */
    GATE_DAY, /* it lacks a day, or names another */
    GATE_PERIOD, /* since, until, before or after are lost or others */
    GATE_REASONS,
};

/* What follows from the reason; what is worse is larger. */
enum gate_verdict {
    GATE_PASSED,
    GATE_DOUBTED, /* may be shown, but as rough, below the source */
    GATE_REFUSED, /* is no translation, and is not shown */
};

struct gate {
    enum gate_reason reason;
    enum gate_verdict verdict;
    double score; /* 0..1; 0 when refused */
};

/* Languages are codes as of lang.h; one that is not known is not checked. */
struct gate gate_check(struct span source, struct span translation,
    struct span source_lang, struct span target_lang);

/* "ok", "loop", "wrong language", ... */
const char *gate_reason_name(enum gate_reason reason);

#endif
