/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text/scan.h"
#include "text/uni.h"

/* A whole number up to this many digits is left in the text, where it tells
 * the engine singular from plural. */
enum { PLAIN_DIGITS_MAX = 4, PHONE_DIGITS_MIN = 8, PHONE_DIGITS_MAX = 15 };

static bool
is_digit(struct span s, size_t i)
{
    return i < s.len && s.p[i] >= '0' && s.p[i] <= '9';
}

static bool
is_currency(int32_t c)
{
    return c == '$' || c == 0xa2 || c == 0xa3 || c == 0xa4 || c == 0xa5 ||
           (c >= 0x20a0 && c <= 0x20cf);
}

static size_t
digits(struct span s, size_t i)
{
    size_t n = 0;

    while (is_digit(s, i + n))
        n++;
    return n;
}

/* The length of the space at i which may stand inside a number. */
static size_t
thin_space(struct span s, size_t i)
{
    size_t n;
    int32_t c = uni_at(s, i, &n);

    return c == ' ' || c == 0xa0 || c == 0x202f || c == 0x2009 ? n : 0;
}

/* Is there a separator at i, other than sep, and a digit behind it? */
static bool
goes_on(struct span s, size_t i, char sep)
{
    return is_digit(s, i + 1) && s.p[i] != sep && s.p[i] &&
           strchr("-./:,", s.p[i]);
}

/* "+33 6 12 34 56 78", "06.12.34.56.78": groups of digits with the same
 * separator between them, the first perhaps in brackets.  A group after which
 * another separator goes on is a date or a time behind the number. */
static size_t
phone(struct span s, size_t i)
{
    size_t k = i, end = i, n_digits = 0, groups = 0, n;
    bool open = s.p[i] == '(', plus = s.p[i] == '+';
    char sep = 0;

    if (!open && !plus && s.p[i] != '0')
        return 0;
    k += open || plus;
    while ((n = digits(s, k)) > 0 && n_digits + n <= PHONE_DIGITS_MAX) {
        if ((n == 1 && groups > 1) || (groups > 1 && goes_on(s, k + n, sep)))
            break;
        n_digits += n;
        groups++;
        k += n;
        if (open && groups == 1) {
            if (k >= s.len || s.p[k++] != ')')
                return 0;
            k += k < s.len && s.p[k] == ' ';
            continue;
        }
        end = k;
        if (k >= s.len || !s.p[k] || !strchr(" .-/", s.p[k]) ||
            (groups > 2 && s.p[k] != sep))
            break;
        sep = s.p[k++];
    }
    if (n_digits < PHONE_DIGITS_MIN)
        return 0;
    return groups >= (plus ? 1 : 3) ? end - i : 0;
}

/* "10 000", "1 234 567": groups of three after a space; 0 when it is not. */
static size_t
spaced_thousands(struct span s, size_t i)
{
    size_t n = digits(s, i), k = i + n, groups = 0, gap;

    if (n < 1 || n > 3)
        return 0;
    while ((gap = thin_space(s, k)) && digits(s, k + gap) == 3) {
        k += gap + 3;
        groups++;
    }
    return groups ? k - i : 0;
}

/* Digits, letters among them, and separators that stand before a digit:
 * "1,234.56", "10:30", "2024-05-06T10:00Z", "1.2.3", "14h30", "5GB". */
static size_t
core(struct span s, size_t i)
{
    size_t k = i, n;

    while (k < s.len) {
        int32_t c = uni_at(s, k, &n);

        if (uni_word(c) && c != '_' && !uni_wide(c)) {
            k += n;
        } else if ((c == 0x2019 ||
                       (c > ' ' && c < 0x7f && strchr(".,:/-'", c))) &&
                   is_digit(s, k + n) && is_digit(s, k - 1)) {
            k += n;
        } else {
            break;
        }
    }
    return k - i;
}

