/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text/normal_parts.h"
#include "text/uni.h"
#include "text/wordlist.h"

/*
 * A letter three times in a row is one or two that somebody drew out.  Which,
 * the language's words say: "good", "so".  Where they do not know it, a row of
 * four, or one that ends the word, is one letter.
 */
enum { ROWS_MAX = 4, DRAWN_OUT = 3, SURELY = 4 };

/* The row of equal letters at byte i: how many, and the bytes of each. */
static size_t
row_at(struct span word, size_t i, size_t *ret_bytes)
{
    size_t n, m, count = 1;
    int32_t c = uni_fold(uni_at(word, i, &n));

    *ret_bytes = n;
    while (uni_fold(uni_at(word, i + count * n, &m)) == c && m == n)
        count++;
    return count;
}

struct rows {
    size_t n; /* of DRAWN_OUT letters or more */
    size_t longest;
    bool last; /* the word ends with one */
    bool only; /* it is nothing else */
};

static struct rows
find_rows(struct span word)
{
    struct rows ret = {0};
    size_t bytes;

    for (size_t i = 0; i < word.len;) {
        size_t count = row_at(word, i, &bytes);
        bool drawn = count >= DRAWN_OUT && uni_alpha(uni_at(word, i, &bytes));

        ret.n += drawn;
        ret.longest = count > ret.longest ? count : ret.longest;
        ret.only = drawn && count * bytes == word.len;
        i += count * bytes;
        ret.last = drawn && i == word.len;
    }
    return ret;
}

/* The word with row k cut to two letters where bit k of twos is set, else to
 * one. */
static struct span
cut_rows(struct span word, unsigned twos, char ret[WORD_KEY_BYTES])
{
    size_t len = 0, bytes;
    unsigned row = 0;

    for (size_t i = 0; i < word.len;) {
        size_t count = row_at(word, i, &bytes), left = count;

        if (count >= DRAWN_OUT)
            left = twos >> row++ & 1 ? 2 : 1;
        if (len + left * bytes > WORD_KEY_BYTES)
            return (struct span){ret, 0};
        for (size_t k = 0; k < left; k++)
            memcpy(ret + len + k * bytes, word.p + i + k * bytes, bytes);
        len += left * bytes;
        i += count * bytes;
    }
    return (struct span){ret, len};
}

static bool
is_word(struct span word, struct span lang)
{
    struct wordlist_hit hit;
    char key[WORD_KEY_BYTES];

    return wordlist_find(lang, word, &hit) ||
           normal_table_has(lang, word_fold(word, key));
}

/* The word as it is written, or itself when nobody drew it out. */
static struct span
shorten(struct span word, struct span lang, char ret[WORD_KEY_BYTES])
{
    struct rows rows = find_rows(word);
    struct span s;

    if (rows.n == 0 || rows.n > ROWS_MAX || rows.only || is_word(word, lang))
        return word;
    for (unsigned twos = (1U << rows.n); twos-- > 0;) {
        s = cut_rows(word, twos, ret);
        if (s.len > 0 && is_word(s, lang))
            return s;
    }
    s = cut_rows(word, 0, ret);
    return s.len > 0 && (rows.last || rows.longest >= SURELY) ? s : word;
}

void
normal_long(const struct sentence *s, struct buf *out)
{
    char bytes[WORD_KEY_BYTES];

    for (size_t i = 0; i < s->n; i++) {
        buf_adds(out, sentence_gap(s, i));
        buf_adds(out, shorten(sentence_word(s, i), s->lang, bytes));
    }
    buf_adds(out, sentence_gap(s, s->n));
}
