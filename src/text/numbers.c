/* SPDX-License-Identifier: ISC */
#include "text/numbers.h"

#include <string.h>

#include "text/clockwords.h"
#include "text/dates.h"
#include "text/numberwords.h"
#include "text/roman.h"
#include "text/scan.h"
#include "text/uni.h"

enum {
    GROUP_DIGITS = 3, /* between separators of thousands */
    GROUPED_MIN = 10000,
    LAST_MINUTE =
        12 * 60 + 59, /* of what is told without its half of the day */
    SPELLED_MAX = 100, /* beyond that words have genders and joints */
    DAYS_MAX = 31, /* of a month */
};

static bool
is_digit(struct span s, size_t i)
{
    return i < s.len && s.p[i] >= '0' && s.p[i] <= '9';
}

static size_t
digits(struct span s, size_t i)
{
    size_t n = 0;

    while (is_digit(s, i + n))
        n++;
    return n;
}

/* Add the digits to value; beyond any number that people write it wraps. */
static long long
add_digits(long long value, struct span s, size_t i, size_t n)
{
    unsigned long long v = (unsigned long long)value;

    for (size_t k = 0; k < n; k++)
        v = 10 * v + (unsigned)(s.p[i + k] - '0');
    return (long long)(v & 0x7fffffffffffffffULL);
}

/* The length of what may stand between groups of digits; 0. */
static size_t
separator(struct span s, size_t i)
{
    size_t n;
    int32_t c = uni_at(s, i, &n);

    return c == ' ' || c == ',' || c == '.' || c == '\'' || c == 0xa0 ||
                   c == 0x202f || c == 0x2009 || c == 0x2019
               ? n
               : 0;
}

/* "am", "p.m." behind the figures that end at byte i: their length; 0. */
static size_t
meridian(struct span s, size_t i, bool *pm)
{
    static const char *const forms[] = {
        "am", "pm", "a.m.", "p.m.", "a.m", "p.m"};
    size_t gap = i < s.len && s.p[i] == ' ', n, m;
    struct span rest = {s.p + i + gap, i < s.len ? s.len - i - gap : 0};

    for (size_t k = 0; k < sizeof(forms) / sizeof(forms[0]); k++) {
        struct span form = span_of(forms[k]);

        *pm = k % 2 == 1;
        n = form.len;
        if (rest.len >= n && uni_match((struct span){rest.p, n}, form) == n &&
            (k / 2 == 1 || !uni_word(uni_at(rest, n, &m))))
            return gap + n;
    }
    return 0;
}

/* ":30", "h30" behind the hour that ends at byte i: the length; 0. */
static size_t
clock_minute(struct span s, size_t i, long long *ret)
{
    size_t end = i + 3;

    *ret = 0;
    if (i >= s.len || !memchr(":hH", s.p[i], 3) || digits(s, i + 1) != 2)
        return 0;
    *ret = add_digits(0, s, i + 1, 2);
    return *ret >= 60 ||
                   (end < s.len && s.p[end] == ':' && is_digit(s, end + 1))
               ? 0
               : end - i;
}

/* "3:30", "15h30", "3pm" */
static size_t
figure_clock(struct span s, size_t i, size_t n, struct number *ret)
{
    long long hour = add_digits(0, s, i, n), minute;
    size_t len, behind = 0;
    bool pm = false;

    if (n > 2 || hour > 24)
        return 0;
    len = clock_minute(s, i + n, &minute);
    if (hour >= 1 && hour <= 12)
        behind = meridian(s, i + n + len, &pm);
    if (len + behind == 0)
        return 0;
    if (behind || hour == 24)
        hour = hour % 12 + (pm ? 12 : 0);
    ret->half = behind > 0 || hour > 12 || hour == 0;
    ret->value = 60 * hour + minute;
    ret->form = NUMBER_CLOCK;
    return n + len + behind;
}

/* What engines make of times that they do not know: "7 heures:05", "15 p.m." */
static bool
is_torn_clock(struct span s, size_t i, size_t n)
{
    bool pm;

    return (i > 1 && s.p[i - 1] == ':' && uni_alpha(uni_before(s, i - 1))) ||
           meridian(s, i + n, &pm) > 0;
}

/* What makes an ordinal of figures, in its language. */
static const struct {
    const char *lang, *written; /* by us, but for English */
    const char *read; /* each between spaces */
} ordinals[] = {
    {"ca", "è", " r n t è é a ª º er on "},
    {"cs", ".", " "},
    {"da", ".", " "},
    {"de", ".", " te ten ste sten "},
    {"en", "", " st nd rd th "},
    {"es", "º", " º ª o a er ro ra do da to ta vo va no na mo ma "},
    {"fr", "e", " e er re ère eme ème ième nd nde "},
    {"gl", "º", " º ª o a "},
    {"it", "º", " º ª o a "},
    {"nb", ".", " "},
    {"nl", "e", " e de ste "},
    {"nn", ".", " "},
    {"oc", "en", " en er nd "},
    {"pl", ".", " "},
    {"pt", "º", " º ª o a "},
    {"ro", "-lea", " lea a "},
    {"ru", "-й", " й я е го "},
    {"sv", ":e", " a e "},
    {"uk", "-й", " й а е го "},
};

