/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "nn/format/moses.h"

static bool
is_cjk(int32_t c)
{
    static const struct {
        int32_t first, last;
    } ranges[] = {{0x1100, 0x11ff}, {0x2e80, 0xa4cf}, {0xa840, 0xa87f},
        {0xac00, 0xd7af}, {0xf900, 0xfaff}, {0xfe30, 0xfe4f}, {0xff65, 0xffdc},
        {0x20000, 0x2ffff}};

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

static bool
is_opening(int32_t c)
{
    return letter_currency(c) || c == '(' || c == '[' || c == '{' ||
           c == 0xbf || c == 0xa1;
}

static bool
is_closing(int32_t c)
{
    return c > 0 && c < 0x80 && memchr(",.?!:;\\%}])", c, 11);
}

enum quote { SINGLE, DOUBLE, BACK, QUOTES };

static bool
is_quote(int32_t c)
{
    return c == '\'' || c == '"' || c == '`' || c == 0x201e || c == 0x201c;
}

static bool
all_are(const struct letters *l, bool (*test)(int32_t c))
{
    for (size_t i = 0; i < l->n; i++)
        if (!test(l->p[i].c))
            return false;
    return l->n > 0;
}

/* A text that grows word by word. */
struct joining {
    const char *lang;
    struct buf *out;
    bool space; /* one comes before the next word */
    bool open[QUOTES]; /* a quotation has begun and not ended */
    int32_t last; /* letter, 0: none */
};

/* How a word stands to its neighbours. */
struct stand {
    bool alone_left, alone_right;
};

static int32_t
first_of(const struct letters *l)
{
    return l->n ? l->p[0].c : 0;
}

static int32_t
last_of(const struct letters *l)
{
    return l->n ? l->p[l->n - 1].c : 0;
}

static struct stand
stand_of_quote(struct joining *j, const struct letters *w)
{
    int32_t c = first_of(w);
    enum quote q = c == '\'' ? SINGLE : c == '`' ? BACK : DOUBLE;
    bool owner = moses_is_lang(j->lang, "en") && c == '\'' && w->n == 1 &&
                 j->last == 's';

    if (!j->open[q] && owner) /* the Joneses' house */
        return (struct stand){false, true};
    j->open[q] = !j->open[q];
    return j->open[q] ? (struct stand){true, false}
                      : (struct stand){false, true};
}

/* French puts a space before some marks. */
static bool
is_spaced(const char *lang, const struct letters *w)
{
    return moses_is_lang(lang, "fr") && w->n == 1 &&
           memchr("?!:;%", w->p[0].c, 5) != NULL;
}

static struct stand
stand_of(struct joining *j, const struct letters *w, int32_t next)
{
    int32_t first = first_of(w), second = w->n > 1 ? w->p[1].c : 0;
    bool elided = w->n > 1 && last_of(w) == '\'' &&
                  letter_alpha(w->p[w->n - 2].c) && letter_alpha(next);

    if (is_cjk(first))
        return (struct stand){
            !is_cjk(j->last) || moses_is_lang(j->lang, "ko"), true};
    if (all_are(w, is_opening))
        return (struct stand){true, false};
    if (all_are(w, is_closing))
        return (struct stand){is_spaced(j->lang, w), true};
    if (moses_is_lang(j->lang, "en") && first == '\'' && letter_alpha(second) &&
        letter_alnum(j->last))
        return (struct stand){false, true};
    if (moses_is_lang(j->lang, "fr it ca ga") && elided)
        return (struct stand){true, false};
    if (all_are(w, is_quote))
        return stand_of_quote(j, w);
    return (struct stand){true, true};
}

static void
join_word(struct joining *j, struct span word, struct span next, size_t *begin)
{
    struct letters w = {0}, n = {0};
    struct stand stand = {false, false}; /* a hyphen's */

    *begin = j->out->len;
    if (word.len == 0)
        return;
    letters_read(&w, word);
    letters_read(&n, next);
    if (span_eqz(word, "@-@"))
        word = SPAN("-");
    else
        stand = stand_of(j, &w, first_of(&n));
    if (j->space && stand.alone_left && j->out->len > 0)
        buf_addc(j->out, ' ');
    *begin = j->out->len;
    buf_adds(j->out, word);
    j->space = stand.alone_right;
    j->last = last_of(&w);
    letters_free(&w);
    letters_free(&n);
}

void
moses_join(const struct span *words, size_t n, const char *lang,
    struct buf *ret, size_t *begins)
{
    struct joining j = {.lang = lang, .out = ret, .space = true};
    const struct span none = {NULL, 0};

    for (size_t i = 0; i < n; i++)
        join_word(&j, words[i], i + 1 < n ? words[i + 1] : none, &begins[i]);
}
