/* SPDX-License-Identifier: ISC */
#include "nn/format/moses.h"

#include <string.h>

/* The dots of "..." while rules look for full stops: beyond Unicode. */
enum { DOT_KEPT = 0x110000 };

bool
moses_is_lang(const char *lang, const char *list)
{
    const char *at = lang[0] ? strstr(list, lang) : NULL;

    return at && (at == list || at[-1] == ' ') &&
           (at[strlen(lang)] == ' ' || at[strlen(lang)] == '\0');
}

/* ---- plain ---- */

/* Each character of from is one of to; a space in to makes room around "-". */
static const struct {
    int32_t from;
    const char *to;
} plain_table[] = {
    {0xff0c, ","},
    {0x3002, ". "},
    {0x3001, ","},
    {0x201d, "\""},
    {0x201c, "\""},
    {0x201e, "\""},
    {0x2236, ":"},
    {0xff1a, ":"},
    {0xff1f, "?"},
    {0x300a, "\""},
    {0x300b, "\""},
    {0xff09, ")"},
    {0xff01, "!"},
    {0xff08, "("},
    {0xff1b, ";"},
    {0x300d, "\""},
    {0x300c, "\""},
    {0xff0e, ". "},
    {0xff5e, "~"},
    {0x2019, "'"},
    {0x2018, "'"},
    {0x201a, "'"},
    {0x00b4, "'"},
    {'`', "'"},
    {0x2026, "..."},
    {0x2501, "-"},
    {0x3008, "<"},
    {0x3009, ">"},
    {0x3010, "["},
    {0x3011, "]"},
    {0xff05, "%"},
    {0x2013, "-"},
    {0x2014, " - "},
    {0x00ab, "\""},
    {0x00bb, "\""},
};

static const char *
plain_of(int32_t c)
{
    for (size_t i = 0; i < sizeof(plain_table) / sizeof(plain_table[0]); i++)
        if (plain_table[i].from == c)
            return plain_table[i].to;
    return NULL;
}

static bool
is_no_break(int32_t c)
{
    return c == 0xa0 || c == 0x202f;
}

/* A space that typography puts where plain text has none: "« a », b !" */
static bool
is_thin(const struct letters *l, size_t i)
{
    int32_t last = i > 0 ? l->p[i - 1].c : 0;
    int32_t next = i + 1 < l->n ? l->p[i + 1].c : 0;

    if (last == 0xab || next == 0xbb)
        return l->p[i].c == ' ' || is_no_break(l->p[i].c);
    return is_no_break(l->p[i].c) && next > 0 && next < 0x80 &&
           memchr("?!;:%", next, 5);
}

void
moses_plain(const struct letters *l, struct letters *ret)
{
    for (size_t i = 0; i < l->n; i++) {
        int32_t c = l->p[i].c;
        const char *to = plain_of(c);

        if (is_thin(l, i))
            continue;
        if (c >= 0xff10 && c <= 0xff19)
            letters_put(ret, c - 0xff10 + '0', l->p[i]);
        else if (letter_other(c) || is_no_break(c))
            letters_put(ret, ' ', l->p[i]);
        else if (!to)
            letters_add(ret, l->p[i]);
        for (; to && *to; to++)
            letters_put(ret, *to, l->p[i]);
    }
}

/* ---- cutting ---- */

typedef bool letter_test(int32_t c);

static bool
not_alpha(int32_t c)
{
    return !letter_alpha(c);
}

static bool
not_alnum(int32_t c)
{
    return !letter_alpha(c) && !letter_number(c);
}

static bool
not_number(int32_t c)
{
    return !letter_number(c);
}

static bool
is_s(int32_t c)
{
    return c == 's';
}

/* A mark between two letters of some kind, and where a space goes.  As with
 * regular expressions, what one match has looked at is not looked at by the
 * next. */
struct rule {
    int32_t mark;
    letter_test *before, *after; /* NULL: whatever, also nothing */
    bool left, right; /* a space on that side */
};

static void
apply(struct letters *l, const struct rule *r)
{
    struct letters out = {0};
    size_t used = 0; /* by the match before */

    for (size_t i = 0; i < l->n; i++) {
        bool before = !r->before || (i > used && r->before(l->p[i - 1].c));
        bool after = !r->after || (i + 1 < l->n && r->after(l->p[i + 1].c));
        bool match = l->p[i].c == r->mark && before && after;

        if (match)
            used = r->after ? i + 2 : i + 1;
        if (match && r->left)
            letters_put(&out, ' ', l->p[i]);
        letters_add(&out, l->p[i]);
        if (match && r->right)
            letters_put(&out, ' ', l->p[i]);
    }
    letters_free(l);
    *l = out;
}

