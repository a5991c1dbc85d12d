/* SPDX-License-Identifier: ISC */
#include "text/doc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/doc_parts.h"
#include "text/uni.h"

static void
copy_code(char *ret, size_t size, struct span code)
{
    if (code.len > 0 && code.len < size)
        memcpy(ret, code.p, code.len);
}

struct doc *
doc_new(struct span text, const struct doc_opts *opts)
{
    struct doc *d = xcalloc(1, sizeof(*d));
    char *copy = xmalloc(text.len + 1);

    assert(text.len <= DOC_BYTES_MAX);
    if (text.len > 0)
        memcpy(copy, text.p, text.len);
    d->source = (struct span){copy, text.len};
    d->opts.terms = opts->terms;
    d->opts.markdown = !opts->plain;
    copy_code(d->lang, sizeof(d->lang), opts->source);
    copy_code(d->target, sizeof(d->target), opts->target);
    d->segment_bytes_max = DOC_SEGMENT_BYTES_MAX;
    if (opts->segment_bytes_max > 0)
        d->segment_bytes_max = opts->segment_bytes_max;
    assert(d->segment_bytes_max >= DOC_SEGMENT_BYTES_MIN);
    doc_parse(d);
    d->stats.segments = d->n_segments - d->n_hints;
    return d;
}

void
doc_free(struct doc *d)
{
    if (!d)
        return;
    free((char *)d->source.p);
    for (size_t i = 0; i < d->n_written; i++)
        free(d->written[i]);
    free(d->written);
    parts_fini(&d->parts);
    parts_fini(&d->line);
    free(d->chunks.list);
    free(d->pieces.list);
    free(d->segments);
    buf_free(&d->pool);
    buf_free(&d->results);
    free(d);
}

const char *
doc_skip(const struct doc *d)
{
    static const struct {
        unsigned kinds;
        const char *reason;
    } reasons[] = {
        {1U << SCAN_EMOJI, "emoji only"},
        {1U << SCAN_LINK | 1U << SCAN_EMAIL, "links only"},
        {1U << SCAN_NUMBER, "numbers only"},
        {1U << SCAN_MENTION, "mentions only"},
        {1U << SCAN_TAG, "tags only"},
        {1U << SCAN_CODE, "code only"},
    };
    unsigned kinds =
        d->kinds & ~(1U << SCAN_SPACE | 1U << SCAN_MARK | 1U << SCAN_OTHER);

    if (d->stats.segments > 0 || d->has_target)
        return NULL;
    if (!d->has_ink)
        return "empty";
    if (d->has_digits)
        kinds |= 1U << SCAN_NUMBER;
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (kinds && !(kinds & ~reasons[i].kinds))
            return reasons[i].reason;
    }
    return kinds ? "nothing to translate" : "no words";
}

size_t
doc_len(const struct doc *d)
{
    return d->n_segments;
}

struct span
doc_segment(const struct doc *d, size_t i)
{
    assert(i < d->n_segments);
    return (struct span){d->pool.p + d->segments[i].at, d->segments[i].len};
}

bool
doc_is_hint(const struct doc *d, size_t i)
{
    assert(i < d->n_segments);
    return d->segments[i].hint_of != (size_t)NO_SEGMENT;
}

bool
doc_is_plain(const struct doc *d, size_t i)
{
    return d->segments[i].n_parts == 1 && !doc_is_hint(d, i);
}

bool
doc_is_sentence(const struct doc *d, size_t i)
{
    return d->segments[i].sentence;
}

bool
doc_is_settled(const struct doc *d, size_t i)
{
    assert(i < d->n_segments);
    return d->segments[i].state != SEGMENT_WAITING;
}

struct standins
doc_standins(const struct doc *d, const struct segment *s)
{
    return (struct standins){
        .parts = d->parts.list + s->parts, .n = s->n_parts, .base = s->base};
}

struct span
doc_result(const struct doc *d, const struct segment *s)
{
    return (struct span){d->results.p + s->result, s->n_result};
}

static void
add_chunk(struct chunks *c, struct chunk chunk)
{
    if (c->n == c->cap) {
        c->cap = c->cap ? 2 * c->cap : 8;
        c->list = xrealloc(c->list, c->cap * sizeof(*c->list));
    }
    c->list[c->n++] = chunk;
}

void
doc_keep(struct doc *d, struct chunks *to, struct span out)
{
    struct chunk *last = to->n ? &to->list[to->n - 1] : NULL;
    bool ours = out.p >= d->source.p && out.p <= d->source.p + d->source.len;

    if (out.len == 0)
        return;
    if (last && ours && last->segment == (size_t)NO_SEGMENT &&
        last->out.p + last->out.len == out.p)
        last->out.len += out.len;
    else
        add_chunk(to, (struct chunk){out, (size_t)NO_SEGMENT});
}

size_t
doc_add_segment(struct doc *d, struct chunks *to, size_t first, size_t n_parts)
{
    struct segment s = {
        .at = d->pool.len,
        .parts = first,
        .n_parts = n_parts,
        .hint_of = (size_t)NO_SEGMENT,
    };
    struct standins standins = doc_standins(d, &s);

    if (!standin_encode(&standins, &d->pool))
        return (size_t)NO_SEGMENT;
    s.base = standins.base;
    s.len = d->pool.len - s.at;
    if (d->n_segments == d->cap_segments) {
        d->cap_segments = d->cap_segments ? 2 * d->cap_segments : 4;
        d->segments =
            xrealloc(d->segments, d->cap_segments * sizeof(*d->segments));
    }
    d->segments[d->n_segments] = s;
    if (to)
        add_chunk(to, (struct chunk){{NULL, 0}, d->n_segments});
    return d->n_segments++;
}

