/* SPDX-License-Identifier: ISC */
#include "engine/neural_marks.h"

#include <string.h>

#include "nn/batcher.h"
#include "text/standin.h"

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

/* Punctuation that belongs to what stands before it. */
static bool
is_closing(struct span s, size_t i)
{
    return i < s.len && memchr(".,;:!?)]", s.p[i], 8);
}

/* Does a word, or what may stand before one, begin behind byte i? */
static bool
touches_next(struct span text, size_t i)
{
    while (is_mark(text, i))
        i += MARK_BYTES;
    return i < text.len && !is_space(text.p[i]) && !is_closing(text, i);
}

/* A text on its way to the model. */
struct taking {
    struct span text;
    const struct span *names; /* that come, n_names */
    size_t n_names;
    size_t at; /* bytes read */
    bool space; /* the last byte before any marks here was white space */
    struct neural_marks *marks;
    struct buf *out;
    size_t start; /* of ours in out */
};

/* The first of words that the text does not have and that is not used yet. */
static const char *
choose_word(const struct taking *t, const char *const *words)
{
    for (; *words; words++) {
        bool used = memmem(t->text.p, t->text.len, *words, strlen(*words)) ||
                    memmem(t->out->p + t->start, t->out->len - t->start, *words,
                        strlen(*words));
        if (!used)
            return *words;
    }
    return NULL;
}

/* The mark or digits of so many bytes that come next. */
static struct neural_mark *
note(struct taking *t, size_t n_bytes)
{
    struct neural_mark *m = &t->marks->list[t->marks->n++];

    *m = (struct neural_mark){
        .at = t->out->len - t->start, .bytes = {t->text.p + t->at, n_bytes}};
    t->at += n_bytes;
    return m;
}

/* The space before a mark that closing punctuation follows goes with it. */
static void
take_mark(struct taking *t)
{
    struct neural_mark *m = note(t, MARK_BYTES);

    m->after = !t->space;
    m->before = touches_next(t->text, t->at);
    if (t->space && is_closing(t->text, t->at) && t->out->len > t->start) {
        t->out->len--;
        m->at--;
    }
}

/* Are digits of ours next, and not a part of something else? */
static bool
at_digits(const struct taking *t)
{
    size_t end = t->at + STANDIN_DIGITS;

    if (end > t->text.len ||
        !standin_is_digits((struct span){t->text.p + t->at, STANDIN_DIGITS}))
        return false;
    if (t->out->len > t->start && is_word(t->out->p[t->out->len - 1]))
        return false;
    return end == t->text.len || is_mark(t->text, end) ||
           !is_word(t->text.p[end]);
}

/* The name that is next, or nothing. */
static struct span
at_name(struct taking *t)
{
    while (t->n_names && t->names[0].p < t->text.p + t->at) {
        t->names++;
        t->n_names--;
    }
    if (t->n_names && t->names[0].p == t->text.p + t->at)
        return t->names[0];
    return (struct span){NULL, 0};
}

/* One for which there is no word left stays. */
static bool
take_word(struct taking *t)
{
    static const char *const names[] = {
        "Tom", "Paris", "John", "Boston", "Mary", "London", NULL};
    static const char *const people[] = {
        "Tom", "John", "Mary", "Peter", "Anna", "Paul", NULL};
    static const char *const numbers[] = {
        "12", "15", "25", "18", "30", "24", NULL};
    struct span digits = {t->text.p + t->at, STANDIN_DIGITS};
    struct span name = at_name(t);
    struct neural_mark *m;
    const char *word, *const *words = names;

    if (!name.p && !at_digits(t))
        return false;
    if (!name.p && standin_is_number(digits))
        words = numbers;
    else if (!name.p && standin_is_person(digits))
        words = people;
    word = choose_word(t, words);
    if (!word)
        return false;
    m = note(t, name.p ? name.len : digits.len);
    m->len = strlen(word);
    buf_addz(t->out, word);
    t->space = false;
    return true;
}

bool
neural_marks_take(struct span text, const struct span *names, size_t n_names,
    struct neural_marks *ret, struct buf *out)
{
    struct taking t = {.text = text,
        .names = names,
        .n_names = n_names,
        .space = true,
        .marks = ret,
        .out = out,
        .start = out->len};

