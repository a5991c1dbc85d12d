/* SPDX-License-Identifier: ISC */
#include "text/uni.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

int32_t
uni_at(struct span s, size_t i, size_t *n)
{
    const uint8_t *p = (const uint8_t *)s.p;
    size_t at = i;
    UChar32 c;

    if (i >= s.len) {
        *n = 0;
        return UNI_NONE;
    }
    *n = 1;
    if (p[i] < 0x80)
        return p[i];
    U8_NEXT(p, at, s.len, c);
    if (c < 0)
        return UNI_BAD;
    *n = at - i;
    return c;
}

int32_t
uni_before(struct span s, size_t i)
{
    size_t at = i, n;
    int32_t c;

    if (i == 0)
        return UNI_NONE;
    do {
        at--;
    } while (at > 0 && i - at < UNI_BYTES_MAX && U8_IS_TRAIL(s.p[at]));
    c = uni_at(s, at, &n);
    return at + n == i ? c : UNI_BAD;
}

size_t
uni_bytes_before(struct span s, size_t i)
{
    char bytes[UNI_BYTES_MAX];
    int32_t c = uni_before(s, i);

    return c > 0 ? uni_put(c, bytes) : i > 0;
}

size_t
uni_put(int32_t c, char ret[UNI_BYTES_MAX])
{
    size_t n = 0;

    U8_APPEND_UNSAFE((uint8_t *)ret, n, c);
    return n;
}

static bool
ascii_alpha(int32_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

bool
uni_alpha(int32_t c)
{
    if (c < 0x80)
        return c >= 0 && ascii_alpha(c);
    return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_M_MASK)) != 0 &&
           c != 0xfe0f && c != 0x20e3;
}

bool
uni_word(int32_t c)
{
    return uni_alpha(c) || uni_digit(c) || c == '_';
}

bool
uni_upper(int32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z';
    return u_isupper(c);
}

bool
uni_lower(int32_t c)
{
    if (c < 0x80)
        return c >= 'a' && c <= 'z';
    return u_islower(c);
}

bool
uni_apostrophe(int32_t c)
{
    return c == '\'' || c == 0x2019 || c == 0x2bc;
}

bool
uni_digit(int32_t c)
{
    if (c < 0x80)
        return c >= '0' && c <= '9';
    return u_isdigit(c);
}

bool
uni_space(int32_t c)
{
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r');
    return u_isUWhiteSpace(c);
}

bool
uni_end_mark(int32_t c)
{
    return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0xff01 ||
           c == 0xff1f || c == 0x3002;
}

size_t
uni_end_marks_at(struct span s)
{
    size_t at = s.len;

    while (at > 0 && uni_end_mark(uni_before(s, at)))
        at -= uni_bytes_before(s, at);
    return at;
}

bool
uni_wide(int32_t c)
{
    UErrorCode status = U_ZERO_ERROR;

    if (c < 0x0e00)
        return false;
    switch ((int)uscript_getScript(c, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
        return true;
    default:
        return false;
    }
}

bool
uni_private(int32_t c)
{
    return (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000;
}

bool
uni_control(int32_t c)
{
    if (c < 0x80)
        return c >= 0 && (c < ' ' || c == 0x7f) && !uni_space(c);
    return (U_GET_GC_MASK(c) & (U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CN_MASK)) !=
           0;
}

int32_t
uni_fold(int32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
    return u_tolower(c);
}

int32_t
uni_plain(int32_t c)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *nfd;
    UChar apart[UNI_BYTES_MAX];
    UChar32 first;
    int32_t n;

    if (c < 0xc0)
        return uni_fold(c);
    c = u_tolower(c);
    nfd = unorm2_getNFDInstance(&code);
    if (U_FAILURE(code))
        return c;
    n = unorm2_getDecomposition(nfd, c, apart, UNI_BYTES_MAX, &code);
    if (U_FAILURE(code) || n <= 0)
        return c;
    U16_GET(apart, 0, 0, n, first);
    return first;
}

int32_t
uni_to_upper(int32_t c)
{
    if (c < 0x80)
        return c >= 'a' && c <= 'z' ? c & ~0x20 : c;
    return u_toupper(c);
}

bool
uni_emoji(int32_t c)
{
    return c >= 0x231a && u_hasBinaryProperty(c, UCHAR_EMOJI_PRESENTATION);
}

bool
uni_pictographic(int32_t c)
{
    return c >= 0xa9 && u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC);
}

bool
uni_skin_tone(int32_t c)
{
    return c >= 0x1f3fb && c <= 0x1f3ff;
}

bool
uni_has_alpha(struct span s)
{
    for (size_t i = 0, n; i < s.len; i += n) {
        if (uni_alpha(uni_at(s, i, &n)))
            return true;
    }
    return false;
}

size_t
uni_match(struct span s, struct span word)
{
    size_t i = 0, j = 0, n, m;

    while (j < word.len) {
        int32_t a = uni_at(s, i, &n), b = uni_at(word, j, &m);

        if (a == UNI_NONE || uni_fold(a) != uni_fold(b) ||
            (a == UNI_BAD && s.p[i] != word.p[j]))
            return 0;
        i += n;
        j += m;
    }
    return i;
}
