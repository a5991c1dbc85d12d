/* SPDX-License-Identifier: ISC */
#include "text/wordlist.h"

#include <stddef.h>
#include <string.h>
#include <unicode/unorm2.h>

#include "text/uni.h"

/* A file: sorted lines of a key and, behind tabs, the form and a "v" for what
 * is negated; see tools/words.py. */
#define FILE_OF(name, file)                                                    \
    __asm__(".section .rodata\n"                                               \
            "words_" #name ":\n"                                               \
            ".incbin \"" WORDS_DIR "/" file ".txt\"\n"                         \
            "words_" #name "_end:\n"                                           \
            ".previous\n");                                                    \
    extern const char words_##name[] __attribute__((visibility("hidden")));    \
    extern const char words_##name##_end[] __attribute__((visibility("hidden")))
#define LIST(lang) FILE_OF(lang, #lang)
#define RARE(lang) FILE_OF(lang##_rare, #lang ".rare")

LIST(de);
LIST(en);
LIST(es);
LIST(fr);
LIST(it);
LIST(nl);
LIST(pl);
LIST(pt);
LIST(ro);
LIST(ru);
LIST(sv);
LIST(tr);
RARE(en); /* a key a line, and none that is common */

#define ROW(lang, name)                                                        \
    {                                                                          \
#lang, words_##name, words_##name##_end                                \
    }

struct list {
    char lang[4];
    const char *first, *end;
};

static const struct list common[] = {ROW(de, de), ROW(en, en), ROW(es, es),
    ROW(fr, fr), ROW(it, it), ROW(nl, nl), ROW(pl, pl), ROW(pt, pt),
    ROW(ro, ro), ROW(ru, ru), ROW(sv, sv), ROW(tr, tr)};
static const struct list rare[] = {ROW(en, en_rare)};

enum {
    KEY_BYTES_MAX = 32,
    LETTERS_MIN = 4, /* of a word that wordlist_covers looks for */
};

/* Empty when none of the n lists is of the language. */
static struct span
list_of(struct span lang, const struct list *from, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        if (span_eqz(lang, from[k].lang))
            return (struct span){
                from[k].first, (size_t)(from[k].end - from[k].first)};
    }
    return (struct span){NULL, 0};
}

static struct span
common_of(struct span lang)
{
    return list_of(lang, common, sizeof(common) / sizeof(common[0]));
}

static struct span
rare_of(struct span lang)
{
    return list_of(lang, rare, sizeof(rare) / sizeof(rare[0]));
}

bool
wordlist_has(struct span lang)
{
    return common_of(lang).p != NULL;
}

/* The letter itself without its marks: up to two letters. */
static int
bare(int32_t c, int32_t ret[2])
{
    static const struct {
        int32_t c;
        char letters[3];
    } odd[] = {{0xdf, "ss"}, {0x131, "i"}, {0x142, "l"}, {0xf8, "o"},
        {0x111, "d"}, {0x153, "oe"}, {0xe6, "ae"}};
    UErrorCode status = U_ZERO_ERROR;
    UChar units[8];
    int32_t n, at = 0;

    if (c < 0x80) {
        ret[0] = c;
        return c != '\'';
    }
    for (size_t k = 0; k < sizeof(odd) / sizeof(odd[0]); k++) {
        if (odd[k].c == c) {
            ret[0] = odd[k].letters[0];
            ret[1] = odd[k].letters[1];
            return odd[k].letters[1] ? 2 : 1;
        }
    }
    n = unorm2_getDecomposition(
        unorm2_getNFDInstance(&status), c, units, 8, &status);
    if (U_FAILURE(status) || n < 1)
        ret[0] = c;
    else
        U16_NEXT(units, at, n, ret[0]);
    return 1;
}

