/* SPDX-License-Identifier: ISC */
#include "gateway/view.h"

#include <string.h>

#include "base/tap.h"
#include "wire/json.h"

static json_t *
parsed(struct buf *b)
{
    struct err err;
    json_t *j = json_read(buf_span(b), &err);

    CHECK(j != NULL);
    buf_free(b);
    return j;
}

static void
a_message_is_json_whatever_it_says(void)
{
    struct store_message m = {.id = SPAN("m1"),
        .conversation_id = SPAN("any"),
        .sender_id = SPAN("u1"),
        .sender_name = SPAN("\"An\\na\""),
        .sender_guest = true,
        .content = SPAN("</script>\"\\\n\t\x01 é 😀"),
        .language = SPAN("fr"),
        .created_ms = 1755630000007,
        .seq = 7,
        .revision = 1};
    struct buf b = {0};
    long long seq = 0;
    json_t *j;

    view_message(&b, &m, SPAN("c\"1"), VIEW_WHOLE);
    j = parsed(&b);
    CHECK(span_eq(json_get_str(j, "content"), m.content));
    CHECK(span_eqz(json_get_str(j, "clientMessageId"), "c\"1"));
    CHECK(span_eqz(json_get_str(j, "createdAt"), "2025-08-19T19:00:00.007Z"));
    CHECK(json_get_int(j, "seq", &seq) && seq == 7);
    CHECK(span_eq(json_get_str(json_object_get(j, "sender"), "displayName"),
        m.sender_name));
    CHECK(json_get_bool(json_object_get(j, "sender"), "guest", false));
    CHECK(json_array_size(json_object_get(j, "translations")) == 0);
    json_decref(j);
}

static void
a_deleted_message_shows_nothing_of_what_it_said(void)
{
    struct store_message m = {.id = SPAN("m1"),
        .conversation_id = SPAN("any"),
        .sender_id = SPAN("u1"),
        .sender_name = SPAN("Anna"),
        .content = SPAN("secret"),
        .language = SPAN("fr"),
        .created_ms = 1,
        .deleted_ms = 2,
        .revision = 1};
    struct buf b = {0};
    json_t *j;

    view_message(&b, &m, (struct span){0}, VIEW_WHOLE);
    CHECK(!memmem(b.p, b.len, "secret", 6));
    j = parsed(&b);
    CHECK(json_get_bool(j, "isDeleted", false));
    json_decref(j);
}

static void
a_translation_says_its_state(void)
{
    struct store_translation t = {.message_id = SPAN("m1"),
        .conversation_id = SPAN("any"),
        .language = SPAN("en"),
        .state = STORE_READY,
        .revision = 2,
        .text = SPAN("Hi \"all\""),
        .source = SPAN("f\"r"),
        .model = SPAN("apertium"),
        .confidence = 0.8};
    struct buf b = {0};
    json_t *j, *one;

    view_translation_event(&b, &t);
    j = parsed(&b);
    one = json_array_get(json_object_get(j, "translations"), 0);
    CHECK(span_eqz(json_get_str(one, "translatedContent"), "Hi \"all\""));
    CHECK(span_eqz(json_get_str(one, "state"), "ready"));
    CHECK(span_eqz(json_get_str(one, "cacheKey"), "m1_f\"r_en"));
    CHECK(span_eqz(json_get_str(one, "quality"), "sure"));
    json_decref(j);
    t.doubt = SPAN("lost negation");
    view_translation(&b, &t);
    j = parsed(&b);
    CHECK(span_eqz(json_get_str(j, "quality"), "rough"));
    CHECK(span_eqz(json_get_str(j, "doubt"), "lost negation"));
    json_decref(j);
    t.state = STORE_FAILED;
    t.reason = SPAN("no path");
    view_translation(&b, &t);
    j = parsed(&b);
    CHECK(!json_object_get(j, "translatedContent"));
    CHECK(span_eqz(json_get_str(j, "reason"), "no path"));
    json_decref(j);
}

int
main(void)
{
    RUN(a_message_is_json_whatever_it_says);
    RUN(a_deleted_message_shows_nothing_of_what_it_said);
    RUN(a_translation_says_its_state);
    return tap_end();
}
