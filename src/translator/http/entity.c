/* SPDX-License-Identifier: ISC */
#include "translator/http/entity.h"

#include <string.h>

enum {
    NAME_LEN_MAX = 8,
    DIGITS_MAX = 7,
    CHAR_MAX = 0x10ffff,
    NBSP = 0xa0,
    LATIN1_FIRST = 0xa0,
};

/* U+00A0 to U+00FF. */
static const char *const latin1[] = {"nbsp", "iexcl", "cent", "pound", "curren",
    "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo", "not", "shy",
    "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para",
    "middot", "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34",
    "iquest", "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig",
    "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute", "Icirc",
    "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml",
    "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN",
    "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig",
    "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc",
    "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml",
    "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn",
    "yuml"};

static const struct {
    const char *name;
    uint32_t c;
} others[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'},
    {"apos", '\''}, {"OElig", 0x152}, {"oelig", 0x153}, {"Scaron", 0x160},
    {"scaron", 0x161}, {"Yuml", 0x178}, {"fnof", 0x192}, {"circ", 0x2c6},
    {"tilde", 0x2dc}, {"ndash", 0x2013}, {"mdash", 0x2014}, {"lsquo", 0x2018},
    {"rsquo", 0x2019}, {"sbquo", 0x201a}, {"ldquo", 0x201c}, {"rdquo", 0x201d},
    {"bdquo", 0x201e}, {"dagger", 0x2020}, {"Dagger", 0x2021}, {"bull", 0x2022},
    {"hellip", 0x2026}, {"permil", 0x2030}, {"prime", 0x2032},
    {"Prime", 0x2033}, {"lsaquo", 0x2039}, {"rsaquo", 0x203a}, {"euro", 0x20ac},
    {"trade", 0x2122}, {"larr", 0x2190}, {"uarr", 0x2191}, {"rarr", 0x2192},
    {"darr", 0x2193}, {"minus", 0x2212}, {"infin", 0x221e}, {"ne", 0x2260},
    {"le", 0x2264}, {"ge", 0x2265}};

/* Names are case-sensitive: "Eacute" is another letter than "eacute". */
static uint32_t
named(struct span name)
{
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (span_eqz(name, others[i].name))
            return others[i].c;
    for (size_t i = 0; i < sizeof(latin1) / sizeof(latin1[0]); i++)
        if (span_eqz(name, latin1[i]))
            return LATIN1_FIRST + (uint32_t)i;
    return 0;
}

static int
digit_of(char c, int base)
{
    int v = -1;

    if (c >= '0' && c <= '9')
        v = c - '0';
    else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        v = (c | 0x20) - 'a' + 10;
    return v < base ? v : -1;
}

/* Controls, surrogates and what lies beyond are left as they are written. */
static uint32_t
numbered(struct span digits)
{
    int base = 10;
    uint32_t c = 0;

    if (digits.len && (digits.p[0] | 0x20) == 'x') {
        base = 16;
        digits.p++;
        digits.len--;
    }
    if (digits.len == 0 || digits.len > DIGITS_MAX)
        return 0;
    for (size_t i = 0; i < digits.len; i++) {
        int v = digit_of(digits.p[i], base);
        if (v < 0)
            return 0;
        c = c * (uint32_t)base + (uint32_t)v;
    }
    if (c < ' ' || (c >= 0x7f && c < NBSP) || (c >= 0xd800 && c < 0xe000) ||
        c > CHAR_MAX)
        return 0;
    return c;
}

static bool
is_name_char(char c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9') ||
           c == '#';
}

uint32_t
entity_at(struct span html, size_t i, size_t *len)
{
    struct span name = {html.p + i + 1, 0};
    size_t left = html.len - i - 1;
    uint32_t c;

    if (html.p[i] != '&')
        return 0;
    while (name.len < left && name.len <= NAME_LEN_MAX + 2 &&
           is_name_char(name.p[name.len]))
        name.len++;
    if (name.len >= left || name.p[name.len] != ';' || name.len == 0)
        return 0;
    c = name.p[0] == '#' ? numbered((struct span){name.p + 1, name.len - 1})
                         : named(name);
    *len = name.len + 2;
    return c;
}

void
entity_put_char(struct buf *b, uint32_t c)
{
    if (c < 0x80) {
        buf_addc(b, (char)c);
    } else if (c < 0x800) {
        buf_addc(b, (char)(0xc0 | c >> 6));
        buf_addc(b, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        buf_addc(b, (char)(0xe0 | c >> 12));
        buf_addc(b, (char)(0x80 | (c >> 6 & 0x3f)));
        buf_addc(b, (char)(0x80 | (c & 0x3f)));
    } else {
        buf_addc(b, (char)(0xf0 | c >> 18));
        buf_addc(b, (char)(0x80 | (c >> 12 & 0x3f)));
        buf_addc(b, (char)(0x80 | (c >> 6 & 0x3f)));
        buf_addc(b, (char)(0x80 | (c & 0x3f)));
    }
}

void
entity_put_text(struct buf *b, struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] == '&')
            buf_addz(b, "&amp;");
        else if (text.p[i] == '<')
            buf_addz(b, "&lt;");
        else if (text.p[i] == '>')
            buf_addz(b, "&gt;");
        else if (text.p[i] == '\xc2' && i + 1 < text.len &&
                 text.p[i + 1] == '\xa0')
            i++, buf_addz(b, "&nbsp;");
        else
            buf_addc(b, text.p[i]);
    }
}
