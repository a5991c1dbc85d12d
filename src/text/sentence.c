/* SPDX-License-Identifier: ISC */
#include "text/sentence.h"

#include <string.h>

#include "text/uni.h"
#include "text/wordlist.h"

/* What is followed by a name or a number, so that its full stop never ends a
 * sentence; folded.  "*": in every language. */
static const struct {
    char lang[4];
    const char *words; /* each between spaces */
} titles[] = {
    {"*", " dr prof st vs ca cf tel "},
    {"en", " mr mrs ms messrs rev gen col sgt capt lt gov sen rep hon pres "
           "mt approx e.g i.e pp ed eds jan feb mar apr jun jul aug sep sept "
           "oct nov dec "},
    {"fr", " m mm mme mmes mlle mlles me mgr av env p.ex ex ste boul bd rdv "
           "janv févr avr juil sept oct nov déc cap chap "},
    {"es",
        " sr sra sres sras srta dra d dña da dn ud uds vd vds lic ing arq gral "
        "avda av p.ej ej pág págs cap ene feb abr ago sept oct nov dic "},
    {"de", " hr fr frl bzw z.b u.a d.h z.t v.a u.u s.o s.u evtl ggf inkl exkl "
           "str vgl usw sog geb gest kl gr mind max abs zzgl jan feb apr aug "
           "sept okt nov dez bspw ff hrsg "},
    {"it", " sig sigg sig.ra sig.na dott dott.ssa avv ing geom prof.ssa on "
           "pag pagg ecc es p.es gen feb apr mag giu lug ago sett ott nov dic "
           "s.p.a "},
    {"pt", " sr sra srs sras srta dra profa eng exmo exma av pág págs p.ex ex "
           "jan fev abr mai jun jul ago set out nov dez "},
    {"ca", " sr sra srs sres dra av pl pàg pàgs p.ex ex gen febr abr jul ag "
           "set oct nov des "},
    {"nl", " dhr mevr mw drs ir mr bijv o.a m.b.t d.w.z i.p.v t.o.v evt incl "
           "excl ong jan feb apr aug sept okt nov dec blz "},
};

/* What is followed by a number where it is short for something. */
static const char numbered[] =
    " no nr nº n° nos núm num fig figs vol art arts cap chap kap p pp s pag pág "
    "pàg ch sec tab abb bd ";

/* Languages that write ordinal numbers with a full stop ("am 3. Mai"). */
static const char dotted_ordinals[] =
    " de da nb nn fi et cs sk hu sl hr sr bs pl lv is fo tr lb ";

enum { WORD_BYTES_MAX = 16 };

static bool
listed(const char *words, struct span word)
{
    char key[WORD_BYTES_MAX + 3];

    if (!words || word.len > WORD_BYTES_MAX)
        return false;
    key[0] = ' ';
    memcpy(key + 1, word.p, word.len);
    key[word.len + 1] = ' ';
    key[word.len + 2] = '\0';
    return !memchr(word.p, 0, word.len) && strstr(words, key);
}

/* The word before byte i, with the full stops inside it, folded into buf;
 * absent when there is none or it is long. */
static struct span
word_before(struct span line, size_t i, char buf[WORD_BYTES_MAX + 4])
{
    size_t start = i, n = 0, m;

    while (start > 0) {
        int32_t c = uni_before(line, start);

        if (!uni_word(c) && c != '.')
            break;
        start -= c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        if (i - start > WORD_BYTES_MAX)
            return (struct span){NULL, 0};
    }
    for (size_t k = start; k < i; k += m) {
        int32_t c = uni_fold(uni_at(line, k, &m));

        if (n >= WORD_BYTES_MAX)
            return (struct span){NULL, 0};
        n += uni_put(c, buf + n);
    }
    return n ? (struct span){buf, n} : (struct span){NULL, 0};
}

static bool
is_title(struct span word, struct span lang)
{
    for (size_t k = 0; k < sizeof(titles) / sizeof(titles[0]); k++) {
        bool applies = titles[k].lang[0] == '*' || lang.len == 0 ||
                       span_eqz(lang, titles[k].lang);

        if (applies && listed(titles[k].words, word))
            return true;
    }
    return false;
}

/* May the full stop at byte i end a sentence, by what stands before it and
 * the first code point of what follows? */
