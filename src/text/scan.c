/* SPDX-License-Identifier: ISC */
#include "text/scan.h"

#include <string.h>

#include "text/uni.h"

static bool
hit(struct scan_hit *ret, enum scan_kind kind, enum scan_role role, size_t len)
{
    *ret = (struct scan_hit){kind, role, len};
    return len > 0;
}

size_t
scan_shorthand(struct span line, size_t i)
{
    static const char words[] =
        " 2day 2m1 2moro 2morrow 2mrw 2night 2nite 4ever 4get a2m1 any1 b4 c6 "
        "cul8r every1 g2g gn8 gr8 h8 l8 l8r m8 mr6 n8 no1 qq1 salu2 sk8 some1 "
        "str8 sum1 to2 w8 ";
    enum { LONGEST = 10 };
    char key[LONGEST + 2] = " ";
    size_t len = 0, n;

    if (uni_word(uni_before(line, i)))
        return 0;
    while (i + len < line.len && len < LONGEST &&
           uni_word((unsigned char)line.p[i + len])) {
        key[len + 1] = (char)uni_fold((unsigned char)line.p[i + len]);
        len++;
    }
    key[len + 1] = ' ';
    return len < LONGEST && !uni_word(uni_at(line, i + len, &n)) &&
                   memmem(words, sizeof(words) - 1, key, len + 2)
               ? len
               : 0;
}

/* A word begins at i.  Most words hold nothing that the slow scanners look
 * for, and are let through after one look at their end. */
static bool
scan_word(struct span line, size_t i, struct scan_hit *ret)
{
    size_t end = i, n;
    enum scan_kind kind;
    bool plain = true;

    while (plain && end < line.len) {
        unsigned char c = (unsigned char)line.p[end];

        if (c >= 0x80 || (c >= '0' && c <= '9') || c == '_' ||
            (end > i && c >= 'A' && c <= 'Z'))
            plain = false;
        else if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
            break;
        end++;
    }
    if (i > 0 && (n = scan_secret(line, i)))
        return hit(ret, SCAN_PLACEHOLDER, ROLE_WORD, n);
    if (plain &&
        (end == line.len || !strchr(".@:/+%-(\\$#&=^~|* ", line.p[end])))
        return false;
    if ((n = scan_keys(line, i)))
        return hit(ret, SCAN_PLACEHOLDER, ROLE_WORD, n);
    if (plain && line.p[end] == ' ')
        return false;

    if (scan_shorthand(line, i))
        return false;
    if ((n = scan_link(line, i)))
        return hit(ret, SCAN_LINK, ROLE_WORD, n);
    if ((n = scan_email(line, i)))
        return hit(ret, SCAN_EMAIL, ROLE_WORD, n);
    if ((n = scan_domain(line, i)) || (n = scan_path(line, i)))
        return hit(ret, SCAN_LINK, ROLE_WORD, n);
    if ((n = scan_code(line, i, &kind)))
        return hit(ret, kind, ROLE_WORD, n);
    if ((n = scan_number(line, i)))
        return hit(ret, SCAN_NUMBER, ROLE_WORD, n);
    if ((n = scan_emoticon(line, i)))
        return hit(ret, SCAN_EMOJI, ROLE_GAP, n);
    return hit(ret, SCAN_PLACEHOLDER, ROLE_WORD, scan_identifier(line, i));
}

