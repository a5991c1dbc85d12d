/* SPDX-License-Identifier: ISC */
#include "text/doc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/test_doc.h"

static bool
becomes(const char *text, engine_fn *engine, const char *want)
{
    struct doc_opts opts = {.source = SPAN("en")};
    char *got = translate(span_of(text), &opts, engine);
    bool ok = strcmp(got, want) == 0;

    if (!ok)
        printf("# \"%s\" became \"%s\"\n", text, got);
    free(got);
    return ok;
}

/* The segments of text, hints in parentheses, separated by bars. */
static bool
segments(const char *text, const char *lang, const char *want)
{
    struct doc_opts opts = {.source = span_of(lang)};
    struct doc *d = doc_new(span_of(text), &opts);
    struct buf b = {0};
    char *got;
    bool ok;

    for (size_t i = 0; i < doc_len(d); i++) {
        struct span s = doc_segment(d, i);
        buf_addf(&b, doc_is_hint(d, i) ? "%s(%.*s)" : "%s%.*s", i ? "|" : "",
            SPAN_ARG(s));
    }
    got = buf_take(&b);
    ok = strcmp(got, want) == 0;
    if (!ok)
        printf("# \"%s\" gave \"%s\"\n", text, got);
    free(got);
    doc_free(d);
    return ok;
}

static void
sentences_are_segments_of_their_own(void)
{
    CHECK(segments("Hello. How are you?  Fine!\n\n  Bye", "en",
        "Hello.|How are you?|Fine!|Bye"));
    CHECK(segments("Mr. Smith paid 3.50 to J. R. Tolkien. Yes.", "en",
        "Mr. Smith paid 70101 to J. R. Tolkien.|Yes."));
}

static void
kept_words_are_digits_and_kept_gaps_are_private(void)
{
    CHECK(segments("I told @ann about https://a.b/c today", "en",
        "I told 70001 about 70002 today"));
    CHECK(segments("so \xf0\x9f\x98\x82 funny", "en", "so \xee\x80\x81 funny"));
    CHECK(segments("the 70001st of @ann", "en", "the 70001st of 80001"));
    CHECK(segments("x`y` z", "en", "x\xee\x80\x81 z"));
    CHECK(segments("ask \xf4\x88\x80\x80 now", "en", "ask \xee\x80\x81 now"));
}

static void
what_is_around_a_sentence_is_not_sent(void)
{
    CHECK(segments("\xf0\x9f\x98\x82 hi there :)", "en", "hi there"));
    CHECK(segments("@ann, are you there?", "en", "are you there?"));
    CHECK(segments("> - **Look here:** https://a.b", "en", "Look here:"));
    CHECK(segments("## A title", "en", "A title"));
    CHECK(
        segments("| a name | `x` |\n|---|---|\n| b | c |", "en", "a name|b|c"));
}

static void
code_is_kept(void)
{
    CHECK(becomes("a `b c` d\n```c\nint x;\n```\ne", shout,
        "A `b c` D\n```c\nint x;\n```\nE"));
    CHECK(becomes("see ```a\nb``` ok", shout, "SEE ```a\nb``` OK"));
    CHECK(becomes("~~~\nunclosed", shout, "~~~\nunclosed"));
}

static void
links_are_translated_inside_only(void)
{
    CHECK(becomes("see [the docs](https://x.y/a_(b)) now", shout,
        "SEE [THE DOCS](https://x.y/a_(b)) NOW"));
    CHECK(becomes(
        "![alt text](a.png) and [^1]", shout, "![ALT TEXT](a.png) AND [^1]"));
}

static void
marks_follow_their_words(void)
{
    struct doc_opts opts = {.source = SPAN("en")};
    struct doc *d = doc_new(SPAN("I have a **big** house"), &opts);
    struct buf out = {0};

    CHECK(doc_len(d) == 2 && doc_is_hint(d, 1));
    CHECK(doc_put(d, 0,
        SPAN("Tengo una \xee\x80\x81"
             "casa\xee\x80\x82 grande")));
    CHECK(doc_put(d, 1, SPAN("Grande")));
    CHECK(doc_assemble(d, &out, NULL));
    CHECK(span_eqz(buf_span(&out), "Tengo una casa **grande**"));
    buf_free(&out);
    doc_free(d);
}

