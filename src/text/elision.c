/* SPDX-License-Identifier: ISC */
#include "text/elision.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "text/normal_parts.h"
#include "text/uni.h"

/* What a word must begin with for the one before it to change. */
enum onset {
    ONSET_VOWEL, /* also a silent h of the table */
    ONSET_VOWEL_SMALL, /* the same, and no capital: no name, no abbreviation */
    ONSET_CONSONANT, /* a small one, and more than a letter */
    ONSET_IMPURE, /* as Italian calls s with another consonant, z, gn, ps */
    ONSET_I, /* "i", "hi", but not "hie" */
    ONSET_O, /* "o", "ho" */
    ONSET_GONE, /* a small one that the row has; it goes into the word */
};

struct rule {
    const char *lang;
    const char *words; /* each between spaces, in small letters */
    enum onset onset;
    /* What they are then: instead of the last letter after "~", behind the word
     * after "+"; nothing stands between a "'" and the next word. */
    const char *is;
    const char *only; /* the next word is one of these; NULL: any */
    const char *never; /* the next word is none of these; NULL: any */
};

/* Words that nothing is elided before, and such as may follow a pronoun. */
#define FR_NEVER " onze onzième oui ouistiti et ou où uns a à y e i o u un une "
#define FR_AFTER_PRONOUN                                                       \
    FR_NEVER "avec avant après aussi encore ensuite alors ici aujourd'hui "   \
             "entre en est ont as ai es au aux elle eux afin ainsi autant "

/* The first that fits is taken. */
static const struct rule rules[] = {
    {"fr", " le la ", ONSET_VOWEL_SMALL, "~'", NULL, FR_AFTER_PRONOUN},
    {"fr", " je ne que lorsque puisque jusque me te se ", ONSET_VOWEL, "~'",
        " y a à un une en est ", NULL},
    {"fr", " je ne que lorsque puisque jusque me te se de ", ONSET_VOWEL, "~'",
        NULL, FR_NEVER},
    {"fr", " ma ta sa ", ONSET_VOWEL_SMALL, "~on", NULL, FR_NEVER},
    {"fr", " ce ", ONSET_VOWEL, "~'", " est était étaient ", NULL},
    {"fr", " si ", ONSET_VOWEL, "~'", " il ils ", NULL},
    {"en", " a ", ONSET_VOWEL_SMALL, "an", NULL,
        " one once ones a i o e u eu and as at is or of on in if are am an "},
    {"en", " an ", ONSET_CONSONANT, "a", NULL, NULL},
    {"it", " il ", ONSET_IMPURE, "lo", NULL, NULL},
    {"it", " un ", ONSET_IMPURE, "uno", NULL, NULL},
    {"it", " il ", ONSET_VOWEL_SMALL, "l'", NULL, " o e a è ed ad od i "},
    {"it", " del al dal nel sul ", ONSET_VOWEL_SMALL, "+l'", NULL,
        " o e a è ed ad od i "},
    {"es", " y ", ONSET_I, "e", NULL, NULL},
    {"es", " o ", ONSET_O, "u", NULL, " o "},
    {"es", " de ", ONSET_GONE, "del", " el ", NULL},
    {"es", " a ", ONSET_GONE, "al", " el ", NULL},
};

/* French words whose h is silent. */
static const char silent_h[] =
    " homme hommes heure heures hôtel hôtels hôpital hôpitaux habite habites "
    "habitent habiter habitude habitudes habitant habitants histoire histoires "
    "herbe huile humeur humain humaine humains hiver honneur honnête horaire "
    "horaires horloge hésite hésiter ";

static bool
is_vowel(int32_t plain)
{
    return (plain > 0 && plain < 0x80 && strchr("aeiou", (char)plain)) ||
           plain == 0x153 || plain == 0xe6;
}

/* The code point of the word at *at, in small letters without accents. */
static int32_t
plain_at(struct span word, size_t *at)
{
    size_t n;
    int32_t c = uni_plain(uni_at(word, *at, &n));

    *at += n;
    return c;
}

/* English spells with a vowel what begins with a consonant: "a user", "a
 * European", "a one-way ticket". */
static bool
sounds_as_consonant(int32_t first, int32_t second, int32_t third)
{
    return (first == 'e' && second == 'u') ||
           (first == 'o' && second == 'n' && (third == 'e' || third == 'c')) ||
           (first == 'u' && !(second == 'n' && third != 'i' && third != 'a') &&
               second != 'm' && second != 'p' && second != 'g');
}

/* May it begin with the name of a letter, as "nfl" and "xbox", or with a silent
 * h? */
