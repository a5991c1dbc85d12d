/* SPDX-License-Identifier: ISC */
#include "translator/http/html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "translator/http/entity.h"
#include "translator/http/html_row.h"

enum { STAND_IN_BYTES = 16, NOTHING = -1 };

/* What a stand-in stands for. */
struct raw {
    struct span bytes; /* of the HTML */
    bool kept; /* <x N> instead of <i N> */
    size_t closes; /* </i N> instead: the N of what it closes; or NOTHING */
};

/* The HTML from one block tag to the next.  Tags and white space at either end
 * are not part of the text. */
struct piece {
    struct span before, inside, after; /* of the HTML; adjacent */
    char *text; /* what is to be translated; NULL: nothing is */
    size_t text_len;
    struct raw *raws;
    size_t n_raws, cap_raws;
    char *result; /* HTML instead of inside; or NULL */
    size_t result_len;
};

struct html {
    struct piece *pieces; /* with or without text; adjacent */
    size_t n, cap;
    size_t *texts; /* [n_texts]: which pieces have one */
    size_t n_texts;
};

static bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

/* Is there something to read in it? */
static bool
is_blank(struct html_token t)
{
    if (t.kind != HTML_TEXT)
        return true;
    for (size_t i = 0; i < t.bytes.len; i++)
        if (!is_space(t.bytes.p[i]))
            return false;
    return true;
}

static struct piece *
piece_add(struct html *h)
{
    if (h->n == h->cap) {
        h->cap = h->cap ? 2 * h->cap : 16;
        h->pieces = xrealloc(h->pieces, h->cap * sizeof(*h->pieces));
    }
    h->pieces[h->n] = (struct piece){0};
    return &h->pieces[h->n++];
}

static void
put_stand_in(struct piece *p, struct buf *b, const struct raw *raw)
{
    if (p->n_raws == p->cap_raws) {
        p->cap_raws = p->cap_raws ? 2 * p->cap_raws : 4;
        p->raws = xrealloc(p->raws, p->cap_raws * sizeof(*p->raws));
    }
    p->raws[p->n_raws] = *raw;
    if (raw->closes != (size_t)NOTHING)
        buf_addf(b, "</i %zu>", raw->closes);
    else
        buf_addf(b, "<%c %zu>", raw->kept ? 'x' : 'i', p->n_raws);
    p->n_raws++;
}

/* Text of the HTML as a person reads it: references become characters, white
 * space one space.  Every "<" and what we cannot read become stand-ins. */
static void
put_text(struct piece *p, struct buf *b, struct span html)
{
    for (size_t i = 0; i < html.len; i++) {
        size_t len = 1;
        uint32_t c = entity_at(html, i, &len);

        if (c == '<' || html.p[i] == '<' || (!c && len > 1)) {
            put_stand_in(p, b,
                &(struct raw){
                    .bytes = {html.p + i, len}, .closes = (size_t)NOTHING});
            i += len - 1;
        } else if (c) {
            entity_put_char(b, c);
            i += len - 1;
        } else if (!is_space(html.p[i])) {
            buf_addc(b, html.p[i]);
        } else if (b->len == 0 || b->p[b->len - 1] != ' ') {
            buf_addc(b, ' ');
        }
    }
}

/* Begin and end of the text in a row that is not blank all over: the first and
 * last byte that is no tag and no space, and the tags around whose partners are
 * between them. */
static struct span
readable(const struct html_row *r)
{
    size_t first = 0, last = r->n - 1;
    const char *from, *to;

    while (is_blank(r->tokens[first]))
        first++;
    while (is_blank(r->tokens[last]))
        last--;
    from = r->tokens[first].bytes.p;
    to = r->tokens[last].bytes.p + r->tokens[last].bytes.len;
    while (is_space(*from))
        from++;
    while (is_space(to[-1]))
        to--;
    for (size_t i = first; i-- > 0;)
        if (r->partners[i] > first && r->partners[i] < last)
            from = r->tokens[i].bytes.p;
    for (size_t i = last + 1; i < r->n; i++)
        if (r->partners[i] > first && r->partners[i] < last)
            to = r->tokens[i].bytes.p + r->tokens[i].bytes.len;
    return (struct span){from, (size_t)(to - from)};
}

