/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text/normal_parts.h"
#include "text/uni.h"
#include "text/wordlist.h"

/*
 * Words without their accents, apostrophes or capitals, by the list of the
 * language's words.  What is a word as it comes stays, and so does what could
 * be two ("marche", "marché").  Table words are left alone: they have rules.
 */

/* What is written before a vowel, with an apostrophe that people leave out. */
static const struct {
    char lang[4];
    const char *elided; /* each between spaces */
} elisions[] = {
    {"fr", " l d j m t s n c qu jusqu lorsqu puisqu aujourd presqu "},
    {"it", " l un d c m t s v n dell nell all dall sull quest quell cos dov "
           "com quand tutt bell quant mezz "},
    {"ca", " l d m t s n "},
};

enum { ELIDED_BYTES_MAX = 7, REST_BYTES_MIN = 3 };

/* What may be elided before, though it is short. */
static const char short_rests[] =
    " ai as a ha ho hai est es il on en un y è e ";

static bool
is_plain_ascii(struct span word)
{
    for (size_t i = 0; i < word.len; i++) {
        if ((unsigned char)word.p[i] >= 0x80)
            return false;
    }
    return word.len > 0;
}

/* Append the form that a word has, with the capital that it came with. */
static void
add_form(struct buf *out, struct span form, struct span word)
{
    if (word_letters(word) == LETTERS_FIRST)
        sentence_add_capitalised(out, form);
    else
        buf_adds(out, form);
}

static bool
begins_with_vowel(struct span s)
{
    char key[4];
    size_t n;
    int32_t c = uni_fold(uni_at(s, 0, &n));

    return c > 0 &&
           word_among((struct span){key, uni_put(c, key)},
               " a e i o u y h à â é è ê ë î ï ô ù û ü œ æ ò ì í ó ú ");
}

/* In French, "n", "m", "t" and "s" stand before verbs. */
static bool
may_follow(struct span elided, struct span rest, struct span lang,
    const struct wordlist_hit *hit)
{
    if (!span_eqz(lang, "fr"))
        return true;
    if (word_is(elided, "c"))
        return word_among(rest, " est etait était etaient étaient ");
    return hit->negated || !word_among(elided, " n m t s ") ||
           word_among(rest, " en y ");
}

/* "jai" is "j'ai": an elided word, and one that begins with a vowel. */
static bool
add_elided(struct buf *out, struct span word, struct span lang)
{
    const char *elided = NULL;
    struct wordlist_hit hit;

    for (size_t k = 0; k < sizeof(elisions) / sizeof(elisions[0]); k++) {
        if (span_eqz(lang, elisions[k].lang))
            elided = elisions[k].elided;
    }
    for (size_t n = 1; elided && n <= ELIDED_BYTES_MAX; n++) {
        struct span first = {word.p, n}, rest = {word.p + n, word.len - n};

        if (n >= word.len)
            break;
        if (rest.len < REST_BYTES_MIN && !word_among(rest, short_rests))
            continue;
        if (!word_among(first, elided) || !begins_with_vowel(rest) ||
            !wordlist_find(lang, rest, &hit) ||
            !may_follow(first, rest, lang, &hit) ||
            (hit.form.p && word_letters(hit.form) != LETTERS_SMALL))
            continue;
        buf_adds(out, first);
        buf_addc(out, '\'');
        buf_adds(out, hit.form.p && is_plain_ascii(rest) ? hit.form : rest);
        return true;
    }
    return false;
}

/* "soo", "heyy": the last vowel twice, though no word has it so. */
static bool
add_single(struct buf *out, struct span word, struct span lang)
{
    struct wordlist_hit hit;
    struct span shorter = {word.p, word.len - 1};

    if (word.len < 3 || !word_among(lang, " en es fr pt ") ||
        !strchr("aeiouy", word.p[word.len - 1]) ||
        word.p[word.len - 1] != word.p[word.len - 2] ||
        !wordlist_find(lang, shorter, &hit))
        return false;
    buf_adds(out, shorter);
    return true;
}

/* German without its own letters: "fuer" is "für". */
static bool
add_umlauts(struct buf *out, struct span word, struct span lang)
{
    static const char *const umlauts[][2] = {
        {"ae", "ä"}, {"oe", "ö"}, {"ue", "ü"}};
    struct buf b = {0};
    struct wordlist_hit hit;
    bool ok = false, any = false;

    if (!span_eqz(lang, "de"))
        return false;
    for (size_t i = 0; i < word.len;) {
        struct span rest = {word.p + i, word.len - i};
        size_t k = 0;

        while (k < 3 && !uni_match(rest, span_of(umlauts[k][0])))
            k++;
        if (k < 3 && i > 0 && strchr("aeiouqAEIOUQ", word.p[i - 1]))
            k = 3; /* "treue", "Quelle" */
        if (k < 3)
            buf_addz(&b, umlauts[k][1]);
        else
            buf_addc(&b, word.p[i]);
        any |= k < 3;
        i += k < 3 ? 2 : 1;
    }
    if (any && wordlist_find(lang, buf_span(&b), &hit) &&
        (hit.varies ||
            (hit.form.p && uni_match(hit.form, buf_span(&b)) == b.len))) {
        add_form(out, hit.form.p ? hit.form : buf_span(&b), word);
        ok = true;
    }
    buf_free(&b);
    return ok;
}

/* The byte at which the vowel that is stressed stands in a Spanish form that
 * ends in a vowel: of the last but one syllable.  word.len: it has only one. */
