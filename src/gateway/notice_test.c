/* SPDX-License-Identifier: ISC */
#include "gateway/notice.h"

#include <stdio.h>
#include <string.h>

#include "base/tap.h"

static void
a_frame_comes_back_as_it_was_said(void)
{
    struct notice_head head = {SPAN("gw"), 7, 1234}, got;
    struct notice n;
    struct buf b = {0};
    struct span rest;

    notice_head_put(&b, &head);
    CHECK(notice_put(
        &b, &(struct notice){
                .kind = NOTICE_PERSON, .id = SPAN("alice"), .offset = 3}));
    CHECK(notice_put(&b, &(struct notice){.kind = NOTICE_SIGNAL,
                             .id = SPAN("any"),
                             .event = SPAN("typing:start"),
                             .payload = SPAN("{\"a\": 1}")}));
    CHECK(notice_put(&b,
        &(struct notice){
            .kind = NOTICE_ENDED, .id = SPAN("bob"), .except = SPAN("00ff")}));
    CHECK(notice_put(
        &b, &(struct notice){.kind = NOTICE_READERS, .what = SPAN("")}));
    CHECK(notice_put(
        &b, &(struct notice){.kind = NOTICE_ANEW, .what = SPAN("policy")}));
    CHECK(notice_put(&b, &(struct notice){.kind = NOTICE_SPENT,
                             .what = SPAN("entries.address"),
                             .id = SPAN("2001:db8::"),
                             .offset = 250}));
    rest = buf_span(&b);
    CHECK(notice_head_take(&rest, &got) && span_eqz(got.gateway, "gw"));
    CHECK(got.number == 7 && got.wall_ms == 1234);
    CHECK(notice_take(&rest, &n) && n.kind == NOTICE_PERSON && n.offset == 3);
    CHECK(span_eqz(n.id, "alice"));
    CHECK(notice_take(&rest, &n) && n.kind == NOTICE_SIGNAL);
    CHECK(span_eqz(n.event, "typing:start") && span_eqz(n.id, "any"));
    CHECK(span_eqz(n.payload, "{\"a\": 1}"));
    CHECK(notice_take(&rest, &n) && n.kind == NOTICE_ENDED && !n.hash.p);
    CHECK(span_eqz(n.id, "bob") && span_eqz(n.except, "00ff"));
    CHECK(notice_take(&rest, &n) && n.kind == NOTICE_READERS);
    CHECK(n.what.p && n.what.len == 0);
    CHECK(notice_take(&rest, &n) && n.kind == NOTICE_ANEW);
    CHECK(span_eqz(n.what, "policy"));
    CHECK(notice_take(&rest, &n) && n.kind == NOTICE_SPENT && n.offset == 250);
    CHECK(span_eqz(n.what, "entries.address") && span_eqz(n.id, "2001:db8::"));
    CHECK(!notice_take(&rest, &n));
    buf_free(&b);
}

static void
what_would_break_a_line_is_not_said(void)
{
    const struct notice bad[] = {
        {.kind = NOTICE_ROOM, .id = SPAN("a b"), .offset = 1},
        {.kind = NOTICE_ROOM, .id = SPAN(""), .offset = 1},
        {.kind = NOTICE_ROOM, .id = SPAN("a"), .offset = -1},
        {.kind = NOTICE_SIGNAL,
            .id = SPAN("a"),
            .event = SPAN("e"),
            .payload = SPAN("{\n}")},
        {.kind = NOTICE_READERS, .what = SPAN("en\nroom any 9")},
        {.kind = NOTICE_SPENT, .what = SPAN("a"), .id = SPAN("b")}};
    struct buf b = {0};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(!notice_put(&b, &bad[i]) && b.len == 0);
    buf_free(&b);
}

static void
what_does_not_fit_is_left_for_the_next_frame(void)
{
    struct notice n = {.kind = NOTICE_ROOM, .id = SPAN("room"), .offset = 1};
    struct buf b = {0};
    size_t before;

    while (before = b.len, notice_put(&b, &n))
        ;
    CHECK(b.len == before && b.len <= NOTICE_FRAME_BYTES_MAX);
    CHECK(b.len > NOTICE_FRAME_BYTES_MAX - 20);
    buf_free(&b);
}

static void
what_is_not_understood_is_passed_over(void)
{
    struct span rest = SPAN("later 1 2\nroom x\nroom x y\nperson\nsignal a\n"
                            "ended a b\nspent a b\nspent a b -1\n\nroom any 5");
    struct notice n;

    CHECK(notice_take(&rest, &n) && n.kind == NOTICE_ROOM && n.offset == 5);
    CHECK(!notice_take(&rest, &n));
}

static void
a_frame_of_others_is_refused(void)
{
    static const char *const frames[] = {"", "meeshy", "meeshy 2 g 1 1\n",
        "other 1 g 1 1\n", "meeshy 1 g 0 1\n", "meeshy 1  1 1\n",
        "meeshy 1 g 1 x\n"};
    struct notice_head head;

    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        struct span frame = span_of(frames[i]);
        CHECK(!notice_head_take(&frame, &head));
    }
}

int
main(void)
{
    RUN(a_frame_comes_back_as_it_was_said);
    RUN(what_would_break_a_line_is_not_said);
    RUN(what_does_not_fit_is_left_for_the_next_frame);
    RUN(what_is_not_understood_is_passed_over);
    RUN(a_frame_of_others_is_refused);
    return tap_end();
}
