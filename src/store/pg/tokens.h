/* SPDX-License-Identifier: ISC */
#ifndef STORE_PG_TOKENS_H
#define STORE_PG_TOKENS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

/*
 * tokens - the words of a text as SQLite's unicode61 finds and folds them, with
 * characters of scripts without spaces apart (store/sql/words.h): letters and
 * digits, without capitals and accents.  Any thread.
 */
bool tokens_each(struct span text, void (*token)(struct span token, void *ctx),
    void *ctx, struct err *err);

#endif
