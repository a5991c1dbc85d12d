/* SPDX-License-Identifier: ISC */
#include "engine/neural_words.h"

#include <string.h>

#include "text/uni.h"
#include "text/wordlist.h"

enum {
    LETTERS_MIN = 4, /* of a word that is looked at */
    PART_LETTERS_MIN = 3, /* of a part of a joined word */
};

/* Languages that write joined words as one. */
static bool
joins_words(struct span lang)
{
    return span_eqz(lang, "de") || span_eqz(lang, "nl") || span_eqz(lang, "sv");
}

static bool
is_letter(struct span s, size_t i, size_t *n)
{
    int32_t c = uni_at(s, i, n);

    return *n > 0 && c >= 0 && uni_word(c);
}

static bool
is_apostrophe(struct span s, size_t i)
{
    size_t n;

    return i < s.len && s.p[i] == '\'' && is_letter(s, i + 1, &n);
}

/* The run of letters and digits at byte i; with its apostrophes if told so. */
static struct span
word_at(struct span s, size_t i, bool with_apostrophes)
{
    size_t end = i, n;

    while (is_letter(s, end, &n) ||
           (with_apostrophes && end > i && is_apostrophe(s, end)))
        end += n;
    return (struct span){s.p + i, end - i};
}

static size_t
letters(struct span word)
{
    size_t count = 0;

    for (size_t i = 0, n; i < word.len; i += n, count++)
        uni_at(word, i, &n);
    return count;
}

static bool
has_digit(struct span word)
{
    for (size_t i = 0, n; i < word.len; i += n)
        if (uni_digit(uni_at(word, i, &n)))
            return true;
    return false;
}

static bool
is_listed(struct span lang, struct span word)
{
    struct wordlist_hit hit;

    return wordlist_find(lang, word, &hit);
}

/* Does source have the word, in whatever capitals? */
static bool
stands_in(struct span source, struct span word)
{
    size_t n;

    for (size_t i = 0; i < source.len; i += n) {
        struct span one = word_at(source, i, false);

        uni_at(source, i, &n);
        if (one.len == 0)
            continue;
        if (uni_match(one, word) == one.len)
            return true;
        n = one.len;
    }
    return false;
}

/* Two known words, also with an "s" between: "Geburtstagskarte". */
static bool
is_joined(struct span lang, struct span word)
{
    size_t n;

    for (size_t i = 0; i < word.len; i += n) {
        struct span first = {word.p, i}, rest = {word.p + i, word.len - i};
        struct span other = rest;

        uni_at(word, i, &n);
        if (rest.p[0] == 's')
            other = (struct span){rest.p + 1, rest.len - 1};
        if (letters(first) < PART_LETTERS_MIN || !is_listed(lang, first))
            continue;
        if ((letters(rest) >= PART_LETTERS_MIN && is_listed(lang, rest)) ||
            (letters(other) >= PART_LETTERS_MIN && is_listed(lang, other)))
            return true;
    }
    return false;
}

static bool
is_known(struct span source, struct span lang, struct span word)
{
    return letters(word) < LETTERS_MIN || has_digit(word) ||
           is_listed(lang, word) || stands_in(source, word) ||
           (joins_words(lang) && is_joined(lang, word));
}

/* As a whole, as "didn't" is, or else each part of it, as of "l'auberge". */
static bool
is_known_whole(struct span source, struct span lang, struct span word)
{
    size_t n;

    if (is_known(source, lang, word))
        return true;
    for (size_t i = 0; i < word.len; i += n) {
        struct span part = word_at(word, i, false);

        uni_at(word, i, &n);
        if (part.len == 0)
            continue;
        if (part.len == word.len || !is_known(source, lang, part))
            return false;
        n = part.len;
    }
    return true;
}

bool
neural_words_invented(
    struct span source, struct span translation, const char *lang)
{
    struct span of = span_of(lang);
    size_t n;

    if (!wordlist_has(of))
        return false;
    for (size_t i = 0; i < translation.len; i += n) {
        struct span word = word_at(translation, i, true);

        uni_at(translation, i, &n);
        if (word.len == 0)
            continue;
        if (!is_known_whole(source, of, word))
            return true;
        n = word.len;
    }
    return false;
}
