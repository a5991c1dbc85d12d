/* SPDX-License-Identifier: ISC */
#include "translator/http/html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tap.h"
#include "text/doc.h"

/* Do the texts of the HTML, with " | " between them, read so? */
static bool
texts_are(const char *html, const char *want)
{
    struct html *h = html_new(span_of(html), NULL);
    struct buf b = {0};
    bool same;

    for (size_t i = 0; i < html_len(h); i++) {
        buf_addz(&b, i ? " | " : "");
        buf_adds(&b, html_text(h, i));
    }
    same = span_eqz(buf_span(&b), want);
    if (!same)
        printf("# %s\n# gives %.*s\n", html, SPAN_ARG(buf_span(&b)));
    buf_free(&b);
    html_free(h);
    return same;
}

/* Put upper case for every text: is the whole as wanted? */
static bool
upper_is(const char *html, const char *want)
{
    struct html *h = html_new(span_of(html), NULL);
    struct buf b = {0};
    bool same, ok = true;

    for (size_t i = 0; i < html_len(h); i++) {
        char *text = span_dup(html_text(h, i));
        bool inside = false;
        for (char *c = text; *c; c++) {
            inside = *c == '<' || (inside && *c != '>');
            if (!inside && *c >= 'a' && *c <= 'z')
                *c = (char)(*c - 'a' + 'A');
        }
        ok = html_put(h, i, span_of(text)) && ok;
        free(text);
    }
    html_assemble(h, &b);
    same = ok && span_eqz(buf_span(&b), want);
    if (!same)
        printf("# %s\n# gives %.*s\n", html, SPAN_ARG(buf_span(&b)));
    buf_free(&b);
    html_free(h);
    return same;
}

static void
blocks_are_texts_and_inline_tags_stand_ins(void)
{
    CHECK(texts_are("<p>One.</p><p>Two.</p>", "One. | Two."));
    CHECK(texts_are("plain", "plain"));
    CHECK(texts_are("<p><b>All</b></p>", "All"));
    CHECK(texts_are("a <b>b</b> c", "a <i 0>b</i 0> c"));
    CHECK(texts_are("<b>a</b> <i>b</i> c", "<i 0>a</i 0> <i 2>b</i 2> c"));
    CHECK(
        texts_are("<p>a <b>b <i>c</i></b></p>", "a <i 0>b <i 1>c</i 1></i 0>"));
    CHECK(texts_are("<p>a <b>b <i>c</b> d", "a <i 0>b <i 1>c</i 0> d"));
    CHECK(texts_are("<p>a</b> c <img> d", "a<i 0> c <i 1> d"));
    CHECK(texts_are("a<br>b", "a | b"));
    CHECK(texts_are("<ul><li>a <li> b</ul>", "a | b"));
    CHECK(texts_are("see <code>x &lt; y</code> there", "see <x 0> there"));
    CHECK(texts_are("<td>\n  a\n  b </td>", "a b"));
    CHECK(texts_are("<p class=\"a>b\">c</p>", "c"));
    CHECK(texts_are("<P>a<!-- not <b>this</b> -->b</P>", "a<i 0>b"));
    CHECK(texts_are("", ""));
    CHECK(texts_are("<p> </p><hr><b></b>", ""));
}

static void
what_is_not_for_people_is_left_alone(void)
{
    CHECK(texts_are("<script>var a = '<p>no</p>';</script>yes", "yes"));
    CHECK(texts_are("<style>p { x: y }</style><title>t</title>", "t"));
    CHECK(texts_are("<pre>no <b>no</b></pre>yes", "yes"));
    CHECK(texts_are("a <span translate=\"no\">b</span> c", "a <x 0> c"));
    CHECK(texts_are("<div class='x notranslate'><div>n</div>n</div>y", "y"));
    CHECK(texts_are("a <code>never closed", "a <i 0>never closed"));
    CHECK(texts_are("<!doctype html><?php x ?>a<![CDATA[n]]>b", "a<x 0>b"));
}

static void
references_become_characters_and_return(void)
{
    CHECK(texts_are("caf&eacute; &amp; t&#xEA;te&#33;", "café & tête!"));
    CHECK(upper_is("fish &amp; chips&nbsp;now", "FISH &amp; CHIPS&nbsp;NOW"));
    CHECK(upper_is("a &lt;b&gt; c", "A &lt;B&gt; C"));
    CHECK(upper_is("a < b > c & d", "A < B &gt; C &amp; D"));
    CHECK(upper_is("&unknown; &#0; &#xD800; &#x110000; x",
        "&unknown; &#0; &#xD800; &#x110000; X"));
    CHECK(upper_is("AT&T & so on; more", "AT&amp;T &amp; SO ON; MORE"));
    CHECK(upper_is("&lt;i 0&gt; <b>x</b>", "&lt;I 0&gt; <b>X</b>"));
}

