/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text/numberwords.h"
#include "text/numberwords_lexicon.h"

static void
spell_tens(const struct number_grammar *g, int n, struct buf *out)
{
    const char *one = g->ones[n % 10], *ten = g->tens[n / 10];

    if (g->ones_first) {
        buf_addz(out, n % 10 == 1 && g->code[0] == 'd' && g->code[1] == 'e'
                          ? "ein"
                          : one);
        buf_addz(out, g->ten_one);
        buf_addz(out, ten);
    } else if (strcmp(g->code, "it") == 0) {
        buf_add(out, ten, strlen(ten) - (one[0] == 'u' || one[0] == 'o'));
        buf_addz(out, n % 10 == 3 ? "tré" : one);
    } else {
        buf_addz(out, ten);
        if (strcmp(g->code, "ca") == 0 && n < 30)
            buf_addz(out, "-i-");
        else
            buf_addz(out, g->ten_one);
        buf_addz(out, one);
    }
}

/* French counts on from 60 and from 80. */
static void
spell_french(const struct number_grammar *g, int n, struct buf *out)
{
    int base = n < 80 ? n - n % 10 : 80;

    if (n >= 70 && n < 80)
        base = 60;
    if (n == 80) {
        buf_addz(out, "quatre-vingts");
        return;
    }
    buf_addz(out, base == 80 ? "quatre-vingt" : g->tens[base / 10]);
    buf_addz(
        out, base < 80 && (n - base == 1 || n - base == 11) ? " et " : "-");
    buf_addz(out, g->ones[n - base]);
}

static void
spell_small(const struct number_grammar *g, int n, struct buf *out)
{
    if (n < NUMBERWORDS_ONES_MAX && g->ones[n])
        buf_addz(out, g->ones[n]);
    else if (strcmp(g->code, "fr") == 0 && (n > 70 || n % 10))
        spell_french(g, n, out);
    else if (strcmp(g->code, "fr") == 0 && n == 70)
        buf_addz(out, "soixante-dix");
    else if (n % 10 == 0)
        buf_addz(out, g->tens[n / 10]);
    else
        spell_tens(g, n, out);
}

static void
spell_hundreds(const struct number_grammar *g, int n, struct buf *out)
{
    const char *hundreds = g->hundreds[n / HUNDRED];
    size_t len = n >= HUNDRED ? strlen(hundreds) : 0;

    if (n < HUNDRED) {
        spell_small(g, n, out);
        return;
    }
    if (n % HUNDRED == 0) {
        buf_addz(out, hundreds);
        return;
    }
    if (n / HUNDRED == 1 && g->hundred_open)
        buf_addz(out, g->hundred_open);
    else /* "deux cents", "deux cent un" */
        buf_add(out, hundreds,
            len - (n >= 2 * HUNDRED && strcmp(g->code, "fr") == 0));
    buf_addz(out, g->hundred_more);
    spell_small(g, n % HUNDRED, out);
}

bool
numberwords_spell(int n, struct span lang, struct buf *out)
{
    const struct lexicon *l = lexicon_of(lang);
    const struct number_grammar *g = l ? l->g : NULL;

    if (!g || n < 0 || n > NUMBERWORDS_SPELL_MAX)
        return false;
    if (n < THOUSAND) {
        spell_hundreds(g, n, out);
        return true;
    }
    if (n / THOUSAND == 1) {
        buf_addz(out, g->thousand);
    } else {
        int count = n / THOUSAND;

        buf_addz(out, count == 2 && g->two ? g->two : g->ones[count]);
        if (!g->compound)
            buf_addc(out, ' ');
        buf_addz(out,
            count < 5 && g->thousands_few ? g->thousands_few : g->thousands);
    }
    if (n % THOUSAND == 0)
        return true;
    buf_addz(out, n % THOUSAND < HUNDRED ? g->thousand_less : g->thousand_more);
    spell_hundreds(g, n % THOUSAND, out);
    return true;
}