static size_t
stressed_vowel(struct span word)
{
    size_t i = word.len - 1;
    bool hiatus = i > 0 && strchr("aeo", word.p[i - 1]); /* "trae" */

    if (hiatus)
        return i - 1;
    while (i > 0 && !strchr("aeiou", word.p[i - 1]))
        i--;
    if (i == 0)
        return word.len;
    i--;
    /* Of "ie", "ue" the second, of "ei", "au" the first. */
    return i > 0 && strchr("iu", word.p[i]) && strchr("aeo", word.p[i - 1])
               ? i - 1
               : i;
}

/* Spanish orders with what they are about: "llamame" is "llámame". */
static bool
add_stressed(struct buf *out, struct span word, struct span lang)
{
    static const char *const behind[] = {"melo", "mela", "nos", "los", "las",
        "les", "me", "te", "lo", "la", "le"};
    static const char vowels[] = "aeiou";
    static const char *const acute[] = {"á", "é", "í", "ó", "ú"};
    struct wordlist_hit hit;

    if (!span_eqz(lang, "es") || !is_plain_ascii(word))
        return false;
    for (size_t k = 0; k < sizeof(behind) / sizeof(behind[0]); k++) {
        size_t n = strlen(behind[k]), at;
        struct span base = {word.p, word.len > n ? word.len - n : 0};

        if (base.len < 3 || memcmp(word.p + base.len, behind[k], n) != 0 ||
            !strchr("ae", base.p[base.len - 1]) ||
            !wordlist_find(lang, base, &hit) ||
            (at = stressed_vowel(base)) == base.len)
            continue;
        buf_add(out, word.p, at);
        buf_addz(out, acute[strchr(vowels, word.p[at]) - vowels]);
        buf_add(out, word.p + at + 1, word.len - at - 1);
        return true;
    }
    return false;
}

/* German nouns have capitals, and verbs that look like them have none: where
 * one is likely, a word stays small. */
static bool
may_be_noun(const struct sentence *s, size_t i)
{
    static const char before_verbs[] =
        " ich du er sie es wir ihr man wer was bitte nicht zu und oder mal ";

    return !span_eqz(s->lang, "de") ||
           (sentence_joined(s, i) &&
               !word_among(sentence_word(s, i - 1), before_verbs));
}

/* A part of word i.  A capital inside of a sentence is a name's: those are
 * written as they are. */
static void
add_spelled(
    struct buf *out, const struct sentence *s, size_t i, struct span word)
{
    enum letters letters = word_letters(word);
    bool starts = !sentence_joined(s, i);
    struct span lang = s->lang;
    struct wordlist_hit hit;
    char key[WORD_KEY_BYTES];

    if ((letters != LETTERS_SMALL && !(letters == LETTERS_FIRST && starts)) ||
        normal_table_has(lang, word_fold(word, key))) {
        buf_adds(out, word);
    } else if (wordlist_find(lang, word, &hit)) {
        if (hit.form.p && is_plain_ascii(word) &&
            !memchr(word.p, '\'', word.len) &&
            (may_be_noun(s, i) || uni_match(hit.form, word) != hit.form.len))
            add_form(out, hit.form, word);
        else if (!hit.varies || !add_stressed(out, word, lang))
            buf_adds(out, word);
    } else if (!add_elided(out, word, lang) && !add_umlauts(out, word, lang) &&
               !add_single(out, word, lang) && !add_stressed(out, word, lang)) {
        buf_adds(out, word);
    }
}

static bool
has_list_of_parts(struct span lang)
{
    for (size_t k = 0; k < sizeof(elisions) / sizeof(elisions[0]); k++) {
        if (span_eqz(lang, elisions[k].lang))
            return true;
    }
    return false;
}

/* "goin'", "goin" are "going".  Says whether an apostrophe belonged to it. */
static bool
add_ing(struct buf *out, const struct sentence *s, size_t i, bool *ret_mark)
{
    struct span word = sentence_word(s, i), gap = sentence_gap(s, i + 1);
    char longer[WORD_KEY_BYTES];
    struct wordlist_hit hit;

    *ret_mark = gap.len > 0 && gap.p[0] == '\'';
    if (!span_eqz(s->lang, "en") || word.len < 4 ||
        word.len + 1 > sizeof(longer) ||
        memcmp(word.p + word.len - 2, "in", 2) != 0 ||
        word_letters(word) != LETTERS_SMALL ||
        (!*ret_mark && wordlist_find(s->lang, word, &hit)))
        return *ret_mark = false;
    memcpy(longer, word.p, word.len);
    longer[word.len] = 'g';
    if (!wordlist_find(s->lang, (struct span){longer, word.len + 1}, &hit))
        return *ret_mark = false;
    buf_add(out, longer, word.len + 1);
    return true;
}

void
normal_spell(const struct sentence *s, struct buf *out)
{
    bool parts = has_list_of_parts(s->lang), drop = false;
    struct span tail;

    for (size_t i = 0; i < s->n; i++) {
        struct span word = sentence_word(s, i), gap = sentence_gap(s, i);

        buf_add(out, gap.p + drop, gap.len - drop);
        if (add_ing(out, s, i, &drop))
            continue;
        while (word.p) {
            const char *end = memchr(word.p, '\'', word.len);
            struct span part = parts ? span_cut(&word, '\'') : word;

            if (sentence_glued(s, i, "/.&@"))
                buf_adds(out, part);
            else
                add_spelled(out, s, i, part);
            if (parts && end)
                buf_addc(out, '\'');
            if (!parts)
                break;
        }
    }
    tail = sentence_gap(s, s->n);
    buf_add(out, tail.p + drop, tail.len - drop);
}
