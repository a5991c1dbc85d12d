/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_RATES_H
#define TRANSLATOR_RATES_H

#include <stddef.h>
#include <stdint.h>

#include "translator/translate/translate.h"

/*
 * rates - how many translations a second each pair of languages gives now:
 * over the last RATES_WINDOW_MS, from counters that are looked at every
 * RATES_STEP_MS.  One owner thread.
 */
struct rates;

enum {
    RATES_STEP_MS = 10 * 1000,
    RATES_STEPS = 6,
    RATES_WINDOW_MS = RATES_STEP_MS * RATES_STEPS,
};

/* Nothing was counted before now_ms. */
struct rates *rates_new(int64_t now_ms);
void rates_free(struct rates *r); /* NULL is fine */

/* Remember the counters of this moment; at most TRANSLATE_PAIRS_MAX pairs. */
void rates_look(struct rates *r, const struct translate_pair *pairs, size_t n,
    int64_t now_ms);

/* Translations of the pair a second up to now. */
double rates_of(
    const struct rates *r, const struct translate_pair *pair, int64_t now_ms);

#endif
