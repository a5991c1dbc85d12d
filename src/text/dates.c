/* SPDX-License-Identifier: ISC */
#include "text/dates.h"

#include <string.h>

#include "text/numberwords_lexicon.h"
#include "text/uni.h"

enum {
    MONTHS = 12,
    DAYS_MAX = 31,
    DAY_OF = 100, /* a value is so many times the month, and the day */
    IN_FIGURES = 100000000, /* more than any such value */
    YEAR_DIGITS = 4,
};

/* The months of each language, first as they are written in a date, then other
 * forms; how the day is joined to them, and what follows the day. */
static const struct months {
    const char *lang, *after_day, *names;
} table[] = {
    {"ca", " de ",
        "gener gen|febrer febr|març|abril abr|maig|juny|juliol jul|agost|"
        "setembre set|octubre oct|novembre nov|desembre des"},
    {"cs", ". ",
        "ledna leden|února únor|března březen|dubna duben|května květen|"
        "června červen|července červenec|srpna srpen|září|října říjen|"
        "listopadu listopad|prosince prosinec"},
    {"da", ". ",
        "januar jan|februar feb|marts|april apr|maj|juni|juli|august aug|"
        "september sept|oktober okt|november nov|december dec"},
    {"de", ". ",
        "Januar Jänner Jan|Februar Feb|März|April Apr|Mai|Juni|Juli|"
        "August Aug|September Sept|Oktober Okt|November Nov|Dezember Dez"},
    {"en", " ",
        "January Jan|February Feb|March Mar|April Apr|May|June Jun|"
        "July Jul|August Aug|September Sept Sep|October Oct|November Nov|"
        "December Dec"},
    {"es", " de ",
        "enero ene|febrero feb|marzo|abril abr|mayo|junio jun|julio jul|"
        "agosto ago|septiembre setiembre sept|octubre oct|noviembre nov|"
        "diciembre dic"},
    {"fr", " ",
        "janvier janv|février févr fév|mars|avril avr|mai|juin|"
        "juillet juil|août|septembre sept|octobre oct|novembre nov|"
        "décembre déc"},
    {"gl", " de ",
        "xaneiro xan|febreiro feb|marzo|abril abr|maio|xuño|xullo|agosto|"
        "setembro set|outubro out|novembro nov|decembro dec"},
    {"it", " ",
        "gennaio gen|febbraio feb|marzo|aprile apr|maggio mag|giugno giu|"
        "luglio lug|agosto ago|settembre sett set|ottobre ott|novembre nov|"
        "dicembre dic"},
    {"nb", ". ",
        "januar jan|februar feb|mars|april apr|mai|juni|juli|august aug|"
        "september sept|oktober okt|november nov|desember des"},
    {"nl", " ",
        "januari jan|februari feb|maart|april apr|mei|juni|juli|"
        "augustus aug|september sept|oktober okt|november nov|december dec"},
    {"oc", " de ",
        "genièr|febrièr|març|abril|mai|junh|julhet|agost|setembre|octòbre|"
        "novembre|decembre"},
    {"pl", " ",
        "stycznia styczeń|lutego luty|marca marzec|kwietnia kwiecień|"
        "maja maj|czerwca czerwiec|lipca lipiec|sierpnia sierpień|"
        "września wrzesień|października październik|listopada listopad|"
        "grudnia grudzień"},
    {"pt", " de ",
        "janeiro jan|fevereiro fev|março|abril abr|maio|junho jun|"
        "julho jul|agosto ago|setembro set|outubro out|novembro nov|"
        "dezembro dez"},
    {"ro", " ",
        "ianuarie ian|februarie feb|martie|aprilie apr|mai|iunie|iulie|"
        "august aug|septembrie sept|octombrie oct|noiembrie nov|"
        "decembrie dec"},
    {"ru", " ",
        "января январь|февраля февраль|марта март|апреля апрель|мая май|"
        "июня июнь|июля июль|августа август|сентября сентябрь|"
        "октября октябрь|ноября ноябрь|декабря декабрь"},
    {"sv", " ",
        "januari jan|februari feb|mars|april apr|maj|juni|juli|augusti aug|"
        "september sept|oktober okt|november nov|december dec"},
    {"uk", " ",
        "січня січень|лютого лютий|березня березень|квітня квітень|"
        "травня травень|червня червень|липня липень|серпня серпень|"
        "вересня вересень|жовтня жовтень|листопада листопад|грудня грудень"},
};

static const struct months *
months_of(struct span lang)
{
    if (span_eqz(lang, "nn"))
        lang = SPAN("nb");
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (span_eqz(lang, table[i].lang))
            return &table[i];
    return NULL;
}

static size_t
digits(struct span s, size_t i)
{
    size_t n = 0;

    while (i + n < s.len && s.p[i + n] >= '0' && s.p[i + n] <= '9')
        n++;
    return n;
}

static long long
read_digits(struct span s, size_t i, size_t n)
{
    long long v = 0;

    for (size_t k = 0; k < n; k++)
        v = 10 * v + (s.p[i + k] - '0');
    return v;
}

