/* SPDX-License-Identifier: ISC */
#include "text/figures.h"

#include <string.h>

#include "text/numberwords.h"
#include "text/scan.h"
#include "text/uni.h"

enum {
    GROUP_DIGITS = 3, /* between separators of thousands */
    GROUPS_MAX = 2, /* behind the first; more is an address */
    PLAIN_DIGITS_MAX = 4, /* without separators; more is a code */
    UNGROUPED_DIGITS = 4, /* not divided where four digits need not be */
    DIGITS_MAX = 12,
};

/* A figure taken apart. */
struct figure {
    size_t number, end; /* where the number begins and ends */
    char whole[DIGITS_MAX + 1]; /* its digits before the decimal mark */
    size_t n_whole;
    int32_t group; /* what divides them; 0 */
    int32_t decimal; /* the mark; 0 */
    struct span decimals;
    bool is_time; /* "9:30", "9h30", "3pm", "15h" */
    int hour, minute; /* minute -1: it says none */
    bool meridian; /* the hour is told by "am" or "pm", and counted to 24 */
    char clock; /* ':', 'h', or 0 */
    struct span unit; /* behind it or, a currency, before it; or absent */
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

static bool
is_space(int32_t c)
{
    return c == ' ' || c == 0xa0 || c == 0x202f || c == 0x2009;
}

static size_t
space(struct span s, size_t i)
{
    size_t n;

    return i < s.len && is_space(uni_at(s, i, &n)) ? n : 0;
}

/* "am", "p.m." at byte i, maybe behind a space: its end, or 0. */
static size_t
meridian(struct span s, size_t i, bool *pm)
{
    static const char *const forms[] = {"am", "pm", "a.m.", "p.m."};
    struct span rest;

    i += space(s, i);
    rest = (struct span){s.p + i, s.len - i};
    for (size_t k = 0; k < sizeof(forms) / sizeof(forms[0]); k++) {
        size_t n = strlen(forms[k]);

        if (rest.len == n && uni_match(rest, span_of(forms[k])) == n) {
            *pm = k % 2 == 1;
            return i + n;
        }
    }
    return 0;
}

/* "9:30", "9h30", "15h", "3 pm", "9:30pm" and nothing else. */
static bool
read_time(struct span s, struct figure *f)
{
    size_t n = digits(s, 0), end;
    bool pm = false;

    *f = (struct figure){.minute = -1, .is_time = true};
    if (n == 0 || n > 2)
        return false;
    for (size_t i = 0; i < n; i++)
        f->hour = 10 * f->hour + (s.p[i] - '0');
    if (n + space(s, n) < s.len && (s.p[n + space(s, n)] | 0x20) == 'h')
        n += space(s, n);
    if (n < s.len && strchr(":hH", s.p[n]))
        f->clock = s.p[n] == ':' ? ':' : 'h';
    if (f->clock && digits(s, n + 1) == 2) {
        f->minute = 10 * (s.p[n + 1] - '0') + s.p[n + 2] - '0';
        n += 3;
    } else if (f->clock == 'h') {
        n++;
    }
    if (f->hour > 24 || f->minute > 59)
        return false;
    end = f->hour >= 1 && f->hour <= 12 ? meridian(s, n, &pm) : 0;
    if (end) {
        f->meridian = true;
        f->hour = f->hour % 12 + (pm ? 12 : 0);
        n = end;
    }
    return n == s.len && (f->meridian || f->minute >= 0 || f->clock == 'h');
}

/* The digits of a whole number from *i on, with what divides their groups. */
static bool
read_whole(struct span s, size_t *i, struct figure *f)
{
    size_t n = digits(s, *i), groups = 0, len;

    if (n == 0 || n > PLAIN_DIGITS_MAX || (s.p[*i] == '0' && n > 1))
        return false;
    memcpy(f->whole, s.p + *i, n);
    f->n_whole = n;
    *i += n;
    while (n <= GROUP_DIGITS && *i < s.len && groups < GROUPS_MAX) {
        int32_t c = uni_at(s, *i, &len);

        if ((c != '.' && c != ',' && c != '\'' && c != 0x2019 &&
                !is_space(c)) ||
            (f->group && c != f->group) || digits(s, *i + len) != GROUP_DIGITS)
            break;
        f->group = c;
        memcpy(f->whole + f->n_whole, s.p + *i + len, GROUP_DIGITS);
        f->n_whole += GROUP_DIGITS;
        *i += len + GROUP_DIGITS;
        groups++;
    }
    return true;
}

/* What scan_number finds as a number with a unit or a currency. */
static bool
read_amount(struct span s, struct figure *f)
{
    size_t i = 0, n;

    *f = (struct figure){.minute = -1};
    while (i < s.len && !is_digit(s, i)) {
        int32_t c = uni_at(s, i, &n);

        if (uni_word(c) || c == '(')
            return false;
        if (c != '+' && c != '-' && c != 0x2212 && c != 0xb1 && !is_space(c))
            f->unit = (struct span){s.p + i, n};
        i += n;
    }
    f->number = i;
    if (!read_whole(s, &i, f))
        return false;
    if (i < s.len && (s.p[i] == '.' || s.p[i] == ',') && s.p[i] != f->group &&
        (n = digits(s, i + 1))) {
        f->decimal = s.p[i];
        f->decimals = (struct span){s.p + i + 1, n};
        i += 1 + n;
    }
    f->end = i;
    if (is_digit(s, i))
        return false;
    i += space(s, i);
    if (i < s.len && f->unit.len > 0)
        return false; /* "$5 $" */
    if (i < s.len)
        f->unit = (struct span){s.p + i, s.len - i};
    return f->unit.len == 0 || scan_unit(f->unit, 0) == f->unit.len;
}

static bool
read_figure(struct span s, struct figure *f)
{
    return read_time(s, f) || read_amount(s, f);
}

/* The last word before the figure, in small letters. */
static bool
follows_any(struct span text, struct span s, const char *list)
{
    size_t end = (size_t)(s.p - text.p), start;
    char word[16];
    size_t n = 0, len;

    while (end > 0 && text.p[end - 1] == ' ')
        end--;
    start = end;
    while (start > 0 && text.p[start - 1] != ' ')
        start--;
    word[n++] = ' ';
    for (size_t i = start; i < end && n + 8 < sizeof(word); i += len)
        n += uni_put(uni_fold(uni_at(text, i, &len)), word + n);
    word[n++] = ' ';
    return n > 2 && memmem(list, strlen(list), word, n);
}

/* "à 15h", and not "in 2h" nor "à 2h de Paris". */
static bool
is_time_of_day(struct span text, struct span s)
{
    struct span behind = {
        s.p + s.len, (size_t)(text.p + text.len - s.p) - s.len};

    return follows_any(text, s,
               " à a vers dès avant après jusqu'à jusqu’à às as pras las alle "
               "dalle les at by until um gegen ab bis ") &&
           !span_starts(behind, SPAN(" de ")) &&
           !span_starts(behind, SPAN(" d'")) &&
           !span_starts(behind, SPAN(" from "));
}

/* "8h" may last eight hours; it is a figure where it is a time of day. */
static bool
is_clear(struct span text, struct span s, const struct figure *f)
{
    return !f->is_time || f->meridian || f->minute >= 0 ||
           is_time_of_day(text, s);
}

/* Is byte i inside of a word, or behind a mark in one: "v2.10"? */
static bool
continues(struct span text, size_t i)
{
    int32_t before = uni_before(text, i);

    return uni_word(before) ||
           (i > 1 && before > 0 && before < 0x80 && strchr(".,:/-'", before) &&
               uni_word(uni_before(text, i - 1)));
}

/* The next figure, also one that is not clear. */
static struct span
next_any(struct span text, size_t *i)
{
    struct figure f;
    size_t n;

    for (; *i < text.len; *i += n) {
        size_t len = continues(text, *i) ? 0 : scan_number(text, *i);
        struct span s = {text.p + *i, len};

        uni_at(text, *i, &n);
        if (len == 0)
            continue;
        n = len;
        if (read_figure(s, &f)) {
            *i += n;
            return s;
        }
    }
    return (struct span){NULL, 0};
}

struct span
figures_next(struct span text, size_t *i)
{
    struct figure f;
    struct span s;

    while ((s = next_any(text, i)).p)
        if (read_figure(s, &f) && is_clear(text, s, &f))
            return s;
    return s;
}

/* ---- as people write it elsewhere ---- */

static bool
is_among(struct span lang, const char *list)
{
    const char *at =
        lang.len ? memmem(list, strlen(list), lang.p, lang.len) : NULL;

    return at && at[-1] == ' ' && at[lang.len] == ' ';
}

/* What divides thousands, and what stands before decimals. */
static bool
marks_of(struct span lang, const char **group, char *decimal)
{
    *decimal = ',';
    if (is_among(lang, " cs bg fi fr hu nb nn no oc pl ru sk sv uk "))
        *group = " ";
    else if (is_among(
                 lang, " ca da de el es eu gl hr id it nl pt ro sl sr tr "))
        *group = ".";
    else if (is_among(lang, " en he hi ja ko ms th zh "))
        *group = ",", *decimal = '.';
    else
        return false;
    return true;
}

/* A dot before decimals may be a version's, but not with a unit or "million". */
static bool
is_measured(
    struct span text, struct span s, const struct figure *f, struct span from)
{
    size_t behind = (size_t)(s.p + s.len - text.p), len;

