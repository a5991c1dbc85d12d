/* SPDX-License-Identifier: ISC */
#include "gateway/telemetry.h"

#include <stdlib.h>
#include <string.h>

#include "base/tap.h"
#include "gateway/cmd_table.h"

static char *
text_of(const struct telemetry *t)
{
    struct buf b = {0};

    telemetry_put(t, &b);
    return buf_take(&b);
}

static void
commands_are_told_by_name_and_kind_of_error(void)
{
    struct telemetry *t = telemetry_new();
    struct err err = {.kind = FAIL_FORBIDDEN};
    char want[256], *text;

    telemetry_command(t, cmd_table[0], 1500, NULL);
    telemetry_command(t, cmd_table[0], 1500, &err);
    text = text_of(t);
    snprintf(want, sizeof(want),
        "meeshy_gateway_command_seconds_count{command=\"%s\"} 1\n",
        cmd_table[0]->name);
    CHECK(strstr(text, want));
    snprintf(want, sizeof(want),
        "meeshy_gateway_command_errors_total{command=\"%s\","
        "code=\"FORBIDDEN\"} 1\n",
        cmd_table[0]->name);
    CHECK(strstr(text, want));
    free(text);
    telemetry_free(t);
}

static void
translations_are_told_by_pair_and_quality(void)
{
    struct telemetry *t = telemetry_new();
    char *text;

    telemetry_translation(t, SPAN("en"), SPAN("pt-BR"), TELEMETRY_SURE, 20000);
    telemetry_translation(t, SPAN("en"), SPAN("pt-BR"), TELEMETRY_ROUGH, 20000);
    telemetry_translation(t, SPAN("a\"b\n"), SPAN(""), TELEMETRY_SURE, 20000);
    text = text_of(t);
    CHECK(strstr(text, "source=\"en\",target=\"pt-BR\",quality=\"sure\"} 1\n"));
    CHECK(
        strstr(text, "source=\"en\",target=\"pt-BR\",quality=\"rough\"} 1\n"));
    CHECK(strstr(
        text, "source=\"other\",target=\"other\",quality=\"sure\"} 1\n"));
    CHECK(!strstr(text, "a\"b"));
    free(text);
    telemetry_free(t);
}

static void
the_number_of_pairs_is_bounded(void)
{
    struct telemetry *t = telemetry_new();
    char code[8], *text;

    for (int i = 0; i < 2 * TELEMETRY_PAIRS_MAX; i++) {
        snprintf(code, sizeof(code), "x%d", i);
        telemetry_translation(t, span_of(code), SPAN("en"), TELEMETRY_SURE, 1);
    }
    text = text_of(t);
    CHECK(strstr(
        text, "source=\"other\",target=\"other\",quality=\"sure\"} 256\n"));
    free(text);
    telemetry_free(t);
}

static void
the_dashboard_hears_of_the_last_minute_and_of_failures(void)
{
    struct telemetry *t = telemetry_new();
    struct err err = {.kind = FAIL_RATE};
    struct buf b = {0};
    char *text;

    CHECK(telemetry_minute_ms(t, 0.5) == 0);
    telemetry_translation(t, SPAN("en"), SPAN("fr"), TELEMETRY_SURE, 20000);
    telemetry_translation(t, SPAN("en"), SPAN("fr"), TELEMETRY_FAILED, 900000);
    telemetry_command(t, cmd_table[0], 0, &err);
    CHECK(telemetry_minute_ms(t, 1) == 20); /* failures took no time */
    telemetry_put_json(t, &b);
    text = buf_take(&b);
    CHECK(strstr(text, "\"outcome\":\"sure\",\"all\":{\"n\":1,"));
    CHECK(strstr(text, "\"outcome\":\"failed\",\"all\":{\"n\":1,"));
    CHECK(strstr(text, "\"day\":{\"n\":1,"));
    CHECK(strstr(text, "\"refused\":{\"RATE\":1}}]"));
    free(text);
    text = text_of(t);
    CHECK(strstr(
        text, "translation_failures_total{source=\"en\",target=\"fr\"} 1\n"));
    CHECK(!strstr(text, "quality=\"failed\""));
    free(text);
    telemetry_free(t);
}

int
main(void)
{
    RUN(commands_are_told_by_name_and_kind_of_error);
    RUN(translations_are_told_by_pair_and_quality);
    RUN(the_dashboard_hears_of_the_last_minute_and_of_failures);
    RUN(the_number_of_pairs_is_bounded);
    return tap_end();
}
