/* SPDX-License-Identifier: ISC */
#include "text/doc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/test_doc.h"

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
    RUN(an_engine_that_changes_nothing_changes_nothing);
    RUN(an_engine_that_shouts_leaves_every_span);
    RUN(an_engine_that_loses_every_stand_in_leaves_every_span);
    RUN(an_engine_that_doubles_every_stand_in_leaves_every_span);
    RUN(an_engine_that_turns_sentences_around_leaves_every_span);
    RUN(an_engine_that_talks_nonsense_leaves_every_span);
    return tap_end();
}
