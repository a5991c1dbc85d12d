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

/* Has the source the word, and not as a name inside of the sentence? */
static bool
is_of(struct span source, struct span word, bool nouns_have_capitals)
{
    struct span one;
    size_t i = 0, n;

    while ((one = next_word(source, &i)).p) {
        if (uni_match(one, word) != one.len || uni_match(word, one) != word.len)
            continue;
        return nouns_have_capitals || one.p == source.p ||
               !uni_upper(uni_at(one, 0, &n));
    }
    return false;
}

/* Is it a common word of the language through which many ways go, and no name?
 * Close languages have too many words with it in common. */
static bool
is_of_pivot(struct span translation, struct span word, struct span to)
{
    static const char close[] = " pt gl es ca ast oc an ";
    struct wordlist_hit hit;
    bool also_word;
    size_t n;

    if (to.len == 0 || memmem(close, strlen(close), to.p, to.len) ||
        !wordlist_find(SPAN("pt"), word, &hit) ||
        (hit.form.p && uni_upper(uni_at(hit.form, 0, &n))))
        return false;
    return !uni_upper(uni_at(word, 0, &n)) ||
           (word.p == translation.p && !names_known(word, &also_word));
}

bool
untranslated_word(struct span source, struct span translation, struct span from,
    struct span to)
{
    struct wordlist_hit hit;
    struct span word;
    bool also_word;
    size_t i = 0;

    if (!wordlist_has(from) || !wordlist_has(to))
        return false;
    while ((word = next_word(translation, &i)).p) {
        if (utf8_count(word) < LETTERS_MIN || wordlist_find(to, word, &hit))
            continue;
        if (wordlist_find(from, word, &hit) &&
            is_of(source, word, span_eqz(from, "de")) &&
            (!names_known(word, &also_word) || also_word))
            return true;
        if (is_of_pivot(translation, word, to))
            return true;
    }
    return false;
}
