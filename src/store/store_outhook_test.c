/* SPDX-License-Identifier: ISC */
#include "store/outhook.h"
#include "store/test_store.h"

enum { NOW = TEST_MS + 100, UNTIL = NOW + 50, LATER = NOW + 1000, ROWS = 50 };

static struct store_outhook
outhook_of(const char *id)
{
    struct store_outhook h = {.conversation_id = "room",
        .created_by = "alice",
        .url = "https://example.org/in",
        .secret = "secret",
        .created_ms = NOW};

    snprintf(h.id, sizeof(h.id), "%s", id);
    return h;
}

static struct fixture
with_outhook(void)
{
    struct store_outhook h = outhook_of("h1");
    struct fixture f = fixture_new();

    CHECK(store_outhook_add(f.s, &h, NULL));
    return f;
}

/* "": nobody is due. */
static struct store_outhook
taken(struct store *s, int64_t now_ms)
{
    struct store_outhook h = {.id = ""};
    bool found = false, due = false;

    CHECK(store_outhook_due(s, now_ms, &due, NULL));
    CHECK(
        store_outhook_take(s, now_ms, now_ms + UNTIL - NOW, &h, &found, NULL));
    CHECK(due == found);
    if (!found)
        h.id[0] = '\0';
    return h;
}

static void
settle(struct store *s, const struct store_outhook *h, int64_t to, bool failed,
    int64_t disabled_ms)
{
    struct store_outcome o = {.id = span_of(h->id),
        .from = h->at,
        .to = to,
        .failed = failed,
        .due_ms = failed ? LATER : NOW,
        .disabled_ms = disabled_ms,
        .reason = failed ? SPAN("it answered 500") : absent()};

    CHECK(store_outhook_settle(s, &o, NULL));
}

static void
on_message(enum store_event_kind kind, const struct store_message *m, void *ctx)
{
    seen_add(ctx, "%d %.*s%s|", (int)kind, SPAN_ARG(m->content),
        m->deleted_ms ? "-" : "");
}

static void
on_member(enum store_event_kind kind, struct span user_id,
    struct span display_name, bool bot, void *ctx)
{
    (void)bot;
    seen_add(ctx, "%d %.*s %.*s|", (int)kind, SPAN_ARG(user_id),
        SPAN_ARG(display_name));
}

static void
on_room(void *ctx)
{
    seen_add(ctx, "room|");
}

static struct seen
story(struct store *s, int64_t since, int limit, int64_t *ret_to)
{
    struct seen seen = {.n = 0};
    struct store_story to = {on_message, on_member, on_room, &seen};

    CHECK(store_story(s, SPAN("room"), since, limit, &to, ret_to, NULL));
    return seen;
}

static void
who_has_nothing_to_tell_is_not_taken(void)
{
    struct fixture f = with_outhook();
    struct store_outhook h = taken(f.s, NOW);

    CHECK(!h.id[0]);
    test_say(f.s, "one");
    h = taken(f.s, NOW);
    CHECK(strcmp(h.id, "h1") == 0 && strcmp(h.secret, "secret") == 0);
    settle(f.s, &h, h.at + 1, false, 0);
    CHECK(!taken(f.s, NOW).id[0]);
    fixture_free(&f);
}

static void
what_one_has_taken_no_other_takes_until_its_time_is_over(void)
{
    struct fixture f = with_outhook();
    struct store_outhook first, second;

    test_say(f.s, "one");
    first = taken(f.s, NOW);
    CHECK(first.id[0] && !taken(f.s, NOW + 1).id[0]);
    second = taken(f.s, UNTIL);
    CHECK(second.id[0] && second.at == first.at);
    settle(f.s, &second, second.at + 1, false, 0);
    settle(f.s, &first, first.at, true, LATER); /* too late to count */
    CHECK(!taken(f.s, LATER).id[0]);
    test_say(f.s, "two");
    CHECK(taken(f.s, LATER).at == second.at + 1);
    fixture_free(&f);
}

static void
see_outhook(const struct store_outhook *h, void *ctx)
{
    seen_add(ctx, "%s %s %d %s%s|", h->id, h->created_by, h->failures,
        h->reason, h->disabled_ms ? " disabled" : "");
}

static struct seen
listed(struct store *s)
{
    struct seen seen = {.n = 0};

    CHECK(store_outhooks(s, SPAN("room"), see_outhook, &seen, NULL));
    return seen;
}

