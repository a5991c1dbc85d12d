/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text/doc_parts.h"
#include "text/figures.h"
#include "text/sentence.h"
#include "text/uni.h"

/* Spans in one segment; standin.h allows a few more. */
enum { SPANS_MAX = 90 };

/* A stretch of a line's parts, from one byte to another: a sentence. */
struct stretch {
    struct part *list; /* in doc.parts, at the end of it */
    size_t n;
};

static bool
is_text(const struct part *p)
{
    return p->kind == SCAN_NONE;
}

static bool
is_gap(const struct part *p)
{
    return !is_text(p) && p->role == ROLE_GAP;
}

/* Note what there is, for doc_skip and the counters. */
static void
note(struct doc *d, const struct part *part)
{
    size_t n;

    if (!is_text(part)) {
        d->kinds |= 1U << part->kind;
        d->has_target |= part->target.p != NULL;
        d->has_ink |= part->kind != SCAN_SPACE;
        d->stats.spans++;
        return;
    }
    for (size_t i = 0; i < part->bytes.len && !(d->has_digits && d->has_ink);
         i += n) {
        int32_t c = uni_at(part->bytes, i, &n);

        d->has_digits |= uni_digit(c);
        d->has_ink |= !uni_space(c);
    }
}

static void
keep(struct doc *d, const struct part *part)
{
    struct span put = part->target;

    if (part->kind == SCAN_NUMBER && !put.p)
        put = doc_write_figure(d, part->bytes, part->bytes);
    doc_keep(d, &d->chunks, put.p ? put : part->bytes);
}

/* Put out and drop the first part of s, or the first n bytes of it. */
static void
drop_first(struct doc *d, struct stretch *s, size_t n)
{
    struct part *first = &s->list[0];

    if (n < first->bytes.len && is_text(first)) {
        doc_keep(d, &d->chunks, (struct span){first->bytes.p, n});
        first->bytes.p += n;
        first->bytes.len -= n;
        return;
    }
    keep(d, first);
    s->list++;
    s->n--;
}

static size_t
leading_blank(struct span s)
{
    size_t n = 0;

    while (n < s.len && ascii_space(s.p[n]))
        n++;
    return n;
}

static size_t
trailing_blank(struct span s)
{
    size_t n = 0;

    while (n < s.len && ascii_space(s.p[s.len - 1 - n]))
        n++;
    return n;
}

static int32_t
last_char(struct span s)
{
    return uni_before(s, s.len - trailing_blank(s));
}

/* Is the mention at the start a call to somebody, not the subject: "@ann, are
 * you there?", "@ann Look"?  Then the sentence is better without it. */
static bool
is_address(const struct stretch *s, size_t *ret_punct)
{
    const struct part *next = &s->list[1];
    struct span text;
    size_t n, m;
    int32_t c;

    *ret_punct = 0;
    if (s->n < 2 || s->list[0].kind != SCAN_MENTION || !is_text(next))
        return false;
    text = next->bytes;
    n = leading_blank(text);
    c = uni_at(text, n, &m);
    if (c == ',' || c == ':' || c == ';' || c == '-' || c == 0x2013 ||
        c == 0x2014) {
        *ret_punct = n + m;
        return true;
    }
    return n > 0 &&
           (uni_upper(c) || (is_text(&s->list[s->n - 1]) &&
                                last_char(s->list[s->n - 1].bytes) == '?'));
}

static void
trim_start(struct doc *d, struct stretch *s)
{
    size_t n;

    while (s->n > 0) {
        struct part *first = &s->list[0];

        if (is_text(first)) {
            n = leading_blank(first->bytes);
            if (n == 0)
                return;
            drop_first(d, s, n);
        } else if (first->role == ROLE_GAP) {
            drop_first(d, s, 0);
        } else if (is_address(s, &n)) {
            drop_first(d, s, 0);
            if (n > 0)
                drop_first(d, s, n);
        } else {
            return;
        }
    }
}

/* Is the span at the end no word of the sentence, because that has ended:
 * "Look at this: https://..."?  Numbers are, as the target language writes
 * them. */
static bool
is_behind(const struct stretch *s)
{
    size_t k = s->n - 1;
    bool space = false;
    int32_t c = 0;

    if (s->list[k].role != ROLE_WORD || s->list[k].kind == SCAN_NUMBER)
        return false;
    while (k-- > 0) {
        const struct part *part = &s->list[k];

        if (!is_text(part) && part->role != ROLE_CLOSE)
            return false;
        space |= is_text(part) && trailing_blank(part->bytes) > 0;
        c = is_text(part) ? last_char(part->bytes) : UNI_NONE;
        if (c != UNI_NONE)
            break;
    }
    return space &&
           (c == '.' || c == '!' || c == '?' || c == ':' || c == 0x2026);
}

