/* SPDX-License-Identifier: ISC */
#include "text/gate.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "text/figures.h"
#include "text/idiom.h"
#include "text/langid.h"
#include "text/names.h"
#include "text/negation.h"
#include "text/numbers.h"
#include "text/period.h"
#include "text/person.h"
#include "text/rude.h"
#include "text/scan.h"
#include "text/sense.h"
#include "text/tag.h"
#include "text/uni.h"
#include "text/untranslated.h"
#include "text/weekday.h"
#include "text/words.h"

/* Limits fitted on Apertium's translations of the development data (good) and
 * damaged ones (gate_bench.c). */
enum {
    PERIOD_WORDS_MAX = 12, /* what is repeated in a loop */
    PERIOD_LETTERS_MAX = 6,
    LOOP_WORDS_MIN = 4, /* so often does one word make a loop, */
    LOOP_PHRASES_MIN = 3, /* and a phrase */
    LOOP_LETTERS_MIN = 12, /* so many letters in a loop inside a word */
    VARIETY_WORDS_MIN = 24,
    SLACK_LONG = 16, /* so many letters more are always fine, */
    SLACK_SHORT = 8, /* and so many less */
    HALF_LETTERS_MIN = 15, /* of a source whose half may be missing */
    HALF_SLACK = 4,
    WIDE_LETTERS = 3, /* letters that one of a wide script stands for */
    LANGUAGE_WORDS_MIN = 3,
    COPIED_WORDS_MAX = 2, /* that may be the same in both languages */
};

static const double ratio_long = 2.6; /* of translation to source */
static const double ratio_short = 2.2; /* of source to translation */
static const double variety_min = 0.35; /* different words of all words */
static const double language_confidence = 0.98;
static const double language_nats = 1.2; /* a word, for the other language */
static const double copied_nats = 1.0;
static const double copied_nats_alone = 4.0; /* of one word */

/* What a text is made of, without links, people, numbers, code and the like. */
struct view {
    uint32_t words[GATE_WORDS_MAX]; /* hashes of the folded words */
    size_t n_words;
    size_t letters; /* in Latin measure */
    size_t letter_loop; /* letters in the longest loop inside a word */
    bool has_ink;
};

/* The letters of a word while it is read. */
struct spelling {
    int32_t letters[64];
    size_t n;
    uint32_t hash;
};

/* The letters covered by the longest repetition in the word, if it is one. */
static size_t
letter_loop(const struct spelling *w)
{
    size_t best = 0;

    for (size_t p = 1; p <= PERIOD_LETTERS_MAX; p++) {
        size_t run = 0;

        for (size_t i = p; i < w->n; i++) {
            run = w->letters[i] == w->letters[i - p] ? run + 1 : 0;
            if (run + p >= LOOP_LETTERS_MIN && run >= 3 * p && run + p > best)
                best = run + p;
        }
    }
    return best;
}

static void
end_word(struct spelling *w, struct view *v)
{
    size_t loop;

    if (w->n == 0)
        return;
    loop = letter_loop(w);
    if (loop > v->letter_loop)
        v->letter_loop = loop;
    if (v->n_words < GATE_WORDS_MAX)
        v->words[v->n_words++] = w->hash;
    w->n = 0;
}

static void
add_letter(struct spelling *w, int32_t c)
{
    if (w->n == 0)
        w->hash = 2166136261U;
    if (w->n < sizeof(w->letters) / sizeof(w->letters[0]))
        w->letters[w->n++] = c;
    w->hash = (w->hash ^ (uint32_t)c) * 16777619U;
}

/* The name of a person that stands at byte i of the text; 0. */
static size_t
name_at(struct span text, size_t i, const struct span *names, size_t n_names)
{
    size_t n;

    for (size_t k = 0; k < n_names; k++) {
        struct span rest = {text.p + i, text.len - i};

        if (span_starts(rest, names[k]) && !uni_word(uni_before(text, i)) &&
            !uni_word(uni_at(text, i + names[k].len, &n)))
            return names[k].len;
    }
    return 0;
}

/* What in a text says the same in every language. */
struct aside {
    const struct span *names; /* of people, n_names; the source's */
    size_t n_names;
    struct number numbers[NUMBERS_MAX]; /* the text's own */
    size_t n_numbers, next;
};

/* The length of the name, or of the number in words, at byte i; 0.  Figures
 * have no letters.  Called for growing i. */