    behind += space(text, behind);
    return f->unit.len > 0 || numberwords_scale(text, behind, from, &len) > 0;
}

static bool
put_amount(struct span text, struct span s, const struct figure *f,
    struct span from, struct span to, struct buf *out)
{
    const char *group, *from_group;
    char decimal, from_decimal;
    bool grouped = f->group != 0, open;

    if (!marks_of(from, &from_group, &from_decimal) ||
        !marks_of(to, &group, &decimal) || from_decimal == decimal)
        return false;
    /* Three digits behind one mark may be thousands or decimals. */
    open = f->group == (unsigned char)from_decimal ||
           (f->decimal && f->decimals.len == GROUP_DIGITS);
    if (open || (f->decimal && f->decimal != from_decimal) ||
        (f->decimal == '.' && !grouped && !is_measured(text, s, f, from)) ||
        (!grouped && !f->decimal))
        return false;
    buf_add(out, s.p, f->number);
    for (size_t i = 0; i < f->n_whole; i++) {
        if (i > 0 && grouped && (f->n_whole - i) % GROUP_DIGITS == 0 &&
            (f->n_whole > UNGROUPED_DIGITS || decimal == '.'))
            buf_addz(out, group);
        buf_addc(out, f->whole[i]);
    }
    if (f->decimal) {
        buf_addc(out, decimal);
        buf_adds(out, f->decimals);
    }
    buf_add(out, s.p + f->end, s.len - f->end);
    return true;
}

static bool
put_time(struct span text, struct span s, const struct figure *f,
    struct span to, struct buf *out)
{
    bool hs = is_among(to, " fr oc pt "),
         dots = is_among(to,
             " en de it nl es "
             "ca gl pl ru uk cs sk sl hr sr ro sv da nb nn fi hu tr bg el eu ");

