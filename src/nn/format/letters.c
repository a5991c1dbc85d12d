/* SPDX-License-Identifier: ISC */
#include "nn/format/letters.h"

#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "base/mem.h"

void
letters_add(struct letters *l, struct letter letter)
{
    if (l->n == l->cap) {
        l->cap = l->cap ? 2 * l->cap : 64;
        l->p = xrealloc(l->p, l->cap * sizeof(*l->p));
    }
    l->p[l->n++] = letter;
}

void
letters_put(struct letters *l, int32_t c, struct letter like)
{
    like.c = c;
    letters_add(l, like);
}

void
letters_read(struct letters *l, struct span s)
{
    for (size_t i = 0, begin; i < s.len;) {
        UChar32 c;

        begin = i;
        U8_NEXT((const uint8_t *)s.p, i, s.len, c);
        letters_add(l, (struct letter){c < 0 ? LETTER_BAD : c, (uint32_t)begin,
                           (uint32_t)i});
    }
}

void
letters_free(struct letters *l)
{
    free(l->p);
    *l = (struct letters){NULL, 0, 0};
}

void
letters_write(const struct letters *l, struct buf *ret)
{
    for (size_t i = 0; i < l->n; i++) {
        char bytes[U8_MAX_LENGTH];
        size_t n = 0;

        U8_APPEND_UNSAFE(bytes, n, l->p[i].c);
        buf_add(ret, bytes, n);
    }
}

bool
letter_alpha(int32_t c)
{
    return u_hasBinaryProperty(c, UCHAR_ALPHABETIC);
}

bool
letter_alnum(int32_t c)
{
    return letter_alpha(c) || u_charType(c) == U_DECIMAL_DIGIT_NUMBER;
}

bool
letter_number(int32_t c)
{
    return (U_GET_GC_MASK(c) & U_GC_N_MASK) != 0;
}

bool
letter_lower(int32_t c)
{
    return u_hasBinaryProperty(c, UCHAR_LOWERCASE);
}

bool
letter_other(int32_t c)
{
    return (U_GET_GC_MASK(c) & U_GC_C_MASK) != 0;
}

bool
letter_space(int32_t c)
{
    return u_isUWhiteSpace(c);
}

bool
letter_currency(int32_t c)
{
    return u_charType(c) == U_CURRENCY_SYMBOL;
}
