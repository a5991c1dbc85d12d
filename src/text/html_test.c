/* SPDX-License-Identifier: ISC */
#include "text/html.h"

#include <stdlib.h>
#include <string.h>

#include "base/tap.h"
#include "text/doc.h"

static char
upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

/* Through an engine that shouts, or changes nothing. */
static bool
becomes(const char *source, bool shout, const char *want)
{
    struct html *h = html_new(span_of(source), NULL);
    struct doc_opts opts = {.source = SPAN("en"), .plain = true};
    struct doc *d = doc_new(html_text(h), &opts);
    struct buf text = {0}, out = {0}, t = {0};
    bool ok;

    for (size_t i = 0; i < doc_len(d); i++) {
        struct span s = doc_segment(d, i);

        buf_reset(&t);
        for (size_t k = 0; k < s.len; k++)
            buf_addc(&t, shout ? upper(s.p[k]) : s.p[k]);
        doc_put(d, i, buf_span(&t));
    }
    CHECK(doc_assemble(d, &text, NULL));
    html_restore(h, buf_span(&text), &out);
    ok = span_eqz(buf_span(&out), want);
    if (!ok)
        printf("# %.*s\n", SPAN_ARG(buf_span(&out)));
    buf_free(&t);
    buf_free(&text);
    buf_free(&out);
    doc_free(d);
    html_free(h);
    return ok;
}

static bool
survives(const char *source)
{
    return becomes(source, false, source);
}

/* Attributes of kilobytes, as mail programs and editors write them. */
static void
a_tag_is_one_however_long_it_is(void)
{
    struct buf source = {0}, want = {0};

    buf_addz(&source, "<a");
    for (int i = 0; i < 20000; i++)
        buf_addz(&source, " x='yes no'");
    buf_adds(&want, buf_span(&source));
    buf_addz(&source, ">see this</a> now");
    buf_addz(&want, ">SEE THIS</a> NOW");
    buf_addc(&source, 0);
    buf_addc(&want, 0);
    CHECK(becomes(source.p, true, want.p));
    buf_free(&source);
    buf_free(&want);
}

static void
only_words_change(void)
{
    CHECK(becomes("<p class=\"x\">Hello <b>big</b> world.</p><p>Bye</p>", true,
        "<p class=\"x\">HELLO <b>BIG</b> WORLD.</p><p>BYE</p>"));
    CHECK(becomes("a<br>b<br/>c <img src=\"a>b\"> d", true,
        "A<br>B<br/>C <img src=\"a>b\"> D"));
    CHECK(becomes("<a href='http://x.y/z?a=b&amp;c'>see this</a> now", true,
        "<a href='http://x.y/z?a=b&amp;c'>SEE THIS</a> NOW"));
}

static void
what_is_not_language_stays(void)
{
    CHECK(becomes(
        "x <code>if (a < b)</code> y", true, "X <code>if (a < b)</code> Y"));
    CHECK(becomes("<script>var a = '<p>';</script>z<!-- no > no -->", true,
        "<script>var a = '<p>';</script>Z<!-- no > no -->"));
    CHECK(becomes("by <span translate=\"no\">my <span>own</span> name</span>",
        true, "BY <span translate=\"no\">my <span>own</span> name</span>"));
    CHECK(becomes("hi <a class=\"u-url mention\">@<span>tom</span></a>!", true,
        "HI <a class=\"u-url mention\">@<span>tom</span></a>!"));
    CHECK(becomes("see https://ex.org/a_b", true, "SEE https://ex.org/a_b"));
}

static void
character_references_are_resolved_for_the_engine(void)
{
    struct html *h = html_new(SPAN("l&#39;&eacute;t&#xe9; &lt;&amp;"), NULL);

    CHECK(span_eqz(html_text(h), "l'\xc3\xa9t\xc3\xa9 <&"));
    html_free(h);
    CHECK(becomes("a &lt; b &amp; c&nbsp;d", true, "A &lt; B &amp; C&nbsp;D"));
    CHECK(becomes("a &fooling; b & c", true, "A &fooling; B &amp; C"));
    CHECK(becomes("&lt;b&gt; x", true, "&lt;b&gt; X"));
}

static void
broken_html_is_no_trouble(void)
{
    CHECK(survives("<b>a <i>b</b> c</i>"));
    CHECK(becomes("</p></b>a<b", false, "</p></b>a&lt;b"));
    CHECK(survives("<b>never closed"));
    CHECK(survives("<!-- never closed"));
    CHECK(survives("<code>never closed"));
    CHECK(becomes("<p", false, "&lt;p"));
    CHECK(becomes("<a href=\"x>y", false, "&lt;a href=\"x&gt;y"));
    CHECK(survives(""));
    CHECK(survives("\xee\x80\x81 \xf3\xb0\x80\x80 x\xff"));
}

static void
a_search_in_vain_has_an_end(void)
{
    static const char *const parts[] = {"<a =\"", "<code>", "<!", "&#"};

    for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
        struct buf b = {0};
        struct html *h;

        while (b.len + 8 < DOC_BYTES_MAX)
            buf_addz(&b, parts[k]);
        h = html_new(buf_span(&b), NULL);
        html_free(h);
        buf_free(&b);
    }
}

static void
line_breaks_are_spaces(void)
{
    CHECK(becomes("<p>one\n  two</p>\n\n<p>three</p>\n", true,
        "<p>ONE TWO</p>\n\n<p>THREE</p>\n"));
}

static void
too_many_tags_are_refused(void)
{
    struct buf b = {0};
    struct err err;

    for (int i = 0; i <= HTML_TAGS_MAX; i++)
        buf_addz(&b, "<b>");
    CHECK(!html_new(buf_span(&b), &err));
    CHECK(err.kind == FAIL_TOO_LARGE);
    buf_free(&b);
}

int
main(void)
{
    RUN(a_tag_is_one_however_long_it_is);
    RUN(only_words_change);
    RUN(what_is_not_language_stays);
    RUN(character_references_are_resolved_for_the_engine);
    RUN(broken_html_is_no_trouble);
    RUN(a_search_in_vain_has_an_end);
    RUN(line_breaks_are_spaces);
    RUN(too_many_tags_are_refused);
    return tap_end();
}
