/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

static struct added
say(struct store *s, const char *who, const char *content)
{
    struct added a = test_send(s, "room", who, content, NULL, NULL, 0);

    CHECK(a.ok);
    return a;
}

static bool
moved(struct store *s, const char *who, int64_t seq, bool back)
{
    struct store_unread u;
    bool did = false;

    CHECK(store_read_set(
        s, SPAN("room"), span_of(who), seq, back, TEST_MS, &u, &did, NULL));
    return did;
}

/* "SEQ unread mentions" */
static bool
unread(struct store *s, const char *who, const char *expected)
{
    struct store_unread u;
    char got[60];

    CHECK(store_read_get(s, SPAN("room"), span_of(who), &u, NULL));
    snprintf(got, sizeof(got), "%d %d %d", (int)u.seq, (int)u.unread,
        (int)u.mentions);
    if (strcmp(got, expected) != 0)
        printf("# %s: %s\n", who, got);
    return strcmp(got, expected) == 0;
}

static void
what_others_wrote_behind_the_mark_is_unread(void)
{
    struct fixture f = fixture_new();
    struct added b;

    CHECK(unread(f.s, "bob", "0 0 0"));
    say(f.s, "alice", "1");
    say(f.s, "bob", "2");
    b = say(f.s, "alice", "3");
    say(f.s, "bob", "4");
    CHECK(unread(f.s, "bob", "0 2 0"));
    CHECK(unread(f.s, "alice", "0 2 0"));
    CHECK(moved(f.s, "bob", 1, false));
    CHECK(unread(f.s, "bob", "1 1 0"));
    CHECK(
        store_message_delete(f.s, span_of(b.id), SPAN("alice"), TEST_MS, NULL));
    CHECK(unread(f.s, "bob", "1 0 0"));
    CHECK(unread(f.s, "alice", "0 2 0"));
    fixture_reopen(&f);
    fixture_free(&f);
}

/* What is remembered of a mark must not outlive it. */
static void
ones_own_are_counted_after_a_rollback(void)
{
    struct fixture f = fixture_new();

    CHECK(store_begin(f.s, NULL));
    say(f.s, "alice", "lost");
    store_rollback(f.s);
    say(f.s, "alice", "1");
    say(f.s, "alice", "2");
    say(f.s, "bob", "3");
    CHECK(unread(f.s, "alice", "0 1 0"));
    fixture_free(&f);
}

static void
a_mark_moves_forward_alone_unless_it_is_put_back(void)
{
    struct fixture f = fixture_new();

    for (int i = 0; i < 3; i++) {
        say(f.s, "alice", "a");
        say(f.s, "bob", "b");
    }
    CHECK(moved(f.s, "bob", 4, false));
    CHECK(!moved(f.s, "bob", 2, false));
    CHECK(!moved(f.s, "bob", 4, false));
    CHECK(unread(f.s, "bob", "4 1 0"));
    CHECK(moved(f.s, "bob", 1, true));
    CHECK(unread(f.s, "bob", "1 2 0"));
    CHECK(moved(f.s, "bob", 3, false));
    CHECK(unread(f.s, "bob", "3 1 0"));
    CHECK(moved(f.s, "bob", 99, false)); /* the last there is */
    CHECK(unread(f.s, "bob", "6 0 0"));
    say(f.s, "bob", "own");
    CHECK(unread(f.s, "bob", "6 0 0"));
    CHECK(moved(f.s, "bob", 0, true));
    CHECK(unread(f.s, "bob", "0 3 0"));
    fixture_free(&f);
}

static void
who_comes_has_read_what_is_there(void)
{
    struct fixture f = fixture_new();

    say(f.s, "alice", "1");
    CHECK(store_member_remove(f.s, SPAN("room"), SPAN("bob"), 1, NULL));
    say(f.s, "alice", "2");
    CHECK(store_member_add(f.s, SPAN("room"), SPAN("bob"), 1, NULL));
    CHECK(unread(f.s, "bob", "2 0 0"));
    say(f.s, "alice", "3");
    CHECK(unread(f.s, "bob", "2 1 0"));
    fixture_free(&f);
}

