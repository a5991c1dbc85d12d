/* SPDX-License-Identifier: ISC */
#include "ctl/sample.h"

#include <math.h>
#include <string.h>

#include "base/tap.h"

static void
numbers_are_found_by_their_path(void)
{
    struct sample_translator t = {0};

    sample_translator_read(&t,
        SPAN(
            "{\"status\":\"healthy\",\"pools\":{\"normal\":{\"queued\":3,"
            "\"capacity\":10,\"workers\":4,\"busy\":2},\"any\":{\"busy\":1}}}"),
        SPAN("{\"translations_completed\":7,\"avg_processing_time\":0.25,"
             "\"translations\":{\"latency_ms\":{\"p95\":12.5}}}"));
    CHECK(t.up && strcmp(t.status, "healthy") == 0);
    CHECK(t.pools[0].queued == 3 && t.pools[0].capacity == 10);
    CHECK(t.pools[0].workers == 4 && t.pools[0].busy == 2);
    CHECK(t.pools[1].busy == 1 && isnan(t.pools[1].workers));
    CHECK(t.completed == 7 && t.mean_s == 0.25 && t.p95_ms == 12.5);
    CHECK(isnan(t.p50_ms) && isnan(t.cache_hits));
}

static void
the_latest_scaling_event_is_told(void)
{
    struct sample_translator t = {0};

    sample_translator_read(&t, SPAN("{}"),
        SPAN("{\"scaling_events\":[{\"at\":\"now\",\"from\":20,\"to\":25,"
             "\"pool\":\"normal\",\"reason\":\"a queue\"},{\"from\":1}]}"));
    CHECK(strcmp(t.scaling, "now  normal 20 -> 25, a queue") == 0);
    sample_translator_read(&t, SPAN("{}"), SPAN("{\"scaling_events\":[]}"));
    CHECK(t.scaling[0] == '\0');
}

static void
a_program_that_says_nothing_is_not_up(void)
{
    struct sample_gateway g = {.up = true};

    sample_gateway_read(&g, SPAN("<html>"), SPAN(""));
    CHECK(!g.up && isnan(g.messages) && g.status[0] == '\0');
    sample_gateway_read(&g, SPAN("{\"status\":5}"), SPAN("[1]"));
    CHECK(g.up && isnan(g.messages) && g.status[0] == '\0');
}

static void
one_sick_translator_makes_the_whole_unhealthy(void)
{
    struct sample s = {.n_translators = 2};

    s.gateway = (struct sample_gateway){.up = true, .status = "healthy"};
    s.translators[0] =
        (struct sample_translator){.up = true, .status = "healthy"};
    CHECK(!sample_healthy(&s));
    s.translators[1] = s.translators[0];
    CHECK(sample_healthy(&s));
    strcpy(s.gateway.status, "degraded");
    CHECK(!sample_healthy(&s));
}

int
main(void)
{
    RUN(numbers_are_found_by_their_path);
    RUN(the_latest_scaling_event_is_told);
    RUN(a_program_that_says_nothing_is_not_up);
    RUN(one_sick_translator_makes_the_whole_unhealthy);
    return tap_end();
}