    if (f->meridian) {
        if (span_eqz(to, "en") || !(hs || dots))
            return false;
    } else if (f->clock != 'h' || !dots || !is_time_of_day(text, s) ||
               (f->minute < 0 && is_among(to, " es ca gl eu "))) {
        return false;
    }
    buf_addf(out, "%d", f->hour);
    if (hs && f->minute > 0)
        buf_addf(out, "h%02d", f->minute);
    else if (hs)
        buf_addc(out, 'h');
    else
        buf_addf(out, ":%02d", f->minute > 0 ? f->minute : 0);
    return true;
}

bool
figures_localise(struct span text, struct span figure, struct span from,
    struct span to, struct buf *out)
{
    struct figure f;

    if (span_eq(from, to) || !read_figure(figure, &f))
        return false;
    return f.is_time ? put_time(text, figure, &f, to, out)
                     : put_amount(text, figure, &f, from, to, out);
}

/* "9 h 30", with its spaces, at byte i of text: its length; 0. */
static size_t
wide_time(struct span text, size_t i)
{
    size_t hour = digits(text, i), gap = space(text, i + hour), h, minute;

    if (hour == 0 || hour > 2 || gap == 0 || (i > 0 && is_digit(text, i - 1)))
        return 0;
    h = i + hour + gap;
    minute = h < text.len && text.p[h] == 'h' ? h + 1 + space(text, h + 1) : 0;
    return minute > h + 1 && digits(text, minute) == 2 ? minute + 2 - i : 0;
}

/* Append the text with "9 h 30" as people type it in French: "9h30". */
static void
add_tight(struct span text, struct buf *out)
{
    size_t n;

    for (size_t i = 0; i < text.len; i += n) {
        n = wide_time(text, i);
        if (n > 0)
            buf_addf(out, "%.*sh%.2s", (int)digits(text, i), text.p + i,
                text.p + i + n - 2);
        else
            buf_add(out, text.p + i, n = 1);
    }
}

void
figures_localise_all(struct span source, struct span from,
    struct span translation, struct span to, struct buf *out)
{
    size_t i = 0, done = 0;
    struct span figure, same;
    struct buf tight = {0};

