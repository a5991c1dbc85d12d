/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text/scan.h"
#include "text/uni.h"

enum {
    SHORTCODE_BYTES_MAX = 64,
    ELEMENT_BYTES_MAX = 1024,
    PLACEHOLDER_BYTES_MAX = 64,
};

/* Does a word go on at i?  Scripts without spaces have no such thing. */
static bool
inside_word(struct span s, size_t i)
{
    int32_t before = uni_before(s, i);

    return uni_word(before) && !uni_wide(before);
}

/* The end of a name at i: word characters, and inside it those of joins.  A
 * Latin name ends where a script without spaces begins. */
static size_t
name_end(struct span s, size_t i, const char *joins)
{
    size_t end = i, n;
    bool wide = uni_wide(uni_at(s, i, &n));

    for (; i < s.len; i += n) {
        int32_t c = uni_at(s, i, &n);

        if (uni_word(c) && (wide || !uni_wide(c)))
            end = i + n;
        else if (c <= 0 || c >= 0x80 || !strchr(joins, c))
            break;
    }
    return end;
}

size_t
scan_mention(struct span line, size_t i)
{
    size_t n, end, host;

    if (inside_word(line, i) || !uni_word(uni_at(line, i + 1, &n)))
        return 0;
    end = name_end(line, i + 1, ".-");
    if (end < line.len && line.p[end] == '@') { /* @user@host.example */
        host = name_end(line, end + 1, ".-");
        if (host > end + 1)
            end = host;
    }
    return end - i;
}

size_t
scan_tag(struct span line, size_t i)
{
    int32_t before = uni_before(line, i);
    size_t end;

    if (inside_word(line, i) || before == '#' || before == '&')
        return 0;
    end = name_end(line, i + 1, "-");
    return end > i + 1 ? end - i : 0;
}

/* A letter that makes the word at its start no word of a language. */
static bool
is_odd(const char *p, size_t i)
{
    bool camel = i > 0 && p[0] >= 'a' && p[0] <= 'z' && uni_upper(p[i]);

    return p[i] == '_' || (p[i] >= '0' && p[i] <= '9') || camel;
}

/* snake_case, camelCase, h264, v1.2.3, call(), my_file.tar.gz */
size_t
scan_identifier(struct span line, size_t i)
{
    struct span s = {line.p + i, line.len - i};
    size_t end = 0, odd = 0, n;

    while (end < s.len) {
        unsigned char c = (unsigned char)s.p[end];

        if (c >= 0x80)
            return 0;
        if (c == '.' && end > 0 && uni_digit(s.p[end - 1]) &&
            uni_digit(uni_at(s, end + 1, &n))) {
            end++;
            continue;
        }
        if (!uni_word(c))
            break;
        odd += is_odd(s.p, end++);
    }
    if (end > 0 &&
        span_starts((struct span){s.p + end, s.len - end}, SPAN("()")))
        return end + 2;
    while (end > 0 && s.p[end - 1] == '_') {
        end--;
        odd--;
    }
    /* Digits first are a number's business. */
    if (uni_digit(s.p[0]) && !memchr(s.p, '_', end))
        return 0;
    return odd > 0 ? end + scan_ending(line, i + end) : 0;
}

