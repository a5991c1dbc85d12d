/* SPDX-License-Identifier: ISC */
#include "engine/apertium_format.h"

#include <stdio.h>
#include <string.h>

enum {
    FRAME_BYTES_MAX = 32, /* "[#", 20 digits, "]" */
    PROTECTED_BYTES_MAX = 2048, /* a longer word is not looked at */
};

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
    return c != '\0' && strchr(" \t\r\n~#*@<>", c);
}

/* May be the first character of a name: a letter of any script, a digit, _ */
static bool
is_name(char c)
{
    unsigned char u = (unsigned char)c;

    return (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') ||
           (u >= 'A' && u <= 'Z') || u == '_' || u >= 0x80;
}

static void
add_escaped(struct span s, struct buf *out)
{
    for (size_t i = 0; i < s.len; i++) {
        if (is_special(s.p[i]))
            buf_addc(out, '\\');
        buf_addc(out, s.p[i]);
    }
}

static bool
contains(struct span s, const char *part)
{
    return memmem(s.p, s.len, part, strlen(part)) != NULL;
}

/* The length of the word at the start of s if nothing in it is to be
 * translated, without the punctuation that follows it; else 0. */
static size_t
protected_word(struct span s)
{
    struct span word = {s.p, 0};
    const char *at;

    while (word.len < s.len && !ascii_space(s.p[word.len])) {
        if (++word.len > PROTECTED_BYTES_MAX)
            return 0;
    }
    while (word.len > 0 && strchr(".,;:!?)]}\"'", word.p[word.len - 1]))
        word.len--;
    if (word.len < 2)
        return 0;
    if ((word.p[0] == '#' || word.p[0] == '@') && is_name(word.p[1]))
        return word.len;
    if (contains(word, "://") || span_starts(word, SPAN("www.")))
        return word.len;
    at = memchr(word.p, '@', word.len - 1);
    return at && at > word.p && is_name(at[-1]) && is_name(at[1]) ? word.len
                                                                  : 0;
}

/* The length of what must not be translated at the start of s: white space
 * and marks (one space alone is fine), protected words, and both mixed. */
static size_t
blank_len(struct span s, bool at_word)
{
    size_t n = 0;

    while (n < s.len) {
        size_t word =
            at_word ? protected_word((struct span){s.p + n, s.len - n}) : 0;
        if (word == 0 && !is_blank(s.p[n]))
            break;
        at_word = word == 0;
        n += word ? word : 1;
    }
    return n;
}

void
apertium_format(struct span text, uint64_t id, struct buf *out)
{
    char mark[FRAME_BYTES_MAX];
    bool at_word = true;
    size_t i = 0;

    while (i < text.len) {
        struct span rest = {text.p + i, text.len - i};
        size_t n = blank_len(rest, at_word);

        if (n > 1 || (n == 1 && rest.p[0] != ' ')) {
            buf_addc(out, '[');
            add_escaped((struct span){rest.p, n}, out);
            buf_addc(out, ']');
        } else {
            n = 1;
            add_escaped((struct span){rest.p, n}, out);
        }
        i += n;
        /* A word begins after white space or an opening bracket or quote. */
        at_word = strchr(" \t\r\n([{\"'", text.p[i - 1]) != NULL;
    }
    buf_addz(out, FULL_STOP);
    buf_add(out, mark, frame(id, mark));
}

/* The length of the mark at the start of s, escaped or not; 0 when what stands
 * there is text. */
static size_t
mark_len(struct span s)
{
    size_t n = s.p[0] == '\\' && s.len > 1;
    const char *end;

    if (n == 0 && strchr("*#~", s.p[0]))
        return 1;
    if (s.p[n] == '@')
        return n + 1;
    end = s.p[n] == '<' ? memchr(s.p, '>', s.len) : NULL;
    return end ? (size_t)(end - s.p) + 1 : 0;
}

/* Append what is outside of superblanks at the start of s; returns its length
 * in s.  Two spaces in a row are the work of a rule that had nothing to put
 * between them: the user's are in superblanks. */
static size_t
add_words(struct span s, bool *after_space, struct buf *out)
{
    size_t i = 0;

    while (i < s.len && s.p[i] != '[') {
        size_t mark = mark_len((struct span){s.p + i, s.len - i});

        if (mark > 0) {
            i += mark;
            continue;
        }
        if (s.p[i] == '\\' && i + 1 < s.len && is_special(s.p[i + 1]))
            i++;
        if (s.p[i] != ' ' || !*after_space)
            buf_addc(out, s.p[i]);
        *after_space = s.p[i] == ' ';
        i++;
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
    size_t frame_len = frame(id, mark), start = out->len, i = 0;
    bool after_space = true; /* no space before the first word */

    if (answer.len < frame_len)
        return false;
    answer.len -= frame_len;
    if (memcmp(answer.p + answer.len, mark, frame_len) != 0)
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
