/* SPDX-License-Identifier: ISC */
#include "ctl/screen.h"

#include <math.h>
#include <string.h>

#include "base/tap.h"

static const struct screen plain = {.gateway = "here"};

static struct sample
sample_at(int64_t s, double messages, double results, double mean_s)
{
    struct sample x = {.mono_us = s * 1000000, .n_translators = 1};

    x.gateway = (struct sample_gateway){.up = true,
        .status = "healthy",
        .messages = messages,
        .results = results,
        .mean_s = mean_s,
        .uptime_s = 90000};
    x.translators[0] = (struct sample_translator){.up = true,
        .status = "healthy",
        .name = "there",
        .completed = results,
        .pools = {{.queued = 1, .capacity = 10, .workers = 4, .busy = 2}}};
    return x;
}

static bool
shows(const struct buf *b, const char *text)
{
    return memmem(b->p, b->len, text, strlen(text)) != NULL;
}

static void
rates_come_from_the_difference_of_two_samples(void)
{
    struct sample was = sample_at(10, 100, 300, 0.1);
    struct sample now = sample_at(12, 150, 600, 0.2);
    struct buf b = {0};

    screen_draw(&b, &plain, &was, &now);
    CHECK(shows(&b, "messages        25.0/s   saved 150"));
    CHECK(shows(&b, "results        150.0/s   received 600"));
    CHECK(shows(&b, "latency        300.0 ms")); /* of the last 300 alone */
    CHECK(shows(&b, "up 1d 01h"));
    CHECK(shows(&b, "normal            1        10        4     2    50 %"));
    CHECK(shows(&b, "##########.........."));
    buf_free(&b);
}

static void
neural_models_show_where_there_are_some(void)
{
    struct sample was = sample_at(10, 100, 300, 0.1);
    struct sample now = sample_at(12, 150, 600, 0.2);
    struct buf b = {0};

    screen_draw(&b, &plain, &was, &now);
    CHECK(!shows(&b, "neural"));
    buf_reset(&b);
    was.translators[0].neural = (struct sample_neural){
        .installed = 5, .sentences = 10, .steps = 100, .row_steps = 150};
    now.translators[0].neural = (struct sample_neural){.installed = 5,
        .open = 2,
        .sentences = 30,
        .steps = 200,
        .row_steps = 450,
        .bytes = 48.0 * 1024 * 1024,
        .bytes_max = 100.0 * 1024 * 1024,
        .loads = 3,
        .evictions = 1};
    screen_draw(&b, &plain, &was, &now);
    CHECK(shows(&b, "neural          10.0/s   models open 2 of 5"));
    CHECK(shows(&b, "48 of 100 MB   rows a step 3.00"));
    CHECK(shows(&b, "loads 3   made room 1   failed 0"));
    buf_free(&b);
}

static void
a_restart_between_two_samples_gives_no_rate(void)
{
    struct sample was = sample_at(10, 100, 300, 0.1);
    struct sample now = sample_at(12, 5, 6, 0.1);
    struct buf b = {0};

    screen_draw(&b, &plain, &was, &now);
    CHECK(shows(&b, "messages           -/s   saved 5"));
    buf_free(&b);
}

static void
what_is_away_says_why(void)
{
    struct sample now = sample_at(1, 0, 0, 0);
    struct buf b = {0};

    now.translators[0].up = false;
    strcpy(now.translators[0].why, "connection refused");
    screen_draw(&b, &plain, &now, &now);
    CHECK(shows(&b, "there  away  connection refused"));
    CHECK(!shows(&b, "waiting  capacity"));
    buf_free(&b);
}

static void
lines_are_cut_at_the_edge_without_their_colours(void)
{
    struct screen narrow = {.colour = true, .columns = 14, .gateway = "here"};
    struct sample now = sample_at(1, 0, 0, 0);
    struct buf b = {0};
    struct span rest;

    screen_draw(&b, &narrow, &now, &now);
    CHECK(shows(&b, "\033[1mgateway     \033[0mhe\033[0m\n"));
    rest = buf_span(&b);
    while (rest.p) {
        struct span line = span_cut(&rest, '\n');
        size_t seen = 0;

        for (size_t i = 0; i < line.len; i++, seen++)
            if (line.p[i] == '\033') {
                while (line.p[i] != 'm')
                    i++;
                seen--;
            }
        CHECK(seen <= 14);
    }
    buf_free(&b);
}

int
main(void)
{
    RUN(rates_come_from_the_difference_of_two_samples);
    RUN(neural_models_show_where_there_are_some);
    RUN(a_restart_between_two_samples_gives_no_rate);
    RUN(what_is_away_says_why);
    RUN(lines_are_cut_at_the_edge_without_their_colours);
    return tap_end();
}