static bool
is_listed(struct span word, const char *list)
{
    const char *at = list;

    while ((at = memmem(at, strlen(at), word.p, word.len))) {
        if (at > list && at[-1] == ' ' && at[word.len] == ' ')
            return true;
        at++;
    }
    return false;
}

/* The letters behind the figures that end at byte end: add what makes an
 * ordinal of them, and say if they are neither that nor a unit. */
static size_t
suffix_at(struct span s, size_t end, struct span lang, struct number *ret)
{
    static const char units[] =
        " h m s d km kg g mg cm mm l ml cl min mn sec k x px go mo ko to gb mb "
        "kb tb am pm eur w kw v hz ghz mhz j mi ft lb lbs oz p hs hrs yo ";
    struct span suffix = {s.p + end, 0};
    char folded[8];
    size_t n, len = 0;
    int32_t c;

    while (
        uni_word(c = uni_at(s, end + suffix.len, &n)) || c == 0xba || c == 0xaa)
        suffix.len += n;
    if (suffix.len == 0)
        return 0;
    for (size_t i = 0; i < sizeof(ordinals) / sizeof(ordinals[0]); i++)
        if (span_eqz(lang, ordinals[i].lang) &&
            is_listed(suffix, ordinals[i].read)) {
            ret->ordinal = true;
            return suffix.len;
        }
    for (; len < suffix.len && len < sizeof(folded); len++)
        folded[len] = (char)(suffix.p[len] | 0x20);
    ret->torn |=
        lang.len > 0 && !ret->decade &&
        !(len == suffix.len && is_listed((struct span){folded, len}, units));
    return 0;
}

/* The figures at byte i, where no digit stands before. */
static size_t
figure_at(struct span s, size_t i, struct span lang, struct number *ret)
{
    size_t n = digits(s, i), end = i + n, gap, len;
    bool fraction = i > 1 && memchr(".,", s.p[i - 1], 2) && is_digit(s, i - 2);
    long long scale;

    *ret = (struct number){.at = i, .form = NUMBER_FIGURE};
    if ((len = figure_clock(s, i, n, ret)))
        return len;
    if (is_torn_clock(s, i, n))
        ret->torn = true;
    ret->value = add_digits(0, s, i, n);
    if (fraction && s.p[i] == '0' && n > 1)
        ret->value = add_digits(1, s, i, n); /* ".09" is not ".9" */
    while (n <= GROUP_DIGITS && s.p[i] != '0' && (gap = separator(s, end)) &&
           digits(s, end + gap) == GROUP_DIGITS) {
        ret->value = add_digits(ret->value, s, end + gap, GROUP_DIGITS);
        end += gap + GROUP_DIGITS;
    }
    if (end < s.len && s.p[end] == 's' && ret->value % 10 == 0)
        ret->decade = true;
    if ((len = suffix_at(s, end, lang, ret)))
        return end + len - i;
    gap = end < s.len && s.p[end] == ' ';
    scale = numberwords_scale(s, end + gap, lang, &len);
    if (scale && !fraction && ret->value < scale) {
        ret->value *= scale;
        ret->scaled = true;
        end += gap + len;
    }
    return end - i;
}

/* "XVIII", "XIXe": kings, centuries, chapters. */
static size_t
roman_at(struct span s, size_t i, struct number *ret)
{
    int value;
    size_t n = roman_read((struct span){s.p + i, s.len - i}, &value);

    *ret = (struct number){.at = i,
        .value = value,
        .form = NUMBER_ROMAN,
        .ordinal = true,
        .weak = true};
    return n;
}

static size_t
word_at(struct span s, size_t i, struct span lang, struct number *ret)
{
    struct numberword w;

    if (!numberwords_at(s, i, lang, &w))
        return 0;
    *ret = (struct number){.at = i,
        .value = w.value,
        .form = NUMBER_WORD,
        .ordinal = w.ordinal,
        .weak = w.weak};
    return w.len;
}

static size_t
clock_at(struct span s, size_t i, struct span lang, struct number *ret)
{
    int minutes;
    size_t len = clockwords_at(s, i, lang, &minutes);

    *ret = (struct number){.at = i,
        .value = minutes,
        .form = NUMBER_CLOCK,
        .half = minutes > LAST_MINUTE,
        .spoken = true};
    return len;
}

/* What is no date: the number that begins at byte i; its length or 0. */
static size_t
plain_at(struct span s, size_t i, struct span lang, struct number *ret)
{
    int32_t before = uni_before(s, i);
    size_t n, len;

    if (is_digit(s, i)) {
        len = clock_at(s, i, lang, ret);
        return len ? len : figure_at(s, i, lang, ret);
    }
    if (!uni_alpha(uni_at(s, i, &n)) || uni_word(before))
        return 0;
    if ((len = clock_at(s, i, lang, ret)) || (len = roman_at(s, i, ret)))
        return len;
    return word_at(s, i, lang, ret);
}

