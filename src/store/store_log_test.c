/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

static struct seen
events_of(struct store *s)
{
    static const char *const kinds[] = {"", "new", "edited", "deleted",
        "translation", "added", "removed", "room", "user", "reaction", "pin",
        "read"};
    struct store_event *first = store_take_events(s);
    struct seen seen = {.n = 0};

    for (struct store_event *e = first; e; e = e->next) {
        seen_add(&seen, "%s %d", kinds[e->kind], (int)e->offset);
        if (e->own_stream)
            seen_add(&seen, " own %.*s", SPAN_ARG(e->user_id));
        if (e->kind <= STORE_MESSAGE_DELETED)
            seen_add(&seen, " %d:%.*s", (int)e->message.seq,
                SPAN_ARG(e->message.content));
        seen_add(&seen, "|");
    }
    store_events_free(first);
    return seen;
}

static void
see_change(const struct store_message *m, void *ctx)
{
    seen_add(ctx, "%d%s:%.*s|", (int)m->seq, m->deleted_ms ? "x" : "",
        SPAN_ARG(m->content));
}

static void
see_mark(const struct store_read *r, void *ctx)
{
    seen_add(ctx, "%.*s read %d|", SPAN_ARG(r->user_id), (int)r->seq);
}

/* "SEEN offset/end self anew" of a reader of French who knows so much. */
static struct seen
changes(struct store *s, int64_t since, int limit)
{
    struct seen seen = {.n = 0};
    struct store_changes_to to = {see_change, see_translation, see_mark, &seen};
    struct store_reader reader = {SPAN("bob"), SPAN("fr")};
    struct store_changes c;

    CHECK(store_room_changes(
        s, SPAN("room"), since, limit, &reader, &to, &c, NULL));
    seen_add(&seen, "%d/%d%s%s", (int)c.offset, (int)c.end,
        c.self ? " self" : "", c.anew ? " anew" : "");
    return seen;
}

static bool
changed(struct store *s, int64_t since, int limit, const char *expected)
{
    struct seen seen = changes(s, since, limit);
    bool same = strcmp(seen.text, expected) == 0;

    if (!same)
        printf("# since %d: %s\n", (int)since, seen.text);
    return same;
}

static void
events_have_the_numbers_of_their_stream_without_holes(void)
{
    struct fixture f = fixture_new();
    struct added a;
    int revision;

    store_events_free(store_take_events(f.s));
    CHECK(store_begin(f.s, NULL));
    a = test_say(f.s, "a");
    CHECK(store_message_edit(f.s, span_of(a.id), SPAN("alice"), SPAN("b"),
        SPAN("en"), NULL, NULL, 0, TEST_MS, &revision, NULL));
    test_say(f.s, "c");
    CHECK(
        store_message_delete(f.s, span_of(a.id), SPAN("alice"), TEST_MS, NULL));
    CHECK(store_user_set_language(f.s, SPAN("bob"), SPAN("es"), TEST_MS, NULL));
    CHECK(store_commit(f.s, NULL));
    CHECK(strcmp(events_of(f.s).text,
              "new 1 1:a|edited 2 1:b|new 3 2:c|deleted 4 1:|"
              "user 3 own bob|user 5|") == 0);
    fixture_reopen(&f);
    test_say(f.s, "d");
    CHECK(strcmp(events_of(f.s).text, "new 6 3:d|") == 0);
    fixture_free(&f);
}

static void
what_fails_or_is_rolled_back_leaves_no_hole(void)
{
    struct fixture f = fixture_new();

    test_say(f.s, "a");
    CHECK(store_member_remove(f.s, SPAN("room"), SPAN("bob"), 1, NULL));
    CHECK(store_begin(f.s, NULL));
    CHECK(store_member_add(f.s, SPAN("room"), SPAN("bob"), 1, NULL));
    test_say(f.s, "lost");
    store_rollback(f.s);
    CHECK(store_begin(f.s, NULL));
    CHECK(!store_member_add(f.s, SPAN("room"), SPAN("nobody"), 1, NULL));
    CHECK(store_commit(f.s, NULL));
    store_events_free(store_take_events(f.s));
    CHECK(store_member_add(f.s, SPAN("room"), SPAN("bob"), 1, NULL));
    CHECK(strcmp(events_of(f.s).text, "added 4 own bob|added 3|") == 0);
    fixture_free(&f);
}