static void
marks_stay_where_their_words_are_not_found(void)
{
    struct doc_opts opts = {.source = SPAN("en")};
    struct doc *d = doc_new(SPAN("I have a **big** house"), &opts);
    struct buf out = {0};

    CHECK(doc_put(d, 0,
        SPAN("Tengo una \xee\x80\x81"
             "casa\xee\x80\x82 alta")));
    CHECK(doc_assemble(d, &out, NULL));
    CHECK(span_eqz(buf_span(&out), "Tengo una **casa** alta"));
    buf_free(&out);
    doc_free(d);
}

static void
spaces_stay_outside_of_marks(void)
{
    struct doc_opts opts = {.source = SPAN("en")};
    struct doc *d = doc_new(SPAN("a **big** _new_ car."), &opts);
    struct buf out = {0};

    CHECK(doc_put(d, 0,
        SPAN("un\xee\x80\x81 coche \xee\x80\x82grande \xee\x80\x83 nuevo "
             "\xee\x80\x84.")));
    CHECK(doc_assemble(d, &out, NULL));
    CHECK(span_eqz(buf_span(&out), "un **coche** grande _nuevo_."));
    buf_free(&out);
    doc_free(d);
}

static void
a_damaged_segment_goes_to_pieces(void)
{
    CHECK(becomes("hi @ann and @bob !", drop, "hi @ann and @bob !"));
    CHECK(becomes("hi @ann and @bob !", twice, "hi @ann and @bob !"));
    CHECK(becomes("a **b** c", reorder, "c **b** a"));
    CHECK(becomes("from @ann to @bob", reorder, "@bob to @ann from"));
}

static void
a_stand_in_for_another_is_damage(void)
{
    struct doc_opts opts = {.source = SPAN("en")};
    struct doc *d = doc_new(SPAN("from @ann to @bob"), &opts);

    CHECK(!doc_put(d, 0, SPAN("de 70001 a 70001")));
    CHECK(doc_stats(d).damaged == 1 && doc_stats(d).spans == 2);
    doc_free(d);
}

static void
nothing_to_translate_has_a_reason(void)
{
    static const char *const cases[][2] = {
        {"", "empty"},
        {" \n\t", "empty"},
        {"\xf0\x9f\x98\x82 :) :wave:", "emoji only"},
        {"https://a.b/c a@b.org", "links only"},
        {"12:30, 15", "numbers only"},
        {"@ann @bob", "mentions only"},
        {"#a #b", "tags only"},
        {"`x = 1`", "code only"},
        {"?!", "no words"},
        {"@ann 15", "nothing to translate"},
    };
    struct doc_opts opts = {.source = SPAN("en")};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct doc *d = doc_new(span_of(cases[i][0]), &opts);
        const char *reason = doc_skip(d);

        if (!CHECK(reason && strcmp(reason, cases[i][1]) == 0))
            printf("# \"%s\": %s\n", cases[i][0], reason ? reason : "-");
        doc_free(d);
    }
    CHECK(segments("ok", "en", "ok"));
}

static void
terms_are_kept_or_replaced(void)
{
    static const struct term list[] = {
        {SPAN("invoice"), SPAN("factura"), true},
        {SPAN("Meeshy"), {NULL, 0}, false},
    };
    struct terms *terms = terms_new(list, 2, NULL);
    struct doc_opts opts = {.source = SPAN("en"), .terms = terms};
    char *got = translate(SPAN("The invoice of Meeshy"), &opts, shout);
    struct doc *d;

    CHECK(strcmp(got, "THE factura OF Meeshy") == 0);
    free(got);
    d = doc_new(SPAN("Invoice"), &opts);
    CHECK(doc_len(d) == 0 && !doc_skip(d));
    doc_free(d);
    terms_free(terms);
}

/* The document of a text from English into French. */
static struct doc *
into_french(const char *text)
{
    struct doc_opts opts = {.source = SPAN("en"), .target = SPAN("fr")};

    return doc_new(span_of(text), &opts);
}

static bool
assembles(struct doc *d, const char *want)
{
    struct buf out = {0};
    bool ok = doc_assemble(d, &out, NULL) && span_eqz(buf_span(&out), want);

    if (!ok)
        printf("# %.*s\n", SPAN_ARG(buf_span(&out)));
    buf_free(&out);
    doc_free(d);
    return ok;
}

