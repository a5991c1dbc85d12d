/* SPDX-License-Identifier: ISC */
#include "text/roman.h"

#include <string.h>

#include "text/uni.h"

static const struct {
    int value;
    const char *letters;
} steps[] = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"},
    {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"},
    {4, "IV"}, {1, "I"}};

enum { N_STEPS = sizeof(steps) / sizeof(steps[0]) };

void
roman_write(int n, char ret[ROMAN_BYTES_MAX])
{
    size_t len = 0;

    for (size_t k = 0; k < N_STEPS; k++)
        for (; n >= steps[k].value; n -= steps[k].value) {
            size_t m = strlen(steps[k].letters);

            memcpy(ret + len, steps[k].letters, m);
            len += m;
        }
    ret[len] = '\0';
}

/* "e", "er", "ème", "º" */
static size_t
ending(struct span s)
{
    static const char *const endings[] = {
        "\u00e8me", "eme", "er", "e", "\u00e8", "\u00ba"};

    for (size_t k = 0; k < sizeof(endings) / sizeof(endings[0]); k++)
        if (span_starts(s, span_of(endings[k])))
            return strlen(endings[k]);
    return 0;
}

size_t
roman_read(struct span s, int *ret)
{
    char again[ROMAN_BYTES_MAX];
    size_t n = 0, m;

    *ret = 0;
    for (size_t k = 0; k < N_STEPS; k++) {
        struct span letters = span_of(steps[k].letters);

        while (n < s.len && *ret + steps[k].value <= ROMAN_MAX &&
               span_starts((struct span){s.p + n, s.len - n}, letters)) {
            *ret += steps[k].value;
            n += letters.len;
        }
    }
    if (n < 2)
        return 0;
    roman_write(*ret, again);
    if (strlen(again) != n || memcmp(again, s.p, n) != 0)
        return 0; /* "IIII" */
    n += ending((struct span){s.p + n, s.len - n});
    return uni_word(uni_at(s, n, &m)) ? 0 : n;
}
