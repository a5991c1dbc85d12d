/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text/normal_parts.h"
#include "text/uni.h"
#include "text/wordlist.h"

/*
 * Capitals.  A sentence of nothing else is shouted: it is translated in small
 * letters, and the translation is given the capitals.  In a sentence with small
 * letters, words in capitals are stressed if they are words ("I am SO tired"),
 * and short for something if they are not (NASA).  Which small letters a name
 * keeps, normal_spell knows.
 */
enum {
    ACRONYM_LETTERS_MAX = 5,
    SHOUTED_OF_TEN = 7, /* letters; then a few small ones do not matter */
};

/* Words in capitals that are short for something more often than they are
 * stressed. */
static const char acronyms[] =
    " ok tv pc cd dvd usb it us uk eu un who aids am pm ad id ip os ui ux pr hr "
    "ceo cto cfo ct mri gps sms led lcd pin sim vip faq diy eta usa uae nasa "
    "la ny nyc dc sf un ue oms onu ";

static bool
is_word(struct span word, struct span lang)
{
    struct wordlist_hit hit;

    return wordlist_find(lang, word, &hit) && !word_among(word, acronyms) &&
           !(hit.form.p && word_letters(hit.form) == LETTERS_CAPITAL);
}

struct count {
    size_t capitals, small; /* words */
    size_t upper, letters;
};

static struct count
count_words(const struct sentence *s)
{
    struct count ret = {0};
    size_t n;

    for (size_t i = 0; i < s->n; i++) {
        struct span word = sentence_word(s, i);
        enum letters letters = word_letters(word);

        ret.capitals += letters == LETTERS_CAPITAL;
        ret.small += letters == LETTERS_SMALL || letters == LETTERS_FIRST ||
                     letters == LETTERS_MIXED;
        if (letters == LETTERS_FIRST && utf8_count(word) == 1)
            ret.small--; /* "I", "A" */
        for (size_t k = 0; k < word.len; k += n) {
            int32_t c = uni_at(word, k, &n);
            ret.upper += uni_upper(c);
            ret.letters += uni_alpha(c);
        }
    }
    return ret;
}

/* The only word in capitals of a sentence: a shout, if it is a word. */
static bool
is_shout(const struct sentence *s)
{
    for (size_t i = 0; i < s->n; i++) {
        struct span word = sentence_word(s, i);
        char key[WORD_KEY_BYTES];

        if (word_letters(word) == LETTERS_CAPITAL)
            return is_word(word, s->lang) ||
                   (!wordlist_has(s->lang) &&
                       utf8_count(word) > ACRONYM_LETTERS_MAX &&
                       !normal_table_has(s->lang, word_fold(word, key)));
    }
    return false;
}

static bool
is_shouted(const struct sentence *s)
{
    struct count n = count_words(s);

    if (n.small > 0)
        return n.capitals > 1 && n.upper * 10 > n.letters * SHOUTED_OF_TEN;
    return n.capitals > 1 || (n.capitals == 1 && is_shout(s));
}

/* A word of a shouted sentence: names that nobody knows keep their capital, and
 * what cannot be said, all. */
static void
add_calm(const struct sentence *s, size_t i, struct buf *out)
{
    struct span word = sentence_word(s, i);
    char key[WORD_KEY_BYTES];
    struct wordlist_hit hit;
    struct buf small = {0};
    bool known = !wordlist_has(s->lang) || wordlist_find(s->lang, word, &hit) ||
                 normal_table_has(s->lang, word_fold(word, key)) ||
                 memchr(word.p, '\'', word.len);

    if (!known && !word_has_vowel(word) && (unsigned char)word.p[0] < 0x80) {
        buf_adds(out, word);
        return;
    }
    sentence_add_small(&small, word, s->lang);
    if (i == 0 || !known)
        sentence_add_capitalised(out, buf_span(&small));
    else
        buf_adds(out, buf_span(&small));
    buf_free(&small);
}

bool
normal_case(const struct sentence *s, struct buf *out)
{
    bool shouted = is_shouted(s);

    for (size_t i = 0; i < s->n; i++) {
        struct span word = sentence_word(s, i);
        bool capital = word_letters(word) == LETTERS_CAPITAL;

        buf_adds(out, sentence_gap(s, i));
        if (shouted && (capital || word_letters(word) == LETTERS_FIRST))
            add_calm(s, i, out);
        else if (capital && s->n > 1 && !sentence_glued(s, i, "-/.&@") &&
                 is_word(word, s->lang))
            add_calm(s, i, out);
        else
            buf_adds(out, word);
    }
    buf_adds(out, sentence_gap(s, s->n));
    return shouted;
}