static struct span
key_of(struct span word, char key[KEY_BYTES_MAX])
{
    size_t len = 0, n;
    int32_t letters[2];

    for (size_t i = 0; i < word.len; i += n) {
        int32_t c = uni_fold(uni_at(word, i, &n));
        int count = c < 0 ? 0 : bare(c, letters);

        if (len + 2 * UNI_BYTES_MAX > KEY_BYTES_MAX)
            return (struct span){key, 0};
        for (int k = 0; k < count; k++)
            len += uni_put(letters[k], key + len);
    }
    return (struct span){key, len};
}

/* The line that holds byte i of the list, and where it begins. */
static struct span
line_at(struct span list, size_t i, size_t *ret_at)
{
    const char *end;

    while (i > 0 && list.p[i - 1] != '\n')
        i--;
    end = memchr(list.p + i, '\n', list.len - i);
    *ret_at = i;
    return (struct span){
        list.p + i, end ? (size_t)(end - list.p) - i : list.len - i};
}

static int
compare(struct span a, struct span b)
{
    int d = memcmp(a.p, b.p, a.len < b.len ? a.len : b.len);

    return d ? d : a.len < b.len ? -1 : a.len > b.len;
}

/* What stands behind the key in its line; false when the list has none. */
static bool
find_in(struct span list, struct span key, struct span *ret)
{
    size_t low = 0, high = list.len, at;

    while (key.len > 0 && low < high) {
        struct span line = line_at(list, low + (high - low) / 2, &at);
        struct span rest = line, found = span_cut(&rest, '\t');
        int d = compare(key, found);

        if (d == 0) {
            *ret = rest;
            return true;
        }
        if (d < 0)
            high = at;
        else
            low = at + line.len + 1;
    }
    return false;
}

bool
wordlist_find(struct span lang, struct span word, struct wordlist_hit *ret)
{
    char bytes[KEY_BYTES_MAX];
    struct span rest;

    if (!find_in(common_of(lang), key_of(word, bytes), &rest))
        return false;
    ret->form = span_cut(&rest, '\t');
    ret->varies = span_eqz(ret->form, "?");
    if (ret->form.len == 0 || ret->varies)
        ret->form = (struct span){NULL, 0};
    ret->negated = span_eqz(rest, "v");
    return true;
}

bool
wordlist_knows(struct span lang, struct span word)
{
    char bytes[KEY_BYTES_MAX];
    struct span key = key_of(word, bytes), rest;

    return find_in(common_of(lang), key, &rest) ||
           find_in(rare_of(lang), key, &rest);
}

static bool
is_apostrophe(int32_t c)
{
    return c == '\'' || c == 0x2019;
}

/* The letters at byte i, and apostrophes between them when joined. */
static size_t
letters_at(struct span text, size_t i, bool joined)
{
    size_t end = i, n, m;
    int32_t c;

    while (uni_alpha(c = uni_at(text, end, &n)) ||
           (joined && end > i && is_apostrophe(c) &&
               uni_alpha(uni_at(text, end + n, &m))))
        end += n;
    return end - i;
}

/* Is there nothing unknown about the word? */
static bool
is_known(struct span lang, struct span word)
{
    struct wordlist_hit hit;
    size_t n;

    return utf8_count(word) < LETTERS_MIN || uni_upper(uni_at(word, 0, &n)) ||
           wordlist_find(lang, word, &hit);
}

/* "n'arrive" is "arrive", "doesn't" is one word. */
static bool
is_known_joined(struct span lang, struct span word)
{
    struct wordlist_hit hit;
    size_t n;

    if (wordlist_find(lang, word, &hit))
        return true;
    for (size_t i = 0; i < word.len; i += n) {
        n = letters_at(word, i, false);
        if (n > 0 && !is_known(lang, (struct span){word.p + i, n}))
            return false;
        if (n == 0)
            uni_at(word, i, &n);
    }
    return true;
}

bool
wordlist_covers(struct span lang, struct span text)
{
    size_t n;

    if (!wordlist_has(lang))
        return false;
    for (size_t i = 0; i < text.len; i += n) {
        n = letters_at(text, i, true);
        if (n > 0 && !is_known_joined(lang, (struct span){text.p + i, n}))
            return false;
        if (n == 0)
            uni_at(text, i, &n);
    }
    return true;
}
