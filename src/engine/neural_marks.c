/* SPDX-License-Identifier: ISC */
#include "engine/neural_marks.h"

#include <string.h>

#include "nn/batcher.h"

enum { MARK_BYTES = 3, NOWHERE = -1 };

/* So many times the mean makes a look clear. */
static const float clear = 1.5F;

/* U+E000 to U+F8FF: EE 80 80 to EF A3 BF. */
static bool
is_mark(struct span s, size_t i)
{
    const unsigned char *p = (const unsigned char *)s.p + i;

    return i + MARK_BYTES <= s.len &&
           (p[0] == 0xee || (p[0] == 0xef && p[1] < 0xa4));
}

static bool
is_space(char c)
{
    return c == ' ' || c == '\t';
}

static bool
is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z') || (c & 0x80);
}

bool
neural_marks_in(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (is_mark(text, i))
            return true;
    return false;
}

/* Does something other than a mark or white space begin behind byte i? */
static bool
touches_next(struct span text, size_t i)
{
    while (is_mark(text, i))
        i += MARK_BYTES;
    return i < text.len && !is_space(text.p[i]);
}

bool
neural_marks_take(struct span text, struct neural_marks *ret, struct buf *out)
{
    size_t start = out->len, i = 0;
    bool space = true; /* the last byte before the marks here */

    ret->n = 0;
    while (i < text.len) {
        struct neural_mark *m = &ret->list[ret->n];

        if (!is_mark(text, i)) {
            /* A mark between two spaces takes one of them with it. */
            if (!is_space(text.p[i]) || out->len == start ||
                !is_space(out->p[out->len - 1]))
                buf_addc(out, text.p[i]);
            space = is_space(text.p[i++]);
            continue;
        }
        if (ret->n == NEURAL_MARKS_MAX) {
            out->len = start;
            return false;
        }
        ret->n++;
        m->at = out->len - start;
        m->after = !space;
        m->before = touches_next(text, i);
        memcpy(m->bytes, text.p + i, MARK_BYTES);
        i += MARK_BYTES;
    }
    while (out->len > start && is_space(out->p[out->len - 1]))
        out->len--;
    return true;
}

/* The source piece that a produced piece looked at most; false when it looked
 * everywhere alike, which says nothing. */
static bool
looked_at(const struct batcher_alignment *a, uint32_t t, uint32_t *ret)
{
    const float *p = a->p + (size_t)t * a->n_src;

    *ret = 0;
    for (uint32_t s = 1; s < a->n_src; s++)
        if (p[s] > p[*ret])
            *ret = s;
    return a->n_src == 1 || p[*ret] * (float)a->n_src >= clear;
}

/* The bytes of the translation that came from bytes begin to end of the
 * source; false when none did. */
static bool
find_image(const struct batcher_alignment *a, size_t begin, size_t end,
    size_t *ret_begin, size_t *ret_end)
{
    bool found = false;

    for (uint32_t t = 0; t < a->n_trg; t++) {
        uint32_t s;

        if (!looked_at(a, t, &s) || a->src_end[s] <= begin ||
            a->src_begin[s] >= end)
            continue;
        if (!found || a->trg_begin[t] < *ret_begin)
            *ret_begin = a->trg_begin[t];
        if (!found || a->trg_end[t] > *ret_end)
            *ret_end = a->trg_end[t];
        found = true;
    }
    return found;
}

static size_t
word_begin(struct span s, size_t at)
{
    while (at > 0 && !is_space(s.p[at - 1]))
        at--;
    return at;
}

static size_t
word_end(struct span s, size_t at)
{
    while (at < s.len && !is_space(s.p[at]))
        at++;
    return at;
}

/* The mark that opens what k closes, or the other way round: of those that
 * touch a word on the other side the nearest, past pairs in between. */
static size_t
find_partner(const struct neural_marks *marks, size_t k)
{
    bool opens = marks->list[k].before && !marks->list[k].after;
    int depth = 0;

    for (size_t i = k; opens ? ++i < marks->n : i-- > 0;) {
        const struct neural_mark *m = &marks->list[i];

        if (m->before == m->after)
            continue;
        if (m->before == opens)
            depth++;
        else if (depth-- == 0)
            return i;
    }
    return marks->n;
}

/* Where mark k goes, in bytes of the translation; NOWHERE. */
static long
place(const struct neural_marks *marks, size_t k, struct span source,
    struct span translation, const struct batcher_alignment *a)
{
    const struct neural_mark *m = &marks->list[k];
    bool opens = m->before && !m->after;
    size_t partner = m->before == m->after ? marks->n : find_partner(marks, k);
    size_t from, to, begin = 0, end = 0;

    if (m->at == 0 && !opens)
        return 0;
    if (opens) {
        from = m->at;
        to = partner < marks->n ? marks->list[partner].at
                                : word_end(source, m->at);
    } else {
        to = m->at;
        while (to > 0 && is_space(source.p[to - 1]))
            to--;
        from = partner < marks->n ? marks->list[partner].at
                                  : word_begin(source, to);
    }
    if (!find_image(a, from, to, &begin, &end))
        return NOWHERE;
    if (opens) {
        while (begin < translation.len && is_space(translation.p[begin]))
            begin++;
        return (long)word_begin(translation, begin);
    }
    while (end < translation.len && is_word(translation.p[end]))
        end++;
    return (long)end;
}

/* A mark that stood alone stands alone again. */
static void
put_mark(const struct neural_mark *m, struct buf *out, size_t start, char next)
{
    if (!m->after && !m->before && out->len > start &&
        !is_space(out->p[out->len - 1]))
        buf_addc(out, ' ');
    buf_add(out, m->bytes, MARK_BYTES);
    if (!m->after && !m->before && is_word(next))
        buf_addc(out, ' ');
}

bool
neural_marks_put(const struct neural_marks *marks, struct span source,
    struct span translation, const struct batcher_alignment *alignment,
    struct buf *out)
{
    long places[NEURAL_MARKS_MAX];
    size_t start = out->len;

    if (!alignment || alignment->n_src == 0)
        return false;
    for (size_t k = 0; k < marks->n; k++) {
        places[k] = place(marks, k, source, translation, alignment);
        if (places[k] == NOWHERE)
            return false;
    }
    for (size_t i = 0; i <= translation.len; i++) {
        char next = i < translation.len ? translation.p[i] : '\0';

        for (size_t k = 0; k < marks->n; k++)
            if ((size_t)places[k] == i)
                put_mark(&marks->list[k], out, start, next);
        if (i < translation.len)
            buf_addc(out, next);
    }
    return true;
}