static bool
may_end(struct span line, size_t i, struct span lang, int32_t next)
{
    char buf[WORD_BYTES_MAX + 4];
    struct span word = word_before(line, i, buf);
    size_t n, letters = 0, numbers = 0;

    if (!word.p)
        return true;
    for (size_t k = 0; k < word.len; k += n) {
        int32_t c = uni_at(word, k, &n);

        letters += uni_alpha(c);
        numbers += uni_digit(c);
    }
    if (numbers == word.len)
        return numbers > 2 || lang.len == 0 || !listed(dotted_ordinals, lang);
    if (letters == 1 && numbers == 0 && uni_upper(uni_before(line, i)))
        return span_eqz(word, "i") && span_eqz(lang, "en");
    return !is_title(word, lang) &&
           !(uni_digit(next) && listed(numbered, word));
}

static bool
is_terminal(int32_t c)
{
    switch (c) {
    case '.':
    case '!':
    case '?':
    case 0x2026: /* … */
    case 0x203c: /* ‼ */
    case 0x2047:
    case 0x2048:
    case 0x2049:
    case 0x061f: /* ؟ */
    case 0x06d4: /* ۔ */
    case 0x0964: /* । */
    case 0x3002: /* 。 */
    case 0xff01: /* ！ */
    case 0xff1f: /* ？ */
        return true;
    default:
        return false;
    }
}

static bool
is_closer(int32_t c)
{
    return (c > 0 && c < 0x80 && strchr(")]}\"'*_~", c)) || c == 0xbb ||
           c == 0x201d || c == 0x2019 || c == 0x203a || c == 0x300d ||
           c == 0x300f || c == 0xff09 || c == 0xfe0f;
}

static bool
is_opener(int32_t c)
{
    return (c > 0 && c < 0x80 && strchr("([{\"'*_~-", c)) || c == 0xab ||
           c == 0x201c || c == 0x2018 || c == 0x201e || c == 0xbf ||
           c == 0xa1 || c == 0x2013 || c == 0x2014;
}

/* The first code point of what follows byte i, behind white space and opening
 * punctuation. */
static int32_t
next_start(struct span line, size_t i)
{
    size_t n;
    int32_t c;

    while (uni_space(c = uni_at(line, i, &n)) || is_opener(c))
        i += n;
    return c;
}

/* The word at byte i. */
static struct span
word_at(struct span line, size_t i)
{
    size_t len = 0, n;

    while (uni_alpha(uni_at(line, i + len, &n)))
        len += n;
    return (struct span){line.p + i, len};
}

static bool
is_common(struct span word, struct span lang)
{
    struct wordlist_hit hit;

    return word.len > 0 &&
           (!wordlist_has(lang) || wordlist_find(lang, word, &hit));
}

/* Was only the space forgotten between the marks before byte end and what
 * follows: "See?This is good.Really."?  "my.Host" and "v2.Next" are names, and
 * so is what has a word that nobody knows. */
static bool
is_run_on(struct span line, size_t i, size_t end, struct span lang, bool soft)
{
    char buf[WORD_BYTES_MAX + 4];
    struct span before = word_before(line, i, buf), after = word_at(line, end);
    size_t n, m, behind = end + after.len;
    int32_t first = uni_at(line, end, &n), next = uni_at(line, behind, &m);

    if (!uni_lower(uni_before(line, i)) || before.len < 2 ||
        memchr(before.p, '.', before.len) || !is_common(before, lang) ||
        !is_common(after, lang) || next == '_' || uni_digit(next) ||
        next == '(' || (next == '.' && uni_word(uni_at(line, behind + 1, &m))))
        return false;
    return !soft || (uni_upper(first) &&
                        (after.len == n || uni_lower(uni_at(after, n, &m))));
}

size_t
sentence_end(struct span line, size_t i, struct span lang)
{
    size_t end = i, n, m;
    int32_t c, last = UNI_NONE, next;
    bool soft = true, quoted = false;

    if (is_terminal(uni_before(line, i)))
        return 0; /* the row of marks began before */
    while (is_terminal(c = uni_at(line, end, &n))) {
        soft = soft && (c == '.' || c == 0x2026);
        last = c;
        end += n;
    }
    if (end == i)
        return 0;
    while (is_closer(c = uni_at(line, end, &n)) ||
           (uni_space(c) && uni_at(line, end + n, &m) == 0xbb)) {
        quoted = true;
        end += n;
    }
    if (c == UNI_NONE)
        return end - i;
    if (!uni_space(c))
        return last == 0x3002 || last == 0xff01 || last == 0xff1f ||
                       (!quoted && is_run_on(line, i, end, lang, soft))
                   ? end - i
                   : 0;
    next = next_start(line, end);
    if (uni_lower(next) && (soft || quoted))
        return 0;
    if (end - i == 1 && last == '.' && !may_end(line, i, lang, next))
        return 0;
    return end - i;
}