static size_t
aside_at(struct aside *a, struct span text, size_t i)
{
    while (a->next < a->n_numbers && a->numbers[a->next].at < i)
        a->next++;
    if (a->next < a->n_numbers && a->numbers[a->next].at == i &&
        !a->numbers[a->next].weak)
        return a->numbers[a->next].len;
    return name_at(text, i, a->names, a->n_names);
}

static void
look_at(struct span text, struct span lang, const struct span *names,
    size_t n_names, struct view *v)
{
    struct aside aside = {.names = names, .n_names = n_names};
    struct spelling w = {.n = 0};
    size_t base = 0, n, known;

    *v = (struct view){.n_words = 0};
    aside.n_numbers = numbers_find(text, lang, aside.numbers);
    for (size_t i = 0; i < text.len; i += n) {
        struct scan_hit hit;
        struct span rest = {text.p + base, text.len - base};
        int32_t c = uni_at(text, i, &n);

        v->has_ink |= !uni_space(c);
        if (scan_at(rest, i - base, &hit)) {
            end_word(&w, v);
            n = hit.len;
            base = i + n;
        } else if (w.n == 0 && (known = aside_at(&aside, text, i))) {
            n = known;
        } else if (uni_wide(c)) {
            end_word(&w, v);
            add_letter(&w, c);
            end_word(&w, v);
            v->letters += WIDE_LETTERS;
        } else if (uni_alpha(c)) {
            add_letter(&w, uni_fold(c));
            v->letters++;
        } else {
            end_word(&w, v);
        }
    }
    end_word(&w, v);
}

/* How often the most repeated stretch of words stands in a row; *ret_period is
 * its length. */
static size_t
repeats(const struct view *v, size_t *ret_period)
{
    size_t best = 1;

    *ret_period = 1;
    for (size_t p = 1; p <= PERIOD_WORDS_MAX; p++) {
        size_t run = 0;

        for (size_t i = p; i < v->n_words; i++) {
            run = v->words[i] == v->words[i - p] ? run + 1 : 0;
            if (run / p + 1 > best) {
                best = run / p + 1;
                *ret_period = p;
            }
        }
    }
    return best;
}

/* Different words as a share of all. */
static double
variety(const struct view *v)
{
    size_t distinct = 0, k;

    for (size_t i = 0; i < v->n_words; i++) {
        for (k = 0; k < i && v->words[k] != v->words[i]; k++)
            ;
        distinct += k == i;
    }
    return v->n_words ? (double)distinct / (double)v->n_words : 1;
}

static bool
is_loop(const struct view *s, const struct view *t)
{
    size_t period, of_source, n = repeats(t, &period);

    if (t->letter_loop > s->letter_loop + LOOP_LETTERS_MIN / 2)
        return true;
    if (n >= (period == 1 ? LOOP_WORDS_MIN : LOOP_PHRASES_MIN) &&
        n > repeats(s, &of_source) + 1)
        return true;
    return t->n_words >= VARIETY_WORDS_MIN && variety(t) < variety_min &&
           variety(s) > 1.5 * variety(t);
}

static bool
is_out_of_ratio(const struct view *s, const struct view *t)
{
    double a = (double)s->letters, b = (double)t->letters;

    return b > ratio_long * a + SLACK_LONG || a > ratio_short * b + SLACK_SHORT;
}

/* Is so little left that a clause is likely to be missing?  "I can hear you but
 * I can't see you" is more than "ich höre dich nicht".  One human translation
 * in a hundred is as short. */
static bool
is_half(const struct view *s, const struct view *t)
{
    return s->letters >= HALF_LETTERS_MIN &&
           2 * (t->letters + HALF_SLACK) < s->letters + HALF_SLACK;
}

/* The words of t that s has, too, as a share; 0 when t has none. */
static double
share_of_source(const struct view *s, const struct view *t)
{
    size_t same = 0;

    for (size_t i = 0; i < t->n_words; i++) {
        for (size_t k = 0; k < s->n_words; k++) {
            if (s->words[k] == t->words[i]) {
                same++;
                break;
            }
        }
    }
    return t->n_words ? (double)same / (double)t->n_words : 0;
}

/* The source once more, and it reads like the source language.  Names and
 * words that both languages share do not. */
static bool
is_copied(const struct view *s, const struct view *t, struct span translation,
    struct span from, struct span to)
{
    double nats;