    ret->n = 0;
    while (t.at < text.len) {
        char c = text.p[t.at];

        if (ret->n == NEURAL_MARKS_MAX) {
            out->len = t.start;
            return false;
        }
        if (is_mark(text, t.at)) {
            take_mark(&t);
        } else if (!take_word(&t)) {
            /* A mark between two spaces takes one of them with it. */
            if (!is_space(c) ||
                (out->len > t.start && !is_space(out->p[out->len - 1])))
                buf_addc(out, c);
            t.space = is_space(c);
            t.at++;
        }
    }
    while (out->len > t.start && is_space(out->p[out->len - 1]))
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

static bool
is_looked_at(
    const struct batcher_alignment *a, uint32_t t, size_t begin, size_t end)
{
    uint32_t s;

    return looked_at(a, t, &s) && a->src_end[s] > begin &&
           a->src_begin[s] < end;
}

/* The bytes of the translation that came from bytes begin to end of the
 * source; false when none did. */
static bool
find_image(const struct batcher_alignment *a, size_t begin, size_t end,
    size_t *ret_begin, size_t *ret_end)
{
    bool found = false;

    for (uint32_t t = 0; t < a->n_trg; t++) {
        if (!is_looked_at(a, t, begin, end))
            continue;
        if (!found || a->trg_begin[t] < *ret_begin)
            *ret_begin = a->trg_begin[t];
        if (!found || a->trg_end[t] > *ret_end)
            *ret_end = a->trg_end[t];
        found = true;
    }
    return found;
}

static bool
has_word(struct span s, size_t begin, size_t end)
{
    while (begin < end && !is_word(s.p[begin]))
        begin++;
    return begin < end;
}

/* The words of the translation that came from bytes begin to end of the
 * source, when they stand together. */
static bool
find_stretch(const struct batcher_alignment *a, size_t begin, size_t end,
    struct span translation, size_t *ret_begin, size_t *ret_end)
{
    bool found = false, ended = false;

    for (uint32_t t = 0; t < a->n_trg; t++) {
        if (!has_word(translation, a->trg_begin[t], a->trg_end[t]))
            continue;
        if (!is_looked_at(a, t, begin, end)) {
            ended = found;
            continue;
        }
        if (ended)
            return false;
        if (!found)
            *ret_begin = a->trg_begin[t];
        *ret_end = a->trg_end[t];
        found = true;
    }
    if (!found)
        return false;
    while (!is_word(translation.p[*ret_begin]))
        ++*ret_begin;
    while (*ret_begin > 0 && is_word(translation.p[*ret_begin - 1]))
        --*ret_begin;
    while (!is_word(translation.p[*ret_end - 1]))
        --*ret_end;
    while (*ret_end < translation.len && is_word(translation.p[*ret_end]))
        ++*ret_end;
    return true;
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
    if (is_closing(source, m->at))
        while (end > begin && (is_closing(translation, end - 1) ||
                                  is_space(translation.p[end - 1])))
            end--;
    while (end < translation.len && is_word(translation.p[end]))
        end++;
    return (long)end;
}

/* Of a number only figures can have become; whatever else looked at it would be
 * lost. */
static bool
may_become(const struct neural_mark *m, struct span stretch)
{
    if (!standin_is_digits(m->bytes) || !standin_is_number(m->bytes))
        return true;
    for (size_t i = 0; i < stretch.len; i++)
        if (stretch.p[i] >= '0' && stretch.p[i] <= '9')
            return true;
    return false;
}

/* What became of a word: it itself when it is there once, else what looked at
 * it, if that is one stretch. */
static bool
find_word(const struct neural_mark *m, struct span source,
    struct span translation, const struct batcher_alignment *a, size_t *begin,
    size_t *end)
{
    struct span word = {source.p + m->at, m->len};
    size_t n = 0;

    for (size_t i = 0; i + word.len <= translation.len; i++) {
        if (memcmp(translation.p + i, word.p, word.len) != 0 ||
            (i > 0 && is_word(translation.p[i - 1])) ||
            (i + word.len < translation.len &&
                is_word(translation.p[i + word.len])))
            continue;
        *begin = i;
        *end = i + word.len;
        n++;
    }
    if (n > 0)
        return n == 1;
    return find_stretch(a, m->at, m->at + m->len, translation, begin, end) &&
           may_become(m, (struct span){translation.p + *begin, *end - *begin});
}

/* Where something goes: instead of bytes begin to end of the translation,
 * which are the same for a mark. */
struct place {
    size_t begin, end;
};

static bool
find_place(const struct neural_marks *marks, size_t k, struct span source,
    struct span translation, const struct batcher_alignment *a,
    struct place *ret)
{
    const struct neural_mark *m = &marks->list[k];
    long at;

