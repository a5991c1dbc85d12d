/* SPDX-License-Identifier: ISC */
#include "text/numberwords.h"

#include <string.h>

#include "text/numberwords_lexicon.h"
#include "text/uni.h"

enum {
    SPLITS_MAX = 16, /* numbers in one compound */
    TOKENS_MAX = 16, /* words in one number */
};

bool
numberwords_knows(struct span lang)
{
    return lexicon_of(lang) != NULL;
}

/* A number while its words come. */
struct sum {
    const struct number_grammar *g;
    long long total; /* thousands and millions that are complete */
    long long now; /* below a thousand; -1: none yet */
    bool joined; /* "and" stands behind it */
    bool in_word; /* the last part is of the same compound */
    int n; /* parts */
    bool ordinal, weak;
    bool lead; /* the "a" of "a hundred" */
    bool closed; /* nothing may follow: "both", "third" */
};

static bool
is_tens(long long v)
{
    return v >= 20 && v < HUNDRED && v % 10 == 0;
}

/* May v, below 100, follow the hundreds and tens that are there? */
static bool
add_small(struct sum *s, long long v)
{
    long long rest = s->now % HUNDRED;
    bool french = strcmp(s->g->code, "fr") == 0;
    bool english = strcmp(s->g->code, "en") == 0;

    if (s->now < 0) {
        if (s->total > 0 && (v == 0 || (s->joined && !s->g->joins_hundreds)))
            return false;
        s->now = v;
        return true;
    }
    if (v == 0)
        return false;
    if (rest == 0 && s->now > 0) {
        if (s->joined && !s->g->joins_hundreds)
            return false;
        s->now += v;
        return true;
    }
    if (is_tens(rest) && v < 10 && !(s->g->ones_first && s->in_word)) {
        if (s->joined && !s->g->joins_tens)
            return false;
        if (french && s->joined && v != 1)
            return false;
        s->now += v;
        return true;
    }
    if (french && (rest == 60 || rest == 80) && v >= 10 && v < 20 &&
        (!s->joined || (rest == 60 && v == 11))) {
        s->now += v;
        return true;
    }
    if (french && rest == 4 && v == 20 && !s->joined) {
        s->now += 76;
        return true;
    }
    if (french && rest == 10 && v >= 7 && v < 10 && !s->joined) {
        s->now += v;
        return true;
    }
    /* "einundzwanzig", "enogtyve" */
    if (s->g->ones_first && s->joined && rest > 0 && rest < 10 && is_tens(v)) {
        s->now += v;
        return true;
    }
    /* "nineteen eighty-four", "dètz-e-sèt", "twenty twenty" */
    if (rest == 10 && s->joined && v < 10 && strcmp(s->g->code, "oc") == 0) {
        s->now += v;
        return true;
    }
    if (english && !s->joined && s->now >= 13 && s->now <= 20 && v >= 10) {
        s->now = s->now * HUNDRED + v;
        return true;
    }
    return false;
}

static bool
add_hundreds(struct sum *s, const struct atom *a)
{
    if (a->value > HUNDRED || s->now < 0) {
        if (s->now >= 0 || a->mark == '+' ||
            (s->joined && !s->g->joins_hundreds))
            return false;
        s->now = a->value;
        return true;
    }
    if (s->now < 1 || s->now >= 20 || s->joined)
        return false;
    s->now *= HUNDRED;
    return true;
}

static bool
add_scale(struct sum *s, const struct atom *a)
{
    if (s->joined || (s->now < 0 && (a->mark == '+' || s->total > 0)) ||
        s->now == 0)
        return false;
    if (a->value == THOUSAND && s->total % MILLION != 0)
        return false;
    if (a->value == MILLION) {
        s->total = (s->total + (s->now < 0 ? s->total == 0 : s->now)) * MILLION;
        if (s->total > 1000LL * MILLION)
            return false;
    } else {
        s->total += (s->now < 0 ? 1 : s->now) * THOUSAND;
    }
    s->now = -1;
    return true;
}

