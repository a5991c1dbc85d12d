/* SPDX-License-Identifier: ISC */
#include "store/sql/words.h"

#include <stdint.h>
#include <string.h>

/* The beginnings of words that are looked for: shorter ones begin too many. */
enum { GOES_ON_BYTES = 3 };

/* Scripts that are written without spaces. */
static const struct {
    uint32_t from, to;
} unspaced[] = {
    {0x0e00, 0x0eff}, /* Thai, Lao */
    {0x0f00, 0x0fff}, /* Tibetan */
    {0x1000, 0x109f}, /* Myanmar */
    {0x1780, 0x17ff}, /* Khmer */
    {0x2e80, 0x2fdf}, /* radicals of Han */
    {0x3005, 0x3007}, /* their marks of repetition */
    {0x3040, 0x30ff}, /* Hiragana, Katakana */
    {0x31f0, 0x31ff},
    {0x3400, 0x9fff}, /* Han */
    {0xa9e0, 0xaa7f}, /* more of Myanmar */
    {0xf900, 0xfaff},
    {0xff66, 0xff9f}, /* Katakana of half width */
    {0x20000, 0x3ffff},
};

static bool
is_unspaced(uint32_t c)
{
    for (size_t i = 0; i < sizeof(unspaced) / sizeof(unspaced[0]); i++)
        if (c >= unspaced[i].from && c <= unspaced[i].to)
            return true;
    return false;
}

/* The character at the start of s, of which *n bytes are it. */
static uint32_t
first(struct span s, size_t *n)
{
    const unsigned char *p = (const unsigned char *)s.p;
    uint32_t c;

    *n = utf8_first(s);
    if (*n < 2) {
        *n = 1;
        return p[0];
    }
    c = p[0] & (0x7fu >> *n);
    for (size_t i = 1; i < *n; i++)
        c = c << 6 | (p[i] & 0x3f);
    return c;
}

void
words_split(struct buf *b, struct span text)
{
    size_t n;

    for (; text.len; text.p += n, text.len -= n) {
        bool apart = is_unspaced(first(text, &n));
        if (apart)
            buf_addc(b, ' ');
        buf_add(b, text.p, n);
        if (apart)
            buf_addc(b, ' ');
    }
}

/* Is there something in it that can be a word? */
static bool
has_letter(struct span word)
{
    for (size_t i = 0; i < word.len; i++) {
        unsigned char c = (unsigned char)word.p[i];
        if (c >= 0x80 || (c >= '0' && c <= '9') ||
            ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
            return true;
    }
    return false;
}

bool
words_next(struct span *text, struct span *ret_word, bool *ret_goes_on)
{
    while (text->len) {
        struct span word = {text->p, 0};
        while (word.len < text->len && !ascii_space(text->p[word.len]))
            word.len++;
        text->p += word.len;
        text->len -= word.len;
        if (text->len) { /* the space */
            text->p++;
            text->len--;
        }
        *ret_word = word;
        *ret_goes_on = word.len >= GOES_ON_BYTES;
        if (has_letter(word))
            return true;
    }
    return false;
}

static void
add_word(struct buf *b, struct span word, bool goes_on)
{
    struct buf split = {0};

    words_split(&split, word);
    buf_addc(b, '"');
    for (size_t i = 0; i < split.len; i++) {
        if (split.p[i] == '"')
            buf_addc(b, '"');
        buf_addc(b, split.p[i]);
    }
    buf_addz(b, goes_on ? "\"*" : "\"");
    buf_free(&split);
}

int
words_query(struct buf *b, struct span text, int max)
{
    struct span word;
    bool goes_on;
    int n = 0;

    while (n < max && words_next(&text, &word, &goes_on)) {
        if (n++)
            buf_addz(b, " AND ");
        add_word(b, word, goes_on);
    }
    return n;
}