static void
a_number_said_wrong_is_sent_as_a_stand_in(void)
{
    struct doc *d = into_french("bus 2003 is coming");

    CHECK(span_eqz(doc_segment(d, 0), "bus 2003 is coming"));
    CHECK(!doc_put(d, 0, SPAN("le bus 20030 arrive")));
    CHECK(doc_len(d) == 2);
    CHECK(span_eqz(doc_segment(d, 1), "bus 70101 is coming"));
    CHECK(doc_put(d, 1, SPAN("le bus 70101 arrive")));
    CHECK(assembles(d, "le bus 2003 arrive"));
}

static void
a_word_that_was_taken_out_is_written_anew(void)
{
    struct doc *d = into_french("it costs fifteen euros");

    CHECK(!doc_put(d, 0, SPAN("cela coûte cinquante euros")));
    CHECK(span_eqz(doc_segment(d, 1), "it costs 70101 euros"));
    CHECK(doc_put(d, 1, SPAN("cela coûte 70101 euros")));
    CHECK(assembles(d, "cela coûte quinze euros"));
    d = into_french("Fifteen!");
    CHECK(!doc_put(d, 0, SPAN("Cinq !")));
    CHECK(doc_len(d) == 1);
    CHECK(assembles(d, "Quinze!"));
}

static void
a_number_out_of_nothing_is_doubtful(void)
{
    struct doc *d = into_french("it costs 70 euros");

    CHECK(!doc_put(d, 0, SPAN("cela coûte 7 ou 70 euros")));
    CHECK(!doc_put(d, 1, SPAN("cela coûte 7 ou 70101 euros")));
    CHECK(doc_len(d) == 4);
    CHECK(doc_put(d, 2, SPAN("cela coûte 7")));
    CHECK(doc_put(d, 3, SPAN("euros")));
    CHECK(doc_stats(d).again == 1 && doc_stats(d).damaged == 1);
    CHECK(doc_stats(d).doubtful == 1);
    CHECK(assembles(d, "cela coûte 7 70 euros"));
}

static void
engines_see_amounts_and_times(void)
{
    struct doc *d = into_french("the train at 3pm is $1,200.50");

    CHECK(span_eqz(doc_segment(d, 0), "the train at 3pm is $1,200.50"));
    CHECK(doc_put(d, 0, SPAN("le train à 15 h est $1,200.50")));
    CHECK(assembles(d, "le train à 15 h est $1200,50"));
    d = into_french("20% off until 3pm");
    CHECK(!doc_put(d, 0, SPAN("20 de réduction jusqu'à 15 h")));
    CHECK(span_eqz(doc_segment(d, 1), "70101 off until 70102"));
    CHECK(doc_put(d, 1, SPAN("70101 de réduction jusqu'à 70102")));
    CHECK(assembles(d, "20% de réduction jusqu'à 15h"));
    d = into_french("total: 1,200.50");
    CHECK(doc_put(d, 0, SPAN("total : 1,200.50")));
    CHECK(assembles(d, "total : 1200,50"));
}

static void
a_mark_inside_of_a_figure_is_damage(void)
{
    struct doc *d = into_french("**big** house 320.52 here");

    CHECK(doc_is_hint(d, 1));
    CHECK(!doc_put(d, 0, SPAN("\ue001maison 320\ue002,52 grande ici")));
    doc_free(d);
}

static void
equal_numbers_need_no_second_time(void)
{
    struct doc *d = into_french("I owe you fifteen hundred and 2 beers");

    CHECK(doc_put(d, 0, SPAN("je te dois 1500 et deux bières")));
    CHECK(assembles(d, "je te dois 1500 et deux bières"));
}

static void
a_name_that_was_changed_is_sent_as_a_stand_in(void)
{
    struct doc *d = into_french("Bill paid Ruth 12 times");

    CHECK(!doc_put(d, 0, SPAN("Billill a payé Ruth 12 fois")));
    CHECK(span_eqz(doc_segment(d, 1), "70201 paid 70202 70103 times"));
    CHECK(doc_put(d, 1, SPAN("70201 a payé 70202 70103 fois")));
    CHECK(assembles(d, "Bill a payé Ruth 12 fois"));
    d = into_french("Ruth");
    CHECK(!doc_put(d, 0, SPAN("Ruvez-vous")));
    CHECK(assembles(d, "Ruth"));
}