static void
make_text(struct piece *p, const struct html_row *r)
{
    const char *end = p->inside.p + p->inside.len;
    size_t *numbers = xcalloc(r->n, sizeof(*numbers)); /* of the stand-ins */
    struct buf b = {0};

    for (size_t i = 0; i < r->n; i++) {
        struct span s = r->tokens[i].bytes;
        if (s.p + s.len <= p->inside.p || s.p >= end)
            continue;
        if (r->tokens[i].kind != HTML_TEXT) {
            struct raw raw = {.bytes = s,
                .kept = r->tokens[i].kind == HTML_KEPT,
                .closes = (size_t)NOTHING};

            if (r->partners[i] < i &&
                r->tokens[r->partners[i]].bytes.p >= p->inside.p)
                raw.closes = numbers[r->partners[i]];
            numbers[i] = p->n_raws;
            put_stand_in(p, &b, &raw);
            continue;
        }
        if (s.p < p->inside.p) {
            s.len -= (size_t)(p->inside.p - s.p);
            s.p = p->inside.p;
        }
        if (s.p + s.len > end)
            s.len = (size_t)(end - s.p);
        put_text(p, &b, s);
    }
    free(numbers);
    p->text_len = b.len;
    p->text = buf_take(&b);
}

/* The row is complete: a piece, unless it is empty. */
static void
flush(struct html *h, struct html_row *r)
{
    const struct html_token *t = r->tokens;
    bool blank = true;
    struct piece *p;
    const char *end;

    if (r->n == 0)
        return;
    for (size_t i = 0; i < r->n; i++)
        blank = blank && is_blank(t[i]);
    end = t[r->n - 1].bytes.p + t[r->n - 1].bytes.len;
    p = piece_add(h);
    p->before = (struct span){t[0].bytes.p, (size_t)(end - t[0].bytes.p)};
    if (!blank) {
        html_row_pair(r);
        p->inside = readable(r);
        p->before.len = (size_t)(p->inside.p - p->before.p);
        p->after.p = p->inside.p + p->inside.len;
        p->after.len = (size_t)(end - p->after.p);
        make_text(p, r);
        h->n_texts++;
    }
    r->n = 0;
}

static void
take_apart(struct html *h, struct span html)
{
    struct html_row row = {0};
    size_t effort = HTML_EFFORT_BYTES;

    for (size_t i = 0; i < html.len;) {
        struct html_token t = html_token_at(html, i, &effort);
        i += t.bytes.len;
        if (t.kind == HTML_BLOCK || t.kind == HTML_KEPT_BLOCK) {
            flush(h, &row);
            piece_add(h)->before = t.bytes;
        } else {
            html_row_add(&row, t);
        }
    }
    flush(h, &row);
    html_row_fini(&row);
}

struct html *
html_new(struct span html, struct err *err)
{
    struct html *h = xcalloc(1, sizeof(*h));
    size_t n = 0;

    take_apart(h, html);
    if (h->n_texts > HTML_TEXTS_MAX) {
        err_set(err, FAIL_TOO_LARGE, "HTML of %zu texts exceeds limit (%d)",
            h->n_texts, HTML_TEXTS_MAX);
        html_free(h);
        return NULL;
    }
    h->texts = xcalloc(h->n_texts + 1, sizeof(*h->texts));
    for (size_t i = 0; i < h->n; i++)
        if (h->pieces[i].text)
            h->texts[n++] = i;
    return h;
}