/* One space between words, none at the ends. */
static void
squeeze(struct letters *l)
{
    size_t n = 0;

    for (size_t i = 0; i < l->n; i++) {
        bool space = letter_space(l->p[i].c);

        if (space && (n == 0 || l->p[n - 1].c == ' '))
            continue;
        l->p[n] = l->p[i];
        if (space)
            l->p[n].c = ' ';
        n++;
    }
    if (n > 0 && l->p[n - 1].c == ' ')
        n--;
    l->n = n;
}

/* Two apostrophes are a quotation mark. */
static void
pair_quotes(struct letters *l)
{
    struct letters out = {0};

    for (size_t i = 0; i < l->n; i++) {
        bool pair = l->p[i].c == '\'' && i + 1 < l->n && l->p[i + 1].c == '\'';

        if (!pair) {
            letters_add(&out, l->p[i]);
            continue;
        }
        letters_put(&out, ' ', l->p[i]);
        letters_put(&out, '"', l->p[i++]);
        letters_put(&out, ' ', l->p[i]);
    }
    letters_free(l);
    *l = out;
}

/* The length of the marks at i that a quotation mark changes places with. */
static size_t
marks_at(const struct letters *l, size_t i, const char *marks)
{
    size_t n = 0;

    while (i + n < l->n && l->p[i + n].c > 0 && l->p[i + n].c < 0x80 &&
           strchr(marks, l->p[i + n].c))
        n++;
    return n;
}

/* The letter first goes behind those up to end. */
static void
move_behind(struct letters *l, size_t first, size_t end)
{
    struct letter mark = l->p[first];

    memmove(l->p + first, l->p + first + 1, (end - first - 1) * sizeof(mark));
    l->p[end - 1] = mark;
}

/* English ends a quotation behind a comma or full stop, others before it. */
static void
order_quotes(struct letters *l, const char *lang)
{
    size_t n;

    for (size_t i = 0; i < l->n && moses_is_lang(lang, "en"); i++) {
        n = l->p[i].c == '"' ? marks_at(l, i + 1, ",.") : 0;
        if (n > 0)
            move_behind(l, i, i + 1 + n);
        i += n;
    }
    if (moses_is_lang(lang, "en cs"))
        return;
    for (size_t i = 0; i + 1 < l->n; i++)
        if (l->p[i].c == ',' && l->p[i + 1].c == '"')
            move_behind(l, i, i + 2);
    for (size_t i = 0; i < l->n; i++) {
        n = marks_at(l, i, ".");
        if (n == 0 || i + n >= l->n || l->p[i + n].c != '"')
            continue;
        for (size_t k = i; k < i + n; k++)
            move_behind(l, i, i + n + 1);
        i += n;
    }
}

/* A mark of this language that is a part of a word when a small letter
 * follows: "EU:ssa", "il·lusió". */
static int32_t
inner_mark(const char *lang)
{
    return moses_is_lang(lang, "fi sv") ? ':'
           : moses_is_lang(lang, "ca")  ? 0xb7
                                        : 0;
}

/* Everything alone that is no part of a word, as a hyphen between two. */
static void
part_marks(struct letters *l, const char *lang)
{
    struct letters out = {0};
    int32_t inner = inner_mark(lang);

    for (size_t i = 0; i < l->n; i++) {
        int32_t c = l->p[i].c;
        int32_t last = i > 0 ? l->p[i - 1].c : ' ';
        int32_t next = i + 1 < l->n ? l->p[i + 1].c : ' ';
        bool hyphen = c == '-' && letter_alnum(last) && letter_alnum(next);
        bool word = letter_alnum(c) || c == ' ' || c == '.' || c == '\'' ||
                    c == ',' || c == '-';

        if (c == inner && inner)
            word = letter_lower(next);
        if (!word || hyphen)
            letters_put(&out, ' ', l->p[i]);
        if (hyphen)
            letters_put(&out, '@', l->p[i]);
        letters_add(&out, l->p[i]);
        if (hyphen)
            letters_put(&out, '@', l->p[i]);
        if (!word || hyphen)
            letters_put(&out, ' ', l->p[i]);
    }
    letters_free(l);
    *l = out;
}

