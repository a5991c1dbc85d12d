/* SPDX-License-Identifier: ISC */
#include "ctl/chrf.h"

#include <math.h>

#include "base/tap.h"

static double
score(const char *translation, const char *references)
{
    struct chrf c = {0};

    chrf_add(&c, span_of(translation), span_of(references));
    return chrf_score(&c);
}

static bool
near(double got, double want)
{
    if (fabs(got - want) < 0.0005)
        return true;
    printf("# %.4f, not %.4f\n", got, want);
    return false;
}

/* The figures are another program's (chrf.py of the corpora). */
static void
it_scores_as_others_do(void)
{
    CHECK(near(score("Où est la gare ?", "Où est la gare ?"), 1));
    CHECK(near(score("Where is station?", "Where is the station?"), 0.6533));
    CHECK(near(score("Le chat dort.", "Un chien mange."), 0.0805));
    CHECK(score("", "x") == 0);
    CHECK(score("abc", "xyz") == 0);
}

static void
of_several_references_the_best_counts(void)
{
    CHECK(near(score("good evening", "bonsoir\tgood evening\thi"), 1));
}

static void
counts_are_summed_over_all_lines(void)
{
    struct chrf c = {0};

    chrf_add(&c, SPAN("Where is station?"), SPAN("Where is the station?"));
    chrf_add(&c, SPAN("Le chat dort."), SPAN("Un chien mange.\tLe chat"));
    CHECK(c.lines == 2);
    CHECK(near(chrf_score(&c), 0.6696));
}

int
main(void)
{
    RUN(it_scores_as_others_do);
    RUN(of_several_references_the_best_counts);
    RUN(counts_are_summed_over_all_lines);
    return tap_end();
}
