/* SPDX-License-Identifier: ISC */
#include "text/clockwords.h"

#include <string.h>

#include "text/numberwords.h"
#include "text/uni.h"

enum { HALF_DAY = 12 * 60, HOURS_MAX = 24, CODE_BYTES = 2 };

/* What stands around the hour, in small letters without accents, and what it
 * adds. */
static const struct {
    const char *lang, *before, *after;
    int minutes;
} forms[] = {
    {"ca", "un quart de ", "", -45},
    {"ca", "dos quarts de ", "", -30},
    {"ca", "tres quarts de ", "", -15},
    {"ca", "", " i mitja", 30},
    {"ca", "", " i quart", 15},
    {"ca", "", " menys quart", -15},
    {"da", "halv ", "", -30},
    {"da", "kvart over ", "", 15},
    {"da", "kvart i ", "", -15},
    {"de", "halb ", "", -30},
    {"de", "viertel nach ", "", 15},
    {"de", "viertel vor ", "", -15},
    {"de", "dreiviertel ", "", -15},
    {"en", "half past ", "", 30},
    {"en", "a quarter past ", "", 15},
    {"en", "quarter past ", "", 15},
    {"en", "quarter after ", "", 15},
    {"en", "a quarter to ", "", -15},
    {"en", "quarter to ", "", -15},
    {"en", "", " and a half hours", 30},
    {"es", "", " horas y media", 30},
    {"es", "", " hora y media", 30},
    {"es", "", " y media", 30},
    {"es", "", " y cuarto", 15},
    {"es", "", " menos cuarto", -15},
    {"fr", "", " heures et demie", 30},
    {"fr", "", " heures et demi", 30},
    {"fr", "", " heure et demie", 30},
    {"fr", "", " h et demie", 30},
    {"fr", "", " et demi", 30},
    {"fr", "", " heures et quart", 15},
    {"fr", "", " heure et quart", 15},
    {"fr", "", " heures moins le quart", -15},
    {"fr", "", " heures moins quart", -15},
    {"fr", "", " heure moins le quart", -15},
    {"gl", "", " horas e media", 30},
    {"gl", "", " e media", 30},
    {"gl", "", " e cuarto", 15},
    {"gl", "", " menos cuarto", -15},
    {"it", "", " ore e mezza", 30},
    {"it", "", " ore e mezzo", 30},
    {"it", "", " e mezza", 30},
    {"it", "", " e mezzo", 30},
    {"it", "", " e un quarto", 15},
    {"it", "", " meno un quarto", -15},
    {"nb", "halv ", "", -30},
    {"nb", "kvart over ", "", 15},
    {"nb", "kvart pa ", "", -15},
    {"nl", "half ", "", -30},
    {"nl", "kwart over ", "", 15},
    {"nl", "kwart voor ", "", -15},
    {"pt", "um quarto para as ", "", -15},
    {"pt", "um quarto para a ", "", -15},
    {"pt", "quinze para as ", "", -15},
    {"pt", "", " horas e meia", 30},
    {"pt", "", " hora e meia", 30},
    {"pt", "", " e meia", 30},
    {"pt", "", " e um quarto", 15},
    {"pt", "", " menos um quarto", -15},
    {"ro", "", " si jumatate", 30},
    {"ro", "", " jumate", 30},
    {"ro", "", " si un sfert", 15},
    {"ro", "", " fara un sfert", -15},
    {"sv", "halv ", "", -30},
    {"sv", "kvart over ", "", 15},
    {"sv", "kvart i ", "", -15},
};

/* Do the words stand at byte i?  The length of them in *len. */
static bool
match(struct span text, size_t i, const char *words, size_t *len)
{
    size_t at = i, n = 0;

    for (; *words; words++, at += n)
        if (uni_plain(uni_at(text, at, &n)) != (unsigned char)*words)
            return false;
    *len = at - i;
    return at == i || words[-1] == ' ' || !uni_word(uni_at(text, at, &n));
}

/* As a clock shows them: from 1:00 to 12:59, and beyond that if the hour is. */
static int
clock_minutes(long long hour, long long minutes)
{
    int ret = (int)(60 * hour + minutes);

    if (hour > 12)
        return ret;
    ret = (ret + HALF_DAY) % HALF_DAY;
    return ret < 60 ? ret + HALF_DAY : ret;
}

/* Is what begins at byte i the lower end of "from ten to five people"? */
static bool
is_range(struct span text, size_t i)
{
    return i >= 5 && uni_fold(text.p[i - 5]) == 'f' &&
           memcmp(text.p + i - 4, "rom ", 4) == 0;
}

/* The hour at byte i, in words or figures. */
static size_t
hour_at(struct span text, size_t i, struct span lang, long long *ret)
{
    struct numberword w;
    size_t n = 0;

    *ret = 0;
    while (n < 2 && i + n < text.len && text.p[i + n] >= '0' &&
           text.p[i + n] <= '9')
        *ret = 10 * *ret + (text.p[i + n++] - '0');
    if (n > 0)
        return i + n < text.len && uni_digit(text.p[i + n]) ? 0 : n;
    if (!numberwords_at(text, i, lang, &w) || w.ordinal)
        return 0;
    *ret = w.value;
    return w.len;
}

/* "twenty past four", "five to nine": English says minutes first. */
static size_t
minutes_first(struct span text, size_t i, struct span lang, int *ret_minutes)
{
    struct numberword minutes;
    size_t join, len;
    long long hour;
    int sign;

    if (!span_eqz(lang, "en") || is_range(text, i) ||
        !numberwords_at(text, i, lang, &minutes) || minutes.ordinal ||
        minutes.value % 5 != 0 || minutes.value < 5 || minutes.value > 25)
        return 0;
    i += minutes.len;
    if (match(text, i, " past ", &join) || match(text, i, " after ", &join))
        sign = 1;
    else if (match(text, i, " to ", &join))
        sign = -1;
    else
        return 0;
    len = hour_at(text, i + join, lang, &hour);
    if (len == 0 || hour < 1 || hour > 12)
        return 0;
    *ret_minutes = clock_minutes(hour, sign * minutes.value);
    return minutes.len + join + len;
}

size_t
clockwords_at(struct span text, size_t i, struct span lang, int *ret_minutes)
{
    size_t before, after, hour_len = 0, known = text.len;
    long long hour = 0;

    if (lang.len != CODE_BYTES)
        return 0;
    for (size_t k = 0; k < sizeof(forms) / sizeof(forms[0]); k++) {
        if (memcmp(lang.p, forms[k].lang, CODE_BYTES) != 0 ||
            !match(text, i, forms[k].before, &before))
            continue;
        if (known != i + before) {
            known = i + before;
            hour_len = hour_at(text, known, lang, &hour);
        }
        if (hour_len == 0 || hour < 1 || hour > HOURS_MAX ||
            !match(text, known + hour_len, forms[k].after, &after))
            continue;
        *ret_minutes = clock_minutes(hour, forms[k].minutes);
        return before + hour_len + after;
    }
    return minutes_first(text, i, lang, ret_minutes);
}
