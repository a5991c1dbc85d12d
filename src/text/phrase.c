/* SPDX-License-Identifier: ISC */
#include "text/phrase.h"

#include <string.h>

#include "text/uni.h"

enum {
    KEY_SLACK = 8, /* what one code point may add to a key */
    ELONGATED = 3, /* so many equal letters in a row no word has */
};

enum { NBSP = 0xa0 };

static const char ellipsis = '~';

/* ---- reading ---- */

/* The final mark that c is, or 0. */
static char
mark_of(int32_t c)
{
    switch (c) {
    case '.':
    case 0x3002: /* 。 */
    case 0x0964: /* । */
    case 0x06d4: /* ۔ */
        return '.';
    case '!':
    case 0xff01: /* ！ */
        return '!';
    case '?':
    case 0xff1f: /* ？ */
    case 0x061f: /* ؟ */
        return '?';
    case 0x2026: /* … */
        return ellipsis;
    default:
        return 0;
    }
}

/* Is c between words, whatever else it is? */
static bool
is_space(int32_t c)
{
    return uni_space(c) || c == '-' || (c >= 0x2010 && c <= 0x2015);
}

/* Apostrophes and what cannot be seen. */
static bool
is_nothing(int32_t c)
{
    return c == '\'' || c == '`' || c == 0xb4 || c == 0x2018 || c == 0x2019 ||
           c == 0x02bc || c == 0xad || (c >= 0x200b && c <= 0x200d) ||
           c == 0xfeff;
}

static bool
is_comma(int32_t c)
{
    return c == ',' || c == ';' || c == 0x060c || c == 0x3001 || c == 0xff0c;
}

/* Take the marks off the end of *text. */
static void
take_marks(struct span *text, struct phrase *p)
{
    char marks[PHRASE_BYTES_MAX];
    size_t n = 0, dots;
    int32_t c;
    char mark;

    while ((mark = mark_of(c = uni_before(*text, text->len))) != 0 ||
           uni_space(c) || is_comma(c)) {
        if (mark && n < sizeof(marks))
            marks[n++] = mark;
        do
            text->len--;
        while (((unsigned char)text->p[text->len] & 0xc0) == 0x80);
    }
    while (n > 0 && p->n_marks < PHRASE_MARKS_MAX) {
        p->asks |= marks[n - 1] == '?';
        for (dots = 0; dots < n && marks[n - 1 - dots] == '.'; dots++)
            continue;
        p->marks[p->n_marks++] = dots > 1 ? ellipsis : marks[n - 1];
        n -= dots > 1 ? dots : 1;
    }
}

static void
skip_openers(struct span *text)
{
    size_t n;
    int32_t c;

    while (uni_space(c = uni_at(*text, 0, &n)) || c == 0xbf || c == 0xa1) {
        text->p += n;
        text->len -= n;
    }
}

/* How else a small letter is written. */
static const char *
spelling(int32_t c, bool german)
{
    switch (c) {
    case 0x131: /* ı, which is the small I of Turkish only */
        return "i";
    case 0xdf: /* ß */
        return "ss";
    case 0xe4:
        return german ? "ae" : NULL;
    case 0xf6:
        return german ? "oe" : NULL;
    case 0xfc:
        return german ? "ue" : NULL;
    default:
        return NULL;
    }
}

static void
put(struct phrase *p, int32_t c, bool german)
{
    const char *other = spelling(c, german);

    if (other) {
        memcpy(p->key + p->n, other, strlen(other));
        p->n += strlen(other);
    } else {
        p->n += uni_put(c, p->key + p->n);
    }
}

/* What the letters say about how all of it is written. */
struct letters {
    size_t upper, lower;
    bool small_first, seen;
};

static void
count(struct letters *l, int32_t c)
{
    if (!uni_alpha(c))
        return;
    if (!l->seen)
        l->small_first = uni_lower(c);
    l->seen = true;
    l->upper += uni_upper(c);
    l->lower += uni_lower(c);
}

static enum phrase_letters
letters_of(const struct letters *l)
{
    if (l->upper > 1 && l->lower == 0)
        return PHRASE_CAPITALS;
    return l->small_first ? PHRASE_SMALL : PHRASE_CAPITAL;
}

