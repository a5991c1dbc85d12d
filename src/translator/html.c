/* SPDX-License-Identifier: ISC */
#include "translator/html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "translator/entity.h"
#include "translator/html_scan.h"

enum { STAND_IN_BYTES = 16 };

/* What a stand-in stands for. */
struct raw {
    struct span bytes; /* of the HTML */
    bool kept; /* <x N> instead of <i N> */
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

/* A token with its place, while a piece is gathered. */
struct row {
    struct html_token *tokens;
    size_t n, cap;
};

static void
row_add(struct row *r, struct html_token t)
{
    if (r->n == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 16;
        r->tokens = xrealloc(r->tokens, r->cap * sizeof(*r->tokens));
    }
    r->tokens[r->n++] = t;
}

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
put_stand_in(struct piece *p, struct buf *b, struct span bytes, bool kept)
{
    if (p->n_raws == p->cap_raws) {
        p->cap_raws = p->cap_raws ? 2 * p->cap_raws : 4;
        p->raws = xrealloc(p->raws, p->cap_raws * sizeof(*p->raws));
    }
    p->raws[p->n_raws] = (struct raw){bytes, kept};
    buf_addf(b, "<%c %zu>", kept ? 'x' : 'i', p->n_raws++);
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
            put_stand_in(p, b, (struct span){html.p + i, len}, false);
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
 * last byte that is no tag and no space. */
static struct span
readable(const struct row *r)
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
    return (struct span){from, (size_t)(to - from)};
}

static void
make_text(struct piece *p, const struct row *r)
{
    const char *end = p->inside.p + p->inside.len;
    struct buf b = {0};

    for (size_t i = 0; i < r->n; i++) {
        struct span s = r->tokens[i].bytes;
        if (s.p + s.len <= p->inside.p || s.p >= end)
            continue;
        if (r->tokens[i].kind != HTML_TEXT) {
            put_stand_in(p, &b, s, r->tokens[i].kind == HTML_KEPT);
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
    p->text_len = b.len;
    p->text = buf_take(&b);
}

/* The row is complete: a piece, unless it is empty. */
static void
flush(struct html *h, struct row *r)
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
    struct row row = {0};
    size_t effort = HTML_EFFORT_BYTES;

    for (size_t i = 0; i < html.len;) {
        struct html_token t = html_token_at(html, i, &effort);
        i += t.bytes.len;
        if (t.kind == HTML_BLOCK || t.kind == HTML_KEPT_BLOCK) {
            flush(h, &row);
            piece_add(h)->before = t.bytes;
        } else {
            row_add(&row, t);
        }
    }
    flush(h, &row);
    free(row.tokens);
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

/* A stand-in of p is at byte i: its number and length. */
static bool
stand_in_at(
    const struct piece *p, struct span text, size_t i, size_t *n, size_t *len)
{
    char want[STAND_IN_BYTES];
    size_t left = text.len - i;
    const char *end =
        memchr(text.p + i, '>', left < STAND_IN_BYTES ? left : STAND_IN_BYTES);
    long long number;

    if (!end || left < 4 || text.p[i + 2] != ' ' ||
        !span_int((struct span){text.p + i + 3, (size_t)(end - text.p) - i - 3},
            0, (long long)p->n_raws - 1, &number))
        return false;
    *n = (size_t)number;
    *len = (size_t)snprintf(
        want, sizeof(want), "<%c %zu>", p->raws[*n].kept ? 'x' : 'i', *n);
    return span_starts(
        (struct span){text.p + i, left}, (struct span){want, *len});
}

/* Fill out with translation as HTML; false when a stand-in is not there
 * exactly once. */
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
        ok = !seen[n];
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
