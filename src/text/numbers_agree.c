/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text/dates.h"
#include "text/numbers.h"
#include "text/numberwords.h"

enum {
    HALF_DAY = 12 * 60, /* minutes */
    DAYS_MAX = 31, /* "June fifth" is "cinq juin" */
};

/* "6:00", "6 heures" */
static bool
is_full_hour(const struct number *clock, const struct number *n)
{
    long long hour = clock->value / 60;

    return clock->form == NUMBER_CLOCK && clock->value % 60 == 0 &&
           (n->value == hour || n->value == hour - 12 || n->value == hour + 24);
}

/* "9:30" is 9:30 a.m. or as it was said, and nobody knows that it is 21:30. */
static bool
is_same_time(const struct number *a, const struct number *b)
{
    if (a->value % HALF_DAY != b->value % HALF_DAY)
        return false;
    return a->value == b->value || (!a->half && !b->half) ||
           ((a->spoken || b->spoken) && !(a->half && b->half));
}

static bool
is_same(const struct number *a, const struct number *b)
{
    if (a->form == NUMBER_CLOCK && b->form == NUMBER_CLOCK)
        return is_same_time(a, b);
    if (a->form == NUMBER_CLOCK || b->form == NUMBER_CLOCK)
        return is_full_hour(a, b) || is_full_hour(b, a);
    if (a->form == NUMBER_DATE || b->form == NUMBER_DATE)
        return a->form == b->form && a->value == b->value;
    if (a->form == NUMBER_WORD && b->form == NUMBER_WORD &&
        a->ordinal != b->ordinal && a->value > DAYS_MAX)
        return false;
    if (a->decade || b->decade)
        return a->value % 100 == b->value % 100;
    return a->value == b->value;
}

/* One side of a comparison. */
struct side {
    const struct number *list;
    size_t n;
    bool used[NUMBERS_MAX];
};

static bool
use(struct side *s, const struct number *wanted, bool weak)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->used[i] || s->list[i].weak != weak ||
            !is_same(&s->list[i], wanted))
            continue;
        s->used[i] = true;
        return true;
    }
    return false;
}

/* A time on one side may be two figures on the other: "20.30". */
static bool
use_parts(struct side *s, const struct number *clock)
{
    for (size_t i = 0; i + 1 < s->n; i++) {
        if (s->used[i] || s->used[i + 1] ||
            s->list[i].value % 12 != clock->value / 60 % 12 ||
            s->list[i + 1].value != clock->value % 60)
            continue;
        s->used[i] = s->used[i + 1] = true;
        return true;
    }
    return false;
}

static bool
use_any(struct side *s, const struct number *wanted)
{
    return use(s, wanted, false) || use(s, wanted, true) ||
           (wanted->form == NUMBER_CLOCK && use_parts(s, wanted));
}

/* Find a partner in b for each of a's numbers that are weak, or that are not. */
static void
pair(struct side *a, struct side *b, bool weak)
{
    for (size_t i = 0; i < a->n; i++)
        if (!a->used[i] && a->list[i].weak == weak)
            a->used[i] = use_any(b, &a->list[i]);
}

static bool
is_missed(const struct side *s, size_t *n_ordinals)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->used[i])
            continue;
        if (!s->list[i].weak)
            return true;
        *n_ordinals += s->list[i].ordinal && s->list[i].value > 2;
    }
    return false;
}

static void
pair_all(struct side *a, struct side *b)
{
    pair(a, b, false);
    pair(b, a, false);
    pair(a, b, true);
}

static size_t
n_torn(const struct side *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++)
        n += s->list[i].torn;
    return n;
}

bool
numbers_agree(const struct number *source, size_t n_source,
    const struct number *translation, size_t n_translation)
{
    struct side a = {.list = source, .n = n_source};
    struct side b = {.list = translation, .n = n_translation};
    size_t ordinals_a = 0, ordinals_b = 0;

    if (n_torn(&b) > n_torn(&a))
        return false;
    pair_all(&a, &b);
    if (is_missed(&a, &ordinals_a) || is_missed(&b, &ordinals_b))
        return false;
    return ordinals_a == 0 || ordinals_b == 0;
}

bool
numbers_know(struct span source_lang, struct span target_lang)
{
    return numberwords_knows(source_lang) && numberwords_knows(target_lang);
}

bool
numbers_kept(struct span source, struct span source_lang,
    struct span translation, struct span target_lang)
{
    struct number a[NUMBERS_MAX], b[NUMBERS_MAX];

    if (!numbers_know(source_lang, target_lang))
        source_lang = target_lang = (struct span){NULL, 0};
    return numbers_agree(a, numbers_find(source, source_lang, a), b,
        numbers_find(translation, target_lang, b));
}

/* Is the figure the hour or the minutes of a time: "14 h 30"? */
static bool
is_part_of_clock(const struct side *s, const struct number *n)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->list[i].form == NUMBER_CLOCK &&
            (s->list[i].value / 60 % 12 == n->value % 12 ||
                s->list[i].value % 60 == n->value))
            return true;
    return false;
}

/* Is the figure the day of a date, whose month is not known here: "3 may"? */
static bool
is_part_of_date(const struct side *s, const struct number *n)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct number *other = &s->list[i];

        if (n->form == NUMBER_DATE ? other->form != NUMBER_DATE &&
                                         dates_day(n->value) == other->value
                                   : other->form == NUMBER_DATE &&
                                         dates_day(other->value) == n->value)
            return true;
    }
    return false;
}

/* Is there an equal of each figure of a in b? */
static bool
has_figures(const struct side *a, struct side *b)
{
    for (size_t i = 0; i < a->n; i++) {
        const struct number *n = &a->list[i];

        memset(b->used, 0, sizeof(b->used));
        if (n->form != NUMBER_WORD && n->form != NUMBER_ROMAN &&
            n->value != 1 && !n->weak && !use_any(b, n) &&
            !is_part_of_clock(b, n) && !is_part_of_date(b, n))
            return false;
    }
    return true;
}

bool
numbers_figures_kept(struct span source, struct span source_lang,
    struct span translation, struct span target_lang)
{
    struct number here[NUMBERS_MAX], there[NUMBERS_MAX];
    struct side a = {.list = here}, b = {.list = there};

    a.n = numbers_find(source, source_lang, here);
    b.n = numbers_find(translation, target_lang, there);
    if (a.n == NUMBERS_MAX || b.n == NUMBERS_MAX)
        return true;
    return has_figures(&a, &b) && has_figures(&b, &a);
}
