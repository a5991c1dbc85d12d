/* SPDX-License-Identifier: ISC */
#include "text/standin.h"

#include <assert.h>
#include <string.h>

#include "text/uni.h"

enum { PRIVATE_FIRST = 0xe000, SCALE = 100, NUMBER = 1, PERSON = 2 };

static const int bases[] = {700, 800, 600, 900, 400, 300, 200, 500};

static size_t
digit_run(struct span s, size_t i)
{
    size_t n = 0;

    while (i + n < s.len && s.p[i + n] >= '0' && s.p[i + n] <= '9')
        n++;
    return n;
}

bool
standin_is_digits(struct span word)
{
    return word.len == STANDIN_DIGITS && digit_run(word, 0) == word.len &&
           word.p[0] >= '2' && word.p[1] == '0' && word.p[2] <= '0' + PERSON;
}

bool
standin_is_number(struct span digits)
{
    return digits.p[2] == '0' + NUMBER;
}

bool
standin_is_person(struct span digits)
{
    return digits.p[2] == '0' + PERSON;
}

/* Does the text hold a number that looks like one of ours? */
static bool
is_taken(const struct standins *s, int base)
{

    for (size_t k = 0; k < s->n; k++) {
        struct span t = s->parts[k].bytes;
        size_t n;

        if (s->parts[k].kind != SCAN_NONE)
            continue;
        for (size_t i = 0; i < t.len; i += n ? n : 1) {
            n = digit_run(t, i);
            if (t.p[i] == '0' + base / SCALE &&
                standin_is_digits((struct span){t.p + i, n}))
                return true;
        }
    }
    return false;
}

/* Would digits in the place of part k touch a letter or a number, also when
 * the marks between them move away? */
static bool
touches(const struct standins *s, size_t k)
{
    size_t left = k, right = k + 1, n, m;
    int32_t c;

    while (left > 0 && s->parts[left - 1].kind != SCAN_NONE) {
        if (s->parts[--left].digits)
            return true;
    }
    if (left > 0) {
        struct span text = s->parts[left - 1].bytes;
        if (uni_word(uni_before(text, text.len)))
            return true;
    }
    while (right < s->n && s->parts[right].kind != SCAN_NONE)
        right++;
    if (right == s->n)
        return false;
    c = uni_at(s->parts[right].bytes, 0, &n);
    return uni_word(c) ||
           (!uni_space(c) && uni_digit(uni_at(s->parts[right].bytes, n, &m)));
}

/* The first three digits. */
static int
base_of(const struct standins *s, const struct part *part)
{
    return s->base + (part->kind == SCAN_NUMBER    ? NUMBER
                         : part->kind == SCAN_NAME ? PERSON
                                                   : 0);
}

void
standin_put(const struct standins *s, size_t k, struct buf *out)
{
    char bytes[UNI_BYTES_MAX];
    int ordinal = s->parts[k].ordinal;

    if (s->parts[k].digits)
        buf_addf(out, "%d", base_of(s, &s->parts[k]) * SCALE + ordinal);
    else
        buf_add(out, bytes, uni_put(PRIVATE_FIRST + ordinal, bytes));
}

bool
standin_encode(struct standins *s, struct buf *out)
{
    size_t ordinal = 0, k = 0;

    for (size_t i = 0; i < s->n; i++)
        ordinal += s->parts[i].kind != SCAN_NONE;
    while (k < sizeof(bases) / sizeof(bases[0]) && is_taken(s, bases[k]))
        k++;
    if (ordinal > STANDINS_MAX || k == sizeof(bases) / sizeof(bases[0]))
        return false;

    s->base = bases[k];
    ordinal = 0;
    for (size_t i = 0; i < s->n; i++) {
        struct part *part = &s->parts[i];

        if (part->kind == SCAN_NONE) {
            buf_adds(out, part->bytes);
            continue;
        }
        part->digits = part->role == ROLE_WORD && !touches(s, i);
        part->ordinal = (unsigned char)++ordinal;
        standin_put(s, i, out);
    }
    return true;
}

/* The part that a stand-in with this ordinal stands for, or NULL. */
static const struct part *
find(const struct standins *s, int ordinal, bool digits)
{
    for (size_t k = 0; k < s->n; k++) {
        if (s->parts[k].kind != SCAN_NONE && s->parts[k].ordinal == ordinal)
            return s->parts[k].digits == digits ? &s->parts[k] : NULL;
    }
    return NULL;
}

/* The part whose stand-in is at byte i, and the stand-in's length. */
static const struct part *
standin_at(const struct standins *s, struct span t, size_t i, size_t *len)
{
    unsigned char c = (unsigned char)t.p[i];
    int number = 0;

    if (c >= 0x80) {
        int32_t code = uni_at(t, i, len);
        return code > PRIVATE_FIRST && code <= PRIVATE_FIRST + STANDINS_MAX
                   ? find(s, code - PRIVATE_FIRST, false)
                   : NULL;
    }
    *len = digit_run(t, i);
    if (*len == STANDIN_DIGITS) {
        for (size_t k = 0; k < *len; k++)
            number = 10 * number + (t.p[i + k] - '0');
        const struct part *part = find(s, number % SCALE, true);
        if (part && number / SCALE == base_of(s, part))
            return part;
    }
    if (*len == 0)
        *len = 1;
    return NULL;
}