    if (s->n_words != t->n_words || s->n_words == 0 || span_eq(from, to) ||
        memcmp(s->words, t->words, s->n_words * sizeof(s->words[0])) != 0)
        return false;
    nats = langid_compare(translation, to, from);
    return nats > (s->n_words == 1 ? copied_nats_alone : copied_nats);
}

/* Languages that a classifier of letters takes for each other, and engines mix
 * without harm. */
static bool
are_close(struct span a, const char *b)
{
    static const char *const families[] = {" es ast gl pt an ", " ca oc es ",
        " nb nn da sv no ", " sr hr bs sh sl mk bg ", " id ms ", " cs sk ",
        " ru uk be bg ", " nl af ", " hi mr ne ", " ar fa ur "};
    char x[16], y[16];

    if (a.len > 8)
        return false;
    snprintf(x, sizeof(x), " %.*s ", SPAN_ARG(a));
    snprintf(y, sizeof(y), " %.8s ", b);
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        if (strstr(families[i], x) && strstr(families[i], y))
            return true;
    }
    return false;
}

static bool
is_other_language(const struct view *t, struct span translation, struct span to)
{
    struct langid_opts opts = {.threshold = language_confidence};
    struct langid got;
    bool own_script;

    if (to.len == 0 || !langid_guess(translation, &opts, &got) ||
        span_eqz(to, got.code) || are_close(to, got.code))
        return false;
    own_script = !langid_knows(span_of(got.code));
    if (own_script)
        return true;
    if (t->n_words < LANGUAGE_WORDS_MIN)
        return false;
    return langid_knows(to) &&
           langid_compare(translation, to, span_of(got.code)) > language_nats;
}

static size_t
occurrences(struct span s, struct span what)
{
    size_t n = 0;

    for (const char *p = s.p;
         (p = memmem(p, (size_t)(s.p + s.len - p), what.p, what.len));
         p += what.len)
        n++;
    return n;
}

/* Words with an engine's mark before them: "*house", "#be", "@bank".  Of the
 * source all that look so count, of the translation those at the beginning of a
 * word: engines move quotation marks. */
static size_t
marked_words(struct span s, bool all)
{
    size_t n = 0, m;

    for (size_t i = 0; i + 1 < s.len; i++) {
        bool mark = s.p[i] == '*' || s.p[i] == '#' || s.p[i] == '@';
        int32_t before = mark ? uni_before(s, i) : 0;

        n += mark && uni_alpha(uni_at(s, i + 1, &m)) &&
             (all || before == UNI_NONE || uni_space(before) || before == '(');
    }
    return n;
}

static bool
has_marks(struct span source, struct span translation)
{
    static const struct span marks[] = {{"<unk>", 5}, {"\xe2\x81\x87", 3},
        {"\xe2\x96\x81", 3}, {"\xef\xbf\xbd", 3}, {"</s>", 4}, {"[[", 2},
        {"^$", 2}};
    size_t n;

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (occurrences(translation, marks[i]) > occurrences(source, marks[i]))
            return true;
    }
    for (size_t i = 0; i < translation.len; i += n) {
        int32_t c = uni_at(translation, i, &n);
        if (c == UNI_BAD || (uni_private(c) && !memmem(source.p, source.len,
                                                   translation.p + i, n)))
            return true;
    }
    return marked_words(translation, false) > marked_words(source, true);
}

/* 1 for what could not be better, less the more it looks like a failure. */
static double
quality(const struct view *s, const struct view *t, struct span from,
    struct span to)
{
    double a = (double)s->letters + SLACK_LONG / 2;
    double b = (double)t->letters + SLACK_LONG / 2;
    double stretch = fabs(log(b / a)) / log(ratio_long);
    double copied = span_eq(from, to) ? 0 : share_of_source(s, t);
    double score = 1 - 0.5 * fmin(stretch, 1);

    if (t->n_words > 1)
        score *= 1 - 0.5 * copied;
    return score;
}

/* Does the text, in lang, hold a question?  Greek asks with a semicolon. */
static bool
asks(struct span s, struct span lang)
{
    return memchr(s.p, '?', s.len) || occurrences(s, SPAN("\uff1f")) ||
           occurrences(s, SPAN("\u061f")) ||
           (span_eqz(lang, "el") && memchr(s.p, ';', s.len));
}

