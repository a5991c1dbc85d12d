/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

static struct added
say_under(struct store *s, const char *root, const char *content)
{
    struct added a = {.seq = -1};
    struct store_message m = {.conversation_id = SPAN("room"),
        .sender_id = SPAN("alice"),
        .content = span_of(content),
        .language = SPAN("en"),
        .type = SPAN("text"),
        .thread = span_of(root),
        .created_ms = TEST_MS + 10};
    char id[ID_BYTES];

    id_new(id);
    m.id = span_of(id);
    a.ok =
        store_message_add(s, &m, NULL, 0, a.id, &a.seq, &a.duplicate, &a.err);
    return a;
}

static void
see_under(const struct store_message *m, void *ctx)
{
    seen_add(ctx, "%s%d %d %d", m->thread.p ? "under " : "",
        (int)m->under.replies, (int)m->under.last_seq, (int)m->under.changes);
}

static bool
has(struct store *s, const char *id, const char *expected)
{
    struct seen seen = {.n = 0};

    CHECK(store_message_get(s, span_of(id), NULL, see_under, &seen, NULL));
    if (strcmp(seen.text, expected) != 0)
        printf("# %s\n", seen.text);
    return strcmp(seen.text, expected) == 0;
}

static struct seen
thread(struct store *s, const char *id, int64_t after, int limit)
{
    struct seen seen = {.n = 0};

    CHECK(store_thread(
        s, span_of(id), after, limit, NULL, see_message, &seen, NULL));
    return seen;
}

/* The last event of a thread: "replies changes". */
static bool
told(struct store *s, const char *root, int replies, int changes)
{
    struct store_event *events = store_take_events(s);
    bool found = false;

    for (struct store_event *e = events; e; e = e->next)
        if (e->kind == STORE_THREAD_CHANGED)
            found = span_eqz(e->root_id, root) && e->under.replies == replies &&
                    e->under.changes == changes &&
                    span_eqz(e->conversation_id, "room");
    store_events_free(events);
    return found;
}

static void
what_is_said_under_a_message_is_counted_there(void)
{
    struct fixture f = fixture_new();
    struct added root = test_say(f.s, "root"), a, b;

    CHECK(has(f.s, root.id, "0 0 0"));
    a = say_under(f.s, root.id, "a");
    CHECK(told(f.s, root.id, 1, 1));
    test_say(f.s, "between");
    b = say_under(f.s, root.id, "b");
    CHECK(has(f.s, root.id, "2 4 2") && has(f.s, b.id, "under 0 0 0"));
    CHECK(strcmp(thread(f.s, root.id, 0, 9).text, "2:a|4:b|") == 0);
    CHECK(strcmp(thread(f.s, root.id, 2, 9).text, "4:b|") == 0);
    CHECK(strcmp(thread(f.s, root.id, 0, 1).text, "2:a|") == 0);
    CHECK(
        store_message_delete(f.s, span_of(b.id), SPAN("alice"), TEST_MS, NULL));
    CHECK(told(f.s, root.id, 1, 3));
    CHECK(has(f.s, root.id, "1 2 3"));
    CHECK(!say_under(f.s, a.id, "deeper").ok);
    CHECK(!say_under(f.s, "nothing", "x").ok);
    CHECK(store_message_delete(
        f.s, span_of(root.id), SPAN("alice"), TEST_MS, NULL));
    a = say_under(f.s, root.id, "late");
    CHECK(!a.ok && a.err.kind == FAIL_NOT_FOUND);
    fixture_reopen(&f);
    fixture_free(&f);
}

static void
see_changed(const struct store_message *m, void *ctx)
{
    seen_add(ctx, "%d|", (int)m->seq);
}

static void
nothing(const struct store_translation *t, void *ctx)
{
    (void)t;
    (void)ctx;
}

static void
no_read(const struct store_read *r, void *ctx)
{
    (void)r;
    (void)ctx;
}

static void
a_message_has_changed_when_something_is_said_under_it(void)
{
    struct fixture f = fixture_new();
    struct added root = test_say(f.s, "root");
    struct seen seen = {.n = 0};
    struct store_changes_to to = {see_changed, nothing, no_read, &seen};
    struct store_reader reader = {0};
    struct store_changes changes, now;

    CHECK(store_room_changes(
        f.s, SPAN("room"), -1, 99, &reader, &to, &now, NULL));
    say_under(f.s, root.id, "a");
    CHECK(store_room_changes(
        f.s, SPAN("room"), now.end, 99, &reader, &to, &changes, NULL));
    CHECK(strcmp(seen.text, "1|2|") == 0);
    fixture_free(&f);
}

static void
tests(void)
{
    RUN(what_is_said_under_a_message_is_counted_there);
    RUN(a_message_has_changed_when_something_is_said_under_it);
}

int
main(void)
{
    return test_each_store(tests);
}