static void
tags_come_back_byte_for_byte(void)
{
    CHECK(upper_is("<p>Hi <a href='?a=1&b=2' \n x>you</a>!</p>",
        "<p>HI <a href='?a=1&b=2' \n x>YOU</a>!</p>"));
    CHECK(upper_is("<DIV>\n <b>a</b> <img src=x onerror=alert(1)> b\n</DIV>",
        "<DIV>\n <b>A</b> <img src=x onerror=alert(1)> B\n</DIV>"));
    CHECK(upper_is("</p></p><p><<b>>x", "</p></p><p><<b>&gt;X"));
    CHECK(upper_is("a <b unfinished", "A <B UNFINISHED"));
}

static void
a_translation_needs_every_stand_in_once(void)
{
    struct html *h = html_new(SPAN("a <b>b</b> c"), NULL);
    struct buf b = {0};

    CHECK(html_len(h) == 1);
    CHECK(!html_put(h, 0, SPAN("x <i 0>y c")));
    CHECK(!html_put(h, 0, SPAN("x <i 0>y</i 0> </i 0>c")));
    CHECK(!html_put(h, 0, SPAN("x <i 0>y<i 0> c")));
    CHECK(!html_put(h, 0, SPAN("x <i 0>y<i 1> c")));
    CHECK(!html_put(h, 0, SPAN("x <i 0>y</i 1> c")));
    CHECK(!html_put(h, 0, SPAN("x <i 0>y<x 1> c")));
    CHECK(!html_put(h, 0, SPAN("x </i 0>y<i 0> c")));
    CHECK(!html_put(h, 0, SPAN("x <i 0>y</i 0")));
    html_assemble(h, &b);
    CHECK(span_eqz(buf_span(&b), "a <b>b</b> c"));
    buf_reset(&b);
    /* With a "<" of the engine's own. */
    CHECK(html_put(h, 0, SPAN("<script> <i 0>y</i 0>")));
    html_assemble(h, &b);
    CHECK(span_eqz(buf_span(&b), "&lt;script&gt; <b>y</b>"));
    buf_free(&b);
    html_free(h);
}

/* What the pipeline keeps is what we rely on. */
static void
stand_ins_survive_a_document(void)
{
    const char *html = "<p>Read <a href=x>the <b>new</b> book</a> of "
                       "<code>f(x)</code> 3 &lt; 4 &copy; today.</p>";
    struct html *h = html_new(span_of(html), NULL);
    struct doc_opts opts = {.source = SPAN("en"), .plain = true};
    struct doc *d = doc_new(html_text(h, 0), &opts);
    struct buf b = {0}, out = {0};

    for (size_t i = 0; i < doc_len(d); i++) {
        char *copy = span_dup(doc_segment(d, i));
        doc_put(d, i, span_of(copy));
        free(copy);
    }
    CHECK(doc_assemble(d, &b, NULL));
    CHECK(html_put(h, 0, buf_span(&b)));
    html_assemble(h, &out);
    CHECK(
        span_eqz(buf_span(&out), "<p>Read <a href=x>the <b>new</b> book</a> of "
                                 "<code>f(x)</code> 3 &lt; 4 © today.</p>"));
    buf_free(&b);
    buf_free(&out);
    doc_free(d);
    html_free(h);
}

static void
the_language_is_found_from_words_alone(void)
{
    struct html *h =
        html_new(SPAN("<h1>One</h1><p>Two <b>three</b> &lt; four"), NULL);
    struct buf b = {0};

    html_plain(h, &b);
    CHECK(span_eqz(buf_span(&b), "One\nTwo three  four\n"));
    buf_free(&b);
    html_free(h);
}

static void
too_many_texts_are_refused_and_depth_costs_nothing(void)
{
    struct err err = {0};
    struct buf b = {0};
    struct html *h;

    for (int i = 0; i < HTML_TEXTS_MAX + 1; i++)
        buf_addz(&b, "x<p>");
    CHECK(!html_new(buf_span(&b), &err) && err.kind == FAIL_TOO_LARGE);
    buf_reset(&b);
    for (int i = 0; i < 60000; i++)
        buf_addz(&b, "<code>");
    h = html_new(buf_span(&b), NULL);
    CHECK(h && html_len(h) == 0);
    html_free(h);
    buf_reset(&b);
    for (int i = 0; i < 60000; i++)
        buf_addz(&b, "<a");
    h = html_new(buf_span(&b), NULL);
    CHECK(h && html_len(h) == 1);
    html_free(h);
    buf_reset(&b);
    for (int i = 0; i < 60000; i++)
        buf_addf(&b, "<x%d translate=no>", i);
    h = html_new(buf_span(&b), NULL);
    CHECK(h && html_len(h) == 0);
    html_free(h);
    buf_free(&b);
}

int
main(void)
{
    RUN(blocks_are_texts_and_inline_tags_stand_ins);
    RUN(what_is_not_for_people_is_left_alone);
    RUN(references_become_characters_and_return);
    RUN(tags_come_back_byte_for_byte);
    RUN(a_translation_needs_every_stand_in_once);
    RUN(stand_ins_survive_a_document);
    RUN(the_language_is_found_from_words_alone);
    RUN(too_many_texts_are_refused_and_depth_costs_nothing);
    return tap_end();
}