static enum gate_reason
judge(const struct view *s, const struct view *t, struct span source,
    struct span translation, struct span from, struct span to)
{
    struct folded_words said, shown;

    if (s->has_ink && !t->has_ink)
        return GATE_EMPTY;
    if (s->n_words > 0 && t->n_words == 0 && s->letters > SLACK_SHORT / 2)
        return GATE_EMPTY;
    if (has_marks(source, translation))
        return GATE_MARKS;
    if (is_loop(s, t))
        return GATE_LOOP;
    if (is_out_of_ratio(s, t))
        return GATE_RATIO;
    if (is_copied(s, t, translation, from, to))
        return GATE_COPIED;
    if (is_other_language(t, translation, to))
        return GATE_LANGUAGE;
    if (rude_from_nothing(source, translation, from, to))
        return GATE_RUDE;
    if (!numbers_figures_kept(source, from, translation, to) ||
        !figures_currencies_kept(source, translation) ||
        !figures_signs_kept(source, translation))
        return GATE_NUMBERS;
    if (negation_differs(source, translation, from, to) ||
        negation_moved(source, translation, from, to))
        return GATE_NEGATION;
    if (asks(source, from) != asks(translation, to) ||
        tag_invented(source, translation, from, to))
        return GATE_QUESTION;
    words_fold(source, &said);
    words_fold(translation, &shown);
    if (person_swapped(&said, &shown, from, to))
        return GATE_PERSON;
    if (weekday_differs(&said, &shown, from, to))
        return GATE_DAY;
    if (period_differs(&said, &shown, from, to))
        return GATE_PERIOD;
    if (untranslated_word(source, translation, from, to))
        return GATE_UNTRANSLATED;
    if (is_half(s, t))
        return GATE_HALF;
    if (idiom_in(source, from))
        return GATE_IDIOM;
    if (sense_mistaken(&said, &shown, from, to))
        return GATE_SENSE;
    return GATE_OK;
}

/* A lost number or "not" may be the reader's to find, with the source before
 * their eyes.  A word or two that came back unchanged may be what one says:
 * "Mayday!" */
static enum gate_verdict
verdict_on(enum gate_reason reason, const struct view *t)
{
    if (reason == GATE_OK)
        return GATE_PASSED;
    if (reason == GATE_NUMBERS || reason == GATE_NEGATION ||
        reason == GATE_QUESTION || reason == GATE_UNTRANSLATED ||
        reason == GATE_HALF || reason == GATE_IDIOM || reason == GATE_SENSE ||
        reason == GATE_PERSON || reason == GATE_DAY || reason == GATE_PERIOD ||
        (reason == GATE_COPIED && t->n_words <= COPIED_WORDS_MAX))
        return GATE_DOUBTED;
    return GATE_REFUSED;
}

struct gate
gate_check(struct span source, struct span translation, struct span source_lang,
    struct span target_lang)
{
    struct span names[NAMES_MAX];
    size_t n_names;
    struct view s, t;
    struct gate ret;

    n_names = names_find(source, source_lang, names);
    look_at(source, source_lang, names, n_names, &s);
    look_at(translation, target_lang, names, n_names, &t);
    ret.reason = judge(&s, &t, source, translation, source_lang, target_lang);
    ret.verdict = verdict_on(ret.reason, &t);
    ret.score = ret.verdict == GATE_REFUSED
                    ? 0
                    : quality(&s, &t, source_lang, target_lang);
    return ret;
}

const char *
gate_reason_name(enum gate_reason reason)
{
    static const char *const names[GATE_REASONS] = {
        [GATE_OK] = "ok",
        [GATE_EMPTY] = "empty",
        [GATE_LOOP] = "loop",
        [GATE_RATIO] = "wild length",
        [GATE_LANGUAGE] = "wrong language",
        [GATE_COPIED] = "copied source",
        [GATE_NUMBERS] = "lost numbers",
        [GATE_MARKS] = "engine marks",
        [GATE_RUDE] = "rude from nothing",
        [GATE_NEGATION] = "lost negation",
        [GATE_QUESTION] = "lost question",
        [GATE_UNTRANSLATED] = "untranslated word",
        [GATE_HALF] = "half missing",
        [GATE_IDIOM] = "idiom",
        [GATE_SENSE] = "another meaning",
        [GATE_PERSON] = "another person",
        [GATE_DAY] = "another day",
        [GATE_PERIOD] = "another time",
    };

    return names[reason];
}
