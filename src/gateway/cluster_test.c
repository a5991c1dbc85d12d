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

/* For a task about which nothing is known. */
static int
next(struct cluster *c)
{
    return cluster_choose(c, &(struct cluster_want){.source = SPAN("en")});
}

static void
turns_are_taken_among_the_living(void)
{
    struct cluster c;

    CHECK(cluster_init(&c, "round-robin", NULL));
    CHECK(next(&c) == -1);
    for (int id = 0; id < 3; id++)
        tell(&c, id, true, "s", NULL);
    c.members[0].outstanding = 100; /* does not matter here */
    CHECK(next(&c) == 0 && next(&c) == 1);
    CHECK(next(&c) == 2 && next(&c) == 0);
    tell(&c, 1, false, NULL, NULL);
    CHECK(next(&c) == 2 && next(&c) == 0);
    CHECK(next(&c) == 2 && cluster_alive(&c) == 2);
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
    CHECK(next(&c) == 1 && next(&c) == 1);
    c.members[1].outstanding = c.members[2].outstanding = 5;
    CHECK(next(&c) == 2 && next(&c) == 0);
    CHECK(next(&c) == 1);
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
pairs_are_the_best_of_all_who_live(void)
{
    struct link_peer a = {.id = 0,
        .name = "a",
        .listed = true,
        .alive = true,
        .pairs = "en:es1,fr3;fr:en2"};
    struct link_peer b = {.id = 1,
        .name = "b",
        .listed = true,
        .alive = true,
        .pairs = "de:en2;en:es3"};
    struct cluster c;

    CHECK(cluster_init(&c, "least", NULL));
    CHECK(span_eqz(cluster_pairs(&c), ""));
    cluster_update(&c, &a);
    CHECK(span_eqz(cluster_pairs(&c), "en:es1,fr3;fr:en2"));
    cluster_update(&c, &b);
    CHECK(span_eqz(cluster_pairs(&c), "de:en2;en:es3,fr3;fr:en2"));
    a.alive = false;
    cluster_update(&c, &a);
    CHECK(span_eqz(cluster_pairs(&c), "de:en2;en:es3"));
    cluster_fini(&c);
}

static void
other_ways_to_balance_are_refused(void)
{
    struct cluster c;
    struct err err;

    CHECK(!cluster_init(&c, "best", &err) && err.kind == FAIL_BAD_INPUT);
}

static void
who_can_translate_most_of_a_task_gets_it(void)
{
    static const char *const pairs[] = {
        "en:fr3;fr:en3", "en:es1,fr1;es:en1", NULL};
    struct span es = SPAN("es"), de = SPAN("de");
    struct span both[] = {SPAN("es"), SPAN("fr")};
    struct cluster_want want = {SPAN("en"), &es, 1};
    struct cluster c;

    CHECK(cluster_init(&c, "least", NULL));
    for (int id = 0; id < 2; id++)
        cluster_update(&c, &(struct link_peer){.id = id,
                               .name = "t",
                               .listed = true,
                               .alive = true,
                               .pairs = pairs[id]});
    c.members[1].outstanding = 50;
    CHECK(cluster_choose(&c, &want) == 1);
    want.targets = both;
    want.n_targets = 2;
    CHECK(cluster_choose(&c, &want) == 1);
    CHECK(!cluster_can(&c, 0, want.source, both[0]));
    CHECK(cluster_can(&c, 0, want.source, both[1]));
    CHECK(cluster_may(&c, want.source, both[0]));
    CHECK(!cluster_may(&c, want.source, de));
    CHECK(!cluster_may(&c, SPAN("ja"), de) && cluster_may(&c, SPAN("ja"), es));
    want = (struct cluster_want){SPAN("auto"), &es, 1};
    CHECK(cluster_choose(&c, &want) == 1);
    want = (struct cluster_want){SPAN("en"), &de, 1};
    CHECK(cluster_choose(&c, &want) == 0); /* nobody can: the least busy */
    cluster_update(
        &c, &(struct link_peer){
                .id = 2, .name = "t", .listed = true, .alive = true});
    CHECK(cluster_choose(&c, &want) == 2); /* it may, it does not say */
    cluster_fini(&c);
}

int
main(void)
{
    RUN(turns_are_taken_among_the_living);
    RUN(the_least_busy_is_chosen_and_equals_take_turns);
    RUN(what_a_translator_had_is_asked_again_when_it_ends_or_restarts);
    RUN(languages_are_those_of_all_who_live);
    RUN(pairs_are_the_best_of_all_who_live);
    RUN(other_ways_to_balance_are_refused);
    RUN(who_can_translate_most_of_a_task_gets_it);
    return tap_end();
}
