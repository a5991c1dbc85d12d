/* SPDX-License-Identifier: ISC */
#include "trace/span.h"

#include <jansson.h>
#include <sodium.h>
#include <string.h>

#include "base/id.h"
#include "base/tap.h"
#include "wire/json.h"

enum { MESSAGES = 20000 };

static void
all_who_work_for_a_message_say_one_trace(void)
{
    unsigned char a[TRACE_ID_BYTES], b[TRACE_ID_BYTES], c[TRACE_ID_BYTES];
    unsigned char send[TRACE_SPAN_ID_BYTES], es[TRACE_SPAN_ID_BYTES];
    unsigned char fr[TRACE_SPAN_ID_BYTES], later[TRACE_SPAN_ID_BYTES];

    trace_id_of(SPAN("one"), a);
    trace_id_of(SPAN("one"), b);
    trace_id_of(SPAN("two"), c);
    CHECK(memcmp(a, b, sizeof(a)) == 0 && memcmp(a, c, sizeof(a)) != 0);
    trace_send_id(a, send);
    trace_translation_id(a, 1, SPAN("es"), es);
    trace_translation_id(a, 1, SPAN("fr"), fr);
    trace_translation_id(a, 2, SPAN("es"), later);
    CHECK(memcmp(send, es, sizeof(es)) != 0);
    CHECK(memcmp(es, fr, sizeof(es)) != 0);
    CHECK(memcmp(es, later, sizeof(es)) != 0);
    trace_translation_id(b, 1, SPAN("es"), later);
    CHECK(memcmp(es, later, sizeof(es)) == 0);
    trace_translation_id(c, 1, SPAN("es"), later);
    CHECK(memcmp(es, later, sizeof(es)) != 0);
}

static void
so_many_of_a_thousand_are_traced_and_more_are_these_and_others(void)
{
    unsigned char trace[TRACE_ID_BYTES];
    char id[ID_BYTES];
    int few = 0, many = 0;

    for (int i = 0; i < MESSAGES; i++) {
        id_new(id);
        trace_id_of(span_of(id), trace);
        CHECK(!trace_is_sampled(trace, 0));
        CHECK(trace_is_sampled(trace, TRACE_SAMPLE_MAX));
        CHECK(!trace_is_sampled(trace, 50) || trace_is_sampled(trace, 100));
        few += trace_is_sampled(trace, 50);
        many += trace_is_sampled(trace, 500);
    }
    CHECK(few > MESSAGES / 25 && few < MESSAGES / 16);
    CHECK(many > MESSAGES * 47 / 100 && many < MESSAGES * 53 / 100);
}

static void
a_piece_is_told_as_the_protocol_has_it(void)
{
    struct trace_span one = {.name = "a \"piece\"",
        .trace = {0xab, [15] = 1},
        .id = {2},
        .start_us = 5,
        .end_us = 1000007,
        .failed = true};
    struct trace_span two = {.name = "root", .id = {3}};
    struct trace_span *const both[] = {&one, &two};
    struct buf b = {0};
    struct err err;
    json_t *tree, *list, *span;

    one.parent[7] = 9;
    trace_attribute(&one, "meeshy.target", SPAN("es"));
    trace_attribute(&one, "nothing", SPAN(""));
    trace_format(&b, "a service", 1700000000000000, both, 2);
    tree = json_read(buf_span(&b), &err);
    CHECK(json_unpack(tree, "{s:[{s:[{s:o}]}]}", "resourceSpans", "scopeSpans",
              "spans", &list) == 0);
    CHECK(json_array_size(list) == 2);
    span = json_array_get(list, 0);
    CHECK(span_eqz(
        json_get_str(span, "traceId"), "ab000000000000000000000000000001"));
    CHECK(span_eqz(json_get_str(span, "spanId"), "0200000000000000"));
    CHECK(span_eqz(json_get_str(span, "parentSpanId"), "0000000000000009"));
    CHECK(span_eqz(json_get_str(span, "name"), "a \"piece\""));
    CHECK(span_eqz(
        json_get_str(span, "startTimeUnixNano"), "1700000000000005000"));
    CHECK(
        span_eqz(json_get_str(span, "endTimeUnixNano"), "1700000001000007000"));
    CHECK(json_array_size(json_object_get(span, "attributes")) == 1);
    CHECK(json_integer_value(
              json_object_get(json_object_get(span, "status"), "code")) == 2);
    span = json_array_get(list, 1);
    CHECK(!json_object_get(span, "parentSpanId"));
    json_decref(tree);
    buf_free(&b);
}

static void
values_are_cut_at_a_character_and_attributes_are_bounded(void)
{
    struct trace_span s = {.name = "x"};
    char longest[100];

    memset(longest, 'a', sizeof(longest));
    memcpy(longest + TRACE_VALUE_BYTES - 2, "\xc3\xa9", 2);
    for (int i = 0; i < 2 * TRACE_ATTRIBUTES_MAX; i++)
        trace_attribute(&s, "k", (struct span){longest, sizeof(longest)});
    CHECK(s.n_attributes == TRACE_ATTRIBUTES_MAX);
    CHECK(strlen(s.attributes[0].value) == TRACE_VALUE_BYTES - 2);
}

int
main(void)
{
    if (sodium_init() < 0)
        return 1;
    RUN(all_who_work_for_a_message_say_one_trace);
    RUN(so_many_of_a_thousand_are_traced_and_more_are_these_and_others);
    RUN(a_piece_is_told_as_the_protocol_has_it);
    RUN(values_are_cut_at_a_character_and_attributes_are_bounded);
    return tap_end();
}