static bool
scan_ascii(struct span line, size_t i, struct scan_hit *ret)
{
    enum scan_role role = ROLE_GAP;
    size_t n;

    if ((n = scan_divider(line, i)))
        return hit(ret, SCAN_ITEM, ROLE_GAP, n);
    switch (line.p[i]) {
    case '@':
        if ((n = scan_stream(line, i)))
            return hit(ret, SCAN_MENTION, ROLE_WORD, n);
        return hit(ret, SCAN_MENTION, ROLE_WORD, scan_mention(line, i));
    case '#':
        if ((n = scan_emoji(line, i)))
            return hit(ret, SCAN_EMOJI, ROLE_GAP, n);
        if ((n = scan_stream(line, i)))
            return hit(ret, SCAN_TAG, ROLE_WORD, n);
        return hit(ret, SCAN_TAG, ROLE_WORD, scan_tag(line, i));
    case '{':
        return hit(ret, SCAN_PLACEHOLDER, ROLE_WORD, scan_placeholder(line, i));
    case '%':
        if ((n = scan_variable(line, i)))
            return hit(ret, SCAN_PLACEHOLDER, ROLE_WORD, n);
        return hit(ret, SCAN_PLACEHOLDER, ROLE_WORD, scan_placeholder(line, i));
    case '<':
        n = scan_element(line, i, &role);
        if (n)
            return hit(
                ret, role == ROLE_WORD ? SCAN_PLACEHOLDER : SCAN_MARK, role, n);
        break;
    case '/':
    case '~':
    case '.':
        if ((n = scan_path(line, i)))
            return hit(ret, SCAN_LINK, ROLE_WORD, n);
        break;
    case '$':
        if ((n = scan_placeholder(line, i)))
            return hit(ret, SCAN_PLACEHOLDER, ROLE_WORD, n);
        break;
    case '*':
        if ((n = scan_emoji(line, i)))
            return hit(ret, SCAN_EMOJI, ROLE_GAP, n);
        break;
    case ':':
        if ((n = scan_shortcode(line, i)))
            return hit(ret, SCAN_EMOJI, ROLE_GAP, n);
        if ((n = scan_parameter(line, i)))
            return hit(ret, SCAN_PLACEHOLDER, ROLE_WORD, n);
        break;
    case '-':
        if ((n = scan_flag(line, i)))
            return hit(ret, SCAN_PLACEHOLDER, ROLE_WORD, n);
        break;
    case '\\':
        if ((n = scan_share(line, i)))
            return hit(ret, SCAN_LINK, ROLE_WORD, n);
        break;
    default:
        break;
    }
    if (strchr("+-($", line.p[i]) && (n = scan_number(line, i)))
        return hit(ret, SCAN_NUMBER, ROLE_WORD, n);
    if (strchr(":;<=^-\\>", line.p[i]) && (n = scan_emoticon(line, i)))
        return hit(ret, SCAN_EMOJI, ROLE_GAP, n);
    return false;
}

/* Invisible characters that belong to the word around them: joiners of Indic
 * and Persian words, soft hyphens. */
static bool
is_joiner(struct span line, size_t i, int32_t c, size_t n)
{
    size_t m;

    return (c == 0x200c || c == 0x200d || c == 0xad || c == 0x2060) &&
           uni_alpha(uni_before(line, i)) && uni_alpha(uni_at(line, i + n, &m));
}

static bool
scan_other(struct span line, size_t i, struct scan_hit *ret)
{
    size_t n, len;
    int32_t c = uni_at(line, i, &n);

    if ((len = scan_divider(line, i)))
        return hit(ret, SCAN_ITEM, ROLE_GAP, len);
    if (c == UNI_BAD || uni_private(c) || c == 0xfe0f || c == 0xfffc)
        return hit(ret, SCAN_OTHER, ROLE_GAP, n);
    if ((len = scan_emoji(line, i)) || (len = scan_emoticon(line, i)))
        return hit(ret, SCAN_EMOJI, ROLE_GAP, len);
    if (uni_control(c) && !is_joiner(line, i, c, n))
        return hit(ret, SCAN_OTHER, ROLE_GAP, n);
    if ((len = scan_number(line, i)))
        return hit(ret, SCAN_NUMBER, ROLE_WORD, len);
    if (uni_word(c) && !uni_word(uni_before(line, i)))
        return scan_word(line, i, ret);
    return false;
}

/* White space that an engine may not keep: anything but one space, or one
 * no-break space (which has a meaning in the grammar of some languages). */
static size_t
scan_space(struct span line, size_t i)
{
    size_t n = i;

    while (n < line.len && (line.p[n] == ' ' || line.p[n] == '\t'))
        n++;
    return n - i > 1 || line.p[i] == '\t' ? n - i : 0;
}

bool
scan_at(struct span line, size_t i, struct scan_hit *ret)
{
    unsigned char c = (unsigned char)line.p[i];
    size_t n;

    if (c == ' ' || c == '\t')
        return hit(ret, SCAN_SPACE, ROLE_GAP, scan_space(line, i));
    if (c >= 0x80)
        return scan_other(line, i, ret);
    if (c < ' ' || c == 0x7f)
        return hit(ret, SCAN_OTHER, ROLE_GAP, 1);
    if (c >= '0' && c <= '9' && (n = scan_emoji(line, i)))
        return hit(ret, SCAN_EMOJI, ROLE_GAP, n);
    if (uni_word(c))
        return !uni_word(uni_before(line, i)) && scan_word(line, i, ret);
    return scan_ascii(line, i, ret);
}
