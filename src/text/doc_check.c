/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text/doc_parts.h"
#include "text/figures.h"
#include "text/names.h"
#include "text/numbers.h"
#include "text/places.h"
#include "text/uni.h"

/*
 * What a translation of a segment has to say as its source does, and how to
 * make sure that it will: numbers and names become spans.
 */

static bool
is_text(const struct part *p)
{
    return p->kind == SCAN_NONE;
}

/* For finding numbers: none when words cannot be compared. */
static struct span
known(const struct doc *d, const char *lang)
{
    return numbers_know(span_of(d->lang), span_of(d->target))
               ? span_of(lang)
               : (struct span){NULL, 0};
}

/* Append the numbers of one text to the list. */
static size_t
add_numbers(struct span text, struct span lang, struct number list[NUMBERS_MAX],
    size_t n)
{
    struct number found[NUMBERS_MAX];
    size_t count = numbers_find(text, lang, found);

    for (size_t i = 0; i < count && n < NUMBERS_MAX; i++)
        list[n++] = found[i];
    return n;
}

static size_t
add_names(
    struct span text, struct span lang, struct span list[NAMES_MAX], size_t n)
{
    struct span found[NAMES_MAX];
    size_t count = names_find(text, lang, found);

    for (size_t i = 0; i < count && n < NAMES_MAX; i++)
        list[n++] = found[i];
    return n;
}

/* Is a stand-in inside of a figure: "320**,52"? */
static bool
is_torn(const struct standins *s, struct span translation)
{
    const struct part *part;
    struct span t, before = {NULL, 0};
    size_t n;

    for (size_t i = 0; (t = standin_next(s, translation, &i, &part)).p;) {
        size_t mark = t.len > 0 && memchr(".,:'", t.p[0], 4);

        if (part)
            continue;
        if (before.p && uni_digit(uni_before(before, before.len)) &&
            uni_digit(uni_at(t, mark, &n)))
            return true;
        before = t;
    }
    return false;
}

/* Are the towns of a text in the translation of its segment? */
static bool
towns_agree(const struct doc *d, struct span text, struct span translation)
{
    struct place list[PLACES_MAX];
    size_t n = places_find(text, span_of(d->lang), list);

    return places_kept(list, n, translation, span_of(d->target));
}

bool
doc_agrees(
    const struct doc *d, const struct segment *s, struct span translation)
{
    struct standins standins = doc_standins(d, s);
    struct number here[NUMBERS_MAX], there[NUMBERS_MAX];
    struct span names[NAMES_MAX];
    size_t n_here = 0, n_there = 0, n_names = 0;
    bool units = true, towns = true;
    const struct part *part;
    struct span t;

    for (size_t k = 0; k < standins.n; k++) {
        struct span text = standins.parts[k].bytes;

        if (!is_text(&standins.parts[k]))
            continue;
        n_here = add_numbers(text, known(d, d->lang), here, n_here);
        units = units && figures_units_kept(text, translation);
        n_names = add_names(text, span_of(d->lang), names, n_names);
        towns = towns && towns_agree(d, text, translation);
    }
    for (size_t i = 0; (t = standin_next(&standins, translation, &i, &part)).p;)
        if (!part)
            n_there = add_numbers(t, known(d, d->target), there, n_there);
    if (is_torn(&standins, translation))
        return false;
    return numbers_agree(here, n_here, there, n_there) && units &&
           (s->strict || (towns && names_kept(names, n_names, translation)));
}

static void
add_text(struct parts *list, struct span text, size_t from, size_t to)
{
    if (from < to)
        parts_add(list, &(struct part){.bytes = {text.p + from, to - from}});
}

/* Must it be taken out?  What may be another word stays; an ordinal is none
 * mostly. */
static bool
is_sure(const struct number *n)
{
    return !n->weak || (n->ordinal && n->value > 2);
}

/* Add a part for len bytes of the text at byte at, and the text before it from
 * byte *done on. */
static void
take_out(
    struct parts *to, struct span text, size_t *done, const struct part *part)
{
    size_t at = (size_t)(part->bytes.p - text.p);

    add_text(to, text, *done, at);
    parts_add(to, part);
    *done = at + part->bytes.len;
}

static size_t
count_sure(const struct number *list, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += is_sure(&list[i]);
    return count;
}

/* A number to take out of a text. */
struct taken {
    struct span bytes;
    const struct number *number; /* NULL: a figure with its marks (figures.h) */
};

/* The numbers and figures of text that have to be taken out, in order. */
static size_t
numbers_to_take(const struct doc *d, struct span text,
    struct number list[NUMBERS_MAX], struct taken ret[2 * NUMBERS_MAX])
{
    size_t n = numbers_find(text, known(d, d->lang), list), count = 0, at = 0;
    bool several = count_sure(list, n) > 1;
    struct span figure =
        d->target[0] ? figures_next(text, &at) : (struct span){NULL, 0};

    for (size_t i = 0; i < n; i++) {
        const char *begin = text.p + list[i].at;

        for (; figure.p && figure.p <= begin && count < NUMBERS_MAX;
             figure = figures_next(text, &at))
            ret[count++] = (struct taken){.bytes = figure};
        if (!is_sure(&list[i]) ||
            (count &&
                begin < ret[count - 1].bytes.p + ret[count - 1].bytes.len))
            continue;
        /* Words of two numbers side by side might be read as one. */
        list[i].scaled |= several && list[i].form == NUMBER_WORD;
        ret[count++] = (struct taken){{begin, list[i].len}, .number = &list[i]};
    }
    return count;
}

