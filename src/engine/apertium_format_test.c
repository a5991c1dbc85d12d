/* SPDX-License-Identifier: ISC */
#include "engine/apertium_format.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tap.h"
#include "engine/testing.h"

static bool
formats_to(const char *text, const char *want)
{
    struct buf out = {0};
    bool ok;

    apertium_format(span_of(text), 7, &out);
    ok = span_eqz(buf_span(&out), want);
    if (!ok)
        printf("# got %.*s\n", SPAN_ARG(buf_span(&out)));
    buf_free(&out);
    return ok;
}

/* want NULL: the answer is refused. */
static bool
unformats_to(const char *answer, const char *want)
{
    struct buf out = {0};
    bool ok;

    buf_addz(&out, "before|");
    ok = apertium_unformat(span_of(answer), 7, &out);
    if (want) {
        buf_addc(&out, '\0');
        ok = ok && strcmp(out.p + strlen("before|"), want) == 0;
    } else {
        ok = !ok && span_eqz(buf_span(&out), "before|");
    }
    if (!ok)
        printf("# got %.*s\n", SPAN_ARG(buf_span(&out)));
    buf_free(&out);
    return ok;
}

static void
characters_of_the_stream_format_are_escaped(void)
{
    CHECK(formats_to("a[b]{c}^d$e/f\\g@ h<i>j",
        "a\\[b\\]\\{c\\}\\^d\\$e\\/f\\\\g[\\@ ]h[\\<]i[\\>]j.[][#7]"));
    CHECK(formats_to("one two", "one two.[][#7]"));
    CHECK(formats_to("é 😀", "é 😀.[][#7]"));
}

static void
white_space_and_marks_of_the_user_go_into_superblanks(void)
{
    CHECK(formats_to("a  b\tc", "a[  ]b[\t]c.[][#7]"));
    CHECK(formats_to(
        "see # tag and *this*", "see[ # ]tag and[ *]this[*].[][#7]"));
    CHECK(formats_to("~x", "[~]x.[][#7]"));
}

static void
words_that_mean_the_same_everywhere_go_into_superblanks(void)
{
    CHECK(formats_to("see #tag, @bob!", "see[ #tag],[ \\@bob]!.[][#7]"));
    CHECK(formats_to("(@bob) *#été* @ #", "([\\@bob])[ *#été* \\@ #].[][#7]"));
    CHECK(formats_to("ask a.b@c.org.", "ask[ a.b\\@c.org]..[][#7]"));
    CHECK(formats_to("at https://a.b/c?d=[e]#f, www.x.y",
        "at[ https:\\/\\/a.b\\/c?d=\\[e\\]#f],[ www.x.y].[][#7]"));
    CHECK(formats_to("a@ @ @, x://", "a[\\@ \\@ \\@],[ x:\\/\\/].[][#7]"));
}

static void
an_answer_without_its_own_frame_is_refused(void)
{
    CHECK(unformats_to("hola.[][#7]", "hola"));
    CHECK(unformats_to("hola..[][#7]", "hola."));
    CHECK(unformats_to("etc[][#7]", "etc"));
    CHECK(unformats_to("hola[#8]", NULL));
    CHECK(unformats_to("hola", NULL));
    CHECK(unformats_to("", NULL));
    CHECK(unformats_to("hola[#7]x", NULL));
    CHECK(unformats_to("hola[#17]", NULL));
}

static void
marks_of_apertium_go_and_those_of_the_user_stay(void)
{
    CHECK(
        unformats_to("No #haber# de *xyzzy @foo[#7]", "No haber de xyzzy foo"));
    CHECK(unformats_to("see[ #]tag[ *]x[ \\@]you[#7]", "see #tag *x @you"));
    CHECK(unformats_to("a\\[b\\]\\\\c[#7]", "a[b]\\c"));
    CHECK(unformats_to(
        "x <prn> y\\<sent\\>z[ \\<]b[\\>] \\@q 1 < 2[#7]", "x yz <b> q 1 < 2"));
}