void
html_free(struct html *h)
{
    if (!h)
        return;
    for (size_t i = 0; i < h->n; i++) {
        free(h->pieces[i].text);
        free(h->pieces[i].raws);
        free(h->pieces[i].result);
    }
    free(h->pieces);
    free(h->texts);
    free(h);
}

size_t
html_len(const struct html *h)
{
    return h->n_texts;
}

struct span
html_text(const struct html *h, size_t i)
{
    const struct piece *p = &h->pieces[h->texts[i]];

    return (struct span){p->text, p->text_len};
}

/* What closes the stand-in with this number. */
static bool
find_closing(const struct piece *p, size_t number, size_t *ret)
{
    for (*ret = number; *ret < p->n_raws; ++*ret)
        if (p->raws[*ret].closes == number)
            return true;
    return false;
}

/* A stand-in of p is at byte i: which, and its length. */
static bool
stand_in_at(
    const struct piece *p, struct span text, size_t i, size_t *n, size_t *len)
{
    size_t left = text.len - i;
    bool closes = left > 1 && text.p[i + 1] == '/';
    size_t start = i + 3 + closes;
    const char *end =
        memchr(text.p + i, '>', left < STAND_IN_BYTES ? left : STAND_IN_BYTES);
    long long number;
    char kind;

    if (!end || end <= text.p + start || text.p[start - 1] != ' ' ||
        !span_int((struct span){text.p + start, (size_t)(end - text.p) - start},
            0, (long long)p->n_raws - 1, &number))
        return false;
    *n = (size_t)number;
    *len = (size_t)(end - text.p) - i + 1;
    kind = text.p[start - 2];
    if (closes)
        return kind == 'i' && find_closing(p, *n, n);
    return kind == (p->raws[*n].kept ? 'x' : 'i') &&
           p->raws[*n].closes == (size_t)NOTHING;
}

/* Fill out with translation as HTML; false when a stand-in is not there
 * exactly once, or an end is before its beginning. */
static bool
restore(const struct piece *p, struct span translation, struct buf *out)
{
    bool *seen = xcalloc(p->n_raws + 1, sizeof(*seen)), ok = true;
    size_t n_seen = 0, start = 0, n, len;

    for (size_t i = 0; ok && i < translation.len; i++) {
        if (translation.p[i] != '<' ||
            !stand_in_at(p, translation, i, &n, &len))
            continue;
        entity_put_text(out, (struct span){translation.p + start, i - start});
        buf_adds(out, p->raws[n].bytes);
        ok = !seen[n] &&
             (p->raws[n].closes == (size_t)NOTHING || seen[p->raws[n].closes]);
        seen[n] = true;
        n_seen++;
        i += len - 1;
        start = i + 1;
    }
    entity_put_text(
        out, (struct span){translation.p + start, translation.len - start});
    free(seen);
    return ok && n_seen == p->n_raws;
}

bool
html_put(struct html *h, size_t i, struct span translation)
{
    struct piece *p = &h->pieces[h->texts[i]];
    struct buf out = {0};
    bool ok = restore(p, translation, &out);

    if (ok) {
        free(p->result);
        p->result_len = out.len;
        p->result = buf_take(&out);
    }
    buf_free(&out);
    return ok;
}

void
html_assemble(const struct html *h, struct buf *out)
{
    for (size_t i = 0; i < h->n; i++) {
        const struct piece *p = &h->pieces[i];
        buf_adds(out, p->before);
        if (p->result)
            buf_add(out, p->result, p->result_len);
        else
            buf_adds(out, p->inside);
        buf_adds(out, p->after);
    }
}

void
html_plain(const struct html *h, struct buf *out)
{
    for (size_t i = 0; i < h->n_texts; i++) {
        struct span text = html_text(h, i);

        /* Tags say nothing about the language, and are short. */
        while (text.p) {
            buf_adds(out, span_cut(&text, '<'));
            if (text.p)
                span_cut(&text, '>');
        }
        buf_addc(out, '\n');
    }
}