size_t
dates_in_figures(struct span text, size_t i, long long *ret)
{
    size_t n[3], at = i;
    long long v[3];
    char mark = 0;

    for (int k = 0; k < 3; k++) {
        n[k] = digits(text, at);
        if (n[k] == 0 || n[k] > YEAR_DIGITS)
            return 0;
        v[k] = read_digits(text, at, n[k]);
        at += n[k];
        if (k == 2)
            break;
        if (at >= text.len || !memchr("/.-", text.p[at], 3) ||
            (mark && text.p[at] != mark))
            return 0;
        mark = text.p[at++];
    }
    if (at + 1 < text.len && memchr("/.-:,", text.p[at], 5) &&
        digits(text, at + 1) > 0)
        return 0; /* a version, a number of something */
    if (n[0] == YEAR_DIGITS
            ? mark == '.' || n[1] > 2 || n[2] > 2 || v[1] > 12
            : n[0] > 2 || n[1] > 2 || (n[2] != 2 && n[2] != YEAR_DIGITS) ||
                  (v[0] > 12 && v[1] > 12))
        return 0;
    for (int k = 0; k < 3; k++)
        if (v[k] == 0 || (n[k] < YEAR_DIGITS && k != 2 && v[k] > DAYS_MAX))
            return 0;
    *ret = IN_FIGURES + (v[0] * 10000 + v[1]) * 10000 + v[2];
    return at - i;
}

/* Is the word one of the names of a month, which lie between blanks? */
static bool
is_named(struct span names, const char *word, size_t len)
{
    while (names.p && names.len > 0) {
        char folded[WORD_BYTES_MAX];
        size_t n = lexicon_fold(span_cut(&names, ' '), folded);

        if (n == len && memcmp(folded, word, n) == 0)
            return true;
    }
    return false;
}

/* The name of a month at byte i: its length; 0. */
static size_t
name_at(struct span text, size_t i, struct span lang, int *ret_month)
{
    const struct months *m = months_of(lang);
    char word[WORD_BYTES_MAX];
    struct span rest;
    size_t end = i, n, len;

    while (uni_alpha(uni_at(text, end, &n)))
        end += n;
    if (!m || end == i || uni_word(uni_at(text, end, &n)))
        return 0;
    len = lexicon_fold((struct span){text.p + i, end - i}, word);
    rest = span_of(m->names);
    for (int k = 1; k <= MONTHS && len > 0; k++) {
        if (!is_named(span_cut(&rest, '|'), word, len))
            continue;
        *ret_month = k;
        /* "12 Dec." */
        return end - i + (end < text.len && text.p[end] == '.' && len <= 4);
    }
    return 0;
}

/* The length of the first of the list, which are between bars, that stands at
 * byte i; 0. */
static size_t
joint_at(struct span text, size_t i, const char *list)
{
    struct span rest = span_of(list);

    while (rest.p) {
        struct span joint = span_cut(&rest, '|');

        if (i <= text.len &&
            span_starts((struct span){text.p + i, text.len - i}, joint))
            return joint.len;
    }
    return 0;
}

bool
dates_day_ends(struct span text, size_t i)
{
    static const char words[] =
        " at in on and or to until till from for is was with by if as because "
        "so but please ";
    size_t end, n;

    if (i >= text.len)
        return true;
    if (uni_word(uni_at(text, i, &n)) || text.p[i] == ':' || text.p[i] == '%')
        return false;
    if (text.p[i] != ' ')
        return true;
    for (end = ++i; end < text.len && uni_word((unsigned char)text.p[end]);)
        end++;
    if (end == i || digits(text, i) == YEAR_DIGITS)
        return true;
    return end + 1 <= text.len &&
           memmem(words, sizeof(words) - 1, text.p + i - 1, end - i + 1);
}

/* "may" and "march" are months without a capital only where the date ends. */
static bool
is_other_word(struct span text, size_t i, size_t len, struct span lang)
{
    return span_eqz(lang, "en") && text.p[i] == 'm' &&
           (len == 3 ? text.p[i + 1] == 'a' && text.p[i + 2] == 'y'
                     : len == 5 && text.p[i + 4] == 'h') &&
           !dates_day_ends(text, i + len);
}

size_t
dates_month_behind(struct span text, size_t i, struct span lang, int *ret_month)
{
    size_t joint =
        joint_at(text, i, " of | de | d'| d\u2019|. |.|-| |\u00a0|\u202f");
    size_t len = joint ? name_at(text, i + joint, lang, ret_month) : 0;

    if (len == 0 || (joint == 1 && is_other_word(text, i + joint, len, lang)))
        return 0;
    return joint + len;
}

size_t
dates_month_of_year(
    struct span text, size_t i, struct span lang, int *ret_month)
{
    size_t len = name_at(text, i, lang, ret_month), joint, n;

    if (len == 0)
        return 0;
    joint = joint_at(text, i + len, " de | del | of |, | ");
    return joint && digits(text, i + len + joint) == YEAR_DIGITS &&
                   !uni_word(uni_at(text, i + len + joint + YEAR_DIGITS, &n))
               ? len
               : 0;
}

size_t
dates_month_before(struct span text, size_t i, struct span lang, int *ret_month)
{
    size_t len, joint;

    if (!span_eqz(lang, "en"))
        return 0;
    len = name_at(text, i, lang, ret_month);
    joint = len ? joint_at(text, i + len, " the | ") : 0;
    return joint ? len + joint : 0;
}

long long
dates_value(int day, int month)
{
    return DAY_OF * month + day;
}

int
dates_day(long long value)
{
    return value < IN_FIGURES ? (int)(value % DAY_OF) : 0;
}

bool
dates_write(long long value, struct span lang, struct buf *out)
{
    const struct months *m = months_of(lang);
    struct span rest, name = {NULL, 0};
    long long day = value % DAY_OF;

    if (!m || value >= IN_FIGURES)
        return false;
    rest = span_of(m->names);
    for (long long k = 0; k < value / DAY_OF; k++)
        name = span_cut(&rest, '|');
    name = span_cut(&name, ' ');
    if (day > 0) {
        bool elides = span_eqz(lang, "ca") && memchr("ao", name.p[0], 2);

        buf_addf(
            out, "%lld%s", day, day == 1 && span_eqz(lang, "fr") ? "er" : "");
        buf_addz(out, elides ? " d'" : m->after_day);
    }
    buf_adds(out, name);
    return true;
}