static void
spaces_that_a_rule_left_over_go_and_those_of_the_user_stay(void)
{
    CHECK(unformats_to(" point# de vue  dépend [#7]", "point de vue dépend"));
    CHECK(unformats_to("a[  ]b[\t]c[#7]", "a  b\tc"));
    CHECK(unformats_to("[#7]", ""));
}

static void
a_broken_answer_is_survived(void)
{
    CHECK(unformats_to("a[b[#7]", "ab"));
    CHECK(unformats_to("a\\[#7]", "a\\"));
    CHECK(unformats_to("[]x[][#7]", "x"));
}

static void
text_survives_the_way_there_and_back(void)
{
    static const char alphabet[] = "ab.é []{}^$/\\@<>#*~\t";

    srandom(1);
    for (int i = 0; i < 2000; i++) {
        struct buf text = {0}, there = {0}, back = {0};

        buf_addc(&text, 'x');
        for (long n = random() % 20; n > 0; n--)
            buf_addc(&text, alphabet[random() % (long)strlen(alphabet)]);
        buf_addc(&text, 'x');
        apertium_format(buf_span(&text), 123456, &there);
        CHECK(apertium_unformat(buf_span(&there), 123456, &back));
        CHECK(span_eq(buf_span(&text), buf_span(&back)));
        buf_free(&text);
        buf_free(&there);
        buf_free(&back);
    }
}

/* The output of a program for the bytes of in. */
static void
filter(const char *command, struct span in, struct buf *ret)
{
    char path[] = "/tmp/meeshy-format.XXXXXX", line[128];
    int fd = mkstemp(path);
    FILE *f;

    CHECK(write(fd, in.p, in.len) == (ssize_t)in.len);
    close(fd);
    snprintf(line, sizeof(line), "%s < %s", command, path);
    f = popen(line, "re");
    while (!feof(f))
        ret->len += fread(buf_reserve(ret, 4096), 1, 4096, f);
    pclose(f);
    unlink(path);
}

/* Random lines joined by what the real program makes of a line break. */
static void
the_real_deformatter_and_reformatter_agree(void)
{
    static const char alphabet[] = "abAB. .,  []{}^$/\\~\t?!'\"&;-_+=%|`()1";
    struct buf text = {0}, ours = {0}, theirs = {0}, back = {0};

    srandom(2);
    for (int i = 0; i < 500; i++) {
        size_t start = text.len;

        buf_addc(&text, 'x');
        for (long n = random() % 30; n > 0; n--)
            buf_addc(&text, alphabet[random() % (long)strlen(alphabet)]);
        buf_addc(&text, 'x');
        apertium_format(
            (struct span){text.p + start, text.len - start}, 7, &ours);
        ours.len -= strlen(i < 499 ? ".[][#7]" : "[#7]");
        if (i < 499) {
            buf_addz(&ours, "[\n]");
            buf_addc(&text, '\n');
        }
    }
    filter("apertium-destxt", buf_span(&text), &theirs);
    CHECK(span_eq(buf_span(&ours), buf_span(&theirs)));
    filter("apertium-retxt", buf_span(&ours), &back);
    CHECK(span_eq(buf_span(&back), buf_span(&text)));
    buf_free(&text);
    buf_free(&ours);
    buf_free(&theirs);
    buf_free(&back);
}

int
main(void)
{
    RUN(characters_of_the_stream_format_are_escaped);
    RUN(white_space_and_marks_of_the_user_go_into_superblanks);
    RUN(words_that_mean_the_same_everywhere_go_into_superblanks);
    RUN(an_answer_without_its_own_frame_is_refused);
    RUN(marks_of_apertium_go_and_those_of_the_user_stay);
    RUN(spaces_that_a_rule_left_over_go_and_those_of_the_user_stay);
    RUN(a_broken_answer_is_survived);
    RUN(text_survives_the_way_there_and_back);
    if (access("/usr/bin/apertium-destxt", X_OK) == 0)
        RUN(the_real_deformatter_and_reformatter_agree);
    else
        skip_test("the_real_deformatter_and_reformatter_agree", "no apertium");
    return tap_end();
}