/* "1st" is a word that the engine knows. */
static bool
is_ordinal(struct span s)
{
    static const char *const suffixes[] = {"st", "nd", "rd", "th", "er", "re",
        "ère", "ere", "e", "è", "ème", "eme", "ième", "º", "ª", "o", "a", "s",
        "ste", "te", "de", "n", "r", "t"};
    size_t n = digits(s, 0);
    struct span suffix = {s.p + n, s.len - n};

    if (n == 0)
        return false;
    for (size_t k = 0; k < sizeof(suffixes) / sizeof(suffixes[0]); k++) {
        if (span_eqz(suffix, suffixes[k]))
            return true;
    }
    return false;
}

size_t
scan_unit(struct span s, size_t i)
{
    static const char *const units[] = {"km/h", "m/s", "km²", "m²", "cm²", "m³",
        "km", "cm", "mm", "µm", "nm", "mi", "ft", "yd", "kg", "mg", "lbs", "lb",
        "oz", "ml", "mL", "cl", "dl", "ms", "min", "kB", "KB", "MB", "GB", "TB",
        "KiB", "MiB", "GiB", "Kbps", "kbps", "Mbps", "Gbps", "kHz", "MHz",
        "GHz", "Hz", "kWh", "kW", "MW", "mV", "mAh", "mA", "hPa", "kPa", "kcal",
        "kJ", "dB", "px", "rpm", "mph", "fps", "ppm", "am", "pm", "AM", "PM",
        "a.m.", "p.m.", "EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD", "BRL",
        "MXN", "INR", "CNY", "°C", "°F", "°", "%", "‰", "m", "g", "l", "L", "h",
        "s", "W", "V"};
    struct span rest = {s.p + i, s.len - i};
    size_t m;
    int32_t c = uni_at(s, i, &m);

    if (is_currency(c))
        return m;
    for (size_t k = 0; k < sizeof(units) / sizeof(units[0]); k++) {
        size_t n;

        if (rest.len == 0 || *rest.p != *units[k])
            continue;
        n = strlen(units[k]);
        if (!span_starts(rest, (struct span){units[k], n}))
            continue;
        c = uni_at(rest, n, &m);
        if (!uni_word(c) && c != '\'' && c != 0x2019)
            return n;
    }
    return 0;
}

/* What may stand before the digits: a sign, a currency.  False when what is
 * there is neither. */
static bool
prefix(struct span s, size_t i, size_t *ret)
{
    size_t k = i, n, gap;
    int32_t c = uni_at(s, k, &n), before = uni_before(s, i);

    if (c == '+' || c == '-' || c == 0x2212 || c == 0xb1) {
        if (before != UNI_NONE && !uni_space(before) && before != '(')
            return false;
        k += n;
        c = uni_at(s, k, &n);
    }
    if (is_currency(c)) {
        k += n;
        gap = thin_space(s, k);
        if (gap && is_digit(s, k + gap))
            k += gap;
    }
    *ret = k - i;
    return is_digit(s, k);
}

size_t
scan_number(struct span line, size_t i)
{
    size_t before, n, gap, len;
    bool special;

    if (uni_word(uni_before(line, i)))
        return 0;
    if ((n = phone(line, i)))
        return n;
    if (!prefix(line, i, &before))
        return 0;
    n = before + spaced_thousands(line, i + before);
    special = n > before || before > 0;
    if (n > before && is_digit(line, i + n + 1) &&
        (line.p[i + n] == '.' || line.p[i + n] == ','))
        n += 1 + digits(line, i + n + 1);
    if (n == before)
        n += core(line, i + before);
    if (is_ordinal((struct span){line.p + i, n}))
        return 0;
    special = special || digits(line, i) != n || n > PLAIN_DIGITS_MAX;
    gap = thin_space(line, i + n);
    len = scan_unit(line, i + n);
    if (len)
        return n + len;
    len = gap ? scan_unit(line, i + n + gap) : 0;
    if (len)
        return n + gap + len;
    return special ? n : 0;
}