/* Shorten s at its end; what is cut off begins at the returned address and is
 * put out when the segment is in its place. */
static void
trim_end(struct stretch *s, const char **end)
{
    size_t n;

    while (s->n > 0) {
        struct part *last = &s->list[s->n - 1];

        if (is_text(last)) {
            n = trailing_blank(last->bytes);
            if (n == 0)
                return;
            last->bytes.len -= n;
            *end -= n;
            if (last->bytes.len > 0)
                return;
        } else if (last->target.p || !(is_gap(last) || is_behind(s))) {
            return;
        } else {
            *end -= last->bytes.len;
        }
        s->n--;
    }
}

/* Marks whose partner is not in the sentence are single. */
static void
settle_pairs(struct stretch *s)
{
    for (size_t i = 0; i < s->n; i++) {
        struct part *a = &s->list[i];
        bool paired = a->pair == 0;

        for (size_t k = 0; k < s->n && !paired; k++)
            paired = k != i && s->list[k].pair == a->pair;
        if (!paired) {
            a->role = ROLE_GAP;
            a->pair = 0;
        }
    }
}

static bool
is_wrapped(const struct stretch *s)
{
    return s->n > 2 && s->list[0].role == ROLE_OPEN &&
           s->list[s->n - 1].pair == s->list[0].pair;
}

/* Neighbours become one span: a row of emoji, of names.  White space between
 * them goes with them. */
static void
merge(struct stretch *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++) {
        struct part *part = &s->list[i], *last = n ? &s->list[n - 1] : NULL;
        bool blank = is_text(part) && n > 0 && i + 1 < s->n &&
                     leading_blank(part->bytes) == part->bytes.len;
        struct part *next = blank ? part + 1 : part;

        if (!last || is_text(last) || is_text(next) || last->role > ROLE_GAP ||
            next->role > ROLE_GAP || last->target.p || next->target.p ||
            last->kind == SCAN_SPACE || next->kind == SCAN_SPACE) {
            s->list[n++] = *part;
            continue;
        }
        last->bytes.len =
            (size_t)(next->bytes.p + next->bytes.len - last->bytes.p);
        if (next->role == ROLE_WORD)
            last->role = ROLE_WORD;
        i += blank;
    }
    s->n = n;
}

/* Are numbers compared when they come back?  Then engines may see them. */
static bool
figures_help(const struct doc *d)
{
    return d->lang[0] && d->target[0];
}

/* Is the part of line, all of it, an amount or a time? */
static bool
is_figure(struct span line, const struct part *part)
{
    size_t i = (size_t)(part->bytes.p - line.p);

    return part->kind == SCAN_NUMBER &&
           span_eq(figures_next(line, &i), part->bytes) &&
           line.p + i == part->bytes.p + part->bytes.len;
}

/* Amounts and times are first shown to engines as they are: they become text
 * again, in one part with the text around them. */
static void
join_figures(struct stretch *s)
{
    const struct part *end = &s->list[s->n - 1];
    struct span line = {s->list[0].bytes.p,
        (size_t)(end->bytes.p + end->bytes.len - s->list[0].bytes.p)};
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++) {
        struct part part = s->list[i], *last = n ? &s->list[n - 1] : NULL;

        if (is_figure(line, &part))
            part = (struct part){.bytes = part.bytes, .kind = SCAN_NONE};
        if (last && is_text(last) && is_text(&part))
            last->bytes.len += part.bytes.len;
        else
            s->list[n++] = part;
    }
    s->n = n;
}

static bool
has_words(const struct stretch *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (is_text(&s->list[i]) && uni_has_alpha(s->list[i].bytes))
            return true;
    }
    return false;
}

/* Add the sentence whose parts are the last of doc.parts. */
static void
add_sentence(struct doc *d, size_t first)
{
    struct stretch s = {.n = d->parts.n - first};
    const char *end, *stop;

    if (s.n == 0)
        return; /* the list may not even be there */
    s.list = d->parts.list + first;
    stop = end = s.list[s.n - 1].bytes.p + s.list[s.n - 1].bytes.len;
    for (;;) {
        settle_pairs(&s);
        trim_start(d, &s);
        trim_end(&s, &end);
        if (!is_wrapped(&s))
            break;
        drop_first(d, &s, 0);
        end -= s.list[--s.n].bytes.len;
    }
    if (has_words(&s)) {
        size_t segment;

        if (figures_help(d))
            join_figures(&s);
        merge(&s);
        first = (size_t)(s.list - d->parts.list);
        segment = doc_add_segment(d, &d->chunks, first, s.n);
        if (segment == (size_t)NO_SEGMENT) {
            doc_add_pieces(d, &d->chunks, first, s.n);
        } else {
            d->segments[segment].sentence = !d->is_list;
            doc_add_hints(d, segment);
        }
    } else {
        for (size_t i = 0; i < s.n; i++)
            keep(d, &s.list[i]);
    }
    doc_keep(d, &d->chunks, (struct span){end, (size_t)(stop - end)});
}