struct span
standin_next(const struct standins *s, struct span translation, size_t *i,
    const struct part **part)
{
    size_t start = *i, at = start, len = 0;

    *part = NULL;
    while (at < translation.len) {
        const struct part *found = standin_at(s, translation, at, &len);

        if (found && at == start) {
            *part = found;
            *i = at + len;
            return (struct span){translation.p + at, len};
        }
        if (found)
            break;
        at += len;
    }
    *i = at;
    return (struct span){at > start ? translation.p + start : NULL, at - start};
}

static bool
is_clean(struct span text)
{
    size_t n;

    for (size_t i = 0; i < text.len; i += n) {
        int32_t c = uni_at(text, i, &n);

        if (c == UNI_BAD || c == '\n' || c == '\r' || c == 0 ||
            (c >= 0xe000 && uni_private(c)))
            return false;
    }
    return true;
}

bool
standin_intact(const struct standins *s, struct span translation)
{
    bool seen[STANDINS_MAX + 1] = {false};
    struct {
        int pair;
        size_t filled; /* how much stood before it */
    } open[STANDINS_MAX];
    size_t n_spans = 0, n_seen = 0, depth = 0, filled = 0;
    const struct part *part;
    struct span t;

    for (size_t k = 0; k < s->n; k++)
        n_spans += s->parts[k].kind != SCAN_NONE;
    for (size_t i = 0; (t = standin_next(s, translation, &i, &part)).p;) {
        if (!part) {
            if (!is_clean(t))
                return false;
            filled += uni_has_alpha(t);
            continue;
        }
        if (seen[part->ordinal])
            return false;
        seen[part->ordinal] = true;
        n_seen++;
        if (part->role == ROLE_OPEN) {
            open[depth].pair = part->pair;
            open[depth++].filled = filled;
        } else if (part->role == ROLE_CLOSE) {
            if (depth == 0 || open[--depth].pair != part->pair ||
                open[depth].filled == filled)
                return false;
        } else {
            filled++;
        }
    }
    return n_seen == n_spans && depth == 0;
}

/* The name in part must not grow together with the word after it, in the
 * translation from byte end on, nor with the word before. */
static void
put_span(const struct part *part, bool behind_text, struct span translation,
    size_t end, struct buf *out)
{
    struct span bytes = part->target.p ? part->target : part->bytes;
    size_t n;

    if (!part->digits) {
        buf_adds(out, bytes);
        return;
    }
    if (behind_text && uni_word(uni_at(bytes, 0, &n)) &&
        uni_word(uni_before(buf_span(out), out->len)))
        buf_addc(out, ' ');
    buf_adds(out, bytes);
    if (uni_word(uni_before(bytes, bytes.len)) &&
        uni_word(uni_at(translation, end, &n)))
        buf_addc(out, ' ');
}

static bool
ends_in_space(const struct buf *b)
{
    return b->len > 0 && b->p[b->len - 1] == ' ';
}

/* Put one space before byte at of b, if there is none. */
static void
space_before(struct buf *b, size_t at)
{
    if (at == 0 || b->p[at - 1] == ' ')
        return;
    buf_addc(b, ' ');
    memmove(b->p + at + 1, b->p + at, b->len - at - 1);
    b->p[at] = ' ';
}

/* Engines leave spaces on the wrong side of marks, where Markdown does not
 * take them for marks: "** casa **" becomes " **casa** ".  Appends the
 * translation with its stand-ins. */
static void
tidy(const struct standins *s, struct span translation, struct buf *out)
{
    bool after_open = false, space = false;
    size_t opens_at = 0;
    const struct part *part;
    struct span t;

    for (size_t i = 0; (t = standin_next(s, translation, &i, &part)).p;) {
        if (part && part->role == ROLE_OPEN) {
            if (space)
                space_before(out, out->len);
            if (!after_open)
                opens_at = out->len;
            after_open = true;
            space = false;
        } else if (part && part->role == ROLE_CLOSE) {
            while (ends_in_space(out)) {
                out->len--;
                space = true;
            }
            after_open = false;
        } else {
            while (!part && after_open && t.len > 0 && t.p[0] == ' ') {
                space_before(out, opens_at);
                t = (struct span){t.p + 1, t.len - 1};
            }
            if (space && t.len > 0 && !strchr(" .,;:!?)", t.p[0]))
                buf_addc(out, ' ');
            after_open = after_open && t.len == 0;
            space = false;
        }
        buf_adds(out, t);
    }
}

/* Are there pairs of marks, and no spaces inside of their edges?  Links may
 * have them: "[ text ](url)". */
static bool
is_tidy(const struct standins *s)
{
    bool pairs = false;

    for (size_t k = 0; k < s->n; k++) {
        const struct part *part = &s->parts[k];
        struct span next = k + 1 < s->n ? part[1].bytes : part->bytes;
        struct span last = k > 0 ? part[-1].bytes : part->bytes;

        if (part->pair == 0)
            continue;
        pairs = true;
        if (part->role == ROLE_OPEN ? next.p[0] == ' '
                                    : last.p[last.len - 1] == ' ')
            return false;
    }
    return pairs;
}

static void
decode(const struct standins *s, struct span translation, struct buf *out)
{
    const struct part *part;
    bool behind_text = false;
    struct span t;

    for (size_t i = 0; (t = standin_next(s, translation, &i, &part)).p;) {
        if (part)
            put_span(part, behind_text, translation, i, out);
        else
            buf_adds(out, t);
        behind_text = !part;
    }
}

void
standin_decode(
    const struct standins *s, struct span translation, struct buf *out)
{
    struct buf tidied = {0};

    if (!is_tidy(s)) {
        decode(s, translation, out);
        return;
    }
    tidy(s, translation, &tidied);
    decode(s, buf_span(&tidied), out);
    buf_free(&tidied);
}