/* The text of part as a piece of its own: without the white space around it.
 * Pieces have no stand-ins, so their translations are always whole. */
static void
add_piece(struct doc *d, struct chunks *to, size_t part)
{
    struct span text = d->parts.list[part].bytes, core = span_trim(text);

    if (!uni_has_alpha(core)) {
        doc_keep(d, to, text);
        return;
    }
    doc_keep(d, to, (struct span){text.p, (size_t)(core.p - text.p)});
    d->parts.list[part].bytes = core;
    doc_add_segment(d, to, part, 1);
    core.p += core.len;
    doc_keep(
        d, to, (struct span){core.p, (size_t)(text.p + text.len - core.p)});
}

void
doc_add_pieces(struct doc *d, struct chunks *to, size_t first, size_t n_parts)
{
    for (size_t k = first; k < first + n_parts; k++) {
        const struct part *part = &d->parts.list[k];

        if (part->kind == SCAN_NONE)
            add_piece(d, to, k);
        else
            doc_keep(d, to, part->target.p ? part->target : part->bytes);
    }
}

/* The pieces from first on take the place of segment i. */
static void
replace(struct doc *d, size_t i, size_t first)
{
    d->segments[i].state = SEGMENT_IN_PIECES;
    d->segments[i].pieces = first;
    d->segments[i].n_pieces = d->pieces.n - first;
}

static void
go_to_pieces(struct doc *d, size_t i)
{
    size_t first = d->pieces.n, n = d->n_segments;
    bool strict = d->segments[i].strict;

    doc_add_pieces(d, &d->pieces, d->segments[i].parts, d->segments[i].n_parts);
    while (n < d->n_segments)
        d->segments[n++].strict = strict;
    replace(d, i, first);
    d->stats.damaged++;
}

/* Another way for a translation that disagrees; false when there is none. */
static bool
go_again(struct doc *d, size_t i)
{
    size_t first = d->pieces.n;

    if (!d->segments[i].strict && doc_add_strict(d, &d->pieces, i)) {
        replace(d, i, first);
        d->stats.again++;
        return true;
    }
    if (d->segments[i].n_parts == 1)
        return false;
    go_to_pieces(d, i);
    return true;
}

/* What an engine said about plain text, made one clean line. */
static void
add_clean(struct doc *d, struct span text)
{
    size_t n;

    for (size_t i = 0; i < text.len; i += n) {
        int32_t c = uni_at(text, i, &n);

        if (c == '\n' || c == '\r')
            buf_addc(&d->results, ' ');
        else if (c > 0 && !uni_private(c))
            buf_add(&d->results, text.p + i, n);
    }
}

static void
settle(struct doc *d, struct segment *s, struct span translation)
{
    s->result = d->results.len;
    if (s->n_parts > 1)
        buf_adds(&d->results, translation);
    else
        add_clean(d, translation);
    s->n_result = d->results.len - s->result;
    s->state = SEGMENT_DONE;
}

bool
doc_put(struct doc *d, size_t i, struct span translation)
{
    struct segment *s = &d->segments[i];
    struct standins standins = doc_standins(d, s);
    bool spans = s->n_parts > 1;
    struct buf localised = {0};

    assert(i < d->n_segments && s->state == SEGMENT_WAITING);
    if (spans && !standin_intact(&standins, translation)) {
        go_to_pieces(d, i);
        return false;
    }
    if (!doc_is_hint(d, i) && !doc_agrees(d, s, translation)) {
        if (go_again(d, i))
            return false;
        d->stats.doubtful++;
    }
    if (d->lang[0] && d->target[0])
        doc_localise(d, s, translation, &localised);
    settle(d, s, localised.len ? buf_span(&localised) : translation);
    buf_free(&localised);
    return true;
}

void
doc_put_known(struct doc *d, size_t i, struct span translation)
{
    struct segment *s = &d->segments[i];

    assert(doc_is_plain(d, i) && s->state == SEGMENT_WAITING);
    settle(d, s, translation);
}

static bool
put_segment(const struct doc *d, size_t i, struct buf *out)
{
    const struct segment *s = &d->segments[i];
    struct standins standins = doc_standins(d, s);
    struct buf placed = {0};

    if (s->state != SEGMENT_DONE)
        return false;
    if (s->n_parts == 1)
        buf_adds(out, doc_result(d, s));
    else if (d->n_hints > 0 && doc_use_hints(d, i, &placed))
        standin_decode(&standins, buf_span(&placed), out);
    else
        standin_decode(&standins, doc_result(d, s), out);
    buf_free(&placed);
    return true;
}

/* A segment that was replaced is replaced at most twice more. */
static bool
put_chunk(const struct doc *d, const struct chunk *c, struct buf *out)
{
    const struct segment *s;

    if (c->segment == (size_t)NO_SEGMENT) {
        buf_adds(out, c->out);
        return true;
    }
    s = &d->segments[c->segment];
    if (s->state != SEGMENT_IN_PIECES)
        return put_segment(d, c->segment, out);
    for (size_t k = s->pieces; k < s->pieces + s->n_pieces; k++)
        if (!put_chunk(d, &d->pieces.list[k], out))
            return false;
    return true;
}

bool
doc_assemble(const struct doc *d, struct buf *out, struct err *err)
{
    size_t start = out->len;

    for (size_t i = 0; i < d->chunks.n; i++) {
        if (!put_chunk(d, &d->chunks.list[i], out)) {
            out->len = start;
            return err_set(err, FAIL_SYSTEM, "chunk %zu has no translation", i);
        }
    }
    return true;
}

struct doc_stats
doc_stats(const struct doc *d)
{
    return d->stats;
}
