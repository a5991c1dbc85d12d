/* SPDX-License-Identifier: ISC */
#include "nn/format/moses.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tap.h"

enum { WORDS_MAX = 200 };

static char *
cut(const char *text, const char *lang)
{
    struct letters read = {0}, plain = {0}, words = {0};
    struct buf b = {0};

    letters_read(&read, span_of(text));
    moses_plain(&read, &plain);
    moses_cut(&plain, lang, &words);
    letters_write(&words, &b);
    letters_free(&read);
    letters_free(&plain);
    letters_free(&words);
    return buf_take(&b);
}

static bool
cuts(const char *lang, const char *text, const char *want)
{
    char *got = cut(text, lang);
    bool ok = strcmp(got, want) == 0;

    if (!ok)
        printf("# %s: %s\n", text, got);
    free(got);
    return ok;
}

static char *
join(const char *text, const char *lang)
{
    struct span words[WORDS_MAX], rest = span_of(text);
    size_t begins[WORDS_MAX], n = 0;
    struct buf b = {0};

    while (rest.p && n < WORDS_MAX)
        words[n++] = span_cut(&rest, ' ');
    moses_join(words, n, lang, &b, begins);
    for (size_t i = 0; i < n && strcmp(text, "@-@"); i++)
        if (!span_eqz(words[i], "@-@"))
            CHECK(memcmp(b.p + begins[i], words[i].p, words[i].len) == 0);
    return buf_take(&b);
}

static bool
joins(const char *lang, const char *text, const char *want)
{
    char *got = join(text, lang);
    bool ok = strcmp(got, want) == 0;

    if (!ok)
        printf("# %s: %s\n", text, got);
    free(got);
    return ok;
}

static void
marks_are_words_of_their_own(void)
{
    CHECK(cuts("en", "Hello, world!", "Hello , world !"));
    CHECK(cuts("en", "  a (b)  c\t;", "a ( b ) c ;"));
    CHECK(cuts("en", "1,234.5, then 3,a", "1,234.5 , then 3 , a"));
    CHECK(cuts("en", "half-time x - y", "half @-@ time x - y"));
    CHECK(cuts("en", "what... now", "what ... now"));
    CHECK(cuts("en", "", ""));
}

static void
an_apostrophe_goes_where_the_language_has_it(void)
{
    CHECK(cuts("en", "it's the dogs' 1990's",
        "it &apos;s the dogs &apos; "
        "1990 &apos;s"));
    CHECK(cuts(
        "en", "don't say 'no' now", "don &apos;t say &apos; no &apos; now"));
    CHECK(cuts("fr", "l'été aujourd'hui", "l&apos; été aujourd&apos; hui"));
    CHECK(cuts("de", "geht's", "geht &apos; s"));
    CHECK(cuts("", "l'a", "l &apos; a"));
}

static void
a_full_stop_ends_the_text_or_a_sentence(void)
{
    CHECK(cuts("en", "It ends.", "It ends ."));
    CHECK(cuts("en", "One. Two.", "One . Two ."));
    CHECK(cuts(
        "en", "Mr. Brown of the U.S. came.", "Mr. Brown of the U.S. came ."));
    CHECK(cuts("en", "J. Brown, ca. two", "J. Brown , ca. two"));
    CHECK(cuts("en", "No. 5 is. No. It", "No. 5 is . No . It"));
    CHECK(cuts("en", "he said 'no.'", "he said &apos; no . &apos;"));
}

static void
some_languages_have_marks_inside_of_words(void)
{
    CHECK(cuts("fi", "EU:ssa on: 5:", "EU:ssa on : 5 :"));
    CHECK(cuts("en", "a:b", "a : b"));
    CHECK(cuts("ca", "col·lega ·", "col·lega ·"));
    CHECK(cuts("en", "col·lega", "col · lega"));
}

static void
what_the_toolkit_needs_is_escaped(void)
{
    struct buf b = {0};

    CHECK(cuts("en", "a & b | [c] <d> \"e\"",
        "a &amp; b &#124; &#91; c &#93; &lt; d &gt; &quot; e &quot;"));
    moses_unescape(
        SPAN("&amp;&#124;&#91;&#93;&lt;&gt;&quot;&apos;&bar;&x"), &b);
    CHECK(span_eqz(buf_span(&b), "&|[]<>\"'|&x"));
    buf_free(&b);
}

static void
typography_becomes_plain(void)
{
    CHECK(cuts("en", "\u201cIt\u2019s\u201d \u2013 \u2026",
        "&quot; It &apos;s &quot; - ..."));
    CHECK(cuts("fr", "\u00ab\u00a0Ah\u00a0! \u00bb", "&quot; Ah ! &quot;"));
    CHECK(cuts("zh", "\uff11\uff12\uff0c\uff1f", "12 , ?"));
    CHECK(cuts("en", "a\u200bb\007", "a b"));
    CHECK(cuts("en", "\xff", "\ufffd"));
}

static void
quotations_end_as_the_language_has_it(void)
{
    CHECK(cuts("en", "He said \"no\".", "He said &quot; no . &quot;"));
    CHECK(cuts("de", "Er sagt \"ja,\" und", "Er sagt &quot; ja &quot; , und"));
    CHECK(cuts("fr", "\"non.\" Il", "&quot; non &quot; . Il"));
    CHECK(cuts("fr", "\"non.\"", "&quot; non &quot; ."));
    CHECK(cuts("en", "''a''", "&quot; a &quot;"));
}

static void
words_are_joined_as_they_are_written(void)
{
    CHECK(joins("en", "Hello , world !", "Hello, world!"));
    CHECK(joins("en", "( a ) $ 5 %", "(a) $5%"));
    CHECK(joins("en", "it 's the dogs ' bed", "it's the dogs' bed"));
    CHECK(joins(
        "en", "he said \" yes \" and ' no '", "he said \"yes\" and 'no'"));
    CHECK(joins("fr", "l' été , aujourd' hui ?", "l'été, aujourd'hui ?"));
    CHECK(joins("en", "half @-@ time .", "half-time."));
    CHECK(joins("es", "¿ Qué ?", "¿Qué?"));
    CHECK(joins("zh", "你 好 ok", "你好 ok"));
    CHECK(joins("ko", "안녕 하세요", "안녕 하세요"));
    CHECK(joins("", "a  b", "a b"));
    CHECK(joins("", "@-@", "-"));
}

int
main(void)
{
    RUN(marks_are_words_of_their_own);
    RUN(an_apostrophe_goes_where_the_language_has_it);
    RUN(a_full_stop_ends_the_text_or_a_sentence);
    RUN(some_languages_have_marks_inside_of_words);
    RUN(what_the_toolkit_needs_is_escaped);
    RUN(typography_becomes_plain);
    RUN(quotations_end_as_the_language_has_it);
    RUN(words_are_joined_as_they_are_written);
    return tap_end();
}
