/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text/doc_parts.h"
#include "text/scan.h"
#include "text/uni.h"

/* Marks at the start of one line: quotes in quotes, lists in quotes. */
enum { PREFIX_MARKS_MAX = 16, FENCE_MIN = 3, ORDINAL_DIGITS_MAX = 9 };

static size_t
line_len(struct span s)
{
    size_t n = 0;

    while (n < s.len && s.p[n] != '\n' && s.p[n] != '\r')
        n++;
    return n;
}

static struct span
from(struct span s, size_t i)
{
    return (struct span){s.p + i, s.len - i};
}

static size_t
blank_len(struct span s)
{
    size_t n = 0;

    while (n < s.len && ascii_space(s.p[n]))
        n++;
    return n;
}

static size_t
count(struct span s, char c)
{
    size_t n = 0;

    while (n < s.len && s.p[n] == c)
        n++;
    return n;
}

static bool
ends_word(struct span s, size_t i)
{
    return i >= s.len || s.p[i] == ' ' || s.p[i] == '\t';
}

/* "> ", "## ", "- ", "12. ", "[x] ": the length of one mark, or 0. */
static size_t
block_mark(struct span s)
{
    static const struct span task[] = {{"[ ]", 3}, {"[x]", 3}, {"[X]", 3}};
    size_t n;

    if (s.len == 0)
        return 0;
    switch (s.p[0]) {
    case '>':
        return 1;
    case '#':
        n = count(s, '#');
        return n <= 6 && ends_word(s, n) ? n : 0;
    case '-':
    case '*':
    case '+':
        return ends_word(s, 1) ? 1 : 0;
    case '[':
        for (size_t k = 0; k < sizeof(task) / sizeof(task[0]); k++) {
            if (span_starts(s, task[k]) && ends_word(s, 3))
                return 3;
        }
        return 0;
    default:
        break;
    }
    if (span_starts(s, SPAN("•")))
        return strlen("•");
    for (n = 0; n < s.len && s.p[n] >= '0' && s.p[n] <= '9'; n++)
        ;
    if (n == 0 || n > ORDINAL_DIGITS_MAX || n >= s.len ||
        (s.p[n] != '.' && s.p[n] != ')'))
        return 0;
    return n + 1 < s.len && ends_word(s, n + 1) ? n + 1 : 0;
}

/* White space and block marks before the words of a line. */
static size_t
prefix_len(const struct doc *d, struct span line)
{
    size_t n = blank_len(line), m;

    for (int k = 0; d->opts.markdown && k < PREFIX_MARKS_MAX; k++) {
        m = block_mark(from(line, n));
        if (m == 0)
            break;
        n += m;
        n += blank_len(from(line, n));
    }
    return n;
}

/* "|---|:-:|", the line under the head of a table. */
static bool
is_table_rule(struct span line)
{
    size_t dashes = 0, pipes = 0;

    for (size_t i = 0; i < line.len; i++) {
        if (!line.p[i] || !strchr("-:| \t", line.p[i]))
            return false;
        dashes += line.p[i] == '-';
        pipes += line.p[i] == '|';
    }
    return dashes > 0 && pipes > 0;
}

/* The cells of a row are lines of their own. */
static void
add_row(struct doc *d, struct span row)
{
    size_t start = 0, ticks = 0;

    for (size_t i = 0; i <= row.len; i++) {
        if (i < row.len && row.p[i] == '\\') {
            i++;
            continue;
        }
        if (i < row.len && row.p[i] == '`')
            ticks++;
        if (i < row.len && (row.p[i] != '|' || ticks % 2))
            continue;
        doc_add_line(d, (struct span){row.p + start, i - start});
        if (i < row.len)
            doc_keep(d, &d->chunks, (struct span){row.p + i, 1});
        start = i + 1;
    }
    if (start <= row.len) /* an escape at the very end hid it */
        doc_add_line(d, from(row, start));
}

