/* SPDX-License-Identifier: ISC */
#include "engine/neural_marks.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tap.h"
#include "nn/batcher.h"

#define A "\xee\x80\x81"
#define B "\xee\x80\x82"
#define C "\xee\x80\x83"

enum { WORDS_MAX = 16 };

/* Words are pieces, each with the space before it. */
static uint32_t
cut(struct span s, uint32_t *begin, uint32_t *end)
{
    uint32_t n = 0;

    for (size_t i = 0; i < s.len;) {
        begin[n] = (uint32_t)i;
        do
            i++;
        while (i < s.len && s.p[i] != ' ');
        end[n++] = (uint32_t)i;
    }
    return n;
}

/* from[t] is the word of the source that word t came from. */
static char *
put(const char *text, const char *translation, const uint32_t *from)
{
    uint32_t sb[WORDS_MAX], se[WORDS_MAX], tb[WORDS_MAX], te[WORDS_MAX];
    float p[WORDS_MAX * WORDS_MAX] = {0};
    struct batcher_alignment a = {
        .src_begin = sb, .src_end = se, .trg_begin = tb, .trg_end = te, .p = p};
    struct neural_marks marks;
    struct buf clean = {0}, out = {0};

    if (neural_marks_take(span_of(text), NULL, 0, &marks, &clean)) {
        a.n_src = cut(buf_span(&clean), sb, se);
        a.n_trg = cut(span_of(translation), tb, te);
        for (uint32_t t = 0; t < a.n_trg; t++)
            p[t * a.n_src + from[t]] = 0.9F;
        if (!neural_marks_put(
                &marks, buf_span(&clean), span_of(translation), &a, &out))
            buf_addz(&out, "nowhere");
    }
    buf_free(&clean);
    return buf_take(&out);
}

static bool
becomes(const char *text, const char *translation, const uint32_t *from,
    const char *want)
{
    char *got = put(text, translation, from);
    bool ok = strcmp(got, want) == 0;

    if (!ok)
        printf("# got \"%s\"\n", got);
    free(got);
    return ok;
}

static void
the_model_sees_no_marks(void)
{
    struct neural_marks marks;
    struct buf b = {0};

    CHECK(neural_marks_take(
        SPAN("caf\xc3\xa9 \xe2\x82\xac"), NULL, 0, &marks, &b));
    CHECK(marks.n == 0 && span_eqz(buf_span(&b), "caf\xc3\xa9 \xe2\x82\xac"));
    buf_reset(&b);
    CHECK(neural_marks_take(
        SPAN("a " A " big" B " house " C), NULL, 0, &marks, &b));
    CHECK(span_eqz(buf_span(&b), "a big house"));
    CHECK(marks.n == 3 && marks.list[0].at == 2 && marks.list[1].at == 5);
    CHECK(!marks.list[0].before && !marks.list[0].after);
    CHECK(!marks.list[1].before && marks.list[1].after);
    buf_free(&b);
}

static void
pairs_go_around_the_words_that_they_were_around(void)
{
    static const uint32_t same[] = {0, 1, 2, 3}, swapped[] = {0, 2, 1};
    static const uint32_t wide[] = {0, 1, 1, 2};

    CHECK(becomes("the " A "white" B " house", "la casa blanca", swapped,
        "la casa " A "blanca" B));
    CHECK(becomes("the " A "white house" B "", "la casa blanca", swapped,
        "la " A "casa blanca" B));
    CHECK(becomes("I " A "really" B " do", "yo de veras hago", wide,
        "yo " A "de veras" B " hago"));
    CHECK(becomes(
        "a " A B "b" C A " c d", "a b c d", same, "a " A B "b" C A " c d"));
    CHECK(becomes("a " A "b " B "c" C B " d", "a b c d", same,
        "a " A "b " B "c" C B " d"));
}

static void
what_stood_alone_stands_behind_its_word(void)
{
    static const uint32_t swapped[] = {1, 0}, same[] = {0, 1};

    CHECK(becomes("one " A " two", "dos uno", swapped, "dos uno " A));
    CHECK(becomes("one " A " two", "uno dos", same, "uno " A " dos"));
    CHECK(becomes("one two " A ".", "dos uno.", swapped, "dos " A " uno."));
    CHECK(becomes(A " one two", "uno dos", same, A " uno dos"));
    CHECK(becomes("one, " A " two", "uno, dos", same, "uno, " A " dos"));
}

static bool
is_seen_as(const char *text, const char *want)
{
    struct neural_marks marks;
    struct buf b = {0};
    bool ok = neural_marks_take(span_of(text), NULL, 0, &marks, &b) &&
              span_eqz(buf_span(&b), want);

    if (!ok)
        printf("# got \"%.*s\"\n", SPAN_ARG(buf_span(&b)));
    buf_free(&b);
    return ok;
}

