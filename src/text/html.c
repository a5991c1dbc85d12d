/* SPDX-License-Identifier: ISC */
#include "text/html.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/doc.h"
#include "text/uni.h"

enum {
    NAME_BYTES_MAX = 24,
    DEPTH_MAX = 64, /* of open elements whose end we wait for */
    EFFORT_BYTES =
        8 * 1024 * 1024, /* read in search of ends that are not there */
    REFERENCE_BYTES_MAX = 12, /* "&thetasym;", "&#x10ffff;" */
};

struct tag {
    struct span open, close; /* into source; close: of HTML_OPEN only */
};

struct html {
    struct span source; /* owned copy */
    struct buf text;
    struct tag *tags; /* owned */
    size_t n, cap;
    struct {
        struct span name;
        size_t tag;
    } open[DEPTH_MAX];
    size_t depth;
    size_t effort; /* bytes left to read in vain: keeps the work linear */
};

/* A tag, comment or declaration as it stands in the source. */
struct markup {
    struct span all, name, attributes;
    bool closing;
};

static struct span
from(struct span s, size_t i)
{
    return (struct span){s.p + i, s.len - i};
}

static bool
same_name(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || strncasecmp(a.p, b.p, a.len) == 0);
}

/* names: each between spaces. */
static bool
is_one_of(struct span name, const char *names)
{
    char key[NAME_BYTES_MAX + 3];

    if (name.len == 0 || name.len > NAME_BYTES_MAX)
        return false;
    key[0] = ' ';
    for (size_t i = 0; i < name.len; i++)
        key[i + 1] = (char)uni_fold((unsigned char)name.p[i]);
    key[name.len + 1] = ' ';
    key[name.len + 2] = '\0';
    return strstr(names, key) != NULL;
}

static bool
is_block(struct span name)
{
    return is_one_of(name,
        " address article aside blockquote body br button caption center dd "
        "details dialog div dl dt fieldset figcaption figure footer form h1 h2 "
        "h3 h4 h5 h6 head header hr html iframe legend li link main meta nav "
        "ol option p section select summary table tbody td tfoot th thead "
        "title tr ul video audio ");
}

static bool
is_void(struct span name)
{
    return is_one_of(name,
        " area base br col embed hr img input link meta source track wbr ");
}

static bool
contains(struct span s, const char *what)
{
    return s.len > 0 && memmem(s.p, s.len, what, strlen(what)) != NULL;
}

/* Is the whole element, with what is in it, to be left as it is? */
static bool
is_verbatim(const struct markup *m)
{
    return is_one_of(m->name,
               " code kbd math noscript object pre samp script style svg "
               "template textarea var ") ||
           contains(m->attributes, "translate=\"no\"") ||
           contains(m->attributes, "notranslate") ||
           contains(m->attributes, "mention") ||
           contains(m->attributes, "hashtag");
}

/* The whole of s was read and nothing found. */
static size_t
in_vain(struct html *h, struct span s)
{
    h->effort -= s.len < h->effort ? s.len : h->effort;
    return 0;
}

/* The end of a tag that begins at s, quoted attributes respected; 0 when it
 * does not end. */
static size_t
tag_len(struct html *h, struct span s)
{
    char quote = 0;

    for (size_t i = 1; i < s.len && h->effort > 0; i++) {
        if (quote)
            quote = s.p[i] == quote ? 0 : quote;
        else if ((s.p[i] == '"' || s.p[i] == '\'') && s.p[i - 1] == '=')
            quote = s.p[i];
        else if (s.p[i] == '>')
            return i + 1;
    }
    return in_vain(h, s);
}

/* Read the markup at the start of s; false when "<" is only a character. */
static bool
read_markup(struct html *h, struct span s, struct markup *m)
{
    size_t n = 1;
    const char *end;

    *m = (struct markup){.closing = false};
    if (span_starts(s, SPAN("<!--"))) {
        end = memmem(s.p, s.len, "-->", 3);
        m->all = (struct span){s.p, end ? (size_t)(end + 3 - s.p) : s.len};
        return true;
    }
    if (s.len < 3)
        return false;
    m->closing = s.p[1] == '/';
    n += m->closing;
    m->name.p = s.p + n;
    if (s.p[1] != '!' && s.p[1] != '?' && !uni_alpha(s.p[n]))
        return false;
    while (n < s.len && (uni_word(s.p[n]) || s.p[n] == '-'))
        n++;
    m->name.len = (size_t)(s.p + n - m->name.p);
    m->all = (struct span){s.p, tag_len(h, s)};
    m->attributes = from(m->all, n < m->all.len ? n : m->all.len);
    return m->all.len > 0;
}

/* The length of the element that the tag m at the start of s opens, to the end
 * of its closing tag; 0 when it has none. */
