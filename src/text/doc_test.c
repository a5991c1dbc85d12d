/* SPDX-License-Identifier: ISC */
#include "text/doc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tap.h"

/* What an engine makes of a segment, appended to out. */
typedef void engine_fn(struct span segment, struct buf *out);

static void
identity(struct span s, struct buf *out)
{
    buf_adds(out, s);
}

static void
shout(struct span s, struct buf *out)
{
    for (size_t i = 0; i < s.len; i++)
        buf_addc(
            out, s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 32) : s.p[i]);
}

/* The length of the stand-in at the start of s, or 0. */
static size_t
standin_len(struct span s)
{
    size_t n = 0;

    if (s.len >= 3 && (unsigned char)s.p[0] == 0xee)
        return 3;
    while (n < s.len && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    return n == 5 ? n : 0;
}

/* times: how often each stand-in comes out. */
static void
repeat_standins(struct span s, int times, struct buf *out)
{
    size_t n;

    for (size_t i = 0; i < s.len; i += n ? n : 1) {
        n = standin_len((struct span){s.p + i, s.len - i});
        if (n == 0)
            buf_addc(out, s.p[i]);
        for (int k = 0; n > 0 && k < times; k++)
            buf_add(out, s.p + i, n);
    }
}

static void
drop(struct span s, struct buf *out)
{
    repeat_standins(s, 0, out);
}

static void
twice(struct span s, struct buf *out)
{
    repeat_standins(s, 2, out);
}

/* Words in reverse order. */
static void
reorder(struct span s, struct buf *out)
{
    size_t end = s.len;

    for (size_t i = s.len; i-- > 0;) {
        if (s.p[i] != ' ' && i > 0)
            continue;
        if (out->len > 0)
            buf_addc(out, ' ');
        buf_add(out, s.p + i + (s.p[i] == ' '), end - i - (s.p[i] == ' '));
        end = i;
    }
}

static void
garbage(struct span s, struct buf *out)
{
    (void)s;
    buf_addz(out, "70001 70001 \xee\x80\x81\xee\x80\x83 \n x");
}

static char *
translate(struct span text, const struct doc_opts *opts, engine_fn *engine)
{
    struct doc *d = doc_new(text, opts);
    struct buf out = {0}, t = {0};
    struct err err;

    for (size_t i = 0; i < doc_len(d); i++) {
        buf_reset(&t);
        engine(doc_segment(d, i), &t);
        doc_put(d, i, buf_span(&t));
    }
    CHECK(doc_assemble(d, &out, &err));
    doc_free(d);
    buf_free(&t);
    return buf_take(&out);
}

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

/* xorshift64: the same messages in every run. */
static uint64_t random_state = 88172645463325252U;

static size_t
below(size_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % n;
}

/* "%zu" is a number that makes each span one of its kind. */
static const char *const kept[] = {
    "@user%zu",
    "@\xc3\xa9lodie-%zu.x",
    "#tag%zu",
    "#\xc3\xa9t\xc3\xa9-%zu",
    "https://ex.org/a?b=%zu&c=d_(e)",
    "www.ex%zu.com/x",
    "ex%zu.org",
    "me+%zu@ex.org",
    "`code %zu();`",
    "``a `%zu` b``",
    "{%zu}",
    "{{v%zu}}",
    "%%zu$s",
    "<user id=%zu>",
    "%zu.5 km",
    "$%zu.99",
    "%zu:30",
    "2024-05-%zu",
    "+33 6 12 34 56 %zu",
    "v1.%zu.3",
    "%zu,000 \xe2\x82\xac",
    "snake_%zu_case",
    ":smile%zu:",
    "file%zu.pdf",
    "~/dir/%zu",
    "TERM%zu",
};

static const char *const emoji[] = {
    "\xf0\x9f\x98\x82",
    "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd",
    "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7",
    "\xf0\x9f\x87\xab\xf0\x9f\x87\xb7",
    "1\xef\xb8\x8f\xe2\x83\xa3",
    "\xe2\x9d\xa4\xef\xb8\x8f",
    ":)",
    ":tada:",
};

static const char *const words[] = {
    "hello",
    "this",
    "is",
    "a",
    "big",
    "house",
    "and",
    "we",
    "go",
    "Tomorrow",
    "caf\xc3\xa9",
    "don't",
    "3",
    "times",
    "ok,",
    "no;",
    "(yes)",
    "\"so\"",
    "why?",
    "Stop.",
    "wow!",
    "\xe4\xbd\xa0\xe5\xa5\xbd",
    "\xd0\xbf\xd1\x80",
};

static const char *const wraps[][2] = {
    {"**", "**"},
    {"*", "*"},
    {"_", "_"},
    {"~~", "~~"},
    {"||", "||"},
    {"[", "](https://l.x/y)"},
    {"***", "***"},
    {"", ""},
};

static const char *const starts[] = {
    "",
    "",
    "> ",
    "- ",
    "# ",
    "1. ",
    "  ",
    "> > * [x] ",
    "\t",
};

enum { SPANS_MAX = 64, SPAN_BYTES_MAX = 64 };

struct message {
    struct buf text;
    char spans[SPANS_MAX][SPAN_BYTES_MAX]; /* each is in the text once */
    size_t n;
};

/* Copy pattern with number in place of its "%zu". */
static void
fill_in(const char *pattern, size_t number, char ret[SPAN_BYTES_MAX])
{
    const char *at = strstr(pattern, "%zu");

    snprintf(ret, SPAN_BYTES_MAX, "%.*s%zu%s", (int)(at - pattern), pattern,
        number, at + 3);
}

static void
add_word(struct message *m)
{
    const char *const *wrap = wraps[below(8)];

    switch (below(8)) {
    case 0:
    case 1:
    case 2:
        if (m->n < SPANS_MAX) {
            char *span = m->spans[m->n];
            fill_in(
                kept[below(sizeof(kept) / sizeof(kept[0]))], 10 + m->n, span);
            m->n++;
            buf_addz(&m->text, span);
        }
        break;
    case 3:
        buf_addz(&m->text, emoji[below(sizeof(emoji) / sizeof(emoji[0]))]);
        break;
    case 4:
        buf_addf(&m->text, "%s%s %s%s", wrap[0],
            words[below(sizeof(words) / sizeof(words[0]))], words[below(10)],
            wrap[1]);
        break;
    default:
        buf_addz(&m->text, words[below(sizeof(words) / sizeof(words[0]))]);
    }
    buf_addz(&m->text, below(12) ? " " : "  ");
}

static void
make_message(struct message *m)
{
    size_t lines = 1 + below(3);

    buf_reset(&m->text);
    m->n = 0;
    for (size_t i = 0; i < lines; i++) {
        if (below(12) == 0)
            buf_addz(&m->text, "```\n@code here\n```\n");
        buf_addz(&m->text, starts[below(sizeof(starts) / sizeof(starts[0]))]);
        for (size_t k = below(12); k > 0; k--)
            add_word(m);
        if (i + 1 < lines)
            buf_addz(&m->text, below(4) ? "\n" : "\r\n\r\n");
    }
}

static size_t
occurrences(const char *text, const char *what)
{
    size_t n = 0;

    for (; (text = strstr(text, what)); text++)
        n++;
    return n;
}

static const struct term generated_terms[] = {
    {SPAN("TERM12"), {NULL, 0}, false},
    {SPAN("term"), SPAN("WRONG"), true},
};

/* Every span of ten thousand messages comes back exactly once, whatever the
 * engine does. */
static void
survives(engine_fn *engine, bool same)
{
    struct terms *terms = terms_new(generated_terms, 2, NULL);
    struct doc_opts opts = {.source = SPAN("en"), .terms = terms};
    struct message m = {0};

    random_state = 88172645463325252U;
    for (int i = 0; i < 10000; i++) {
        char *got;

        make_message(&m);
        got = translate(buf_span(&m.text), &opts, engine);
        if (same && !CHECK(span_eq(span_of(got), buf_span(&m.text))))
            printf("# %.*s\n# %s\n", SPAN_ARG(buf_span(&m.text)), got);
        for (size_t k = 0; k < m.n; k++) {
            if (strncmp(m.spans[k], "TERM", 4) == 0 &&
                strcmp(m.spans[k], "TERM12") != 0)
                continue;
            if (!CHECK(occurrences(got, m.spans[k]) == 1))
                printf("# %s\n# %.*s\n# %s\n", m.spans[k],
                    SPAN_ARG(buf_span(&m.text)), got);
        }
        CHECK(!strstr(got, "\xee\x80"));
        for (size_t k = 0; k < sizeof(emoji) / sizeof(emoji[0]); k++) {
            char *text = span_dup(buf_span(&m.text));
            CHECK(occurrences(got, emoji[k]) == occurrences(text, emoji[k]));
            free(text);
        }
        free(got);
        if (tap_bad > 5)
            break;
    }
    buf_free(&m.text);
    terms_free(terms);
}

static void
an_engine_that_changes_nothing_changes_nothing(void)
{
    survives(identity, true);
}

static void
an_engine_that_shouts_leaves_every_span(void)
{
    survives(shout, false);
}

static void
an_engine_that_loses_every_stand_in_leaves_every_span(void)
{
    survives(drop, false);
}

static void
an_engine_that_doubles_every_stand_in_leaves_every_span(void)
{
    survives(twice, false);
}

static void
an_engine_that_turns_sentences_around_leaves_every_span(void)
{
    survives(reorder, false);
}

static void
an_engine_that_talks_nonsense_leaves_every_span(void)
{
    survives(garbage, false);
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
    RUN(a_missing_translation_is_an_error);
    RUN(a_long_line_is_cut);
    RUN(a_flood_of_marks_comes_back);
    RUN(an_engine_that_changes_nothing_changes_nothing);
    RUN(an_engine_that_shouts_leaves_every_span);
    RUN(an_engine_that_loses_every_stand_in_leaves_every_span);
    RUN(an_engine_that_doubles_every_stand_in_leaves_every_span);
    RUN(an_engine_that_turns_sentences_around_leaves_every_span);
    RUN(an_engine_that_talks_nonsense_leaves_every_span);
    return tap_end();
}