static void
a_reader_learns_what_is_new_and_what_changed_as_it_is_now(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "a"), b;
    int revision;

    CHECK(changed(f.s, 0, 9, "1:a|fr queued |1/1"));
    CHECK(changed(f.s, 1, 9, "1/1"));
    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "A"));
    CHECK(changed(f.s, 1, 9, "1:a|fr ready A|2/2"));
    b = test_say(f.s, "b");
    CHECK(store_message_edit(f.s, span_of(b.id), SPAN("alice"), SPAN("B"),
        SPAN("en"), NULL, NULL, 0, TEST_MS, &revision, NULL));
    CHECK(store_message_edit(f.s, span_of(b.id), SPAN("alice"), SPAN("BB"),
        SPAN("en"), NULL, NULL, 0, TEST_MS, &revision, NULL));
    CHECK(changed(f.s, 2, 9, "2:BB|5/5"));
    CHECK(
        store_message_delete(f.s, span_of(a.id), SPAN("alice"), TEST_MS, NULL));
    CHECK(changed(f.s, 5, 9, "1x:|6/6"));
    CHECK(changed(f.s, 0, 9, "1x:|2:BB|6/6"));
    fixture_free(&f);
}

static void
translations_into_other_languages_are_nothing_new(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "a");
    bool queued;

    CHECK(test_settle(f.s, a.id, 1, "es", STORE_READY, "A"));
    CHECK(changed(f.s, 1, 9, "2/2"));
    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_FAILED, "why"));
    CHECK(changed(f.s, 2, 9, "1:a|fr failed why|3/3"));
    CHECK(store_translation_request(
        f.s, span_of(a.id), SPAN("fr"), TEST_MS, &queued, NULL));
    CHECK(queued && changed(f.s, 3, 9, "1:a|fr queued |4/4"));
    CHECK(!test_settle(f.s, a.id, 7, "fr", STORE_READY, "A")); /* no change */
    CHECK(changed(f.s, 4, 9, "4/4"));
    fixture_free(&f);
}

static void
pages_join_on_to_each_other(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "a");

    test_say(f.s, "b");
    CHECK(test_settle(f.s, a.id, 1, "es", STORE_READY, "A"));
    test_say(f.s, "c");
    test_say(f.s, "d");
    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "A"));
    CHECK(changed(f.s, 0, 1, "1:a|fr ready A|1/6"));
    CHECK(changed(f.s, 1, 2, "2:b|fr queued |3/6"));
    CHECK(changed(f.s, 3, 1, "3:c|fr queued |4/6"));
    CHECK(changed(f.s, 4, 2, "1:a|4:d|fr ready A|fr queued |6/6"));
    fixture_free(&f);
}

static void
who_comes_and_who_leaves_changes_the_room(void)
{
    struct fixture f = fixture_new();

    test_say(f.s, "a");
    CHECK(store_member_remove(f.s, SPAN("room"), SPAN("bob"), 1, NULL));
    CHECK(changed(f.s, 1, 9, "bob read -1|2/2 self"));
    CHECK(store_member_add(f.s, SPAN("room"), SPAN("bob"), 1, NULL));
    CHECK(store_member_add(f.s, SPAN("room"), SPAN("bob"), 1, NULL)); /* is */
    CHECK(changed(f.s, 2, 9, "bob read 1|3/3 self"));
    CHECK(changed(f.s, 3, 9, "3/3"));
    fixture_free(&f);
}

static void
an_offset_that_is_not_of_this_stream_says_anew(void)
{
    struct fixture f = fixture_new();

    test_say(f.s, "a");
    CHECK(changed(f.s, 2, 9, "1/1 anew"));
    CHECK(changed(f.s, -1, 9, "1/1 anew"));
    fixture_free(&f);
}

static void
see_room(struct span id, void *ctx)
{
    seen_add(ctx, "%.*s|", SPAN_ARG(id));
}

static void
see_read(struct span id, void *ctx)
{
    seen_add(ctx, "read %.*s|", SPAN_ARG(id));
}

static void
see_invitation(const struct store_invitation *i, void *ctx)
{
    seen_add(ctx, "asked %.*s|", SPAN_ARG(i->conversation_id));
}

static struct seen
own_changes(struct store *s, const char *who, int64_t since)
{
    struct seen seen = {.n = 0};
    struct store_user_changes_to to = {
        see_room, see_read, see_invitation, &seen};
    struct store_changes c;

    CHECK(store_user_changes(s, span_of(who), since, 9, &to, &c, NULL));
    seen_add(&seen, "%d/%d%s%s", (int)c.offset, (int)c.end,
        c.self ? " self" : "", c.anew ? " anew" : "");
    return seen;
}

static void
a_person_learns_of_their_rooms_and_their_language(void)
{
    struct fixture f = fixture_new();

    CHECK(strcmp(own_changes(f.s, "bob", 0).text, "any|room|2/2") == 0);
    CHECK(store_member_remove(f.s, SPAN("room"), SPAN("bob"), 1, NULL));
    CHECK(store_user_set_language(f.s, SPAN("bob"), SPAN("es"), 1, NULL));
    CHECK(strcmp(own_changes(f.s, "bob", 2).text, "room|4/4 self") == 0);
    CHECK(strcmp(own_changes(f.s, "bob", 4).text, "4/4") == 0);
    CHECK(strcmp(own_changes(f.s, "bob", 5).text, "4/4 anew") == 0);
    CHECK(strcmp(own_changes(f.s, "alice", 2).text, "2/2") == 0);
    fixture_free(&f);
}