    if (m->len > 0)
        return find_word(m, source, translation, a, &ret->begin, &ret->end);
    at = place(marks, k, source, translation, a);
    ret->begin = ret->end = (size_t)at;
    return at != NOWHERE;
}

/* No two words in one place, and no mark inside of a word. */
static bool
settle_places(const struct neural_marks *marks, struct place *places)
{
    for (size_t k = 0; k < marks->n; k++) {
        for (size_t i = 0; i < marks->n && marks->list[k].len > 0; i++) {
            struct place *p = &places[i];
            bool inside = p->begin < places[k].end && p->end > places[k].begin;

            if (i == k || !inside)
                continue;
            if (marks->list[i].len > 0)
                return false;
            p->begin = p->end =
                marks->list[i].before ? places[k].begin : places[k].end;
        }
    }
    return true;
}

/* A mark that stood alone stands alone again. */
static void
put_mark(const struct neural_mark *m, struct buf *out, size_t start, char next)
{
    bool alone = m->len == 0 && !m->after && !m->before;

    if (alone && out->len > start && !is_space(out->p[out->len - 1]))
        buf_addc(out, ' ');
    buf_adds(out, m->bytes);
    if (alone && is_word(next))
        buf_addc(out, ' ');
}

/* Of two at one byte: marks that close or stand alone, then those that open,
 * then words; else as in the source. */
static bool
comes_first(const struct neural_marks *marks, const struct place *places,
    size_t x, size_t y)
{
    const struct neural_mark *a = &marks->list[x], *b = &marks->list[y];
    int rank_a = a->len > 0 ? 2 : a->before && !a->after;
    int rank_b = b->len > 0 ? 2 : b->before && !b->after;

    if (places[x].begin != places[y].begin)
        return places[x].begin < places[y].begin;
    return rank_a < rank_b;
}

static void
sort(const struct neural_marks *marks, const struct place *places,
    size_t order[NEURAL_MARKS_MAX])
{
    for (size_t n = 0; n < marks->n; n++) {
        size_t i = n;

        for (; i > 0 && comes_first(marks, places, n, order[i - 1]); i--)
            order[i] = order[i - 1];
        order[i] = n;
    }
}

bool
neural_marks_put(const struct neural_marks *marks, struct span source,
    struct span translation, const struct batcher_alignment *alignment,
    struct buf *out)
{
    struct place places[NEURAL_MARKS_MAX];
    size_t order[NEURAL_MARKS_MAX], start = out->len, at = 0;

    if (!alignment || alignment->n_src == 0)
        return false;
    for (size_t k = 0; k < marks->n; k++)
        if (!find_place(marks, k, source, translation, alignment, &places[k]))
            return false;
    if (!settle_places(marks, places))
        return false;
    sort(marks, places, order);
    for (size_t i = 0; i < marks->n; i++) {
        const struct place *p = &places[order[i]];

        buf_add(out, translation.p + at, p->begin - at);
        put_mark(&marks->list[order[i]], out, start,
            p->end < translation.len ? translation.p[p->end] : '\0');
        at = p->end;
    }
    buf_add(out, translation.p + at, translation.len - at);
    return true;
}

size_t
neural_marks_lead(struct span text)
{
    size_t n = 0;

    while (n < text.len && strchr(",;:.!?) ", text.p[n]))
        n++;
    return n;
}
