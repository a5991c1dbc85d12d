/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_BUDGET_H
#define GATEWAY_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "gateway/config.h"

/*
 * budget - how much one person, and all at one address, may have translated
 * for others.  A piece of work is BUDGET_CHARS_PER_UNIT characters, or less,
 * into one language.  What is over the budget is saved and shown as it was
 * written, and is translated for whoever asks.  Loop thread only.
 */
enum {
    BUDGET_CHARS_PER_UNIT = 200,
    BUDGET_BURST_S = 20, /* so many seconds' worth at once */
    BUDGET_ADDRESS_FACTOR = 3, /* an address has so many persons' */
    BUDGET_SHARE = 20, /* of a person's budget, this part is safe from others */
};

struct budget;

struct budget *budget_new(const struct config *cfg);
void budget_free(struct budget *b); /* NULL is fine */

/* Is there enough left for a text of so many bytes into n languages?  Then it
 * is taken.  address {NULL,0}: only the person's.
 * share: a part of it does not count for the address. */
bool budget_take(struct budget *b, struct span user_id, struct span address,
    size_t bytes, size_t n_languages, bool share);

#endif