static void
what_fails_waits_and_what_is_given_up_waits_to_be_enabled(void)
{
    struct fixture f = with_outhook();
    struct store_outhook h;
    int64_t at;

    test_say(f.s, "one");
    h = taken(f.s, NOW);
    at = h.at;
    settle(f.s, &h, h.at, true, 0);
    CHECK(strcmp(listed(f.s).text, "h1 alice 1 it answered 500|") == 0);
    CHECK(!taken(f.s, LATER - 1).id[0]);
    h = taken(f.s, LATER);
    CHECK(h.failures == 1 && h.at == at);
    settle(f.s, &h, h.at, true, LATER);
    CHECK(
        strcmp(listed(f.s).text, "h1 alice 2 it answered 500 disabled|") == 0);
    CHECK(!taken(f.s, 2 * (int64_t)LATER).id[0]);
    CHECK(store_outhook_enable(f.s, SPAN("room"), SPAN("h1"), NOW, NULL));
    h = taken(f.s, NOW);
    CHECK(h.failures == 0 && h.at == at);
    settle(f.s, &h, h.at + 1, false, 0);
    CHECK(strcmp(listed(f.s).text, "h1 alice 0 |") == 0);
    fixture_free(&f);
}

static void
a_webhook_is_its_conversations(void)
{
    struct fixture f = with_outhook();
    struct err err = {0};

    CHECK(test_group_add(f.s, "attic", NULL));
    CHECK(!store_outhook_remove(f.s, SPAN("attic"), SPAN("h1"), &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(!store_outhook_enable(f.s, SPAN("attic"), SPAN("h1"), NOW, NULL));
    CHECK(store_outhook_remove(f.s, SPAN("room"), SPAN("h1"), NULL));
    CHECK(listed(f.s).n == 0);
    for (int i = 0; i < STORE_OUTHOOKS_MAX; i++) {
        struct store_outhook h = outhook_of("h");
        h.id[1] = (char)('A' + i);
        CHECK(store_outhook_add(f.s, &h, NULL));
    }
    CHECK(!store_outhook_add(f.s,
        &(struct store_outhook){
            .id = "more", .conversation_id = "room", .created_by = "alice"},
        &err));
    CHECK(err.kind == FAIL_CONFLICT);
    fixture_free(&f);
}

static void
a_story_has_what_happened_in_order_and_as_it_is_now(void)
{
    struct fixture f = fixture_new();
    struct added one = test_say(f.s, "one"), two;
    int64_t to, half;
    int revision;

    CHECK(test_user_add(f.s, "carol", "ca", NULL));
    CHECK(store_member_add(f.s, SPAN("room"), SPAN("carol"), NOW, NULL));
    two = test_say(f.s, "two");
    test_say(f.s, "three");
    CHECK(test_settle(f.s, two.id, 1, "fr", STORE_READY, "deux"));
    CHECK(store_message_edit(f.s, span_of(one.id), SPAN("alice"), SPAN("uno"),
        SPAN("es"), NULL, NULL, 0, NOW, &revision, NULL));
    CHECK(store_message_delete(f.s, span_of(two.id), SPAN("alice"), NOW, NULL));
    CHECK(store_member_remove(f.s, SPAN("room"), SPAN("carol"), NOW, NULL));
    CHECK(strcmp(story(f.s, 0, ROWS, &to).text,
              "1 uno|5 carol The carol|1 -|1 three|2 uno|3 -|"
              "6 carol The carol|") == 0);
    CHECK(story(f.s, to, ROWS, &half).n == 0 && half == to);
    CHECK(strcmp(story(f.s, 0, 3, &half).text,
              "1 uno|5 carol The carol|1 -|") == 0);
    CHECK(half == 3);
    CHECK(strcmp(story(f.s, 3, ROWS, &half).text,
              "1 three|2 uno|3 -|6 carol The carol|") == 0);
    CHECK(half == to);
    fixture_free(&f);
}

static void
each(void)
{
    RUN(who_has_nothing_to_tell_is_not_taken);
    RUN(what_one_has_taken_no_other_takes_until_its_time_is_over);
    RUN(what_fails_waits_and_what_is_given_up_waits_to_be_enabled);
    RUN(a_webhook_is_its_conversations);
    RUN(a_story_has_what_happened_in_order_and_as_it_is_now);
}

int
main(void)
{
    return test_each_store(each);
}