static bool
is_spelled(int32_t first, int32_t second)
{
    return first == 'h' || first == 'x' ||
           ((first == 'l' || first == 'm' || first == 'n' || first == 'r') &&
               !is_vowel(second) && second != 'y') ||
           (first == 'f' && !is_vowel(second) && second != 'r' &&
               second != 'l');
}

static bool
is_impure(int32_t first, int32_t second)
{
    return first == 'z' || (first == 's' && !is_vowel(second)) ||
           (first == 'g' && second == 'n') || (first == 'p' && second == 's');
}

static bool
begins(struct span word, enum onset onset, struct span lang)
{
    size_t at = 0, n;
    bool small = uni_lower(uni_at(word, 0, &n));
    int32_t first = plain_at(word, &at), second = plain_at(word, &at),
            third = plain_at(word, &at);
    bool vowel = is_vowel(first) || (first == 'y' && word.len == 1) ||
                 (span_eqz(lang, "fr") && word_among(word, silent_h));

    switch (onset) {
    case ONSET_VOWEL_SMALL:
        return vowel && small &&
               !(span_eqz(lang, "en") &&
                   sounds_as_consonant(first, second, third));
    case ONSET_VOWEL:
        return vowel && !uni_apostrophe(second);
    case ONSET_CONSONANT:
        return small && !is_vowel(first) && !is_spelled(first, second) &&
               word.len > 2 && word_has_vowel(word);
    case ONSET_IMPURE:
        return small && word_has_vowel(word) && is_impure(first, second);
    case ONSET_I:
        return first == 'i' ||
               (first == 'h' && second == 'i' && third != 'e' && third != 'a');
    case ONSET_O:
        return first == 'o' || (first == 'h' && second == 'o');
    case ONSET_GONE:
        return small;
    }
    return false;
}

/* The rule for word i, or NULL.  Between it and the next is one space. */
static const struct rule *
rule_of(const struct sentence *s, size_t i)
{
    struct span word = sentence_word(s, i), next;

    if (i + 1 >= s->n || !span_eqz(sentence_gap(s, i + 1), " ") ||
        uni_before(s->text, s->words[i].at) == '-' ||
        uni_apostrophe(uni_before(s->text, s->words[i].at)))
        return NULL;
    next = sentence_word(s, i + 1);
    for (size_t k = 0; k < sizeof(rules) / sizeof(rules[0]); k++) {
        const struct rule *r = &rules[k];

        if (span_eqz(s->lang, r->lang) && word_among(word, r->words) &&
            begins(next, r->onset, s->lang) &&
            (!r->only || word_among(next, r->only)) &&
            !(r->never && word_among(next, r->never)))
            return r;
    }
    return NULL;
}

static void
put(const struct rule *r, struct span word, struct buf *out)
{
    size_t n;

    if (r->is[0] == '~' || r->is[0] == '+') {
        buf_add(out, word.p, word.len - (r->is[0] == '~'));
        buf_addz(out, r->is + 1);
    } else if (uni_upper(uni_at(word, 0, &n))) {
        sentence_add_capitalised(out, span_of(r->is));
    } else {
        buf_addz(out, r->is);
    }
}

/* "l' appartement": is the white space behind the apostrophe before word i
 * nobody's? */
static bool
is_torn(const struct sentence *s, size_t i)
{
    struct span gap = sentence_gap(s, i);
    size_t n;

    return i > 0 && span_eqz(s->lang, "fr") && gap.len > 1 &&
           uni_apostrophe(uni_at(gap, 0, &n)) && gap.len == n + 1 &&
           gap.p[n] == ' ' &&
           word_among(sentence_word(s, i - 1), " l d j n s t m c qu ") &&
           begins(sentence_word(s, i), ONSET_VOWEL, s->lang);
}

void
elision_mend(struct span text, struct span lang, struct buf *out)
{
    struct sentence s;
    bool joined = false;

    sentence_read(&s, text, lang);
    for (size_t i = 0; i < s.n; i++) {
        const struct rule *r = rule_of(&s, i);
        struct span gap = sentence_gap(&s, i);

        if (is_torn(&s, i))
            gap.len--;
        if (!joined)
            buf_adds(out, gap);
        if (r)
            put(r, sentence_word(&s, i), out);
        else
            buf_adds(out, sentence_word(&s, i));
        i += r && r->onset == ONSET_GONE;
        joined = r && r->is[strlen(r->is) - 1] == '\'';
    }
    buf_adds(out, sentence_gap(&s, s.n));
    sentence_fini(&s);
}
