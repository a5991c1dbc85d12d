/* SPDX-License-Identifier: ISC */
#include "text/words.h"

#include <string.h>

#include "text/uni.h"

enum { WORD_BYTES_MAX = 48 }; /* of longer ones the start counts */

const char *
words_of(const struct word_list *lists, size_t n, struct span lang)
{
    for (size_t i = 0; i < n; i++) {
        if (span_eqz(lang, lists[i].lang))
            return lists[i].words;
    }
    return NULL;
}

/* Does the word begin as the entry does, up to where the entry ends or has its
 * star?  Moves *entry behind what it read. */
static bool
begins(struct span word, const char **entry)
{
    const char *e = *entry;
    size_t i = 0;

    while (i < word.len && *e == word.p[i]) {
        e++;
        i++;
    }
    *entry = e;
    return *e == '*' || (i == word.len && (*e == ' ' || *e == '\0'));
}

static bool
ends(struct span word, const char *entry)
{
    size_t n = strcspn(entry, " ");

    return word.len > n && memcmp(word.p + word.len - n, entry, n) == 0;
}

static bool
is_in(struct span word, const char *words)
{
    while (*words) {
        if (*words == '*' ? ends(word, words + 1) : begins(word, &words))
            return true;
        while (*words && *words++ != ' ')
            ;
    }
    return false;
}

/* The next word from *i on, in small letters with ' for every apostrophe;
 * empty at the end. */
static struct span
next_word(struct span s, size_t *i, char ret[WORD_BYTES_MAX + UNI_BYTES_MAX])
{
    size_t len = 0, n;

    for (; *i < s.len; *i += n) {
        int32_t c = uni_at(s, *i, &n);
        bool quote = c == '\'' || c == 0x2019 || c == 0x02bc;

        if (uni_alpha(c) || (quote && len > 0)) {
            if (len < WORD_BYTES_MAX)
                len += uni_put(quote ? '\'' : uni_fold(c), ret + len);
        } else if (len > 0) {
            break;
        }
    }
    while (len > 0 && ret[len - 1] == '\'') /* a closing quotation mark */
        len--;
    return (struct span){ret, len};
}

/* Is the word, or what stands on one side of its apostrophe, in the list? */
static bool
counts(struct span word, const char *words)
{
    struct span behind = word, before = span_cut(&behind, '\'');

    return is_in(word, words) ||
           (behind.p && (is_in(before, words) || is_in(behind, words)));
}

size_t
words_count(struct span text, const char *words)
{
    char folded[WORD_BYTES_MAX + UNI_BYTES_MAX];
    struct span word;
    size_t count = 0, i = 0;

    while (words && (word = next_word(text, &i, folded)).len > 0)
        count += counts(word, words);
    return count;
}

void
words_fold(struct span text, struct folded_words *ret)
{
    char folded[WORD_BYTES_MAX + UNI_BYTES_MAX];
    struct span word;
    size_t i = 0;

    ret->len = 0;
    while ((word = next_word(text, &i, folded)).len > 0 &&
           ret->len + word.len + 1 <= sizeof(ret->p)) {
        memcpy(ret->p + ret->len, word.p, word.len);
        ret->len += word.len;
        ret->p[ret->len++] = ' ';
    }
}

size_t
words_count_folded(const struct folded_words *text, const char *words)
{
    struct span rest = {text->p, text->len}, word;
    size_t count = 0;

    while (words && rest.p && (word = span_cut(&rest, ' ')).len > 0)
        count += counts(word, words);
    return count;
}

bool
words_may_say(const struct folded_words *text, const struct words_for *w)
{
    return words_count_folded(text, w->says) > 0 ||
           words_count_folded(text, w->may) > 0;
}
