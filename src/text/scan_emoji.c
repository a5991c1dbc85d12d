/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text/scan.h"
#include "text/uni.h"

enum {
    ZWJ = 0x200d,
    PICTURE = 0xfe0f, /* variation selector 16 */
    KEYCAP = 0x20e3,
    TAG_FIRST = 0xe0020,
    TAG_LAST = 0xe007f,
};

static bool
is_regional(int32_t c)
{
    return c >= 0x1f1e6 && c <= 0x1f1ff;
}

static size_t
keycap(struct span s, size_t i)
{
    size_t k = i + 1, n;

    if (uni_at(s, k, &n) == PICTURE)
        k += n;
    return uni_at(s, k, &n) == KEYCAP ? k + n - i : 0;
}

/* One picture with its selector, skin tone, keycap and tags; 0 when there is
 * none at i. */
static size_t
element(struct span s, size_t i)
{
    size_t n, k = i;
    int32_t c = uni_at(s, i, &n);

    if (!uni_emoji(c) && (!uni_pictographic(c) || c == 0x203c || c == 0x2049))
        return 0;
    k += n;
    while ((c = uni_at(s, k, &n)) == PICTURE || c == KEYCAP ||
           uni_skin_tone(c) || (c >= TAG_FIRST && c <= TAG_LAST))
        k += n;
    return k - i;
}

/* One emoji as Unicode's UTS 51 builds it. */
size_t
scan_emoji(struct span line, size_t i)
{
    size_t n, m, len;
    int32_t c = uni_at(line, i, &n);

    if (c < 0xa9)
        return c > 0 && strchr("0123456789#*", c) ? keycap(line, i) : 0;
    if (is_regional(c))
        return is_regional(uni_at(line, i + n, &m)) ? n + m : n;
    len = element(line, i);
    while (len > 0 && uni_at(line, i + len, &n) == ZWJ) {
        m = element(line, i + len + n);
        if (m == 0)
            break;
        len += n + m;
    }
    return len;
}

static const char *const emoticons[] = {":-)", ":)", ":-(", ":(", ";-)", ";)",
    ":-D", ":D", ":-P", ":P", ":-p", ":p", ":-O", ":O", ":-o", ":o", ":-/",
    ":/", ":-|", ":|", ":'(", ":*", ":3", "=)", "=D", "<3", "</3", "XD", "xD",
    "^^", "^_^", "-_-", "o_O", "O_o", "T_T", ">_<", "\\o/",
    "\xc2\xaf\\_(\xe3\x83\x84)_/\xc2\xaf"};

/* Alone between white space, quotes or brackets, its last character perhaps
 * repeated: ":)))". */
size_t
scan_emoticon(struct span line, size_t i)
{
    struct span rest = {line.p + i, line.len - i};
    int32_t before = uni_before(line, i);
    size_t m;

    if (before != UNI_NONE && !uni_space(before) &&
        (before <= 0 || before >= 0x80 || !strchr("(['\"", before)))
        return 0;
    for (size_t k = 0; k < sizeof(emoticons) / sizeof(emoticons[0]); k++) {
        size_t n = strlen(emoticons[k]);

        if (!span_starts(rest, (struct span){emoticons[k], n}))
            continue;
        while (n < rest.len && rest.p[n] == rest.p[n - 1])
            n++;
        if (n == rest.len || uni_space(uni_at(rest, n, &m)) ||
            strchr(".,!?)]'\"", rest.p[n]))
            return n;
    }
    return 0;
}