/* "..." is one mark, and no full stop. */
static void
keep_dots(struct letters *l)
{
    struct letters out = {0};

    for (size_t i = 0, k; i < l->n; i = k) {
        for (k = i; k < l->n && l->p[k].c == '.'; k++)
            ;
        if (k < i + 2) {
            k = i + 1;
            letters_add(&out, l->p[i]);
            continue;
        }
        letters_put(&out, ' ', l->p[i]);
        for (size_t d = i; d < k; d++)
            letters_put(&out, DOT_KEPT, l->p[d]);
        letters_put(&out, ' ', l->p[k - 1]);
    }
    letters_free(l);
    *l = out;
}

static void
part_commas(struct letters *l)
{
    static const struct rule rules[] = {
        {',', not_number, NULL, true, true},
        {',', NULL, not_number, true, true},
    };

    apply(l, &rules[0]);
    apply(l, &rules[1]);
    if (l->n > 1 && l->p[l->n - 1].c == ',') {
        struct letter comma = l->p[--l->n];

        letters_put(l, ' ', comma);
        letters_add(l, comma);
    }
}

static void
part_apostrophes(struct letters *l, const char *lang)
{
    static const struct rule right[] = {
        {'\'', not_alpha, not_alpha, true, true},
        {'\'', not_alnum, letter_alpha, true, true},
        {'\'', letter_alpha, not_alpha, true, true},
        {'\'', letter_alpha, letter_alpha, true, false},
        {'\'', letter_number, is_s, true, false},
    };
    static const struct rule left[] = {
        {'\'', not_alpha, not_alpha, true, true},
        {'\'', not_alpha, letter_alpha, true, true},
        {'\'', letter_alpha, not_alpha, true, true},
        {'\'', letter_alpha, letter_alpha, false, true},
    };
    static const struct rule all = {'\'', NULL, NULL, true, true};
    bool is_left = moses_is_lang(lang, "fr it ga ca"),
         is_right = moses_is_lang(lang, "en");

    for (size_t i = 0; is_right && i < sizeof(right) / sizeof(*right); i++)
        apply(l, &right[i]);
    for (size_t i = 0; is_left && i < sizeof(left) / sizeof(*left); i++)
        apply(l, &left[i]);
    if (!is_left && !is_right)
        apply(l, &all);
}

/* ---- full stops ---- */

/* What keeps its full stop in front of another word, and what does in front of
 * a number; single letters do, too. */
static const struct {
    const char *lang, *words, *numbered;
} prefixes[] = {
    {"en",
        "Adj Adm Adv Asst Bart Bldg Brig Bros Capt Cmdr Col Comdr Con Corp "
        "Cpl Dr Drs Ens Gen Gov Hon Hosp Insp Lt Maj Messrs Mlle Mme Mr Mrs "
        "Ms Msgr Op Ord Pfc Ph Prof Pvt Rep Reps Res Rev Rt Sen Sens Sfc Sgt "
        "Sr St Supt Surg vs i.e rev e.g Jr",
        "No Nos Art Nr pp"},
    {"fr",
        "M MM Mme Mmes Mlle Dr Me Mgr St Ste Pr Prof av apr p.ex cf etc ex "
        "vol éd tél",
        "n° no nos art p pp chap fig"},
    {"de",
        "Dr Hr Fr Prof St bzw z.B usw vgl ca evtl ggf inkl Str Nr Mio Mrd "
        "Jan Feb Mär Apr Jun Jul Aug Sep Sept Okt Nov Dez bspw d.h u.a",
        "Art S Abs"},
    {"es",
        "Sr Sra Sres Srta Dr Dra Ud Uds D Dña Lic Ing Prof St Av pág etc "
        "EE UU vs",
        "núm art pág págs cap No"},
    {"it", "Dott Sig Sigg Sig.ra Dr Prof Avv Ing Geom S St ecc", "art n pag"},
    {"pt", "Sr Sra Dr Dra Prof Exmo Exma Eng Av St etc", "art pág núm"},
};

static bool
is_listed(const char *list, struct span word)
{
    const char *at = list;

    while (*at) {
        size_t n = strcspn(at, " ");

        if (n == word.len && memcmp(at, word.p, n) == 0)
            return true;
        at += n + (at[n] == ' ');
    }
    return false;
}

/* Does word keep its full stop in front of next? */
static bool
is_prefix(struct span word, const char *lang, bool number_next)
{
    if (word.len == 1 && word.p[0] >= 'A' && word.p[0] <= 'Z')
        return true;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (strcmp(prefixes[i].lang, lang) == 0)
            return is_listed(prefixes[i].words, word) ||
                   (number_next && is_listed(prefixes[i].numbered, word));
    return false;
}