static bool
is_row(struct span line, bool in_table)
{
    size_t last = line.len;

    if (line.len < 2 || !memchr(line.p, '|', line.len))
        return false;
    if (in_table)
        return true;
    while (last > 0 && (line.p[last - 1] == ' ' || line.p[last - 1] == '\t'))
        last--;
    return line.p[0] == '|' && line.p[1] != '|' && last > 2 &&
           line.p[last - 1] == '|';
}

/* The end of the fenced block that opens at byte i of the text, at the start
 * of a line; 0 when none does.  A fence that never closes reaches to the end,
 * as in CommonMark. */
static size_t
fence_end(struct span text, size_t i)
{
    struct span rest = from(text, i);
    char c = rest.len > 0 ? rest.p[0] : 0;
    size_t n, at = 0;

    if (c != '`' && c != '~')
        return 0;
    n = count(rest, c);
    at = line_len(rest);
    if (n < FENCE_MIN || memchr(rest.p + n, c, at - n))
        return 0;
    while (at < rest.len) {
        struct span line;
        size_t m;

        at++; /* the line break; of CR LF the LF is an empty line */
        line = from(rest, at);
        line.len = line_len(line);
        m = blank_len(line);
        if (count(from(line, m), c) >= n)
            return i + at + m + count(from(line, m), c);
        at += line.len;
    }
    return text.len;
}

/* Where in the line a block of ``` begins that ends on a later line, as chats
 * allow; ret_end is its end.  line.len when there is none. */
static size_t
late_fence(struct span text, size_t at, size_t len, size_t *ret_end)
{
    size_t open = len;
    struct span fence = {"```", 3};

    for (size_t i = 0; i + FENCE_MIN <= len; i++) {
        if (!span_starts(from(text, at + i), fence))
            continue;
        open = open == len ? i : len;
        i += FENCE_MIN - 1;
    }
    if (open == len)
        return len;
    for (size_t k = at + len; k + FENCE_MIN <= text.len; k++) {
        if (span_starts(from(text, k), fence)) {
            *ret_end = k + FENCE_MIN;
            return open;
        }
    }
    return len;
}

static void
add_code(struct doc *d, struct span code)
{
    doc_keep(d, &d->chunks, code);
    d->kinds |= 1U << SCAN_CODE;
    d->has_ink = true;
    d->stats.spans++;
}

/* One line without its break; returns how far into the text it went, which is
 * beyond the line when a block of code begins in it. */
static size_t
parse_line(struct doc *d, size_t at, bool *in_table)
{
    struct span text = d->source, line = from(text, at);
    size_t n, end, len;

    line.len = line_len(line);
    n = prefix_len(d, line);
    doc_keep(d, &d->chunks, (struct span){line.p, n});
    line = from(line, n);
    at += n;
    if (d->opts.markdown) {
        struct span next = from(text, at + line.len);

        next = next.len > 1 ? from(next, 1) : (struct span){"", 0};
        next.len = line_len(next);
        if ((end = fence_end(text, at))) {
            add_code(d, (struct span){line.p, end - at});
            return end;
        }
        if (is_table_rule(line)) {
            *in_table = true;
            doc_keep(d, &d->chunks, line);
            return at + line.len;
        }
        *in_table = *in_table && memchr(line.p, '|', line.len);
        if (is_row(line, *in_table || is_table_rule(next))) {
            add_row(d, line);
            return at + line.len;
        }
        len = late_fence(text, at, line.len, &end);
        if (len < line.len) {
            doc_add_line(d, (struct span){line.p, len});
            add_code(d, (struct span){line.p + len, end - at - len});
            return end;
        }
    }
    doc_add_line(d, line);
    return at + line.len;
}

void
doc_parse(struct doc *d)
{
    bool in_table = false, at_start = true;
    size_t at = 0, n;

    while (at < d->source.len) {
        char c = d->source.p[at];

        if (c == '\n' || c == '\r') {
            doc_keep(d, &d->chunks, (struct span){d->source.p + at++, 1});
            at_start = true;
        } else if (at_start) {
            at = parse_line(d, at, &in_table);
            at_start = false;
        } else { /* behind a block of code */
            n = line_len(from(d->source, at));
            doc_add_line(d, (struct span){d->source.p + at, n});
            at += n;
        }
    }
}
