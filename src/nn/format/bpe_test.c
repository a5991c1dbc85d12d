/* SPDX-License-Identifier: ISC */
#include "nn/format/bpe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tap.h"

/* Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with
 * Subword Units", 2016: of the words low, lowest, newer and wider the first four
 * joins are "r </w>", "l o", "lo w" and "e r</w>", after which the unseen lower
 * is written "low er". */
#define PAPER "r </w>\nl o\nlo w\ne r</w>\n"

struct heard {
    struct buf text;
    uint32_t begin[64], end[64];
    size_t n;
};

static void
hear(void *user, uint32_t id, struct span piece, uint32_t begin, uint32_t end)
{
    struct heard *h = user;

    CHECK(id == 0);
    if (h->n)
        buf_addc(&h->text, ' ');
    buf_adds(&h->text, piece);
    if (h->n < 64) {
        h->begin[h->n] = begin;
        h->end[h->n] = end;
    }
    h->n++;
}

static struct heard
encode(const char *codes, const char *lang, const char *text)
{
    struct heard h = {0};
    struct err err = {0};
    struct bpe *b = bpe_open(span_of(codes), lang, &err);

    if (CHECK(b != NULL))
        bpe_encode(b, span_of(text), hear, &h);
    else
        printf("# %s\n", err.text);
    bpe_close(b);
    return h;
}

static bool
becomes(const char *codes, const char *text, const char *want)
{
    struct heard h = encode(codes, "en", text);
    bool ok = span_eqz(buf_span(&h.text), want);

    if (!ok)
        printf("# %s: %.*s\n", text, SPAN_ARG(buf_span(&h.text)));
    buf_free(&h.text);
    return ok;
}

static void
words_are_cut_as_in_the_paper(void)
{
    CHECK(becomes(PAPER, "lower", "low@@ er"));
    CHECK(becomes(PAPER, "low", "low"));
    CHECK(becomes(PAPER, "wider lowest", "w@@ i@@ d@@ er low@@ e@@ s@@ t"));
    CHECK(becomes(PAPER, "r", "r"));
    CHECK(becomes(PAPER, "", ""));
}

/* From version 0.2 on the end of the word belongs to its last letter from the
 * start, so that "r </w>" is no pair. */
static void
versions_end_words_differently(void)
{
    CHECK(becomes("#version: 0.2\nl o\nlo w</w>\ne r</w>\n", "low lower",
        "low lo@@ w@@ er"));
    CHECK(becomes(
        "#version: 0.2\nl o\nlo w\ne r</w>\n", "low lower", "lo@@ w low@@ er"));
    CHECK(becomes("#version: 0.1\n" PAPER, "lower", "low@@ er"));
}

static void
the_first_pair_of_the_file_is_joined_first(void)
{
    CHECK(becomes("#version: 0.2\na b\nb c</w>\n", "abc", "ab@@ c"));
    CHECK(becomes("#version: 0.2\nb c</w>\na b\n", "abc", "a@@ bc"));
    CHECK(becomes("#version: 0.2\nb c</w>\na b\nb c</w>\n", "abc", "a@@ bc"));
}

static void
pairs_that_overlap_are_joined_from_the_left(void)
{
    CHECK(becomes("#version: 0.2\na a\n", "aaab", "aa@@ a@@ b"));
    CHECK(becomes("#version: 0.2\na a\naa aa\n", "aaaaab", "aaaa@@ a@@ b"));
}

static void
pieces_know_where_they_come_from(void)
{
    struct heard h =
        encode("#version: 0.2\né t\nét é</w>\n", "fr", "l\u2019été \u2014 &");

    CHECK(span_eqz(buf_span(&h.text), "l@@ &@@ a@@ p@@ o@@ s@@ ; été - "
                                      "&@@ a@@ m@@ p@@ ;"));
    CHECK(h.begin[0] == 0 && h.end[0] == 1);
    CHECK(h.begin[1] == 1 && h.end[1] == 4);
    CHECK(h.begin[7] == 4 && h.end[7] == 9);
    CHECK(h.begin[8] == 10 && h.end[8] == 13);
    CHECK(h.begin[13] == 14 && h.end[13] == 15);
    buf_free(&h.text);
}

static void
a_word_that_never_ends_is_cut(void)
{
    enum { LETTERS = 2 * BPE_WORD_MAX + 10 };
    char text[LETTERS + 1];
    struct heard h;
    size_t words = 1, letters = 0;

    memset(text, 'a', LETTERS);
    text[LETTERS] = '\0';
    h = encode("#version: 0.2\na a\naa aa\n", "en", text);
    for (size_t i = 0; i < h.text.len; i++) {
        letters += h.text.p[i] == 'a';
        words += h.text.p[i] == ' ' && h.text.p[i - 1] != '@';
    }
    CHECK(letters == LETTERS && words == 1);
    buf_free(&h.text);
}

static void
pieces_become_text_again(void)
{
    static const struct span pieces[] = {{"low@@", 5}, {"er", 2}, {",", 1},
        {"it", 2}, {"&apos;s", 7}, {"half", 4}, {"@-@", 3}, {"ti@@", 4},
        {"me", 2}, {"!", 1}, {"op@@", 4}};
    enum { N = sizeof(pieces) / sizeof(pieces[0]) };
    struct vocab_place places[N];
    struct bpe *b = bpe_open(SPAN(PAPER), "en", NULL);
    struct buf out = {0};

    bpe_decode(b, pieces, N, &out, places);
    if (!CHECK(span_eqz(buf_span(&out), "lower, it's half-time! op")))
        printf("# %.*s\n", SPAN_ARG(buf_span(&out)));
    CHECK(places[0].begin == 0 && places[0].end == 3);
    CHECK(places[1].begin == 3 && places[1].end == 5);
    CHECK(places[4].begin == 9 && places[4].end == 11);
    CHECK(places[8].begin == 19 && places[8].end == 21);
    CHECK(places[10].end == out.len);
    bpe_decode(b, NULL, 0, &out, NULL);
    buf_free(&out);
    bpe_close(b);
}

static bool
refuses(const char *codes, const char *why)
{
    struct err err = {0};
    struct bpe *b = bpe_open(span_of(codes), "en", &err);
    bool ok = !b && strstr(err.text, why);

    if (!ok)
        printf("# %s\n", b ? "opened" : err.text);
    bpe_close(b);
    return ok;
}

static void
damaged_codes_are_refused(void)
{
    CHECK(refuses("", "no codes"));
    CHECK(refuses("#version: 0.2\n", "no codes"));
    CHECK(refuses("#version: 7\na b\n", "version"));
    CHECK(refuses("#version: 0.2\na b\nab\n", "line 3"));
    CHECK(refuses("a b c\n", "line 1"));
    CHECK(refuses("a \n", "line 1"));
    CHECK(refuses("a b\n\nc d\n", "line 2"));
    CHECK(refuses("\xff b\n", "line 1"));
}

int
main(void)
{
    RUN(words_are_cut_as_in_the_paper);
    RUN(versions_end_words_differently);
    RUN(the_first_pair_of_the_file_is_joined_first);
    RUN(pairs_that_overlap_are_joined_from_the_left);
    RUN(pieces_know_where_they_come_from);
    RUN(a_word_that_never_ends_is_cut);
    RUN(pieces_become_text_again);
    RUN(damaged_codes_are_refused);
    return tap_end();
}