/* The parts of a line, read once from left to right. */
struct cursor {
    const struct parts *parts;
    struct span line;
    size_t part; /* the one that byte at is in */
    size_t at;
};

static size_t
part_start(const struct cursor *c, size_t k)
{
    return (size_t)(c->parts->list[k].bytes.p - c->line.p);
}

/* Add what lies between the cursor and byte end as one sentence, or more when
 * it has too many spans. */
static void
add_until(struct doc *d, struct cursor *c, size_t end)
{
    size_t first = d->parts.n, spans = 0;

    while (c->at < end) {
        struct part part = c->parts->list[c->part];
        size_t skip = c->at - part_start(c, c->part);

        part.bytes.p += skip;
        part.bytes.len -= skip;
        if (part.bytes.len > end - c->at)
            part.bytes.len = end - c->at;
        else
            c->part++;
        c->at += part.bytes.len;
        parts_add(&d->parts, &part);
        spans += !is_text(&part);
        if (spans == SPANS_MAX) {
            add_sentence(d, first);
            first = d->parts.n;
            spans = 0;
        }
    }
    add_sentence(d, first);
}

/* Where to cut a sentence that goes on beyond max bytes: after the last white
 * space in the second half, else between two code points, and never inside a
 * span. */
static size_t
cut_at(const struct cursor *c, size_t max)
{
    size_t k = c->part, end = c->at + max, best = 0;

    for (; k < c->parts->n && part_start(c, k) < end; k++) {
        const struct part *part = &c->parts->list[k];
        size_t start = part_start(c, k), stop = start + part->bytes.len;

        if (start > c->at)
            best = start;
        if (!is_text(part)) {
            if (stop <= end || best == 0)
                best = stop;
            continue;
        }
        stop = stop < end ? stop : end;
        for (size_t i = stop; i > start && i > c->at + max / 2; i--) {
            if (ascii_space(c->line.p[i - 1])) {
                best = i;
                break;
            }
        }
        if (best <= c->at + max / 2 && stop > c->at) {
            while (
                stop > c->at && ((unsigned char)c->line.p[stop] & 0xc0) == 0x80)
                stop--;
            best = stop > c->at ? stop : best;
        }
    }
    return best;
}

/* Can sentence-closing punctuation begin with this byte? */
static bool
may_end(unsigned char c)
{
    switch (c) {
    case '.':
    case '!':
    case '?':
    case 0xd8:
    case 0xdb:
    case 0xe0:
    case 0xe2:
    case 0xe3:
    case 0xef:
        return true;
    default:
        return false;
    }
}

/* Is byte i inside of text, or between two parts? */
static bool
is_between(const struct cursor *c, size_t k, size_t i)
{
    while (k + 1 < c->parts->n && part_start(c, k + 1) <= i)
        k++;
    return is_text(&c->parts->list[k]) || part_start(c, k) == i ||
           i == c->line.len;
}

static void
add_bounded(struct doc *d, struct cursor *c, size_t end)
{
    while (end - c->at > d->segment_bytes_max) {
        size_t cut = cut_at(c, d->segment_bytes_max);

        if (cut <= c->at || cut >= end)
            break;
        add_until(d, c, cut);
    }
    add_until(d, c, end);
}

static bool
has_items(const struct parts *line)
{
    for (size_t k = 0; k < line->n; k++) {
        if (line->list[k].kind == SCAN_ITEM)
            return true;
    }
    return false;
}

void
doc_add_line(struct doc *d, struct span line)
{
    struct cursor c = {.parts = &d->line, .line = line};
    struct span lang = span_of(d->lang);

    bool emoji;

    d->line.n = 0;
    inline_parse(line, &d->opts, &d->line);
    doc_take_names(d, &d->line);
    emoji = doc_emoji_divide(&d->line);
    d->is_list = emoji || has_items(&d->line);
    for (size_t k = 0; k < d->line.n; k++) {
        const struct part *part = &d->line.list[k];
        size_t start = part_start(&c, k), n;

        note(d, part);
        if (part->kind == SCAN_ITEM || (emoji && part->kind == SCAN_EMOJI))
            add_bounded(d, &c, start);
        if (!is_text(part))
            continue;
        for (size_t i = start; i < start + part->bytes.len; i++) {
            if (i < c.at || !may_end((unsigned char)line.p[i]))
                continue;
            n = sentence_end(line, i, lang);
            if (n > 0 && i + n < line.len && is_between(&c, k, i + n))
                add_bounded(d, &c, i + n);
        }
    }
    add_bounded(d, &c, line.len);
}
