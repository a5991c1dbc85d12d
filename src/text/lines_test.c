/* SPDX-License-Identifier: ISC */
#include "text/lines.h"

#include <string.h>

#include "base/buf.h"
#include "base/tap.h"

enum { MAX = 1000 };

/* The pieces of text: those to translate in <>, the others in (). */
static bool
cuts_to(struct span text, size_t max, const char *want)
{
    struct span rest = text;
    struct line_piece piece;
    struct buf shown = {0}, joined = {0};
    bool ok;

    while (lines_next(&rest, max, &piece)) {
        buf_addc(&shown, piece.translate ? '<' : '(');
        buf_adds(&shown, piece.text);
        buf_addc(&shown, piece.translate ? '>' : ')');
        buf_adds(&joined, piece.text);
        CHECK(piece.text.len > 0);
        CHECK(!piece.translate || piece.text.len <= max);
        CHECK(utf8_valid(piece.text));
    }
    CHECK(span_eq(buf_span(&joined), text));
    ok = span_eqz(buf_span(&shown), want);
    if (!ok)
        printf("# got %.*s\n", SPAN_ARG(buf_span(&shown)));
    buf_free(&shown);
    buf_free(&joined);
    return ok;
}

static void
lines_are_pieces_and_white_space_between_them_is_kept(void)
{
    CHECK(cuts_to(SPAN("one"), MAX, "<one>"));
    CHECK(cuts_to(SPAN("one\ntwo"), MAX, "<one>(\n)<two>"));
    CHECK(cuts_to(
        SPAN("  a  b \r\n\r\n\tc\n"), MAX, "(  )<a  b>( \r\n\r\n\t)<c>(\n)"));
    CHECK(cuts_to(SPAN(""), MAX, ""));
    CHECK(cuts_to(SPAN(" \n"), MAX, "( \n)"));
    CHECK(cuts_to(SPAN("a\rb"), MAX, "<a>(\r)<b>"));
}

static void
a_piece_without_letters_is_not_translated(void)
{
    CHECK(cuts_to(SPAN("12:30\nhello"), MAX, "(12:30)(\n)<hello>"));
    CHECK(cuts_to(SPAN("--- :-)"), MAX, "(--- :-))"));
    CHECK(cuts_to(SPAN("é"), MAX, "<é>"));
}

static void
a_long_line_is_cut_at_white_space(void)
{
    CHECK(cuts_to(SPAN("aaaa bbbb cccc"), 11, "<aaaa bbbb>( )<cccc>"));
    CHECK(cuts_to(SPAN("aaaa      bbbb"), 10, "<aaaa>(      )<bbbb>"));
}

static void
a_long_word_is_cut_between_code_points(void)
{
    CHECK(cuts_to(SPAN("aaaaaaaaaa"), 8, "<aaaaaaaa><aa>"));
    CHECK(cuts_to(SPAN("aaaaaaa😀a"), 8, "<aaaaaaa><😀a>"));
    CHECK(cuts_to(SPAN("éééé\xc3\xa9"), 9, "<éééé><é>"));
}

int
main(void)
{
    RUN(lines_are_pieces_and_white_space_between_them_is_kept);
    RUN(a_piece_without_letters_is_not_translated);
    RUN(a_long_line_is_cut_at_white_space);
    RUN(a_long_word_is_cut_between_code_points);
    return tap_end();
}
