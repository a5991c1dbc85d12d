/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text/doc_parts.h"
#include "text/uni.h"

/*
 * Marks around words move with the white space, not with the words: "a **big**
 * house" becomes "una **casa** grande".  So the marked words are translated a
 * second time, alone, and where these words are found in the translation of
 * the sentence, there the marks go.  Where they are not, the marks stay where
 * the engine left them.
 */
enum {
    HINTS_MAX = 32, /* in one document: each costs a translation */
    STEM_BYTES_MIN = 4, /* of words that differ in their endings only */
};

static bool
is_text(const struct part *p)
{
    return p->kind == SCAN_NONE;
}

/* The marks directly around part k of s: how many on either side match. */
static size_t
marks_around(const struct standins *s, size_t k)
{
    size_t n = 0;

    while (k > n && k + n + 1 < s->n) {
        const struct part *a = &s->parts[k - n - 1], *b = &s->parts[k + n + 1];

        if (is_text(a) || is_text(b) || a->role != ROLE_OPEN ||
            b->role != ROLE_CLOSE || a->pair != b->pair)
            break;
        n++;
    }
    return n;
}

void
doc_add_hints(struct doc *d, size_t segment)
{
    struct standins s = doc_standins(d, &d->segments[segment]);
    size_t first = d->segments[segment].parts, hint;

    for (size_t k = 1; k + 1 < s.n && d->n_hints < HINTS_MAX; k++) {
        if (!is_text(&s.parts[k]) || !uni_has_alpha(s.parts[k].bytes) ||
            marks_around(&s, k) == 0)
            continue;
        hint = doc_add_segment(d, NULL, first + k, 1);
        if (hint == (size_t)NO_SEGMENT)
            continue;
        d->segments[hint].hint_of = segment;
        d->segments[hint].hint_part = k;
        d->n_hints++;
    }
}

static bool
is_edge(struct span s, size_t i)
{
    size_t n;

    return i == 0 || i >= s.len || !uni_word(uni_before(s, i)) ||
           !uni_word(uni_at(s, i, &n));
}

/* How many bytes at the start of s are the word, perhaps with another ending;
 * 0 when it is another word. */
static size_t
stem_match(struct span s, struct span word)
{
    size_t same = 0, n = 0, m, k;

    while (same < s.len && same < word.len) {
        int32_t a = uni_at(s, same, &m);
        if (!uni_word(a) || !uni_match((struct span){s.p + same, m},
                                (struct span){word.p + same,
                                    m < word.len - same ? m : word.len - same}))
            break;
        same += m;
    }
    for (k = 0; uni_word(uni_at(s, k, &m)); k += m)
        n = k + m;
    if (same < STEM_BYTES_MIN || n > same + 3 || word.len > same + 3)
        return 0;
    return n;
}

/* The only place in s where the words stand, ends included; false when there
 * is none, or more. */
static bool
find_words(
    struct span s, struct span words, bool stems, size_t *at, size_t *len)
{
    size_t found = 0, n, m;

    for (size_t i = 0; i < s.len; i += m) {
        struct span rest = {s.p + i, s.len - i};

        uni_at(s, i, &m);
        if (!is_edge(s, i))
            continue;
        n = stems ? stem_match(rest, words) : uni_match(rest, words);
        if (n == 0 || !is_edge(s, i + n))
            continue;
        *at = i;
        *len = n;
        found++;
    }
    return found == 1;
}

static struct span
trim_words(struct span s)
{
    s = span_trim(s);
    while (s.len > 0 && strchr(".,;:!?", s.p[s.len - 1]) && s.p[s.len - 1])
        s.len--;
    return s;
}

/* Is the part one of the n marks on either side of part k? */
static bool
is_mark_of(
    const struct standins *s, const struct part *part, size_t k, size_t n)
{
    size_t i = (size_t)(part - s->parts);

    return i != k && i + n >= k && i <= k + n;
}

static void
put_standins(const struct standins *s, size_t first, size_t n, struct buf *out)
{
    for (size_t k = first; k < first + n; k++)
        standin_put(s, k, out);
}

/* Are the words where the marks around part k are already? */
static bool
is_in_place(const struct standins *s, size_t k, struct span words,
    struct span translation)
{
    const struct part *part, *before = NULL;
    struct span t;

    for (size_t i = 0; (t = standin_next(s, translation, &i, &part)).p;) {
        if (!part && before == &s->parts[k - 1])
            return uni_match(trim_words(t), words) == trim_words(t).len;
        before = part;
    }
    return false;
}

/* Move the marks around part k of s, in the translation, to where the words
 * are; leaves ret as it is when they are not found
 * or there already. */
static bool
move_marks(const struct standins *s, size_t k, struct span words,
    struct span translation, struct buf *ret)
{
    size_t n = marks_around(s, k), at, len;
    struct buf bare = {0};
    const struct part *part;
    struct span t;

    if (is_in_place(s, k, words, translation))
        return false;
    for (size_t i = 0; (t = standin_next(s, translation, &i, &part)).p;) {
        if (!part || !is_mark_of(s, part, k, n))
            buf_adds(&bare, t);
    }
    if (!find_words(buf_span(&bare), words, false, &at, &len) &&
        (memchr(words.p, ' ', words.len) ||
            !find_words(buf_span(&bare), words, true, &at, &len))) {
        buf_free(&bare);
        return false;
    }
    buf_reset(ret);
    buf_add(ret, bare.p, at);
    put_standins(s, k - n, n, ret);
    buf_add(ret, bare.p + at, len);
    put_standins(s, k + 1, n, ret);
    buf_add(ret, bare.p + at + len, bare.len - at - len);
    buf_free(&bare);
    return true;
}

bool
doc_use_hints(const struct doc *d, size_t segment, struct buf *ret)
{
    struct standins s = doc_standins(d, &d->segments[segment]);
    struct buf moved = {0}, swap;
    bool any = false;

    for (size_t i = segment + 1; i < d->n_segments; i++) {
        const struct segment *hint = &d->segments[i];
        struct span words, now;

        if (hint->hint_of != segment)
            break; /* hints follow their segment */
        words = trim_words(doc_result(d, hint));
        if (hint->state != SEGMENT_DONE || words.len == 0)
            continue;
        now = any ? buf_span(ret) : doc_result(d, &d->segments[segment]);
        if (!move_marks(&s, hint->hint_part, words, now, &moved) ||
            !standin_intact(&s, buf_span(&moved)))
            continue;
        swap = *ret;
        *ret = moved;
        moved = swap;
        any = true;
    }
    buf_free(&moved);
    return any;
}
