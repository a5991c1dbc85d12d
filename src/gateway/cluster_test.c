/* SPDX-License-Identifier: ISC */
#include "gateway/cluster.h"

#include <string.h>

#include "base/tap.h"

static bool
tell(struct cluster *c, int id, bool alive, const char *session,
    const char *languages)
{
    return cluster_update(c, &(struct link_peer){.id = id,
                                 .name = "t",
                                 .listed = true,
                                 .alive = alive,
                                 .session = session,
                                 .languages = languages});
}

static void
turns_are_taken_among_the_living(void)
{
    struct cluster c;

    CHECK(cluster_init(&c, "round-robin", NULL));
    CHECK(cluster_choose(&c) == -1);
    for (int id = 0; id < 3; id++)
        tell(&c, id, true, "s", NULL);
    c.members[0].outstanding = 100; /* does not matter here */
    CHECK(cluster_choose(&c) == 0 && cluster_choose(&c) == 1);
    CHECK(cluster_choose(&c) == 2 && cluster_choose(&c) == 0);
    tell(&c, 1, false, NULL, NULL);
    CHECK(cluster_choose(&c) == 2 && cluster_choose(&c) == 0);
    CHECK(cluster_choose(&c) == 2 && cluster_alive(&c) == 2);
    cluster_fini(&c);
}

static void
the_least_busy_is_chosen_and_equals_take_turns(void)
{
    struct cluster c;

    CHECK(cluster_init(&c, "least", NULL));
    for (int id = 0; id < 3; id++)
        tell(&c, id, true, "s", NULL);
    c.members[0].outstanding = 5;
    c.members[1].outstanding = 2;
    c.members[2].outstanding = 3;
    CHECK(cluster_choose(&c) == 1 && cluster_choose(&c) == 1);
    c.members[1].outstanding = c.members[2].outstanding = 5;
    CHECK(cluster_choose(&c) == 2 && cluster_choose(&c) == 0);
    CHECK(cluster_choose(&c) == 1);
    cluster_fini(&c);
}

static void
what_a_translator_had_is_asked_again_when_it_ends_or_restarts(void)
{
    struct cluster c;

    CHECK(cluster_init(&c, "least", NULL));
    CHECK(!tell(&c, 0, true, "one", "en")); /* it was not there before */
    CHECK(!tell(&c, 0, true, "one", "en,fr"));
    CHECK(tell(&c, 0, true, "two", "en,fr")); /* restarted unnoticed */
    CHECK(tell(&c, 0, false, "two", "en,fr")); /* died */
    CHECK(tell(&c, 0, true, "three", "en")); /* and what came meanwhile */
    CHECK(!tell(&c, 1, true, NULL, NULL)); /* one that does not say */
    CHECK(!tell(&c, 1, true, NULL, NULL));
    cluster_fini(&c);
}

static void
languages_are_those_of_all_who_live(void)
{
    struct buf b = {0};
    struct cluster c;

    CHECK(cluster_init(&c, "least", NULL));
    tell(&c, 0, true, "a", "ca,en");
    tell(&c, 1, true, "b", "en,es");
    tell(&c, 2, false, "c", "pt");
    cluster_languages(&c, &b);
    CHECK(span_eqz(buf_span(&b), "ca,en,es"));
    buf_free(&b);
    cluster_fini(&c);
}

static void
other_ways_to_balance_are_refused(void)
{
    struct cluster c;
    struct err err;

    CHECK(!cluster_init(&c, "best", &err) && err.kind == FAIL_BAD_INPUT);
}

int
main(void)
{
    RUN(turns_are_taken_among_the_living);
    RUN(the_least_busy_is_chosen_and_equals_take_turns);
    RUN(what_a_translator_had_is_asked_again_when_it_ends_or_restarts);
    RUN(languages_are_those_of_all_who_live);
    RUN(other_ways_to_balance_are_refused);
    return tap_end();
}
