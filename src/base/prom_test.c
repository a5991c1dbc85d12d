/* SPDX-License-Identifier: ISC */
#include "base/prom.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/tap.h"

static double
value_of(const char *text, const char *name)
{
    char line[128];
    const char *at;

    snprintf(line, sizeof(line), "\n%s ", name);
    at = strstr(text, line);
    return at ? atof(at + strlen(line)) : -1;
}

static void
a_histogram_counts_up_to_infinity(void)
{
    struct hist h = {0};
    struct buf b = {0};
    char *text;

    hist_add(&h, 700);
    hist_add(&h, 40 * 1000 * 1000);
    prom_hist(&b, "x", "a=\"b\"", &h);
    text = buf_take(&b);
    CHECK(strstr(text, "x_bucket{a=\"b\",le=\"0.0005\"} 0\n"));
    CHECK(strstr(text, "x_bucket{a=\"b\",le=\"0.001\"} 1\n"));
    CHECK(strstr(text, "x_bucket{a=\"b\",le=\"+Inf\"} 2\n"));
    CHECK(strstr(text, "x_sum{a=\"b\"} 40.000700\n"));
    CHECK(strstr(text, "x_count{a=\"b\"} 2\n"));
    free(text);
    prom_hist(&b, "x", "", &h);
    text = buf_take(&b);
    CHECK(strstr(text, "x_bucket{le=\"30\"} 1\n"));
    CHECK(strstr(text, "x_count 2\n"));
    free(text);
}

static void
the_process_is_as_it_is(void)
{
    struct buf b = {0};
    char *text;
    double start;

    prom_process(&b);
    text = buf_take(&b);
    start = value_of(text, "process_start_time_seconds");
    CHECK(start > (double)time(NULL) - 600 && start < (double)time(NULL) + 5);
    CHECK(value_of(text, "process_resident_memory_bytes") > 100 * 1000);
    CHECK(value_of(text, "process_open_fds") >= 3);
    CHECK(value_of(text, "process_max_fds") >= 3);
    CHECK(value_of(text, "process_cpu_seconds_total") >= 0);
    free(text);
}

static void
the_version_is_a_label(void)
{
    struct buf b = {0};
    char *text;

    prom_build_info(&b, "meeshy_gateway");
    text = buf_take(&b);
    CHECK(strstr(
        text, "meeshy_gateway_build_info{version=\"" MEESHY_VERSION "\"} 1\n"));
    free(text);
}

int
main(void)
{
    RUN(a_histogram_counts_up_to_infinity);
    RUN(the_process_is_as_it_is);
    RUN(the_version_is_a_label);
    return tap_end();
}
