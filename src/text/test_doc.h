/* SPDX-License-Identifier: ISC */
#ifndef TEXT_TEST_DOC_H
#define TEXT_TEST_DOC_H

#include "base/tap.h"
#include "text/doc.h"

/* Engines for tests of doc, from a faithful one to nonsense. */

/* What an engine makes of a segment, appended to out. */
typedef void engine_fn(struct span segment, struct buf *out);

static inline void
identity(struct span s, struct buf *out)
{
    buf_adds(out, s);
}

static inline void
shout(struct span s, struct buf *out)
{
    for (size_t i = 0; i < s.len; i++)
        buf_addc(
            out, s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 32) : s.p[i]);
}

/* The length of the stand-in at the start of s, or 0. */
static inline size_t
standin_len(struct span s)
{
    size_t n = 0;

    if (s.len >= 3 && (unsigned char)s.p[0] == 0xee)
        return 3;
    while (n < s.len && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    return n == 5 ? n : 0;
}

/* times: how often each stand-in comes out. */
static inline void
repeat_standins(struct span s, int times, struct buf *out)
{
    size_t n;

    for (size_t i = 0; i < s.len; i += n ? n : 1) {
        n = standin_len((struct span){s.p + i, s.len - i});
        if (n == 0)
            buf_addc(out, s.p[i]);
        for (int k = 0; n > 0 && k < times; k++)
            buf_add(out, s.p + i, n);
    }
}

static inline void
drop(struct span s, struct buf *out)
{
    repeat_standins(s, 0, out);
}

static inline void
twice(struct span s, struct buf *out)
{
    repeat_standins(s, 2, out);
}

/* Words in reverse order. */
static inline void
reorder(struct span s, struct buf *out)
{
    size_t end = s.len;

    for (size_t i = s.len; i-- > 0;) {
        if (s.p[i] != ' ' && i > 0)
            continue;
        if (out->len > 0)
            buf_addc(out, ' ');
        buf_add(out, s.p + i + (s.p[i] == ' '), end - i - (s.p[i] == ' '));
        end = i;
    }
}

static inline void
garbage(struct span s, struct buf *out)
{
    (void)s;
    buf_addz(out, "70001 70001 \xee\x80\x81\xee\x80\x83 \n x");
}

static inline char *
translate(struct span text, const struct doc_opts *opts, engine_fn *engine)
{
    struct doc *d = doc_new(text, opts);
    struct buf out = {0}, t = {0};
    struct err err;

    for (size_t i = 0; i < doc_len(d); i++) {
        buf_reset(&t);
        engine(doc_segment(d, i), &t);
        doc_put(d, i, buf_span(&t));
    }
    CHECK(doc_assemble(d, &out, &err));
    doc_free(d);
    buf_free(&t);
    return buf_take(&out);
}

#endif