static size_t
element_len(struct html *h, struct span s, const struct markup *m)
{
    size_t depth = 1, i = m->all.len;

    while (i < s.len && h->effort > 0) {
        const char *p = memchr(s.p + i, '<', s.len - i);
        struct markup inner;

        if (!p)
            break;
        i = (size_t)(p - s.p);
        if (!read_markup(h, from(s, i), &inner)) {
            i++;
            continue;
        }
        i += inner.all.len;
        if (!same_name(inner.name, m->name))
            continue;
        depth += inner.closing ? -1UL : 1UL;
        if (depth == 0)
            return i;
    }
    return in_vain(h, s);
}

static void
put_char(struct html *h, int32_t c)
{
    char bytes[UNI_BYTES_MAX];

    buf_add(&h->text, bytes, uni_put(c, bytes));
}

/* Put a stand-in for these bytes of the source; returns which tag it is. */
static size_t
put_tag(struct html *h, struct span bytes, int32_t kind)
{
    if (h->n == h->cap) {
        h->cap = h->cap ? 2 * h->cap : 16;
        h->tags = xrealloc(h->tags, h->cap * sizeof(*h->tags));
    }
    h->tags[h->n] = (struct tag){.open = bytes};
    if (h->n <= HTML_TAGS_MAX)
        put_char(h, kind + (int32_t)h->n);
    return h->n++;
}

static bool
put_close(struct html *h, const struct markup *m)
{
    for (size_t k = h->depth; k-- > 0;) {
        if (!same_name(h->open[k].name, m->name))
            continue;
        h->tags[h->open[k].tag].close = m->all;
        put_char(h, HTML_CLOSE + (int32_t)h->open[k].tag);
        h->depth = k;
        return true;
    }
    return false;
}

/* Put the markup at the start of s; returns how much of s it took. */
static size_t
put_markup(struct html *h, struct span s, const struct markup *m)
{
    struct span bytes = m->all;
    size_t tag;

    if (!m->closing && is_verbatim(m)) {
        size_t n = element_len(h, s, m);
        bool own_line = is_one_of(m->name, " pre script style template ");

        bytes.len = n ? n : bytes.len;
        if (own_line)
            buf_addc(&h->text, '\n');
        put_tag(h, bytes, own_line ? HTML_SINGLE : HTML_WORD);
        if (own_line)
            buf_addc(&h->text, '\n');
    } else if (is_block(m->name)) {
        while (bytes.len < s.len && uni_space(s.p[bytes.len]))
            bytes.len++;
        buf_addc(&h->text, '\n');
        put_tag(h, bytes, HTML_SINGLE);
        buf_addc(&h->text, '\n');
    } else if (m->closing) {
        if (!put_close(h, m))
            put_tag(h, bytes, HTML_SINGLE);
    } else if (m->name.len == 0 || is_void(m->name) || h->depth == DEPTH_MAX ||
               bytes.p[bytes.len - 2] == '/') {
        put_tag(h, bytes, HTML_SINGLE);
    } else {
        tag = put_tag(h, bytes, HTML_OPEN);
        h->open[h->depth].name = m->name;
        h->open[h->depth++].tag = tag;
    }
    return bytes.len;
}

/* The character references that people write; others stay as they are. */
static const struct {
    const char *name;
    int32_t c;
} references[] = {
    {"amp", '&'},
    {"lt", '<'},
    {"gt", '>'},
    {"quot", '"'},
    {"apos", '\''},
    {"nbsp", 0xa0},
    {"hellip", 0x2026},
    {"ndash", 0x2013},
    {"mdash", 0x2014},
    {"lsquo", 0x2018},
    {"rsquo", 0x2019},
    {"ldquo", 0x201c},
    {"rdquo", 0x201d},
    {"laquo", 0xab},
    {"raquo", 0xbb},
    {"euro", 0x20ac},
    {"iexcl", 0xa1},
    {"iquest", 0xbf},
    {"agrave", 0xe0},
    {"aacute", 0xe1},
    {"acirc", 0xe2},
    {"atilde", 0xe3},
    {"auml", 0xe4},
    {"ccedil", 0xe7},
    {"egrave", 0xe8},
    {"eacute", 0xe9},
    {"ecirc", 0xea},
    {"euml", 0xeb},
    {"iacute", 0xed},
    {"icirc", 0xee},
    {"iuml", 0xef},
    {"ntilde", 0xf1},
    {"oacute", 0xf3},
    {"ocirc", 0xf4},
    {"otilde", 0xf5},
    {"ouml", 0xf6},
    {"ugrave", 0xf9},
    {"uacute", 0xfa},
    {"ucirc", 0xfb},
    {"uuml", 0xfc},
    {"szlig", 0xdf},
    {"Eacute", 0xc9},
    {"Auml", 0xc4},
    {"Ouml", 0xd6},
    {"Uuml", 0xdc},
};