    if (span_eqz(to, "fr")) {
        add_tight(translation, &tight);
        translation = buf_span(&tight);
    }
    while ((figure = next_any(translation, &i)).p) {
        size_t begin = (size_t)(figure.p - translation.p), k = 0;

        while ((same = figures_next(source, &k)).p && !span_eq(same, figure))
            continue;
        buf_add(out, translation.p + done, begin - done);
        if (!same.p || !figures_localise(source, same, from, to, out))
            buf_adds(out, figure);
        done = begin + figure.len;
    }
    buf_add(out, translation.p + done, translation.len - done);
    buf_free(&tight);
}

/* ---- units ---- */

/* How often the unit stands with a figure of text. */
static size_t
count_unit(struct span text, struct span unit)
{
    size_t n = 0, i = 0;
    struct figure f;
    struct span s;

    while ((s = figures_next(text, &i)).p)
        n += read_figure(s, &f) && !f.is_time && span_eq(f.unit, unit);
    return n;
}

/* Has b as many of each unit of a? */
static bool
has_units(struct span a, struct span b)
{
    struct figure f;
    struct span s;
    size_t i = 0;

    while ((s = figures_next(a, &i)).p) {
        if (read_figure(s, &f) && !f.is_time && f.unit.len > 0 &&
            count_unit(b, f.unit) != count_unit(a, f.unit))
            return false;
    }
    return true;
}

bool
figures_units_kept(struct span source, struct span translation)
{
    return has_units(source, translation) && has_units(translation, source);
}

/* ---- currencies ---- */

enum { EURO, DOLLAR, CURRENCIES };

/* In small letters without accents: how their names begin, and how they may go
 * on. */
static const struct {
    const char *sign, *stem, *endings;
} currencies[CURRENCIES] = {
    [EURO] = {"\u20ac", "euro", "  s "},
    [DOLLAR] = {"$", "dol", " lar lars lari laro ar ares "},
};

/* Does the word name the currency? */
static bool
names_currency(struct span word, int k)
{
    char plain[16];
    size_t len = 1, n, stem = strlen(currencies[k].stem);

    plain[0] = ' ';
    for (size_t i = 0; i < word.len; i += n) {
        int32_t c = uni_plain(uni_at(word, i, &n));

        if (c <= 0 || c >= 0x80 || len + 2 > sizeof(plain))
            return false;
        plain[len++] = (char)c;
    }
    plain[len++] = ' ';
    if (len < stem + 2 || memcmp(plain + 1, currencies[k].stem, stem) != 0)
        return false;
    plain[stem] = ' ';
    return memmem(currencies[k].endings, strlen(currencies[k].endings),
        plain + stem, len - stem);
}

static bool
has_currency(struct span text, int k)
{
    size_t n, m;

    if (memmem(
            text.p, text.len, currencies[k].sign, strlen(currencies[k].sign)))
        return true;
    for (size_t i = 0; i < text.len; i += n) {
        size_t end = i;

        while (uni_alpha(uni_at(text, end, &m)))
            end += m;
        if (end > i && names_currency((struct span){text.p + i, end - i}, k))
            return true;
        n = end - i;
        if (n == 0)
            uni_at(text, i, &n);
    }
    return false;
}

bool
figures_currencies_kept(struct span source, struct span translation)
{
    for (int k = 0; k < CURRENCIES; k++)
        if (has_currency(source, k) != has_currency(translation, k))
            return false;
    return true;
}

/* Is there a minus at byte i, of *n bytes, with a figure behind it?  Between two
 * figures it is "to". */
static bool
minus_at(struct span text, size_t i, size_t *n)
{
    int32_t c = uni_at(text, i, n), before = uni_before(text, i);
    struct span left = span_trim((struct span){text.p, i});
    size_t m;

    return (c == '-' || c == 0x2212 || c == 0x2013) &&
           (before == UNI_NONE || uni_space(before) || before == '(') &&
           !uni_digit(uni_before(left, left.len)) &&
           uni_digit(uni_at(text, i + *n, &m));
}

/* The figure that begins at byte i stands for a share, or, first in the text
 * and without a degree sign, maybe behind the bullet of a list. */
static bool
may_lose_sign(struct span text, size_t i, bool first)
{
    size_t n;
    int32_t c;

    while (uni_digit(c = uni_at(text, i, &n)) || c == '.' || c == ',')
        i += n;
    while (uni_space(c))
        i += n, c = uni_at(text, i, &n);
    return c == '%' || (first && c != 0xb0);
}

static bool
has_minus(struct span text)
{
    static const char *const words[] = {"minus", "moins", "menos", "meno",
        "below", "unter", "sous", "bajo", "sotto", "abaixo"};
    size_t n;

    for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
        if (memmem(text.p, text.len, words[k], strlen(words[k])))
            return true;
    for (size_t i = 0; i < text.len; i += n)
        if (minus_at(text, i, &n))
            return true;
    return false;
}

bool
figures_signs_kept(struct span source, struct span translation)
{
    size_t n;

    for (size_t i = 0; i < source.len; i += n)
        if (minus_at(source, i, &n) && !may_lose_sign(source, i + n, i == 0))
            return has_minus(translation);
    return true;
}