static void
digits_are_seen_as_a_name_or_a_number(void)
{
    CHECK(is_seen_as("70001, see 70002!", "Tom, see Paris!"));
    CHECK(is_seen_as("Tom paid 70101 to 70002", "Tom paid 12 to Paris"));
    CHECK(is_seen_as("70201 saw 70202", "Tom saw John"));
    CHECK(is_seen_as("12 of 90101 or 90102", "12 of 15 or 25"));
    CHECK(
        is_seen_as("A70001 70001b 700012 71234", "A70001 70001b 700012 71234"));
    CHECK(is_seen_as("70001 70002 70003 70004 70005 70006 70007",
        "Tom Paris John Boston Mary London 70007"));
}

static void
whatever_became_of_it_gives_way(void)
{
    static const uint32_t same[] = {0, 1, 2}, swapped[] = {1, 0, 2};
    static const uint32_t split[] = {0, 1, 0}, twice[] = {0, 0, 1};

    CHECK(becomes("70001 sees 70002", "Tom ve Paris", same, "70001 ve 70002"));
    CHECK(becomes(
        "70001 sees 70002", "Paris, ve Tom.", swapped, "70002, ve 70001."));
    CHECK(becomes(
        "70001 sees 70002", "Toma ve Parigi.", same, "70001 ve 70002."));
    CHECK(becomes("70001 sees it", "San Tom\xc3\xa1s ve", twice, "70001 ve"));
    CHECK(becomes("70001's hat", "Tom's sombrero", same, "70001's sombrero"));
    CHECK(becomes("70001 sees it", "Toma ve Toma", split, "nowhere"));
    CHECK(becomes("70001 sees it", "Tom ve Tom", same, "nowhere"));
    CHECK(becomes("I see " A "70001" B " now", "ahora Tom", (uint32_t[]){3, 2},
        "ahora " A "70001" B));
    CHECK(becomes(
        "70001 " A " is big", "Tom es grande", same, "70001 " A " es grande"));
}

static void
a_number_becomes_figures_only(void)
{
    static const uint32_t same[] = {0, 1};

    CHECK(becomes("70101 cats", "12. gatos", same, "70101. gatos"));
    CHECK(becomes("70101 cats", "12a gatos", same, "70101 gatos"));
    CHECK(becomes("70101 cats", "muchos gatos", same, "nowhere"));
}

static void
a_mark_takes_the_space_before_punctuation_along(void)
{
    static const uint32_t same[] = {0, 1, 1};

    CHECK(is_seen_as("my friend " A ".", "my friend."));
    CHECK(becomes("my friend " A ".", "mi amigo .", same, "mi amigo " A " ."));
}

static void
a_word_that_vanished_takes_no_guess(void)
{
    static const uint32_t first[] = {0, 0};

    CHECK(becomes("one " A "two" B, "uno uno", first, "nowhere"));
}

static void
a_model_that_looks_nowhere_is_not_believed(void)
{
    uint32_t begin[] = {0, 1}, end[] = {1, 3};
    float p[] = {0.5F, 0.49F, 0.5F, 0.49F};
    struct batcher_alignment a = {.n_src = 2,
        .n_trg = 2,
        .src_begin = begin,
        .src_end = end,
        .trg_begin = begin,
        .trg_end = end,
        .p = p};
    struct neural_marks marks = {
        .n = 1, .list = {{.at = 1, .after = true, .bytes = {0}}}};
    struct buf out = {0};

    CHECK(!neural_marks_put(&marks, SPAN("a b"), SPAN("c d"), &a, &out));
    CHECK(out.len == 0);
    buf_free(&out);
}

static void
too_many_marks_are_refused(void)
{
    struct neural_marks marks;
    struct buf text = {0}, out = {0};

    for (int i = 0; i <= NEURAL_MARKS_MAX; i++)
        buf_addz(&text, "a" A);
    CHECK(!neural_marks_take(buf_span(&text), NULL, 0, &marks, &out) &&
          out.len == 0);
    buf_free(&text);
    buf_free(&out);
}

int
main(void)
{
    RUN(the_model_sees_no_marks);
    RUN(pairs_go_around_the_words_that_they_were_around);
    RUN(what_stood_alone_stands_behind_its_word);
    RUN(digits_are_seen_as_a_name_or_a_number);
    RUN(whatever_became_of_it_gives_way);
    RUN(a_number_becomes_figures_only);
    RUN(a_mark_takes_the_space_before_punctuation_along);
    RUN(a_word_that_vanished_takes_no_guess);
    RUN(a_model_that_looks_nowhere_is_not_believed);
    RUN(too_many_marks_are_refused);
    return tap_end();
}