static void
who_is_no_member_has_no_mark(void)
{
    struct fixture f = fixture_new();
    struct store_unread u;
    struct err err = {0};
    bool did;

    CHECK(test_user_add(f.s, "carl", "en", NULL));
    CHECK(!store_read_get(f.s, SPAN("room"), SPAN("carl"), &u, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    err.kind = FAIL_NONE;
    CHECK(!store_read_set(
        f.s, SPAN("room"), SPAN("carl"), 1, false, TEST_MS, &u, &did, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
see_reader(const struct store_read *r, void *ctx)
{
    seen_add(ctx, "%.*s %d|", SPAN_ARG(r->user_id), (int)r->seq);
}

static bool
readers(struct store *s, const char *expected)
{
    struct seen seen = {.n = 0};

    CHECK(store_readers(s, SPAN("room"), see_reader, &seen, NULL));
    if (strcmp(seen.text, expected) != 0)
        printf("# %s\n", seen.text);
    return strcmp(seen.text, expected) == 0;
}

static void
others_see_a_mark_unless_it_is_hidden(void)
{
    struct fixture f = fixture_new();
    bool hidden = true;

    say(f.s, "alice", "1");
    CHECK(readers(f.s, "alice 0|bob 0|"));
    CHECK(moved(f.s, "bob", 1, false));
    CHECK(readers(f.s, "alice 0|bob 1|"));
    CHECK(store_reads_hidden(f.s, SPAN("bob"), &hidden, NULL) && !hidden);
    CHECK(store_reads_hide(f.s, SPAN("bob"), true, TEST_MS, NULL));
    CHECK(store_reads_hidden(f.s, SPAN("bob"), &hidden, NULL) && hidden);
    CHECK(readers(f.s, "alice 0|"));
    CHECK(store_reads_hide(f.s, SPAN("bob"), false, TEST_MS, NULL));
    CHECK(readers(f.s, "alice 0|bob 1|"));
    fixture_free(&f);
}

static void
see_mark(const struct store_read *r, void *ctx)
{
    seen_add(ctx, "%.*s read %d|", SPAN_ARG(r->user_id), (int)r->seq);
}

static void
see_message_of_change(const struct store_message *m, void *ctx)
{
    see_message(m, ctx);
}

static bool
changes(struct store *s, int64_t since, const char *expected)
{
    struct seen seen = {.n = 0};
    struct store_changes_to to = {
        see_message_of_change, see_translation, see_mark, &seen};
    struct store_reader reader = {SPAN("alice"), SPAN("en")};
    struct store_changes c;

    CHECK(
        store_room_changes(s, SPAN("room"), since, 9, &reader, &to, &c, NULL));
    seen_add(&seen, "%d%s", (int)c.end, c.self ? " self" : "");
    if (strcmp(seen.text, expected) != 0)
        printf("# %s\n", seen.text);
    return strcmp(seen.text, expected) == 0;
}

static void
a_mark_that_moves_is_told_to_the_room_and_to_ones_devices(void)
{
    struct fixture f = fixture_new();
    struct store_event *first;

    say(f.s, "alice", "1");
    store_events_free(store_take_events(f.s));
    CHECK(moved(f.s, "bob", 1, false));
    first = store_take_events(f.s);
    if (CHECK(first && first->next && !first->next->next)) {
        const struct store_event *room = first->next;
        CHECK(first->kind == STORE_READ_CHANGED && first->own_stream);
        CHECK(first->offset > 1 && first->read.seq == 1);
        CHECK(!room->own_stream && room->offset == 2);
        CHECK(span_eqz(room->user_id, "bob") && room->read.seq == 1);
        CHECK(span_eqz(room->conversation_id, "room"));
    }
    store_events_free(first);
    CHECK(changes(f.s, 1, "bob read 1|2"));
    CHECK(!moved(f.s, "bob", 1, false));
    CHECK(changes(f.s, 2, "2"));
    CHECK(store_reads_hide(f.s, SPAN("bob"), true, TEST_MS, NULL));
    CHECK(changes(f.s, 2, "bob read -1|3"));
    say(f.s, "alice", "2");
    CHECK(moved(f.s, "bob", 2, false)); /* of which the room hears nothing */
    CHECK(changes(f.s, 4, "4"));
    fixture_free(&f);
}

static void
a_large_room_shows_nobodys_mark(void)
{
    struct fixture f = fixture_new();
    char id[ID_BYTES];

    say(f.s, "alice", "1");
    for (int i = 0; i < STORE_READERS_MAX; i++) {
        snprintf(id, sizeof(id), "u%d", i);
        CHECK(test_user_add(f.s, id, "en", NULL));
        CHECK(store_member_add(f.s, SPAN("room"), span_of(id), 1, NULL));
    }
    CHECK(moved(f.s, "bob", 1, false));
    CHECK(readers(f.s, ""));
    CHECK(unread(f.s, "bob", "1 0 0"));
    fixture_free(&f);
}

/* ---- mentions ---- */

static struct added
mention(struct store *s, const struct span *names, size_t n, bool all)
{
    struct store_mentions m = {names, n, all};
    struct added a = {.seq = -1};
    struct store_message row = {
        .conversation_id = SPAN("room"),
        .sender_id = SPAN("alice"),
        .content = SPAN("hey"),
        .language = SPAN("en"),
        .type = SPAN("text"),
        .created_ms = TEST_MS,
        .mentioning = &m,
    };
    char id[ID_BYTES];

    id_new(id);
    row.id = span_of(id);
    a.ok =
        store_message_add(s, &row, NULL, 0, a.id, &a.seq, &a.duplicate, &a.err);
    CHECK(a.ok);
    return a;
}

static void
see_mentions(const struct store_message *m, void *ctx)
{
    seen_add(ctx, "%.*s", SPAN_ARG(m->mentions));
}

static bool
mentions(struct store *s, const char *id, const char *expected)
{
    struct seen seen = {.n = 0};

    CHECK(store_message_get(s, span_of(id), NULL, see_mentions, &seen, NULL));
    if (strcmp(seen.text, expected) != 0)
        printf("# %s\n", seen.text);
    return strcmp(seen.text, expected) == 0;
}

static void
a_name_mentions_who_has_it_in_the_room(void)
{
    struct fixture f = fixture_new();
    struct span names[] = {SPAN("BOB"), SPAN("nobody"), SPAN("the Alice"),
        SPAN("carl"), SPAN("bob")};
    struct store_event *first;
    struct added a;

    CHECK(test_user_add(f.s, "carl", "en", NULL)); /* elsewhere */
    store_events_free(store_take_events(f.s));
    a = mention(f.s, names, 5, false);
    CHECK(mentions(f.s, a.id, "alice bob"));
    first = store_take_events(f.s);
    CHECK(first && span_eqz(first->message.mentions, "alice bob"));
    store_events_free(first);
    CHECK(unread(f.s, "bob", "0 1 1"));
    CHECK(unread(f.s, "alice", "0 0 0")); /* oneself */
    CHECK(moved(f.s, "bob", 1, false));
    CHECK(unread(f.s, "bob", "1 0 0"));
    fixture_free(&f);
}

static void
everybody_is_mentioned_once(void)
{
    struct fixture f = fixture_new();
    struct span bob = SPAN("bob");
    struct added a = mention(f.s, &bob, 1, true);

    CHECK(mentions(f.s, a.id, "* bob"));
    CHECK(unread(f.s, "bob", "0 1 1"));
    fixture_free(&f);
}

static void
an_edit_mentions_anew_and_a_deletion_nobody(void)
{
    struct fixture f = fixture_new();
    struct span bob = SPAN("bob");
    struct store_mentions m = {&bob, 1, false};
    struct added a = mention(f.s, NULL, 0, true);
    int revision;

    CHECK(store_message_edit(f.s, span_of(a.id), SPAN("alice"), SPAN("x"),
        SPAN("en"), &m, NULL, 0, TEST_MS, &revision, NULL));
    CHECK(mentions(f.s, a.id, "bob"));
    CHECK(store_message_edit(f.s, span_of(a.id), SPAN("alice"), SPAN("x"),
        SPAN("en"), NULL, NULL, 0, TEST_MS, &revision, NULL));
    CHECK(mentions(f.s, a.id, ""));
    a = mention(f.s, &bob, 1, false);
    CHECK(unread(f.s, "bob", "0 2 1"));
    CHECK(
        store_message_delete(f.s, span_of(a.id), SPAN("alice"), TEST_MS, NULL));
    CHECK(unread(f.s, "bob", "0 1 0"));
    fixture_free(&f);
}

/* ---- the list of rooms ---- */

static void
see_listing(const struct store_listing *l, void *ctx)
{
    seen_add(ctx, "%s %d/%d: %.*s %.*s (%.*s)|", l->conversation.id,
        (int)l->unread.unread, (int)l->unread.mentions,
        SPAN_ARG(l->last.sender_name), SPAN_ARG(l->last.content),
        SPAN_ARG(l->last.text));
}

static void
the_list_of_rooms_says_what_is_new_in_the_readers_language(void)
{
    struct fixture f = fixture_new();
    struct store_reader bob = {SPAN("bob"), SPAN("fr")};
    struct seen seen = {.n = 0};
    struct span name = SPAN("bob");
    struct added a;

    mention(f.s, &name, 1, false);
    a = test_say(f.s, "hello");
    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "bonjour"));
    CHECK(store_conversations_of(f.s, &bob, see_listing, &seen, NULL));
    if (!CHECK(strcmp(seen.text, "any 0/0:   ()|"
                                 "room 2/1: The alice hello (bonjour)|") == 0))
        printf("# %s\n", seen.text);
    fixture_free(&f);
}

static void
each(void)
{
    RUN(what_others_wrote_behind_the_mark_is_unread);
    RUN(ones_own_are_counted_after_a_rollback);
    RUN(a_mark_moves_forward_alone_unless_it_is_put_back);
    RUN(who_comes_has_read_what_is_there);
    RUN(who_is_no_member_has_no_mark);
    RUN(others_see_a_mark_unless_it_is_hidden);
    RUN(a_mark_that_moves_is_told_to_the_room_and_to_ones_devices);
    RUN(a_large_room_shows_nobodys_mark);
    RUN(a_name_mentions_who_has_it_in_the_room);
    RUN(everybody_is_mentioned_once);
    RUN(an_edit_mentions_anew_and_a_deletion_nobody);
    RUN(the_list_of_rooms_says_what_is_new_in_the_readers_language);
}

int
main(void)
{
    return test_each_store(each);
}