/* Add a part; false when it does not belong to the number any more. */
static bool
add_part(struct sum *s, const struct atom *a)
{
    bool ok;

    if (a->value == JOIN) {
        ok = s->n > 0 && !s->joined && !s->closed;
        s->joined = true;
        return ok;
    }
    if (s->closed || (s->n > 0 && a->mark == '~' && a->value != 1) ||
        (a->mark == '<' && s->now >= 0))
        return false;
    if (s->lead && a->value < HUNDRED)
        return false;
    if (a->value < HUNDRED)
        ok = add_small(s, a->value);
    else if (a->value < THOUSAND)
        ok = add_hundreds(s, a);
    else
        ok = add_scale(s, a);
    if (!ok)
        return false;
    s->joined = false;
    s->lead = a->mark == '<';
    s->ordinal = a->mark == '.' || a->mark == ';';
    s->closed = s->ordinal || (a->mark == '~' && a->value != 1);
    s->weak = s->n == 0 && (a->mark == '~' || a->mark == '?' ||
                               a->mark == ';' || a->mark == '.');
    s->n++;
    return true;
}

static bool add_compound(const struct lexicon *l, const char *word, size_t len,
    size_t at, int depth, struct sum *s);

/* "ventuno", "centotto": the vowel before another goes. */
static bool
add_elided(const struct lexicon *l, const char *word, size_t len, size_t at,
    int depth, struct sum *s)
{
    for (int k = 2; k <= 10; k++) {
        const char *whole = k < 10 ? l->g->tens[k] : l->g->hundreds[1];
        size_t n = strlen(whole) - 1;
        struct atom a = {.value = 10 * k};
        struct sum next = *s;

        if (len - at <= n || memcmp(word + at, whole, n) != 0 ||
            (word[at + n] != 'u' && word[at + n] != 'o'))
            continue;
        if (add_part(&next, &a) &&
            add_compound(l, word, len, at + n, depth + 1, &next)) {
            *s = next;
            return true;
        }
    }
    return false;
}

/* Add the parts of a compound, from byte at of the word on: of all ways to
 * split it the first that makes a number. */
static bool
add_compound(const struct lexicon *l, const char *word, size_t len, size_t at,
    int depth, struct sum *s)
{
    if (at == len)
        return !s->joined;
    if (depth == SPLITS_MAX)
        return false;
    for (size_t n = len - at; n > 1; n--) {
        const struct atom *a = lexicon_find(l, word + at, n);
        struct sum next = *s;

        if (!a || a->mark == '.' || a->mark == ';')
            continue;
        next.in_word = depth > 0;
        if (a->mark == '+' && next.n == 0)
            continue;
        if (add_part(&next, a) &&
            add_compound(l, word, len, at + n, depth + 1, &next)) {
            *s = next;
            s->weak = s->weak && s->n == 1;
            return true;
        }
    }
    return strcmp(l->g->code, "it") == 0 &&
           add_elided(l, word, len, at, depth, s);
}

static bool
is_cyrillic(int32_t c)
{
    return c >= 0x400 && c < 0x530;
}

/* The word at byte i: its letters. */
static size_t
word_len(struct span s, size_t i)
{
    size_t end = i, n, m;

    for (;; end += n) {
        int32_t c = uni_at(s, end, &n);

        /* "п'ять", and not "l'un" */
        if (!uni_alpha(c) && !(end > i && uni_apostrophe(c) &&
                                 is_cyrillic(uni_at(s, end + n, &m)) &&
                                 is_cyrillic(uni_before(s, end))))
            return end - i;
    }
}

/* What may stand between two words of a number: one space, one hyphen. */
static size_t
gap_len(struct span s, size_t i)
{
    size_t n;
    int32_t c = uni_at(s, i, &n);

    return c == ' ' || c == '-' || c == 0xa0 || c == 0x2010 || c == 0x2011 ||
                   c == 0xad
               ? n
               : 0;
}

/* Is what stands at byte i in a list: "pour cent|mille mercis"? */
static bool
is_listed(struct span text, size_t i, const char *list)
{
    struct span rest = span_of(list);

    while (rest.len > 0) {
        struct span phrase = span_cut(&rest, '|');
        size_t at = i, k = 0, n = 1;

        while (k < phrase.len && n > 0) {
            int32_t c = uni_plain(uni_at(text, at, &n));

            if (c != (unsigned char)phrase.p[k])
                break;
            at += n;
            k++;
        }
        if (k == phrase.len && phrase.len > 0 &&
            !uni_alpha(uni_at(text, at, &n)))
            return true;
    }
    return false;
}

