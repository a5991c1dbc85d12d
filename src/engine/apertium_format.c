/* SPDX-License-Identifier: ISC */
#include "engine/apertium_format.h"

#include <stdio.h>
#include <string.h>

enum { FRAME_BYTES_MAX = 32 }; /* "[#", 20 digits, "]" */

/* What is put after a text; the brackets tell our full stop from the user's. */
#define FULL_STOP ".[]"

static size_t
frame(uint64_t id, char ret[FRAME_BYTES_MAX])
{
    return (size_t)snprintf(
        ret, FRAME_BYTES_MAX, "[#%llu]", (unsigned long long)id);
}

/* Has a meaning in the stream format; a backslash takes it away. */
static bool
is_special(char c)
{
    return c != '\0' && strchr("[]{}^$/\\@<>", c);
}

/* Kept out of the translation in superblanks: what apertium-destxt takes for
 * white space (the ~ would join words) and the characters of the marks. */
static bool
is_blank(char c)
{
    return c != '\0' && strchr(" \t\r\n~#*", c);
}

void
apertium_format(struct span text, uint64_t id, struct buf *out)
{
    char mark[FRAME_BYTES_MAX];
    size_t i = 0;

    while (i < text.len) {
        size_t n = 0;

        while (i + n < text.len && is_blank(text.p[i + n]))
            n++;
        if (n > 1 || (n == 1 && text.p[i] != ' ')) {
            buf_addc(out, '[');
            buf_add(out, text.p + i, n);
            buf_addc(out, ']');
            i += n;
            continue;
        }
        if (is_special(text.p[i]))
            buf_addc(out, '\\');
        buf_addc(out, text.p[i++]);
    }
    buf_addz(out, FULL_STOP);
    buf_add(out, mark, frame(id, mark));
}

/* Append what is outside of superblanks at the start of s; returns its length
 * in s.  Two spaces in a row are the work of a rule that had nothing to put
 * between them: the user's are in superblanks. */
static size_t
add_words(struct span s, bool *after_space, struct buf *out)
{
    size_t i = 0;

    for (; i < s.len && s.p[i] != '['; i++) {
        char c = s.p[i];

        if (c == '\\' && i + 1 < s.len && is_special(s.p[i + 1])) {
            c = s.p[++i];
        } else if (strchr("*#@~", c) || (c == ' ' && *after_space)) {
            continue;
        }
        buf_addc(out, c);
        *after_space = c == ' ';
    }
    return i;
}

/* Append the content of the superblank at the start of s; returns its length
 * in s, brackets included. */
static size_t
add_blank(struct span s, struct buf *out)
{
    size_t i = 1;

    for (; i < s.len && s.p[i] != ']'; i++) {
        if (s.p[i] == '\\' && i + 1 < s.len)
            i++;
        buf_addc(out, s.p[i]);
    }
    return i < s.len ? i + 1 : i;
}

/* An abbreviation at the end may have swallowed our full stop. */
static struct span
without_full_stop(struct span s)
{
    struct span stop = SPAN(FULL_STOP);

    if (s.len >= stop.len &&
        memcmp(s.p + s.len - stop.len, stop.p, stop.len) == 0)
        s.len -= stop.len;
    return s;
}

bool
apertium_unformat(struct span answer, uint64_t id, struct buf *out)
{
    char mark[FRAME_BYTES_MAX];
    size_t mark_len = frame(id, mark), start = out->len, i = 0;
    bool after_space = true; /* no space before the first word */

    if (answer.len < mark_len)
        return false;
    answer.len -= mark_len;
    if (memcmp(answer.p + answer.len, mark, mark_len) != 0)
        return false;

    answer = without_full_stop(answer);
    while (i < answer.len) {
        struct span rest = {answer.p + i, answer.len - i};

        if (rest.p[0] == '[') {
            i += add_blank(rest, out);
            after_space = false;
        } else {
            i += add_words(rest, &after_space, out);
        }
    }
    if (after_space && out->len > start)
        out->len--;
    return true;
}