/* The character that the reference names, or -1. */
static int32_t
resolve(struct span name)
{
    bool hex = name.len > 2 && (name.p[1] | 0x20) == 'x';
    int32_t c = 0;

    for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
        if (span_eqz(name, references[i].name))
            return references[i].c;
    }
    if (name.len < 2 || name.p[0] != '#')
        return -1;
    for (size_t i = hex ? 2 : 1; i < name.len; i++) {
        char d = name.p[i], low = (char)(d | 0x20);

        if (d >= '0' && d <= '9')
            c = c * (hex ? 16 : 10) + (d - '0');
        else if (hex && low >= 'a' && low <= 'f')
            c = c * 16 + (low - 'a' + 10);
        else
            return -1;
        if (c > 0x10ffff)
            return -1;
    }
    return c < ' ' || (c >= 0xd800 && c <= 0xdfff) || uni_private(c) ? -1 : c;
}

/* Put the reference at the start of s, which is a "&"; returns its length. */
static size_t
put_reference(struct html *h, struct span s)
{
    size_t n = 1;
    int32_t c;

    while (n < s.len && n < REFERENCE_BYTES_MAX &&
           (uni_word(s.p[n]) || s.p[n] == '#'))
        n++;
    if (n == 1 || n >= s.len || s.p[n] != ';') {
        buf_addc(&h->text, '&');
        return 1;
    }
    c = resolve((struct span){s.p + 1, n - 1});
    if (c > 0)
        put_char(h, c);
    else
        put_tag(h, (struct span){s.p, n + 1}, HTML_SINGLE);
    return n + 1;
}

/* White space with a line break in it is one space. */
static size_t
put_space(struct html *h, struct span s)
{
    bool broken = false;
    size_t n = 0;

    while (n < s.len && uni_space((unsigned char)s.p[n]) &&
           (unsigned char)s.p[n] < 0x80) {
        broken |= s.p[n] == '\n' || s.p[n] == '\r';
        n++;
    }
    if (broken)
        buf_addc(&h->text, ' ');
    else
        buf_add(&h->text, s.p, n);
    return n;
}

static size_t
put_next(struct html *h, struct span s)
{
    struct markup m;
    size_t n;
    int32_t c = uni_at(s, 0, &n);

    if (c == '<' && read_markup(h, s, &m))
        return put_markup(h, s, &m);
    if (c == '&')
        return put_reference(h, s);
    if (c >= 0 && c < 0x80 && uni_space(c))
        return put_space(h, s);
    if (uni_private(c))
        put_tag(h, (struct span){s.p, n}, HTML_SINGLE);
    else
        buf_add(&h->text, s.p, n);
    return n;
}

struct html *
html_new(struct span source, struct err *err)
{
    struct html *h = xcalloc(1, sizeof(*h));
    char *copy = xmalloc(source.len + 1);

    if (source.len > 0)
        memcpy(copy, source.p, source.len);
    h->source = (struct span){copy, source.len};
    h->effort = EFFORT_BYTES;
    for (size_t i = 0; i < source.len && h->n <= HTML_TAGS_MAX;)
        i += put_next(h, from(h->source, i));
    if (h->n > HTML_TAGS_MAX || h->text.len > DOC_BYTES_MAX) {
        err_set(err, FAIL_TOO_LARGE, "more than %d tags, or %d bytes of text",
            HTML_TAGS_MAX, DOC_BYTES_MAX);
        html_free(h);
        return NULL;
    }
    return h;
}

void
html_free(struct html *h)
{
    if (!h)
        return;
    free((char *)h->source.p);
    buf_free(&h->text);
    free(h->tags);
    free(h);
}

struct span
html_text(const struct html *h)
{
    return buf_span(&h->text);
}

static void
put_escaped(int32_t c, struct span bytes, struct buf *out)
{
    switch (c) {
    case '&':
        buf_addz(out, "&amp;");
        break;
    case '<':
        buf_addz(out, "&lt;");
        break;
    case '>':
        buf_addz(out, "&gt;");
        break;
    case 0xa0:
        buf_addz(out, "&nbsp;");
        break;
    default:
        buf_adds(out, bytes);
    }
}

/* The bytes that a stand-in stands for; absent when c is none of ours. */
static struct span
find_tag(const struct html *h, int32_t c)
{
    size_t k = (size_t)(c & ~HTML_KIND_MASK);

    if (c < HTML_OPEN || k >= h->n)
        return (struct span){NULL, 0};
    return (c & HTML_KIND_MASK) == HTML_CLOSE ? h->tags[k].close
                                              : h->tags[k].open;
}

void
html_restore(const struct html *h, struct span translated, struct buf *out)
{
    size_t n;

    /* Line breaks in the text are ours: they divide blocks. */
    for (size_t i = 0; i < translated.len; i += n) {
        int32_t c = uni_at(translated, i, &n);
        struct span tag = find_tag(h, c);

        if (tag.p)
            buf_adds(out, tag);
        else if (c != '\n')
            put_escaped(c, (struct span){translated.p + i, n}, out);
    }
}
