/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <unicode/ucasemap.h>

#include "base/mem.h"
#include "text/normal_parts.h"
#include "text/uni.h"

/* The length of the word at byte i, with the apostrophes inside it; 0 when
 * none begins there. */
static size_t
word_len(struct span s, size_t i)
{
    size_t at = i, n, m;

    for (;; at += n) {
        int32_t c = uni_at(s, at, &n);

        if (uni_word(c))
            continue;
        if (c != '\'' || at == i || !uni_word(uni_at(s, at + n, &m)))
            break;
    }
    return at - i;
}

void
sentence_read(struct sentence *s, struct span text, struct span lang)
{
    size_t gap = 0, n;

    *s = (struct sentence){.text = text, .lang = lang};
    s->words = xcalloc(text.len / 2 + 1, sizeof(*s->words));
    for (size_t i = 0; i < text.len;) {
        size_t len = word_len(text, i);

        if (len > 0) {
            s->words[s->n++] = (struct word){gap, i, len};
            i += len;
            gap = i;
        } else {
            uni_at(text, i, &n);
            i += n;
        }
    }
}

void
sentence_fini(struct sentence *s)
{
    free(s->words);
    *s = (struct sentence){0};
}

struct span
sentence_word(const struct sentence *s, size_t i)
{
    return (struct span){s->text.p + s->words[i].at, s->words[i].len};
}

struct span
sentence_gap(const struct sentence *s, size_t i)
{
    size_t from, to = i < s->n ? s->words[i].at : s->text.len;

    from = i == 0 ? 0 : s->words[i - 1].at + s->words[i - 1].len;
    return (struct span){s->text.p + from, to - from};
}

bool
sentence_joined(const struct sentence *s, size_t i)
{
    struct span gap;
    size_t n;

    if (i == 0 || i >= s->n)
        return false;
    gap = sentence_gap(s, i);
    for (size_t k = 0; k < gap.len; k += n) {
        int32_t c = uni_at(gap, k, &n);

        if (!uni_space(c) && c != '-')
            return false;
    }
    return true;
}

static bool
is_glue(struct span gap, const char *marks)
{
    return gap.len == 1 && gap.p[0] && strchr(marks, gap.p[0]);
}

bool
sentence_glued(const struct sentence *s, size_t i, const char *marks)
{
    return (i > 0 && is_glue(sentence_gap(s, i), marks)) ||
           (i + 1 < s->n && is_glue(sentence_gap(s, i + 1), marks));
}

struct span
word_fold(struct span word, char ret[WORD_KEY_BYTES])
{
    size_t n = 0, m;

    for (size_t i = 0; i < word.len; i += m) {
        int32_t c = uni_at(word, i, &m);

        if (n + UNI_BYTES_MAX > WORD_KEY_BYTES || c < 0)
            return (struct span){ret, 0};
        n += uni_put(uni_fold(c), ret + n);
    }
    return (struct span){ret, n};
}

bool
word_is(struct span word, const char *folded)
{
    size_t n = uni_match(word, span_of(folded));

    return n > 0 && n == word.len;
}

bool
word_among(struct span word, const char *folded)
{
    char key[WORD_KEY_BYTES + 2];
    struct span k = word_fold(word, key + 1);

    if (k.len == 0 || k.len + 1 >= WORD_KEY_BYTES)
        return false;
    key[0] = ' ';
    key[k.len + 1] = ' ';
    return memmem(folded, strlen(folded), key, k.len + 2) != NULL;
}

bool
word_is_digits(struct span word)
{
    size_t n;

    for (size_t i = 0; i < word.len; i += n) {
        if (!uni_digit(uni_at(word, i, &n)))
            return false;
    }
    return word.len > 0;
}

bool
word_has_vowel(struct span word)
{
    for (size_t i = 0; i < word.len; i++) {
        if (word.p[i] && strchr("aeiouyAEIOUY", word.p[i]))
            return true;
    }
    return false;
}

enum letters
word_letters(struct span word)
{
    size_t upper = 0, lower = 0, n;
    bool first = false;

    for (size_t i = 0; i < word.len; i += n) {
        int32_t c = uni_at(word, i, &n);

        first |= uni_upper(c) && upper + lower == 0;
        upper += uni_upper(c);
        lower += uni_lower(c);
    }
    if (upper + lower == 0)
        return LETTERS_NONE;
    if (upper == 0)
        return LETTERS_SMALL;
    if (lower == 0 && upper > 1)
        return LETTERS_CAPITAL;
    return first && upper == 1 ? LETTERS_FIRST : LETTERS_MIXED;
}

void
sentence_add_capitalised(struct buf *out, struct span s)
{
    char first[UNI_BYTES_MAX];
    size_t n;
    int32_t c = uni_at(s, 0, &n);

    if (c > 0)
        buf_add(out, first, uni_put(uni_to_upper(c), first));
    else
        n = 0;
    buf_add(out, s.p + n, s.len - n);
}

typedef int32_t case_fn(
    const UCaseMap *, char *, int32_t, const char *, int32_t, UErrorCode *);

/* ICU knows what single letters do not: "ß", the "i" of Turkish, Greek. */
static void
add_mapped(struct buf *out, struct span s, struct span lang, case_fn *map)
{
    UErrorCode status = U_ZERO_ERROR;
    char locale[8] = "";
    UCaseMap *m;
    int32_t n = 0, room = (int32_t)s.len * 3 + 1;

    if (lang.len < sizeof(locale))
        memcpy(locale, lang.p, lang.len);
    m = ucasemap_open(locale, 0, &status);
    if (U_SUCCESS(status))
        n = map(m, buf_reserve(out, (size_t)room), room, s.p, (int32_t)s.len,
            &status);
    if (U_SUCCESS(status))
        out->len += (size_t)n;
    else
        buf_adds(out, s);
    ucasemap_close(m);
}

void
sentence_add_small(struct buf *out, struct span s, struct span lang)
{
    add_mapped(out, s, lang, ucasemap_utf8ToLower);
}

void
sentence_add_capitals(struct buf *out, struct span s, struct span lang)
{
    add_mapped(out, s, lang, ucasemap_utf8ToUpper);
}
