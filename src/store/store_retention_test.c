/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

enum { DAYS = 10, AT_ONCE = 2 };
#define DAY_MS (24LL * 3600 * 1000)

static void
see_gone(struct span id, void *ctx)
{
    seen_add(ctx, "%.*s|", SPAN_ARG(id));
}

/* What is gone after rounds until there is no more, as "m1|m2|"; the clock says
 * days after the messages of test_say. */
static struct seen
erased(struct store *s, int server_days, int64_t days)
{
    struct store_retention r = {.days = server_days,
        .limit = AT_ONCE,
        .now_ms = TEST_MS + 10 + days * DAY_MS + 1};
    struct seen seen = {.n = 0};
    int64_t cursor = 0;
    bool more = true;

    for (int i = 0; more && i < 1000; i++)
        CHECK(store_messages_expire(
            s, &r, &cursor, see_gone, &seen, &more, NULL));
    CHECK(!more);
    return seen;
}

static void
see_state(const struct store_message *m, void *ctx)
{
    seen_add(ctx, "%d:%.*s%s|", (int)m->seq, SPAN_ARG(m->content),
        m->deleted_ms ? "-" : "");
}

static struct seen
history(struct store *s)
{
    struct seen seen = {.n = 0};

    CHECK(store_history(
        s, SPAN("room"), 0, -1, 50, NULL, see_state, &seen, NULL));
    return seen;
}

static void
set_days(struct store *s, int days)
{
    struct store_conversation c;

    CHECK(store_conversation_get(s, SPAN("room"), &c, NULL));
    c.retention_days = days;
    CHECK(store_conversation_set(s, &c, TEST_MS + 50, NULL));
    CHECK(store_conversation_get(s, SPAN("room"), &c, NULL));
    CHECK(c.retention_days == days);
}

static struct fixture
with_messages(void)
{
    struct fixture f = fixture_new();

    for (int i = 0; i < 5; i++)
        test_say(f.s, "something");
    return f;
}

static void
without_a_rule_nothing_goes(void)
{
    struct fixture f = with_messages();

    CHECK(erased(f.s, 0, 10000).n == 0);
    fixture_free(&f);
}

static void
what_is_older_goes_in_small_steps_and_what_is_younger_stays(void)
{
    struct fixture f = with_messages();

    CHECK(erased(f.s, DAYS, DAYS - 1).n == 0);
    CHECK(erased(f.s, DAYS, DAYS).n == 5);
    CHECK(strcmp(history(f.s).text, "1:-|2:-|3:-|4:-|5:-|") == 0);
    CHECK(erased(f.s, DAYS, DAYS).n == 0); /* it is done */
    test_say(f.s, "more");
    CHECK(erased(f.s, DAYS, DAYS - 1).n == 0);
    CHECK(erased(f.s, DAYS, DAYS).n == 1);
    fixture_free(&f);
}

static void
a_room_says_less_than_the_server_and_never_more(void)
{
    struct fixture f = with_messages();

    set_days(f.s, 3);
    CHECK(erased(f.s, 0, 2).n == 0);
    CHECK(erased(f.s, DAYS, 3).n == 5);
    test_say(f.s, "more");
    set_days(f.s, 1000);
    CHECK(erased(f.s, 0, DAYS).n == 0);
    CHECK(erased(f.s, DAYS, DAYS).n == 1);
    fixture_free(&f);
}

static int
found(struct store *s, const char *text)
{
    struct store_reader bob = {SPAN("bob"), SPAN("fr")};
    struct store_query q = {.reader = &bob, .text = span_of(text), .limit = 9};
    struct seen seen = {.n = 0};

    CHECK(store_search(s, &q, see_state, &seen, NULL));
    return seen.n;
}

static void
nothing_of_it_is_left_to_be_read_or_found(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "wellington");
    bool more = true;

    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "bottes"));
    CHECK(store_reaction_set(f.s, span_of(a.id), SPAN("bob"), SPAN("+"), true,
        TEST_MS, &more, NULL));
    for (more = true; more;)
        CHECK(store_search_catch_up(f.s, 100, &more, NULL));
    CHECK(found(f.s, "wellington") == 1 && found(f.s, "bottes") == 1);
    CHECK(erased(f.s, DAYS, DAYS).n == 1);
    CHECK(found(f.s, "wellington") == 0 && found(f.s, "bottes") == 0);
    CHECK(test_ledger(f.s).n == 0);
    fixture_free(&f);
}

static void
what_was_deleted_before_is_not_told_again(void)
{
    struct fixture f = with_messages();
    struct added a = test_say(f.s, "mine");
    struct store_event *events;
    int n = 0;

    CHECK(store_message_delete(
        f.s, span_of(a.id), SPAN("alice"), TEST_MS + 60, NULL));
    store_events_free(store_take_events(f.s));
    CHECK(erased(f.s, DAYS, DAYS).n == 5);
    events = store_take_events(f.s);
    for (struct store_event *e = events; e; e = e->next)
        n += e->kind == STORE_MESSAGE_DELETED;
    CHECK(n == 5);
    store_events_free(events);
    fixture_free(&f);
}

static void
each(void)
{
    RUN(without_a_rule_nothing_goes);
    RUN(what_is_older_goes_in_small_steps_and_what_is_younger_stays);
    RUN(a_room_says_less_than_the_server_and_never_more);
    RUN(nothing_of_it_is_left_to_be_read_or_found);
    RUN(what_was_deleted_before_is_not_told_again);
}

int
main(void)
{
    return test_each_store(each);
}