/* May the number be the day of a month? */
static bool
is_day(const struct number *n)
{
    return n->value >= 1 && n->value <= DAYS_MAX && !n->torn && !n->decade &&
           !n->scaled &&
           (n->form == NUMBER_FIGURE ||
               (n->form == NUMBER_WORD && (n->ordinal || !n->weak)));
}

static struct number
date(size_t at, long long value)
{
    return (struct number){.at = at, .value = value, .form = NUMBER_DATE};
}

/* "May 5th", "March 2026" at byte i, the start of a word. */
static size_t
month_at(struct span s, size_t i, struct span lang, struct number *ret)
{
    struct number day;
    int month;
    size_t len = dates_month_before(s, i, lang, &month), n;

    if (len > 0 && (n = plain_at(s, i + len, lang, &day)) && is_day(&day) &&
        (day.ordinal || dates_day_ends(s, i + len + n))) {
        *ret = date(i, dates_value((int)day.value, month));
        return len + n;
    }
    len = dates_month_of_year(s, i, lang, &month);
    if (len > 0)
        *ret = date(i, dates_value(0, month));
    return len;
}

/* The number or the date that begins at byte i; its length or 0. */
static size_t
number_at(struct span s, size_t i, struct span lang, struct number *ret)
{
    long long figures;
    int month;
    size_t len, n, m;

    if (is_digit(s, i) && (len = dates_in_figures(s, i, &figures))) {
        *ret = date(i, figures);
        return len;
    }
    if (uni_alpha(uni_at(s, i, &m)) && !uni_word(uni_before(s, i)) &&
        (len = month_at(s, i, lang, ret)))
        return len;
    n = plain_at(s, i, lang, ret);
    len = n > 0 && is_day(ret) ? dates_month_behind(s, i + n, lang, &month) : 0;
    if (len > 0)
        *ret = date(i, dates_value((int)ret->value, month));
    return n + len;
}

size_t
numbers_find(struct span text, struct span lang, struct number ret[NUMBERS_MAX])
{
    size_t count = 0, n;

    for (size_t i = 0; i < text.len && count < NUMBERS_MAX; i += n) {
        n = scan_shorthand(text, i);
        if (n > 0)
            continue;
        n = number_at(text, i, lang, &ret[count]);
        if (n > 0)
            ret[count++].len = n;
        else
            uni_at(text, i, &n);
    }
    return count;
}

static void
write_ordinal(long long n, struct span lang, struct buf *out)
{
    const char *english = n % 100 / 10 == 1 ? "th"
                          : n % 10 == 1     ? "st"
                          : n % 10 == 2     ? "nd"
                          : n % 10 == 3     ? "rd"
                                            : "th";

    buf_addf(out, "%lld", n);
    if (span_eqz(lang, "en"))
        buf_addz(out, english);
    for (size_t i = 0; i < sizeof(ordinals) / sizeof(ordinals[0]); i++)
        if (span_eqz(lang, ordinals[i].lang))
            buf_addz(out,
                n == 1 && span_eqz(lang, "fr") ? "er" : ordinals[i].written);
}

static void
write_groups(long long n, const char *separator, struct buf *out)
{
    if (n < 1000) {
        buf_addf(out, "%lld", n);
        return;
    }
    write_groups(n / 1000, separator, out);
    buf_addf(out, "%s%03lld", separator, n % 1000);
}

/* In groups of three, from five figures on. */
static void
write_figures(long long n, struct span lang, struct buf *out)
{
    if (n < GROUPED_MIN)
        buf_addf(out, "%lld", n);
    else
        write_groups(n,
            span_eqz(lang, "en")                        ? ","
            : is_listed(lang, " cs fr nb pl ru sv uk ") ? "\u00a0"
                                                        : ".",
            out);
}

/* "XIXe" is "XIX" elsewhere. */
static bool
write_roman(const struct number *n, struct span lang, struct buf *out)
{
    char roman[ROMAN_BYTES_MAX];

    roman_write((int)n->value, roman);
    if (strlen(roman) == n->len || span_eqz(lang, "fr"))
        return false;
    buf_addz(out, roman);
    return true;
}

bool
numbers_write(const struct number *n, struct span lang, struct buf *out)
{
    long long last = n->value % 10;
    bool teen = n->value == 11 || n->value == 12;

    if (n->form == NUMBER_CLOCK) {
        buf_addf(out,
            span_eqz(lang, "fr") || span_eqz(lang, "pt") ? "%lldh%02lld"
                                                         : "%lld:%02lld",
            n->value / 60, n->value % 60);
        return true;
    }
    if (n->form == NUMBER_DATE)
        return dates_write(n->value, lang, out);
    if (n->form == NUMBER_ROMAN)
        return write_roman(n, lang, out);
    if (n->form != NUMBER_WORD && !n->scaled && !n->ordinal)
        return false;
    if (n->ordinal)
        write_ordinal(n->value, lang, out);
    /* "vingt et un" has a feminine, "veintidós" in some languages too. */
    else if (n->scaled || n->value > SPELLED_MAX ||
             ((last == 1 || last == 2) && !teen) ||
             !numberwords_spell((int)n->value, lang, out))
        write_figures(n->value, lang, out);
    return true;
}
