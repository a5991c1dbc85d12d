/* SPDX-License-Identifier: ISC */
#include "translator/http/html_scan.h"

#include <string.h>
#include <strings.h>

enum {
    TAG_BYTES_MAX = 8 * 1024, /* what is longer is text */
    DEPTH_MAX = 16, /* elements of one kind in each other */
};

struct tag {
    struct span bytes, name; /* bytes with both brackets */
    bool closes, empty; /* </x>; <x/> */
};

/* Elements which do not end a sentence.  Others do, also unknown ones. */
static const char *const inlines[] = {"a", "abbr", "acronym", "b", "bdi", "bdo",
    "big", "cite", "data", "del", "dfn", "em", "font", "i", "img", "ins",
    "label", "mark", "q", "ruby", "s", "small", "span", "strike", "strong",
    "sub", "sup", "time", "tt", "u", "wbr"};

/* Elements whose inside is not for people, or not in a language. */
static const char *const kept_inlines[] = {
    "code", "kbd", "math", "samp", "svg", "var"};
static const char *const kept_blocks[] = {"audio", "canvas", "embed", "iframe",
    "noscript", "object", "pre", "script", "style", "template", "textarea",
    "video"};
/* Those of them in which "<" is a character until the end tag. */
static const char *const raws[] = {"iframe", "script", "style", "textarea"};
static const char *const voids[] = {"area", "base", "br", "col", "embed", "hr",
    "img", "input", "link", "meta", "param", "source", "track", "wbr"};

#define IS_ONE_OF(name, list)                                                  \
    is_one_of(name, list, sizeof(list) / sizeof(*list))

static bool
is_name(struct span a, struct span b)
{
    return a.len == b.len && strncasecmp(a.p, b.p, a.len) == 0;
}

static bool
is_one_of(struct span name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_name(name, span_of(list[i])))
            return true;
    return false;
}

static bool
is_alpha(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static struct span
from(struct span s, size_t i)
{
    return (struct span){s.p + i, s.len - i};
}

/* Up to and with end, or to the very end. */
static struct span
until(struct span s, const char *end)
{
    const char *at = memmem(s.p, s.len, end, strlen(end));

    if (at)
        s.len = (size_t)(at - s.p) + strlen(end);
    return s;
}

/* A tag is at the start of s.  Quoted values may hold ">". */
static bool
read_tag(struct span s, struct tag *ret)
{
    size_t i = 1, name;
    char quote = 0, before = 0;

    if (s.len > TAG_BYTES_MAX)
        s.len = TAG_BYTES_MAX;

    if (i < s.len && s.p[i] == '/')
        i++;
    if (i >= s.len || !is_alpha(s.p[i]))
        return false;
    for (name = i; i < s.len && !strchr(" \t\r\n\f/<>", s.p[i]); i++)
        ;
    ret->closes = s.p[1] == '/';
    ret->name = (struct span){s.p + name, i - name};
    for (; i < s.len; i++) {
        char c = s.p[i];
        if (quote && c == quote)
            quote = 0;
        else if (!quote && (c == '"' || c == '\'') && before == '=')
            quote = c;
        else if (!quote && c == '>')
            break;
        else if (!quote && c == '<')
            return false; /* or "<a<a<a" would be read once for each */
        if (!strchr(" \t\r\n\f", c))
            before = c;
    }
    if (i == s.len)
        return false;
    ret->bytes = (struct span){s.p, i + 1};
    ret->empty = s.p[i - 1] == '/';
    return true;
}

/* translate="no" or class="... notranslate ...", however it is written. */
static bool
says_no(const struct tag *t)
{
    struct span a = {t->name.p + t->name.len,
        (size_t)(t->bytes.p + t->bytes.len - t->name.p) - t->name.len};

    return memmem(a.p, a.len, "translate=\"no\"", 14) ||
           memmem(a.p, a.len, "translate='no'", 14) ||
           memmem(a.p, a.len, "translate=no", 12) ||
           memmem(a.p, a.len, "notranslate", 11);
}

/* s begins with the start tag t: the whole element, with elements of its kind
 * inside.  Without an end tag it is the start tag alone.  Looking for the end
 * tags of many start tags stays linear by effort. */
static struct span
whole(struct span s, const struct tag *t, size_t *effort)
{
    bool raw = IS_ONE_OF(t->name, raws);
    size_t depth = 1, i;
    struct tag inner;

    for (i = t->bytes.len; i < s.len && i < *effort; i++) {
        const char *at = memchr(s.p + i, '<', s.len - i);
        i = at ? (size_t)(at - s.p) : s.len;
        if (!at)
            break;
        if (!read_tag(from(s, i), &inner) || !is_name(inner.name, t->name))
            continue;
        if (inner.closes && (raw || --depth == 0))
            return (struct span){s.p, i + inner.bytes.len};
        if (!inner.closes && !inner.empty && ++depth > DEPTH_MAX)
            break;
    }
    *effort -= i < *effort ? i : *effort;
    return t->bytes;
}

static struct html_token
token_of(struct span s, const struct tag *t, size_t *effort)
{
    bool around = IS_ONE_OF(t->name, inlines);
    bool keep_in = IS_ONE_OF(t->name, kept_inlines);
    bool keep_block = IS_ONE_OF(t->name, kept_blocks);
    bool alone = t->closes || t->empty || IS_ONE_OF(t->name, voids);

    if (!alone && (keep_in || keep_block || says_no(t))) {
        struct span all = whole(s, t, effort);
        if (all.len > t->bytes.len)
            return (struct html_token){
                around || keep_in ? HTML_KEPT : HTML_KEPT_BLOCK, all};
    }
    return (struct html_token){
        around || keep_in ? HTML_INLINE : HTML_BLOCK, t->bytes};
}

struct html_token
html_token_at(struct span html, size_t i, size_t *effort)
{
    struct span s = from(html, i);
    struct tag tag;
    const char *next;

    if (s.p[0] == '<') {
        if (span_starts(s, SPAN("<!--")))
            return (struct html_token){HTML_INLINE, until(s, "-->")};
        if (span_starts(s, SPAN("<![CDATA[")))
            return (struct html_token){HTML_KEPT, until(s, "]]>")};
        if (span_starts(s, SPAN("<!")) || span_starts(s, SPAN("<?")))
            return (struct html_token){HTML_BLOCK, until(s, ">")};
        if (read_tag(s, &tag))
            return token_of(s, &tag, effort);
    }
    /* A "<" that begins nothing is text. */
    next = s.len > 1 ? memchr(s.p + 1, '<', s.len - 1) : NULL;
    if (next)
        s.len = (size_t)(next - s.p);
    return (struct html_token){HTML_TEXT, s};
}