size_t
scan_shortcode(struct span line, size_t i)
{
    bool named = false;
    size_t end = i + 1, n;

    if (uni_word(uni_before(line, i)))
        return 0;
    for (; end < line.len && end - i < SHORTCODE_BYTES_MAX; end++) {
        char c = line.p[end];

        named |= (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        if (!((unsigned char)c < 0x80 && uni_word(c)) && c != '+' && c != '-')
            break;
    }
    if (end >= line.len || line.p[end] != ':' || end < i + 3)
        return 0;
    if (!named && line.p[i + 1] != '+' && line.p[i + 1] != '-' && end - i != 4)
        return 0;
    return uni_word(uni_at(line, end + 1, &n)) ? 0 : end + 1 - i;
}

/* From '{' to its '}', without a line break; 0 if it does not close. */
static size_t
braces(struct span s, size_t i)
{
    size_t depth = 0;

    for (size_t k = i; k < s.len && k - i < PLACEHOLDER_BYTES_MAX; k++) {
        if (s.p[k] == '{')
            depth++;
        else if (s.p[k] == '}' && --depth == 0)
            return k + 1 - i;
    }
    return 0;
}

/* {0} {name} {{ name }} {user.name:>10} but not {a sentence in braces} */
static size_t
scan_braces(struct span line, size_t i)
{
    size_t n = braces(line, i);
    struct span in;

    if (n < 3)
        return 0;
    in = (struct span){line.p + i + 1, n - 2};
    if (in.p[0] == '{')
        return n;
    return memchr(in.p, ' ', in.len) ? 0 : n;
}

/* %s %1$s %-5.2f %(name)s %% */
static size_t
scan_percent(struct span line, size_t i)
{
    size_t k = i + 1, n;

    if (uni_word(uni_before(line, i)))
        return 0;
    if (k < line.len && line.p[k] == '%')
        return 2;
    if (k < line.len && line.p[k] == '(') {
        while (k < line.len && k - i < PLACEHOLDER_BYTES_MAX &&
               line.p[k] != ')' && line.p[k] != ' ')
            k++;
        if (k >= line.len || line.p[k++] != ')')
            return 0;
    }
    while (k < line.len && line.p[k] && strchr("0123456789$.+-#*'", line.p[k]))
        k++;
    while (k < line.len && line.p[k] && strchr("hlqjzt", line.p[k]))
        k++;
    if (k >= line.len || !line.p[k] || !strchr("sdiufxXcgeEGop@", line.p[k]))
        return 0;
    return uni_word(uni_at(line, k + 1, &n)) ? 0 : k + 1 - i;
}

size_t
scan_placeholder(struct span line, size_t i)
{
    size_t end = i + 1;

    if (line.p[i] == '{')
        return scan_braces(line, i);
    if (line.p[i] == '%')
        return scan_percent(line, i);
    if (end < line.len && line.p[end] == '{') {
        end = scan_braces(line, end);
        return end ? end + 1 : 0;
    }
    if (uni_word(uni_before(line, i)) || end >= line.len ||
        uni_digit(line.p[end]))
        return 0;
    while (end < line.len && line.p[end] > 0 && uni_word(line.p[end]))
        end++;
    return end > i + 1 ? end - i : 0;
}

/* Elements that say how text looks: they are around words, not one of them.
 * Sorted. */
static bool
is_html(struct span name)
{
    static const char *const names[] = {"a", "b", "big", "blockquote", "br",
        "code", "dd", "del", "div", "dl", "dt", "em", "font", "h1", "h2", "h3",
        "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol",
        "p", "pre", "q", "s", "small", "span", "strike", "strong", "sub", "sup",
        "table", "tbody", "td", "th", "thead", "tr", "tt", "u", "ul"};

    for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
        if (strlen(names[k]) == name.len &&
            strncasecmp(name.p, names[k], name.len) == 0)
            return true;
    }
    return false;
}

size_t
scan_element(struct span line, size_t i, enum scan_role *role)
{
    size_t name = i + 1, end, k;

    if (name < line.len && line.p[name] == '/')
        name++;
    if (name >= line.len ||
        !(uni_alpha(line.p[name]) || strchr("@#:!", line.p[name])) ||
        !line.p[name])
        return 0;
    for (end = name; end < line.len && uni_word(line.p[end]); end++)
        ;
    for (k = name; k < line.len && line.p[k] != '>'; k++) {
        if (line.p[k] == '<' || k - i > ELEMENT_BYTES_MAX)
            return 0;
    }
    if (k >= line.len)
        return 0;
    *role = is_html((struct span){line.p + name, end - name}) ? ROLE_GAP
                                                              : ROLE_WORD;
    return k + 1 - i;
}