/* Those of translations are kept in another place until there are many. */
static void
many_settlements_keep_their_numbers_and_are_told(void)
{
    enum { MESSAGES = 2500 }; /* of two languages each: more than stay fresh */
    struct fixture f = fixture_new();
    int64_t n = 0;

    CHECK(store_begin(f.s, NULL));
    for (int i = 0; i < MESSAGES; i++) {
        struct added a = test_say(f.s, "a");
        struct store_event *e;
        store_events_free(store_take_events(f.s));
        CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "b"));
        CHECK(test_settle(f.s, a.id, 1, "es", STORE_READY, "c"));
        e = store_take_events(f.s);
        n += 3;
        CHECK(e && e->offset == n - 1 && e->next && e->next->offset == n);
        store_events_free(e);
    }
    CHECK(store_commit(f.s, NULL));
    store_tend(f.s, false); /* and now in the usual one */
    fixture_reopen(&f);
    test_say(f.s, "last");
    CHECK(changed(
        f.s, n - 2, 9, "2500:a|2501:last|fr ready b|fr queued |7501/7501"));
    CHECK(changed(f.s, n - 1, 9, "2501:last|fr queued |7501/7501"));
    fixture_free(&f);
}

static void
compact_all(struct store *s, int64_t before_ms)
{
    int64_t cursor = 0;
    bool more = true;

    while (more)
        CHECK(store_compact(s, before_ms, &cursor, 1, &more, NULL));
}

static void
what_was_compacted_says_anew_and_numbers_go_on(void)
{
    struct fixture f = fixture_new();
    int revision;
    struct added a = test_say(f.s, "a");

    CHECK(store_message_edit(f.s, span_of(a.id), SPAN("alice"), SPAN("b"),
        SPAN("en"), NULL, NULL, 0, 100, &revision, NULL));
    CHECK(store_message_edit(f.s, span_of(a.id), SPAN("alice"), SPAN("c"),
        SPAN("en"), NULL, NULL, 0, 200, &revision, NULL));
    test_say(f.s, "d");
    CHECK(store_message_delete(f.s, span_of(a.id), SPAN("alice"), 300, NULL));
    compact_all(f.s, 250);
    CHECK(changed(f.s, 0, 9, "5/5 anew"));
    CHECK(changed(f.s, 2, 9, "5/5 anew"));
    CHECK(changed(f.s, 3, 9, "1x:|2:d|fr queued |5/5"));
    compact_all(f.s, 250); /* nothing is left to drop */
    CHECK(changed(f.s, 3, 9, "1x:|2:d|fr queued |5/5"));
    compact_all(f.s, INT64_MAX);
    CHECK(changed(f.s, 4, 9, "5/5 anew"));
    CHECK(changed(f.s, 5, 9, "5/5"));
    fixture_reopen(&f);
    store_events_free(store_take_events(f.s));
    test_say(f.s, "e");
    CHECK(strcmp(events_of(f.s).text, "new 6 3:e|") == 0);
    CHECK(changed(f.s, 5, 9, "3:e|fr queued |6/6"));
    fixture_free(&f);
}

static void
unknown_rooms_and_people_are_not_found(void)
{
    struct fixture f = fixture_new();
    struct store_changes_to to = {see_change, see_translation, see_mark, NULL};
    struct store_user_changes_to own = {
        see_room, see_read, see_invitation, NULL};
    struct store_reader reader = {SPAN("bob"), SPAN("fr")};
    struct store_changes c;
    struct err err = {0};

    CHECK(!store_room_changes(
        f.s, SPAN("nowhere"), 0, 9, &reader, &to, &c, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    err.kind = FAIL_NONE;
    CHECK(!store_user_changes(f.s, SPAN("nobody"), 0, 9, &own, &c, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
each(void)
{
    RUN(events_have_the_numbers_of_their_stream_without_holes);
    RUN(what_fails_or_is_rolled_back_leaves_no_hole);
    RUN(a_reader_learns_what_is_new_and_what_changed_as_it_is_now);
    RUN(translations_into_other_languages_are_nothing_new);
    RUN(pages_join_on_to_each_other);
    RUN(who_comes_and_who_leaves_changes_the_room);
    RUN(an_offset_that_is_not_of_this_stream_says_anew);
    RUN(many_settlements_keep_their_numbers_and_are_told);
    RUN(a_person_learns_of_their_rooms_and_their_language);
    RUN(what_was_compacted_says_anew_and_numbers_go_on);
    RUN(unknown_rooms_and_people_are_not_found);
}

int
main(void)
{
    return test_each_store(each);
}