enum { NAMED_MAX = NAMES_MAX + PLACES_MAX };

/* Put a part into its place in the order of the text, unless another is there. */
static size_t
insert(struct part list[NAMED_MAX], size_t n, const struct part *part)
{
    size_t at = n;

    while (at > 0 && list[at - 1].bytes.p > part->bytes.p)
        at--;
    if ((at > 0 &&
            list[at - 1].bytes.p + list[at - 1].bytes.len > part->bytes.p) ||
        (at < n && part->bytes.p + part->bytes.len > list[at].bytes.p))
        return n; /* "Jack London" */
    memmove(&list[at + 1], &list[at], (n - at) * sizeof(*list));
    list[at] = *part;
    return n + 1;
}

/* The people and towns of text, in order, as parts. */
static size_t
named_in(const struct doc *d, struct span text, struct part ret[NAMED_MAX])
{
    struct span names[NAMES_MAX];
    struct place towns[PLACES_MAX];
    size_t n_names = names_find(text, span_of(d->lang), names), count = 0;
    size_t n_towns = places_find(text, span_of(d->lang), towns);

    for (size_t i = 0; i < n_names; i++)
        count = insert(ret, count,
            &(struct part){
                .kind = SCAN_NAME, .role = ROLE_WORD, .bytes = names[i]});
    for (size_t i = 0; i < n_towns; i++)
        count = insert(ret, count,
            &(struct part){.kind = SCAN_TERM,
                .role = ROLE_WORD,
                .bytes = towns[i].bytes,
                .target = places_name(towns[i].id, span_of(d->target))});
    return count;
}

/* Append the text with its numbers, people and towns as parts of their own; says how
 * many. */
static size_t
split(struct doc *d, struct span text)
{
    struct number list[NUMBERS_MAX];
    struct taken taken[2 * NUMBERS_MAX];
    struct part named[NAMED_MAX];
    size_t n = numbers_to_take(d, text, list, taken), done = 0;
    size_t n_named = named_in(d, text, named), k = 0, count = 0;

    for (size_t i = 0; i <= n; i++) {
        const char *next = i < n ? taken[i].bytes.p : text.p + text.len;
        struct part part = {.kind = SCAN_NUMBER, .role = ROLE_WORD};

        for (; k < n_named && named[k].bytes.p < next; k++, count++)
            take_out(&d->parts, text, &done, &named[k]);
        if (i == n || next < text.p + done)
            continue;
        part.bytes = taken[i].bytes;
        part.target = taken[i].number
                          ? doc_write_number(d, part.bytes, taken[i].number)
                          : doc_write_figure(d, text, part.bytes);
        take_out(&d->parts, text, &done, &part);
        count++;
    }
    add_text(&d->parts, text, done, text.len);
    return count;
}

/* Of the names in text those in apposition. */
static size_t
appositions(const struct doc *d, struct span text, struct span list[NAMES_MAX])
{
    size_t n = names_find(text, span_of(d->lang), list), count = 0;

    for (size_t i = 0; i < n; i++)
        if (names_in_apposition(text, list[i], span_of(d->lang)))
            list[count++] = list[i];
    return count;
}

void
doc_take_names(struct doc *d, struct parts *line)
{
    struct parts taken = {0};
    struct span list[NAMES_MAX];
    bool any = false;

    for (size_t k = 0; k < line->n; k++) {
        struct span text = line->list[k].bytes;
        size_t n = is_text(&line->list[k]) ? appositions(d, text, list) : 0;
        size_t done = 0;

        for (size_t i = 0; i < n; i++)
            take_out(&taken, text, &done,
                &(struct part){
                    .kind = SCAN_NAME, .role = ROLE_GAP, .bytes = list[i]});
        if (n > 0)
            add_text(&taken, text, done, text.len);
        else
            parts_add(&taken, &line->list[k]);
        any |= n > 0;
    }
    if (any) {
        struct parts swap = *line;

        *line = taken;
        taken = swap;
    }
    parts_fini(&taken);
}

static bool
has_words(const struct part *list, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (is_text(&list[k]) && uni_has_alpha(list[k].bytes))
            return true;
    return false;
}

bool
doc_add_strict(struct doc *d, struct chunks *to, size_t i)
{
    size_t first = d->parts.n, taken = 0, segment = (size_t)NO_SEGMENT;
    size_t from = d->segments[i].parts, n = d->segments[i].n_parts;

    for (size_t k = from; k < from + n; k++) {
        struct part part = d->parts.list[k];

        if (is_text(&part))
            taken += split(d, part.bytes);
        else
            parts_add(&d->parts, &part);
    }
    if (taken == 0) {
        d->parts.n = first;
        return false;
    }
    if (has_words(d->parts.list + first, d->parts.n - first))
        segment = doc_add_segment(d, to, first, d->parts.n - first);
    if (segment == (size_t)NO_SEGMENT) {
        doc_add_pieces(d, to, first, d->parts.n - first);
        return true;
    }
    d->segments[segment].sentence = d->segments[i].sentence;
    d->segments[segment].strict = true;
    doc_add_hints(d, segment);
    return true;
}