static void
a_town_that_was_changed_is_named_anew(void)
{
    struct doc *d = into_french("I live in Cologne now");

    CHECK(doc_put(d, 0, SPAN("j'habite à Cologne maintenant")));
    doc_free(d);
    d = into_french("from Venice to Lyon");
    CHECK(doc_put(d, 0, SPAN("de Venice à Lyon")));
    CHECK(assembles(d, "de Venise à Lyon"));
    d = into_french("I live in Geneva now");
    CHECK(!doc_put(d, 0, SPAN("j'habite en genièvre maintenant")));
    CHECK(span_eqz(doc_segment(d, 1), "I live in 70001 now"));
    CHECK(doc_put(d, 1, SPAN("j'habite à 70001 maintenant")));
    CHECK(assembles(d, "j'habite à Genève maintenant"));
}

static void
a_coined_name_that_was_changed_is_sent_as_a_stand_in(void)
{
    struct doc *d = into_french("use WeTransfer for it");

    CHECK(!doc_put(d, 0, SPAN("utilise Weform pour \u00e7a")));
    CHECK(span_eqz(doc_segment(d, 1), "use 70201 for it"));
    CHECK(doc_put(d, 1, SPAN("utilise 70201 pour \u00e7a")));
    CHECK(assembles(d, "utilise WeTransfer pour \u00e7a"));
}

static void
a_name_behind_its_noun_is_no_word_of_the_sentence(void)
{
    struct doc *d = into_french("My uncle Bakary wrote yesterday");

    CHECK(span_eqz(doc_segment(d, 0), "My uncle \xee\x80\x81 wrote yesterday"));
    CHECK(doc_put(d, 0, SPAN("Mon oncle \xee\x80\x81 a écrit hier")));
    CHECK(assembles(d, "Mon oncle Bakary a écrit hier"));
}

static void
items_of_a_list_are_segments_of_their_own(void)
{
    static const char *const lists[] = {"milk \u2022 eggs \u2022 bread",
        "milk \U0001f95b eggs \U0001f95a bread \U0001f35e",
        "\u2705 milk \u2705 eggs \u2705 bread", "milk / eggs / bread",
        "milk | eggs | bread", "milk -> eggs -> bread",
        "milk \u2192 eggs \u2192 bread", "- milk \u2022 eggs \u2022 bread"};
    static const char *const none[] = {"I \u2764\ufe0f you \U0001f618",
        "so funny \U0001f602 \U0001f602",
        "I was \U0001f602 and then "
        "\U0001f62d today",
        "and/or", "5 / 2"};

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        struct doc *d = into_french(lists[i]);

        if (!CHECK(doc_len(d) == 3) ||
            !CHECK(span_eqz(doc_segment(d, 1), "eggs")))
            printf("# %s\n", lists[i]);
        for (size_t k = 0; k < doc_len(d); k++)
            doc_put(d, k, doc_segment(d, k));
        CHECK(assembles(d, lists[i]));
    }
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        struct doc *d = into_french(none[i]);

        if (!CHECK(doc_len(d) <= 1))
            printf("# %s\n", none[i]);
        doc_free(d);
    }
}

/* Which segments of text are whole sentences: "x" for one, "." for another. */
static bool
sentences(const char *text, const char *want)
{
    struct doc_opts opts = {.source = SPAN("en")};
    struct doc *d = doc_new(span_of(text), &opts);
    bool ok = doc_len(d) == strlen(want);

    for (size_t i = 0; i < doc_len(d) && ok; i++)
        ok = doc_is_sentence(d, i) == (want[i] == 'x');
    doc_free(d);
    return ok;
}

static void
items_and_hints_are_no_sentences(void)
{
    CHECK(sentences("Wait. Call @ann now", "xx"));
    CHECK(sentences("milk \u2022 eggs \u2022 bread", "..."));
    CHECK(sentences("a **big** house", "x."));
}

