/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "text/scan.h"
#include "text/uni.h"

/* What people write in a chat that is no word of theirs: passwords, gamer tags,
 * keys, variables, flags of programs. */
enum {
    CODE_BYTES_MAX = 256,
    INITIALS_MAX = 4, /* on either side of "R&D" */
    KEYS_MAX = 6, /* pressed together */
    KEY_NAME_BYTES_MAX = 9,
    CURRENCY_LETTERS_MAX = 3, /* "US$20" */
};

static bool
is_letter(char c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c & 0x80);
}

static bool
is_figure(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool
is_alnum(char c)
{
    return is_letter(c) || is_figure(c);
}

/* What a token is made of. */
struct look {
    size_t letters, digits;
    bool small; /* it has small letters */
    char symbol; /* the first that stands between letters or digits */
    size_t at; /* where */
};

static struct look
look_at(struct span t)
{
    struct look l = {.symbol = 0};

    for (size_t k = 0; k < t.len; k++) {
        l.letters += is_letter(t.p[k]);
        l.digits += is_figure(t.p[k]);
        l.small |= (t.p[k] >= 'a' && t.p[k] <= 'z') || (t.p[k] & 0x80);
        if (!l.symbol && k > 0 && k + 1 < t.len && !is_alnum(t.p[k]) &&
            strchr("$#&=^~|\\@%+-.", t.p[k])) {
            l.symbol = t.p[k];
            l.at = k;
        }
    }
    return l;
}

/* "R&D", "AT&T": capitals, and few on either side. */
static bool
are_initials(struct span t, const struct look *l)
{
    size_t behind = t.len - l->at - 1;

    if (behind > 1 && t.p[t.len - 1] == 's') /* "M&Ms" */
        behind--;
    for (size_t k = 0; k < l->at + 1 + behind; k++)
        if (t.p[k] >= 'a' && t.p[k] <= 'z')
            return false;
    return l->at <= INITIALS_MAX && behind <= INITIALS_MAX;
}

static bool
is_code(struct span t, const struct look *l)
{
    bool mixed = l->letters > 0 && l->digits > 0;

    switch (l->symbol) {
    case '$':
    case '#':
        return l->letters > 0;
    case '&':
        return mixed || are_initials(t, l);
    case '=':
    case '\\':
        return l->letters > 0;
    case '@':
    case '^':
    case '~':
    case '|':
    case '%':
    case '+':
        return mixed;
    case '.': /* "ann.b7", not "v1.2" or "ok.2" */
        return mixed && is_letter(t.p[l->at - 1]) &&
               is_letter(t.p[l->at + 1]) && !is_capital(t.p[l->at + 1]);
    case '-':
        return mixed && !l->small && is_letter(t.p[0]);
    default:
        return false;
    }
}

/* "C#", "C++", "notepad++" */
static size_t
plus_plus(struct span t)
{
    size_t n = 0;

    while (n < t.len && is_alnum(t.p[n]))
        n++;
    if (n == 1 && n + 1 == t.len && t.p[n] == '#')
        return t.len;
    return n > 0 && n + 2 == t.len && t.p[n] == '+' && t.p[n + 1] == '+' ? t.len
                                                                         : 0;
}

/* "US$20", "R$50": the number with its currency is a number. */
static bool
is_price(struct span t, const struct look *l)
{
    return l->symbol == '$' && l->at == l->letters && !l->small &&
           l->letters <= CURRENCY_LETTERS_MAX && is_figure(t.p[l->at + 1]);
}

size_t
scan_code(struct span line, size_t i, enum scan_kind *kind)
{
    struct span t = scan_token(line, i);
    struct look l = look_at(t);
    size_t n = plus_plus(t);

    *kind = SCAN_PLACEHOLDER;
    if (n > 0)
        return n;
    if (!is_code(t, &l))
        return 0;
    if (is_price(t, &l))
        *kind = SCAN_NUMBER;
    return t.len;
}

/* ---- keys ---- */

static bool
is_key_name(struct span s)
{
    static const char *const names[] = {"ctrl", "control", "alt", "altgr",
        "shift", "cmd", "command", "win", "windows", "super", "meta", "option",
        "fn", "strg", "umschalt", "maj", "may\xc3\xbas", "esc"};

    for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
        if (strlen(names[k]) == s.len && strncasecmp(s.p, names[k], s.len) == 0)
            return true;
    return false;
}

static struct span
key_at(struct span line, size_t i)
{
    struct span key = {line.p + i, 0};

    while (i + key.len < line.len && is_alnum(key.p[key.len]) &&
           key.len <= KEY_NAME_BYTES_MAX)
        key.len++;
    return key;
}

/* The join between two keys, with the spaces around it. */
static size_t
key_join(struct span line, size_t i, bool *plus)
{
    size_t n = 0;

    while (i + n < line.len && line.p[i + n] == ' ')
        n++;
    if (i + n >= line.len || (line.p[i + n] != '+' && line.p[i + n] != '-') ||
        (line.p[i + n] == '-' && n > 0))
        return 0;
    *plus = line.p[i + n++] == '+';
    while (*plus && i + n < line.len && line.p[i + n] == ' ')
        n++;
    return n;
}

/* "Ctrl+C", "Alt-F4", "Ctrl + Shift + T" */
size_t
scan_keys(struct span line, size_t i)
{
    struct span key = key_at(line, i);
    size_t end = i + key.len, n;
    bool plus;

    if (!is_key_name(key))
        return 0;
    for (int k = 1; k < KEYS_MAX; k++) {
        n = key_join(line, end, &plus);
        key = key_at(line, end + n);
        if (n == 0 || key.len == 0 || key.len > KEY_NAME_BYTES_MAX)
            break;
        if (key.len > 1 && !plus && !is_key_name(key) && !is_figure(key.p[1]))
            break; /* "shift-work" */
        end += n + key.len;
    }
    return end > i + key_at(line, i).len ? end - i : 0;
}

/* ---- what begins with a symbol ---- */

static size_t
name_len(struct span line, size_t i, const char *joins)
{
    size_t n = 0;

    while (i + n < line.len &&
           ((is_alnum(line.p[i + n]) && !(line.p[i + n] & 0x80)) ||
               (line.p[i + n] && strchr(joins, line.p[i + n]))))
        n++;
    return n;
}

/* "%PATH%" */
size_t
scan_variable(struct span line, size_t i)
{
    size_t n = name_len(line, i + 1, "_");

    return n > 1 && is_letter(line.p[i + 1]) && i + 1 + n < line.len &&
                   line.p[i + 1 + n] == '%'
               ? n + 2
               : 0;
}

/* ":name", as in routes and queries */
size_t
scan_parameter(struct span line, size_t i)
{
    int32_t before = uni_before(line, i);
    size_t n = name_len(line, i + 1, "_"), m;

    if ((before != UNI_NONE && before != ' ' && before != '/' &&
            before != '(') ||
        n < 3)
        return 0;
    for (size_t k = 1; k <= n; k++)
        if (line.p[i + k] >= 'A' && line.p[i + k] <= 'Z')
            return 0;
    if (!is_letter(line.p[i + 1]) || uni_word(uni_at(line, i + 1 + n, &m)))
        return 0;
    return n + 1;
}

/* "--force", "--output=out.txt" */
size_t
scan_flag(struct span line, size_t i)
{
    int32_t before = uni_before(line, i);
    size_t n;

    if ((before != UNI_NONE && before != ' ' && before != '(') ||
        i + 3 >= line.len || line.p[i + 1] != '-' || !is_letter(line.p[i + 2]))
        return 0;
    n = 2 + name_len(line, i + 2, "-_");
    if (i + n < line.len && line.p[i + n] == '=')
        n = scan_token(line, i).len;
    while (line.p[i + n - 1] == '-')
        n--;
    return n;
}

/* "#**channel>topic**", "@**Full Name**" of Zulip */
size_t
scan_stream(struct span line, size_t i)
{
    struct span rest = {line.p + i, line.len - i};
    size_t open = 1 + (rest.len > 1 && rest.p[1] == '_');
    const char *end;

    if (rest.len < open + 5 || memcmp(rest.p + open, "**", 2) != 0 ||
        rest.p[open + 2] == ' ')
        return 0;
    end = memmem(rest.p + open + 3, rest.len - open - 3, "**", 2);
    if (!end || end - rest.p > CODE_BYTES_MAX)
        return 0;
    return (size_t)(end - rest.p) + 2;
}

/* "\\server\share" */
size_t
scan_share(struct span line, size_t i)
{
    int32_t before = uni_before(line, i);
    size_t n;

    if ((before != UNI_NONE && before != ' ' && before != '(') ||
        i + 4 >= line.len || line.p[i + 1] != '\\' || !is_alnum(line.p[i + 2]))
        return 0;
    n = 2 + name_len(line, i + 2, "\\._-$");
    return memchr(line.p + i + 2, '\\', n - 2) ? n : 0;
}

/* ---- lists ---- */

size_t
scan_divider(struct span line, size_t i)
{
    static const char *const alone[] = {"\u2022", "\u2023", "\u25e6", "\u25aa",
        "\u25cf", "\u2192", "\u21d2", "\u27a1", "\u279c", "\u2794"};
    static const char *const spaced[] = {
        "|", "/", "->", "=>", "-->", ">", "\u00b7"};
    struct span rest = {line.p + i, line.len - i};
    bool space = i > 0 && line.p[i - 1] == ' ';
    size_t n;

    for (size_t k = 0; k < sizeof(alone) / sizeof(alone[0]); k++)
        if (span_starts(rest, span_of(alone[k]))) {
            n = strlen(alone[k]);
            return n + (span_starts((struct span){rest.p + n, rest.len - n},
                            SPAN("\ufe0f"))
                               ? 3
                               : 0);
        }
    for (size_t k = 0; space && k < sizeof(spaced) / sizeof(spaced[0]); k++) {
        n = strlen(spaced[k]);
        if (span_starts(rest, span_of(spaced[k])) && n + 1 < rest.len &&
            rest.p[n] == ' ')
            return n;
    }
    return 0;
}