bool
phrase_read(struct span text, struct span lang, struct phrase *ret)
{
    bool german = span_eqz(lang, "de"), gap = false;
    struct letters l = {0};
    size_t n;

    ret->n = ret->words = ret->n_marks = 0;
    ret->asks = false;
    ret->letters = PHRASE_CAPITAL;
    if (text.len > PHRASE_BYTES_MAX - KEY_SLACK)
        return false;
    take_marks(&text, ret);
    skip_openers(&text);
    for (size_t i = 0; i < text.len; i += n) {
        int32_t c = uni_at(text, i, &n);

        count(&l, c);
        if (is_nothing(c))
            continue;
        if (is_space(c) || is_comma(c)) {
            gap = true;
            continue;
        }
        if (ret->n + KEY_SLACK >= PHRASE_BYTES_MAX)
            return false;
        if (ret->n == 0 || gap) {
            ret->words++;
            if (ret->n > 0)
                ret->key[ret->n++] = ' ';
        }
        gap = false;
        put(ret, uni_fold(c), german);
    }
    ret->letters = letters_of(&l);
    return l.seen;
}

bool
phrase_shorten(struct phrase *p, size_t times)
{
    struct span key = {p->key, p->n};
    size_t n, run, out = 0;

    for (size_t i = 0; i < key.len; i += n * run) {
        int32_t c = uni_at(key, i, &n), next;
        size_t m, kept;

        for (run = 1, next = c; next == c; run += next == c)
            next = uni_at(key, i + n * run, &m);
        kept = run >= ELONGATED && uni_alpha(c) ? times : run;
        memmove(p->key + out, key.p + i, n * kept);
        out += n * kept;
    }
    p->n = out;
    return out < key.len;
}

void
phrase_strip(struct span text, struct buf *out)
{
    struct phrase own = {0};

    take_marks(&text, &own);
    skip_openers(&text);
    buf_adds(out, text);
}

/* ---- dressing ---- */

static bool
one_of(struct span lang, const char *langs)
{
    char word[16];

    if (lang.len + 3 > sizeof(word))
        return false;
    word[0] = word[lang.len + 1] = ' ';
    memcpy(word + 1, lang.p, lang.len);
    word[lang.len + 2] = '\0';
    return lang.len > 0 && strstr(langs, word);
}

static void
put_code_point(struct buf *out, int32_t c)
{
    char bytes[UNI_BYTES_MAX];

    buf_add(out, bytes, uni_put(c, bytes));
}

/* How the language writes a mark. */
static int32_t
mark_in(char mark, struct span lang)
{
    if (mark == ellipsis)
        return 0x2026;
    if (one_of(lang, " zh ja "))
        return mark == '.' ? 0x3002 : mark == '!' ? 0xff01 : 0xff1f;
    if (mark == '?' && one_of(lang, " ar fa ur "))
        return 0x061f;
    if (mark == '?' && one_of(lang, " el "))
        return ';';
    if (mark == '.' && one_of(lang, " hi bn mr ne "))
        return 0x0964;
    return mark;
}

static bool
has(struct span s, const char *part)
{
    return memmem(s.p, s.len, part, strlen(part)) != NULL;
}

/* Spanish opens what it closes: the final marks, backwards and upside down. */
static void
put_openers(const struct phrase *p, struct span translation, struct buf *out)
{
    for (size_t i = p->n_marks; i-- > 0;) {
        if (p->marks[i] == '?' && !has(translation, "¿"))
            put_code_point(out, 0xbf);
        if (p->marks[i] == '!' && !has(translation, "¡"))
            put_code_point(out, 0xa1);
    }
}

static void
put_marks(const struct phrase *p, struct span lang, struct buf *out)
{
    bool french = one_of(lang, " fr br frp ");

    for (size_t i = 0; i < p->n_marks; i++) {
        bool wide = p->marks[i] == '!' || p->marks[i] == '?';
        bool first =
            i == 0 || p->marks[i - 1] == ellipsis || p->marks[i - 1] == '.';

        if (french && wide && first)
            put_code_point(out, NBSP);
        put_code_point(out, mark_in(p->marks[i], lang));
    }
}

static void
put_capital(struct buf *out, int32_t c, bool turkish)
{
    if (c == 0xdf) /* ß has no capital in a word of capitals */
        buf_addz(out, "SS");
    else
        put_code_point(out, turkish && c == 'i' ? 0x130 : uni_to_upper(c));
}

void
phrase_dress(const struct phrase *p, struct span translation, struct span lang,
    struct buf *out)
{
    struct phrase own = {0}; /* marks of its own, which are not wanted */
    bool first = true, turkish = one_of(lang, " tr az ");
    size_t n;

    take_marks(&translation, &own);
    skip_openers(&translation);
    if (one_of(lang, " es ast "))
        put_openers(p, translation, out);
    for (size_t i = 0; i < translation.len; i += n) {
        int32_t c = uni_at(translation, i, &n);
        bool upper = p->letters == PHRASE_CAPITALS ||
                     (p->letters == PHRASE_CAPITAL && first);

        if (upper && uni_lower(c))
            put_capital(out, c, turkish);
        else
            put_code_point(out, c);
        first = first && !uni_alpha(c);
    }
    put_marks(p, lang, out);
}
