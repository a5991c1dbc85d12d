/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

#include "text/normal_parts.h"
#include "text/uni.h"

/* Letters that look like another script's, by their code points. */
static const struct {
    int32_t other;
    char latin;
} twins[] = {
    {0x0391, 'A'},
    {0x0392, 'B'},
    {0x0395, 'E'},
    {0x0396, 'Z'},
    {0x0397, 'H'},
    {0x0399, 'I'},
    {0x039a, 'K'},
    {0x039c, 'M'},
    {0x039d, 'N'},
    {0x039f, 'O'},
    {0x03a1, 'P'},
    {0x03a4, 'T'},
    {0x03a5, 'Y'},
    {0x03a7, 'X'},
    {0x03b1, 'a'},
    {0x03bd, 'v'},
    {0x03bf, 'o'},
    {0x03c1, 'p'},
    {0x0405, 'S'},
    {0x0406, 'I'},
    {0x0408, 'J'},
    {0x0410, 'A'},
    {0x0412, 'B'},
    {0x0415, 'E'},
    {0x041a, 'K'},
    {0x041c, 'M'},
    {0x041d, 'H'},
    {0x041e, 'O'},
    {0x0420, 'P'},
    {0x0421, 'C'},
    {0x0422, 'T'},
    {0x0425, 'X'},
    {0x0430, 'a'},
    {0x0435, 'e'},
    {0x043e, 'o'},
    {0x0440, 'p'},
    {0x0441, 'c'},
    {0x0443, 'y'},
    {0x0445, 'x'},
    {0x0455, 's'},
    {0x0456, 'i'},
    {0x0458, 'j'},
    {0x04bb, 'h'},
    {0x0501, 'd'},
    {0x051b, 'q'},
    {0x051d, 'w'},
};

/* The mark or letter of which c is another form for the eye; 0 when it is
 * none, -1 when it is nothing to see. */
static int32_t
plain_form(int32_t c, int32_t before, int32_t after)
{
    switch (c) {
    case 0x2018: /* ‘ ’ ʼ ´ ` ′ ＇ */
    case 0x2019:
    case 0x02bc:
    case 0xb4:
    case 0x60:
    case 0x2032:
    case 0xff07:
        return uni_alpha(before) || uni_alpha(after) ? '\'' : 0;
    case 0x201c: /* “ ” „ ‟ ″ ＂ */
    case 0x201d:
    case 0x201e:
    case 0x201f:
    case 0x2033:
    case 0xff02:
        return '"';
    case 0x200b: /* zero width, soft hyphen, word joiner, byte order mark */
    case 0xad:
    case 0x2060:
    case 0xfeff:
        return -1;
    case 0x200c: /* joiners mean something in other scripts */
    case 0x200d:
        return before < 0x250 ? -1 : 0;
    default:
        return 0;
    }
}

/* Is c one of the letters that came for looks: fullwidth, mathematical,
 * enclosed, superscript, ligatures?  Of other compatible characters, such as
 * half-width Katakana, engines know more than of their parts. */
static bool
is_styled(int32_t c)
{
    return (c >= 0xff01 && c <= 0xff5e) || (c >= 0x1d400 && c <= 0x1d7ff) ||
           (c >= 0x24b6 && c <= 0x24e9) || (c >= 0xfb00 && c <= 0xfb06) ||
           (c >= 0x2100 && c <= 0x214f && c != 0x2122 && c != 0x2116 &&
               c != 0x2120 && c != 0x2103 && c != 0x2109) ||
           (c >= 0x1d2c && c <= 0x1d6a);
}

static bool
is_wide_lang(struct span lang)
{
    return span_eqz(lang, "ja") || span_eqz(lang, "zh") || span_eqz(lang, "ko");
}

static void
add_code_point(struct buf *out, int32_t c)
{
    char bytes[UNI_BYTES_MAX];

    buf_add(out, bytes, uni_put(c, bytes));
}

/* What the styled character stands for. */
static void
add_unstyled(struct buf *out, int32_t c)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&status);
    UChar units[8];
    int32_t n = U_SUCCESS(status)
                    ? unorm2_getDecomposition(nfkc, c, units, 8, &status)
                    : -1;

    if (U_FAILURE(status) || n < 1) {
        add_code_point(out, c);
        return;
    }
    for (int32_t i = 0, d; i < n;) {
        U16_NEXT(units, i, n, d);
        add_code_point(out, d);
    }
}

static char
twin_of(int32_t c)
{
    for (size_t k = 0; k < sizeof(twins) / sizeof(twins[0]); k++) {
        if (twins[k].other == c)
            return twins[k].latin;
    }
    return 0;
}

/* Make the word at out->p[at] one of Latin letters, when it is mixed of those
 * and their twins. */
static void
unmix(struct buf *out, size_t at)
{
    struct span word = {out->p + at, out->len - at};
    size_t latin = 0, others = 0, n, len = 0;
    char plain[WORD_KEY_BYTES];

    for (size_t i = 0; i < word.len; i += n) {
        int32_t c = uni_at(word, i, &n);
        char twin = twin_of(c);

        if (len == sizeof(plain) || (c >= 0x250 && !twin) || c < 0)
            return;
        latin += c < 0x250 && uni_alpha(c);
        others += twin != 0;
        if (twin)
            plain[len++] = twin;
        else if (len + n <= sizeof(plain))
            len += uni_put(c, plain + len);
        else
            return;
    }
    if (latin == 0 || others == 0)
        return;
    out->len = at;
    buf_add(out, plain, len);
}

/* "e" and an accent behind it are one letter. */
static bool
compose(struct buf *out, int32_t c)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
    int32_t last = uni_before(buf_span(out), out->len), both;
    char bytes[UNI_BYTES_MAX];

    if (U_FAILURE(status) || last < 0)
        return false;
    both = unorm2_composePair(nfc, last, c);
    if (both < 0)
        return false;
    out->len -= uni_put(last, bytes);
    add_code_point(out, both);
    return true;
}

/* A comma or a final mark between two letters had a space forgotten behind it. */
static bool
lacks_space(int32_t before, int32_t mark, int32_t after)
{
    return (mark == ',' || mark == ';' || mark == '!' || mark == '?' ||
               mark == 0x2026) &&
           uni_alpha(before) && uni_alpha(after);
}

void
normal_chars(struct span text, struct span lang, struct buf *out)
{
    size_t start = out->len, word = out->len, n, m;

    for (size_t i = 0; i < text.len; i += n) {
        int32_t c = uni_at(text, i, &n), plain;

        if (c < 0x80 && c != '`') {
            plain = c;
        } else {
            plain = plain_form(c, uni_before(text, i), uni_at(text, i + n, &m));
            plain = plain ? plain : c;
        }
        if (plain < 0)
            continue;
        if (!uni_word(plain))
            unmix(out, word);
        if (plain >= 0x300 && plain < 0x370 && out->len > start &&
            compose(out, plain))
            continue;
        if (is_styled(plain) && !(is_wide_lang(lang) && plain >= 0xff00))
            add_unstyled(out, plain);
        else
            add_code_point(out, plain);
        if (lacks_space(uni_before(text, i), plain, uni_at(text, i + n, &m)))
            buf_addc(out, ' ');
        if (!uni_word(plain))
            word = out->len;
    }
    unmix(out, word);
}
