/* SPDX-License-Identifier: ISC */
#include "text/untranslated.h"

#include <string.h>

#include "text/names.h"
#include "text/scan.h"
#include "text/uni.h"
#include "text/wordlist.h"

enum { LETTERS_MIN = 4 };

/* The next word of text from *i on, which is then behind it, outside of links,
 * mentions and the like; absent at the end. */
static struct span
next_word(struct span text, size_t *i)
{
    size_t n, m;

    for (; *i < text.len; *i += n) {
        struct scan_hit hit;
        size_t end = *i;

        uni_at(text, *i, &n);
        if (!uni_word(uni_before(text, *i)) && scan_at(text, *i, &hit)) {
            n = hit.len;
            continue;
        }
        while (uni_alpha(uni_at(text, end, &m)))
            end += m;
        if (end > *i) {
            struct span word = {text.p + *i, end - *i};

            *i = end;
            return word;
        }
    }
    return (struct span){NULL, 0};
}

static bool
same(struct span a, struct span b)
{
    return uni_match(a, b) == a.len && uni_match(b, a) == b.len;
}

/* Has the source the two words, one behind the other? */
static bool
has_both(struct span source, struct span first, struct span second)
{
    struct span before = {NULL, 0}, one;
    size_t i = 0;

    while ((one = next_word(source, &i)).p) {
        if (before.p && same(before, first) && same(one, second))
            return true;
        before = one;
    }
    return false;
}

static bool
is_capital(struct span word)
{
    size_t n;

    return word.p && uni_upper(uni_at(word, 0, &n));
}

/* "COVID", in a text that has small letters too. */
static bool
is_acronym(struct span word, struct span text)
{
    bool small = false;
    size_t n;

    for (size_t i = 0; i < word.len; i += n) {
        if (uni_lower(uni_at(word, i, &n)))
            return false;
    }
    for (size_t i = 0; i < text.len && !small; i += n)
        small = uni_lower(uni_at(text, i, &n));
    return small;
}

/* "Intelligent Auto Imports": German nouns have capitals, but seldom stand
 * beside each other as they do in the source.  before and behind: the words
 * around this one, which may be absent. */
static bool
is_name_of_several(struct span source, struct span before, struct span word,
    struct span behind)
{
    return is_capital(word) &&
           ((is_capital(before) && has_both(source, before, word)) ||
               (is_capital(behind) && has_both(source, word, behind)));
}

/* "burgers" is a word where "burger" is one. */
static bool
is_known(struct span to, struct span word)
{
    static const char plurals[] = " en fr es pt ";
    struct span one = {word.p, word.len - 1};

    return wordlist_knows(to, word) ||
           (word.p[word.len - 1] == 's' && to.len == 2 &&
               memmem(plurals, strlen(plurals), to.p, to.len) &&
               wordlist_knows(to, one));
}

/* Has the source the word, and not as a name inside of the sentence? */
static bool
is_of(struct span source, struct span word, bool nouns_have_capitals)
{
    struct span one;
    size_t i = 0, n;

    while ((one = next_word(source, &i)).p) {
        if (!same(one, word))
            continue;
        return nouns_have_capitals || one.p == source.p ||
               !uni_upper(uni_at(one, 0, &n));
    }
    return false;
}

/* Is it a common word of the language through which many ways go, and neither a
 * name nor the source's?  Close languages have too many words with it in
 * common. */
static bool
is_of_pivot(struct span source, struct span translation, struct span word,
    struct span to)
{
    static const char close[] = " pt gl es ca ast oc an ";
    struct wordlist_hit hit;
    bool also_word;
    size_t n;

    if (to.len == 0 || memmem(close, strlen(close), to.p, to.len) ||
        !wordlist_find(SPAN("pt"), word, &hit) ||
        (hit.form.p && uni_upper(uni_at(hit.form, 0, &n))) ||
        is_of(source, word, true))
        return false;
    return !uni_upper(uni_at(word, 0, &n)) ||
           (word.p == translation.p && !names_known(word, &also_word));
}

bool
untranslated_word(struct span source, struct span translation, struct span from,
    struct span to)
{
    bool german = span_eqz(to, "de"), also_word;
    struct span before = {NULL, 0}, word, behind;
    struct wordlist_hit hit;
    size_t i = 0;

    if (!wordlist_has(from) || !wordlist_has(to))
        return false;
    for (word = next_word(translation, &i); word.p;
         before = word, word = behind) {
        behind = next_word(translation, &i);
        if (utf8_count(word) < LETTERS_MIN || is_known(to, word) ||
            is_acronym(word, translation) ||
            (german && is_name_of_several(source, before, word, behind)))
            continue;
        if (wordlist_find(from, word, &hit) &&
            is_of(source, word, span_eqz(from, "de")) &&
            (!names_known(word, &also_word) || also_word))
            return true;
        if (is_of_pivot(source, translation, word, to))
            return true;
    }
    return false;
}