static void
a_missing_translation_is_an_error(void)
{
    struct doc_opts opts = {.source = SPAN("en")};
    struct doc *d = doc_new(SPAN("One. Two."), &opts);
    struct buf out = {0};
    struct err err;

    buf_addz(&out, "x");
    CHECK(doc_put(d, 0, SPAN("Uno.")));
    CHECK(!doc_assemble(d, &out, &err));
    CHECK(span_eqz(buf_span(&out), "x"));
    CHECK(doc_put(d, 1, SPAN("Dos.")));
    CHECK(doc_assemble(d, &out, &err));
    CHECK(span_eqz(buf_span(&out), "xUno. Dos."));
    buf_free(&out);
    doc_free(d);
}

static void
a_long_line_is_cut(void)
{
    struct buf text = {0}, out = {0};
    struct doc_opts opts = {.segment_bytes_max = DOC_SEGMENT_BYTES_MIN};
    struct doc *d;
    size_t i;

    for (i = 0; i < 300; i++)
        buf_addf(&text, i % 7 ? "word\xc3\xa9%zu " : "@n%zu ", i);
    for (i = 0; i < 300; i++)
        buf_addz(&text, "\xe4\xb8\xad");
    d = doc_new(buf_span(&text), &opts);
    for (i = 0; i < doc_len(d); i++) {
        CHECK(doc_segment(d, i).len <= 2 * DOC_SEGMENT_BYTES_MIN);
        CHECK(utf8_valid(doc_segment(d, i)));
        doc_put(d, i, doc_segment(d, i));
    }
    CHECK(i > 10);
    CHECK(doc_assemble(d, &out, NULL));
    CHECK(span_eq(buf_span(&out), buf_span(&text)));
    buf_free(&text);
    buf_free(&out);
    doc_free(d);
}

/* Whoever reads again from every byte on never ends here. */
static void
a_flood_of_marks_comes_back(void)
{
    static const char *const marks[] = {"[", "`a", "**a", "_*", "@a.", "a.a.",
        "a-", "{", "<a", "://", "00 ", "%1", ". ", "\xe3\x80\x82", "> ", "| a",
        "x```\n", "$$a", "[a](b", "[`](a)`", "\xff", "\xf0\x9f\x98\x82", "*",
        "_", "|", "%(", "Z\xe2\x80\xa6", "12\xe2\x82\xac", "_\xc2\xad",
        "km\xc2\xa0", "../%%", "./-", "\\```/>"};
    struct doc_opts opts = {.source = SPAN("en")};

    for (size_t k = 0; k < sizeof(marks) / sizeof(marks[0]); k++) {
        struct buf text = {0};
        char *got;

        while (text.len + 8 < DOC_BYTES_MAX)
            buf_addz(&text, marks[k]);
        got = translate(buf_span(&text), &opts, identity);
        CHECK(span_eq(span_of(got), buf_span(&text)));
        free(got);
        buf_free(&text);
    }
}

int
main(void)
{
    RUN(sentences_are_segments_of_their_own);
    RUN(kept_words_are_digits_and_kept_gaps_are_private);
    RUN(what_is_around_a_sentence_is_not_sent);
    RUN(code_is_kept);
    RUN(links_are_translated_inside_only);
    RUN(marks_follow_their_words);
    RUN(marks_stay_where_their_words_are_not_found);
    RUN(spaces_stay_outside_of_marks);
    RUN(a_damaged_segment_goes_to_pieces);
    RUN(a_stand_in_for_another_is_damage);
    RUN(nothing_to_translate_has_a_reason);
    RUN(terms_are_kept_or_replaced);
    RUN(a_number_said_wrong_is_sent_as_a_stand_in);
    RUN(a_word_that_was_taken_out_is_written_anew);
    RUN(a_number_out_of_nothing_is_doubtful);
    RUN(engines_see_amounts_and_times);
    RUN(a_mark_inside_of_a_figure_is_damage);
    RUN(equal_numbers_need_no_second_time);
    RUN(a_name_that_was_changed_is_sent_as_a_stand_in);
    RUN(a_town_that_was_changed_is_named_anew);
    RUN(a_coined_name_that_was_changed_is_sent_as_a_stand_in);
    RUN(a_name_behind_its_noun_is_no_word_of_the_sentence);
    RUN(items_of_a_list_are_segments_of_their_own);
    RUN(items_and_hints_are_no_sentences);
    RUN(a_missing_translation_is_an_error);
    RUN(a_long_line_is_cut);
    RUN(a_flood_of_marks_comes_back);
    return tap_end();
}
