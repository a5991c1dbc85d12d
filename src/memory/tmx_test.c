/* SPDX-License-Identifier: ISC */
#include "memory/tmx.h"

#include <stdlib.h>
#include <string.h>

#include "base/tap.h"

static bool
gives(const char *xml, const char *want)
{
    struct buf b = {0};
    struct tmx_count count;
    struct err err = {0};
    bool ok = tmx_read(span_of(xml), &b, &count, &err) &&
              span_eqz(buf_span(&b), want);

    if (!ok)
        printf("# %s\n# %.*s\n", err.text, SPAN_ARG(buf_span(&b)));
    buf_free(&b);
    return ok;
}

static void
units_become_lines(void)
{
    CHECK(
        gives("<?xml version=\"1.0\"?><!DOCTYPE tmx SYSTEM \"tmx14.dtd\">"
              "<tmx version=\"1.4\"><header/><body>"
              "<tu><tuv xml:lang=\"en-US\"><seg>Press <bpt i=\"1\">&lt;b></bpt>"
              "start<ept i=\"1\">&lt;/b></ept>\n now!</seg></tuv>"
              "<tuv xml:lang=\"fr\"><seg>Appuyez <hi>ici</hi>.</seg></tuv></tu>"
              "<tu><tuv lang=\"en\"><seg>I'm R&amp;D</seg></tuv>"
              "<tuv xml:lang=\"de\"><seg>Bist du da?</seg></tuv>"
              "<tuv xml:lang=\"de\"><seg>Da?</seg></tuv></tu></body></tmx>",
            "en\tfr\tde\n"
            "press start now\tappuyez ici\t\n"
            "I'm R&D\t\tBist du da?|Da?\n"));
}

static void
what_is_no_phrase_is_left_out_and_counted(void)
{
    const char *xml = "<tmx><body>"
                      "<tu><tuv xml:lang=\"en\"><seg>a|b</seg></tuv>"
                      "<tuv xml:lang=\"fr\"><seg>a</seg></tuv></tu>"
                      "<tu><tuv xml:lang=\"en\"><seg>1 2</seg></tuv>"
                      "<tuv xml:lang=\"fr\"><seg>1 2</seg></tuv></tu>"
                      "<tu><tuv xml:lang=\"en\"><seg>hi</seg></tuv>"
                      "<tuv xml:lang=\"?\"><seg>hi</seg></tuv></tu>"
                      "</body></tmx>";
    struct buf b = {0};
    struct tmx_count count;

    CHECK(tmx_read(span_of(xml), &b, &count, NULL));
    CHECK(span_eqz(buf_span(&b), "en\tfr\n"));
    CHECK(count.units == 0 && count.left_out == 3);
    buf_free(&b);
}

static bool
refuses(const char *xml, const char *why)
{
    struct buf b = {0};
    struct tmx_count count;
    struct err err = {0};
    bool ok = !tmx_read(span_of(xml), &b, &count, &err) &&
              err.kind == FAIL_BAD_INPUT && strstr(err.text, why);

    if (!ok)
        printf("# %s\n", err.text);
    buf_free(&b);
    return ok;
}

static void
what_is_no_tmx_is_refused(void)
{
    CHECK(refuses("", "line 1"));
    CHECK(refuses("<tmx>\n<body>\n</tmx>", "line 3: mismatched tag"));
    CHECK(refuses("<html></html>", "no TMX"));
    CHECK(refuses("<tmx><body/></tmx>", "two languages"));
    CHECK(refuses("<!DOCTYPE tmx [<!ENTITY a \"b\"><!ENTITY c SYSTEM "
                  "\"/etc/passwd\">]><tmx><body><tu><tuv xml:lang=\"en\">"
                  "<seg>&c;</seg></tuv></tu></body></tmx>",
        "two languages"));
}

static void
what_is_written_can_be_read_again(void)
{
    const char *text = "en\tfr\nhi|hey\tsalut\nR&D\t>a < b\n";
    const char *again = "en\tfr\nhi|hey\tsalut\nR&D\ta < b\n";
    struct table *t = table_read(span_of(text), NULL);
    char *xml = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&xml, &n);

    tmx_write(t, f);
    fclose(f);
    CHECK(gives(xml, again));
    free(xml);
    table_free(t);
}

int
main(void)
{
    RUN(units_become_lines);
    RUN(what_is_no_phrase_is_left_out_and_counted);
    RUN(what_is_no_tmx_is_refused);
    RUN(what_is_written_can_be_read_again);
    return tap_end();
}
