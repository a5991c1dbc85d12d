/* SPDX-License-Identifier: ISC */
#ifndef NN_LETTERS_H
#define NN_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * letters - a text as code points, each with the bytes of the first text that
 * it came from, through whatever is done to it.
 */
struct letter {
    int32_t c;
    uint32_t begin, end; /* of the first text */
};

struct letters {
    struct letter *p;
    size_t n, cap;
};

enum { LETTER_BAD = 0xfffd };

/* The code points of s; what is no UTF-8 becomes LETTER_BAD. */
void letters_read(struct letters *l, struct span s);
void letters_free(struct letters *l); /* zeroed: may be used again */

void letters_add(struct letters *l, struct letter letter);

/* Add c, which comes from where like comes from. */
void letters_put(struct letters *l, int32_t c, struct letter like);

/* Append as UTF-8. */
void letters_write(const struct letters *l, struct buf *ret);

/* Of Unicode: Alphabetic; that or a decimal digit; any number; lower case; a
 * control or format character, or none at all; white space; a currency. */
bool letter_alpha(int32_t c);
bool letter_alnum(int32_t c);
bool letter_number(int32_t c);
bool letter_lower(int32_t c);
bool letter_other(int32_t c);
bool letter_space(int32_t c);
bool letter_currency(int32_t c);

#endif