/* Does a phrase that is no number cover byte i? */
static bool
is_no_number(const struct lexicon *l, struct span text, size_t i)
{
    size_t start = i;

    if (l->g->no_numbers[0] == '\0')
        return false;
    if (is_listed(text, i, l->g->no_numbers))
        return true;
    while (start > 0 && text.p[start - 1] == ' ')
        start--;
    while (start > 0 && uni_alpha(uni_before(text, start)))
        do
            start--;
        while (start > 0 && ((unsigned char)text.p[start] & 0xc0) == 0x80);
    return start < i && is_listed(text, start, l->g->no_numbers);
}

/* Is the word behind byte i one of those that are counted? */
static bool
is_counted(const struct lexicon *l, struct span text, size_t i)
{
    char word[WORD_BYTES_MAX + 2];
    size_t gap = gap_len(text, i), len;

    if (gap == 0)
        return false;
    len = lexicon_fold(
        (struct span){text.p + i + gap, word_len(text, i + gap)}, word + 1);
    word[0] = ' ';
    word[len + 1] = ' ';
    return len > 0 && memmem(l->g->units, strlen(l->g->units), word, len + 2);
}

/* Is the word before byte i one that a number follows? */
static bool
is_behind_counter(const struct lexicon *l, struct span text, size_t i)
{
    char word[WORD_BYTES_MAX + 2];
    size_t end = i, start, len;

    if (!l->g->counters || i == 0 || text.p[i - 1] != ' ')
        return false;
    for (start = --end; start > 0 && (unsigned char)text.p[start - 1] > ' ';)
        start--;
    len = lexicon_fold((struct span){text.p + start, end - start}, word + 1);
    word[0] = word[len + 1] = ' ';
    return len > 0 &&
           memmem(l->g->counters, strlen(l->g->counters), word, len + 2);
}

static bool
add_word(const struct lexicon *l, struct span word, struct sum *s)
{
    char folded[WORD_BYTES_MAX];
    size_t len = lexicon_fold(word, folded);
    const struct atom *a = lexicon_find(l, folded, len);
    struct sum next = *s;

    s->in_word = next.in_word = false;
    if (a && add_part(&next, a)) {
        *s = next;
        return true;
    }
    if (a || !l->g->compound || len == 0)
        return false;
    next = *s;
    if (!add_compound(l, folded, len, 0, 0, &next))
        return false;
    *s = next;
    return true;
}

bool
numberwords_at(
    struct span text, size_t i, struct span lang, struct numberword *ret)
{
    const struct lexicon *l = lexicon_of(lang);
    struct sum s = {.now = -1};
    size_t at = i, gap = 0;
    bool found = false;

    if (!l || is_no_number(l, text, i))
        return false;
    s.g = l->g;
    for (int k = 0; k < TOKENS_MAX; k++) {
        size_t len = word_len(text, at + gap);
        struct span word = {text.p + at + gap, len};

        if (len == 0 || !add_word(l, word, &s) || (k == 0 && s.joined))
            break;
        at += gap + len;
        gap = gap_len(text, at);
        /* "two thousand, three hundred" */
        if (s.total > 0 && s.now < 0 &&
            span_starts((struct span){text.p + at, text.len - at}, SPAN(", ")))
            gap = 2;
        if (!s.joined && !s.lead) {
            *ret = (struct numberword){.len = at - i,
                .value = s.total + (s.now > 0 ? s.now : 0),
                .ordinal = s.ordinal,
                .weak = s.weak};
            found = true;
        }
        if (gap == 0)
            break;
    }
    if (found && ret->weak && !ret->ordinal && ret->value > 1)
        ret->weak = !is_counted(l, text, i + ret->len) &&
                    !is_behind_counter(l, text, i);
    return found;
}

long long
numberwords_scale(struct span text, size_t i, struct span lang, size_t *len)
{
    const struct lexicon *l = lexicon_of(lang);
    char folded[WORD_BYTES_MAX];
    const struct atom *a;

    *len = word_len(text, i);
    if (!l || *len == 0)
        return 0;
    a = lexicon_find(
        l, folded, lexicon_fold((struct span){text.p + i, *len}, folded));
    return a && a->value >= THOUSAND && a->mark != '.' ? a->value : 0;
}