/* Letters begin to end, the last of which is a full stop, are a word; next is
 * what the word after it begins with, 0 for none. */
static bool
keeps_stop(const struct letters *l, size_t begin, size_t end, int32_t next,
    const char *lang)
{
    struct letters word = {l->p + begin, end - 1 - begin, 0};
    bool dot = false, alpha = false, ret;
    struct buf text = {0};

    if (next == 0)
        return false;
    for (size_t i = 0; i < word.n; i++) {
        dot = dot || word.p[i].c == '.';
        alpha = alpha || letter_alpha(word.p[i].c);
    }
    letters_write(&word, &text);
    ret = (dot && alpha) || letter_lower(next) ||
          is_prefix(buf_span(&text), lang, next >= '0' && next <= '9');
    buf_free(&text);
    return ret;
}

static void
part_stops(struct letters *l, const char *lang)
{
    struct letters out = {0};

    for (size_t i = 0, k; i < l->n; i = k + 1) {
        for (k = i; k < l->n && l->p[k].c != ' '; k++)
            ;
        bool stop = k > i + 1 && l->p[k - 1].c == '.';
        int32_t next = k + 1 < l->n ? l->p[k + 1].c : 0;

        stop = stop && !keeps_stop(l, i, k, next, lang);
        for (size_t c = i; c < k; c++) {
            if (stop && c + 1 == k)
                letters_put(&out, ' ', l->p[c]);
            letters_add(&out, l->p[c]);
        }
        if (k < l->n)
            letters_add(&out, l->p[k]);
    }
    letters_free(l);
    *l = out;
}

/* A quotation may end behind the sentence: .' */
static void
part_last_quote(struct letters *l)
{
    struct letter dot, quote;

    if (l->n < 2 || l->p[l->n - 1].c != '\'' || l->p[l->n - 2].c != '.')
        return;
    quote = l->p[--l->n];
    dot = l->p[--l->n];
    letters_put(l, ' ', dot);
    letters_add(l, dot);
    letters_put(l, ' ', quote);
    letters_add(l, quote);
}

/* ---- escapes ---- */

/* In the order in which they are taken back. */
static const struct {
    char c;
    const char *name;
} escapes[] = {
    {'|', "&bar;"}, /* of old models, as the next that are twice */
    {'|', "&#124;"},
    {'<', "&lt;"},
    {'>', "&gt;"},
    {'[', "&bra;"},
    {']', "&ket;"},
    {'"', "&quot;"},
    {'\'', "&apos;"},
    {'[', "&#91;"},
    {']', "&#93;"},
    {'&', "&amp;"},
};
enum { ESCAPES = sizeof(escapes) / sizeof(escapes[0]) };

static void
escape(const struct letters *l, struct letters *ret)
{
    for (size_t i = 0; i < l->n; i++) {
        const char *name = NULL;

        for (size_t e = 0; e < ESCAPES; e++)
            if (escapes[e].c == l->p[i].c)
                name = escapes[e].name; /* the last is today's */
        if (l->p[i].c == DOT_KEPT)
            letters_put(ret, '.', l->p[i]);
        else if (!name)
            letters_add(ret, l->p[i]);
        for (; name && *name; name++)
            letters_put(ret, *name, l->p[i]);
    }
}

void
moses_unescape(struct span word, struct buf *ret)
{
    while (word.len > 0) {
        size_t e = 0;

        while (e < ESCAPES && !span_starts(word, span_of(escapes[e].name)))
            e++;
        size_t n = e < ESCAPES ? strlen(escapes[e].name) : 1;
        buf_addc(ret, e < ESCAPES ? escapes[e].c : word.p[0]);
        word = (struct span){word.p + n, word.len - n};
    }
}

void
moses_cut(const struct letters *l, const char *lang, struct letters *ret)
{
    struct letters work = {0};

    for (size_t i = 0; i < l->n; i++)
        letters_add(&work, l->p[i]);
    pair_quotes(&work);
    squeeze(&work);
    order_quotes(&work, lang);
    part_marks(&work, lang);
    keep_dots(&work);
    part_commas(&work);
    part_apostrophes(&work, lang);
    squeeze(&work);
    part_stops(&work, lang);
    part_last_quote(&work);
    escape(&work, ret);
    letters_free(&work);
}
