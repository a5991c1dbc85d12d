/* SPDX-License-Identifier: ISC */
#include "store/people.h"

#include "store/admin.h"
#include "store/test_store.h"

enum { NOW = TEST_MS + 100, LATER = NOW + 1000 };

static const struct span room = SPAN("room"), alice = SPAN("alice"),
                         bob = SPAN("bob");

static enum fail
report(struct store *s, const char *id, const char *message, const char *by)
{
    struct store_report r = {.reason = "rude", .at_ms = NOW};
    struct err err = {0};

    snprintf(r.id, sizeof(r.id), "%s", id);
    snprintf(r.message_id, sizeof(r.message_id), "%s", message);
    snprintf(r.reporter_id, sizeof(r.reporter_id), "%s", by);
    return store_report_add(s, &r, &err) ? FAIL_NONE : err.kind;
}

static void
see_report(const struct store_report *r, void *ctx)
{
    seen_add(ctx, "%s by %s of %s: %.*s|", r->id, r->reporter_id, r->author_id,
        SPAN_ARG(r->content));
}

static struct seen
open_reports(struct store *s)
{
    struct seen seen = {.n = 0};

    CHECK(store_reports(s, room, 9, see_report, &seen, NULL));
    return seen;
}

static void
a_report_waits_until_it_is_resolved(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "insult");
    struct err err = {0};

    CHECK(report(f.s, "r1", a.id, "bob") == FAIL_NONE);
    CHECK(report(f.s, "r2", a.id, "bob") == FAIL_NONE); /* the same */
    CHECK(report(f.s, "r3", a.id, "alice") == FAIL_NONE);
    CHECK(report(f.s, "r4", "nothing", "bob") == FAIL_NOT_FOUND);
    CHECK(strcmp(open_reports(f.s).text,
              "r1 by bob of alice: insult|r3 by alice of alice: insult|") == 0);
    CHECK(!store_report_resolve(
        f.s, SPAN("any"), SPAN("r1"), alice, SPAN("dismissed"), &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(store_report_resolve(
        f.s, room, SPAN("r1"), alice, SPAN("dismissed"), NULL));
    CHECK(!store_report_resolve(
        f.s, room, SPAN("r1"), alice, SPAN("removed"), &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(open_reports(f.s).n == 1);
    fixture_free(&f);
}

static bool
between(struct store *s)
{
    bool is = false;

    CHECK(store_block_between(s, bob, alice, &is, NULL));
    return is;
}

static bool
bob_is(struct store *s, const char *role)
{
    struct store_member m;

    CHECK(store_member_get(s, SPAN("d"), bob, &m, NULL));
    return strcmp(m.role, role) == 0;
}

static void
see_block(struct span id, struct span name, void *ctx)
{
    seen_add(ctx, "%.*s %.*s|", SPAN_ARG(id), SPAN_ARG(name));
}

static void
who_is_blocked_only_reads_in_the_direct_conversation(void)
{
    struct fixture f = fixture_new();
    struct store_conversation c = {
        .id = "d", .type = "direct", .created_by = "alice", .created_ms = 1};
    struct seen seen = {.n = 0};
    struct err err = {0};

    CHECK(!between(f.s));
    CHECK(store_block_set(f.s, alice, bob, true, NOW, NULL)); /* no room yet */
    CHECK(between(f.s));
    CHECK(store_block_set(f.s, alice, bob, false, NOW, NULL));
    CHECK(!between(f.s));
    CHECK(store_conversation_add(f.s, &c, &bob, 1, NULL));
    CHECK(store_block_set(f.s, alice, bob, true, NOW, NULL));
    CHECK(bob_is(f.s, "reader"));
    CHECK(store_blocks(f.s, alice, see_block, &seen, NULL));
    CHECK(strcmp(seen.text, "bob The bob|") == 0);
    CHECK(store_block_set(f.s, alice, bob, false, NOW, NULL));
    CHECK(bob_is(f.s, "member") && !between(f.s));
    CHECK(!store_block_set(f.s, alice, SPAN("nobody"), true, NOW, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
see_session(const unsigned char hash[STORE_TOKEN_HASH_BYTES],
    int64_t created_ms, int64_t expires_ms, void *ctx)
{
    seen_add(ctx, "%c %d %d|", hash[0], (int)(created_ms - NOW),
        (int)(expires_ms - NOW));
}

static void
sessions_of_a_person_are_listed(void)
{
    static const unsigned char one[STORE_TOKEN_HASH_BYTES] = "1",
                               two[STORE_TOKEN_HASH_BYTES] = "2";
    struct fixture f = fixture_new();
    struct seen seen = {.n = 0};

    CHECK(store_session_add(f.s, one, bob, NOW, NOW + 10, NULL));
    CHECK(store_session_add(f.s, two, bob, NOW + 1, LATER, NULL));
    CHECK(store_sessions(f.s, bob, NOW + 10, see_session, &seen, NULL));
    CHECK(strcmp(seen.text, "2 1 1000|") == 0);
    fixture_free(&f);
}

static void
see_written(const struct store_written *w, void *ctx)
{
    seen_add(
        ctx, "%.*s %.*s|", SPAN_ARG(w->conversation_id), SPAN_ARG(w->content));
}

static void
what_somebody_wrote_comes_in_pages(void)
{
    struct fixture f = fixture_new();
    struct seen first = {.n = 0}, rest = {.n = 0};
    struct added a;
    int64_t cursor = 0;
    bool more;

    test_say(f.s, "one");
    CHECK(test_send(f.s, "room", "bob", "bob's", NULL, NULL, 0).ok);
    a = test_say(f.s, "gone");
    CHECK(store_message_delete(f.s, span_of(a.id), alice, NOW, NULL));
    CHECK(test_send(f.s, "any", "alice", "two", NULL, NULL, 0).ok);
    CHECK(store_written(
        f.s, alice, &cursor, 2, 9, see_written, &first, &more, NULL));
    CHECK(strcmp(first.text, "room one|") == 0 && more);
    CHECK(store_written(
        f.s, alice, &cursor, 9, 1, see_written, &rest, &more, NULL));
    CHECK(strcmp(rest.text, "any two|") == 0 && !more);
    fixture_free(&f);
}

static void
who_goes_leaves_a_room_to_somebody_and_no_trace_but_messages(void)
{
    struct fixture f = fixture_new();
    struct store_user u;
    struct store_member m;
    struct err err = {0};

    CHECK(test_user_add(f.s, "carol", "ca", NULL));
    CHECK(store_member_add(f.s, room, SPAN("carol"), NOW, NULL));
    CHECK(store_member_set_role(
        f.s, room, SPAN("carol"), "moderator", NOW, NULL));
    test_say(f.s, "hi");
    CHECK(
        store_session_add(f.s, (const unsigned char[STORE_TOKEN_HASH_BYTES]){1},
            alice, NOW, LATER, NULL));
    CHECK(store_user_erase(f.s, alice, NOW, NULL));
    CHECK(!store_member_get(f.s, room, alice, &m, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(store_member_get(f.s, room, SPAN("carol"), &m, NULL));
    CHECK(strcmp(m.role, "owner") == 0); /* before bob, a member */
    CHECK(!store_user_by_name(f.s, SPAN("alice"), &u, NULL));
    CHECK(store_user_by_id(f.s, alice, &u, NULL));
    CHECK(strcmp(u.display_name, "deleted") == 0 && u.disabled);
    CHECK(!store_session_find(
        f.s, (const unsigned char[STORE_TOKEN_HASH_BYTES]){1}, NOW, &u, NULL));
    CHECK(test_messages(f.s) == 1);
    fixture_free(&f);
}

static void
see_found(const struct store_user *u, void *ctx)
{
    seen_add(ctx, "%s|", u->username);
}

static bool
finds(
    struct store *s, const char *asker, const char *text, const char *expected)
{
    struct seen seen = {.n = 0};

    CHECK(store_people_find(
        s, span_of(asker), span_of(text), 3, see_found, &seen, NULL));
    if (strcmp(seen.text, expected) != 0)
        printf("# found %s\n", seen.text);
    return strcmp(seen.text, expected) == 0;
}

static void
somebody_is_found_by_how_their_names_begin(void)
{
    struct fixture f = fixture_new();
    struct store_user guest = {.id = "g1",
        .username = "albert",
        .display_name = "Albert",
        .language = "en",
        .guest = true,
        .created_ms = TEST_MS};

    CHECK(store_user_add(f.s, &guest, NULL));
    CHECK(test_user_add(f.s, "Alban", "en", NULL));
    CHECK(finds(f.s, "bob", "AL", "Alban|alice|"));
    CHECK(finds(f.s, "bob", "alic", "alice|"));
    CHECK(finds(f.s, "bob", "the al", "Alban|alice|")); /* shown names */
    CHECK(finds(f.s, "bob", "lice", ""));
    CHECK(finds(f.s, "bob", "%", ""));
    CHECK(
        store_block_set(f.s, SPAN("alice"), SPAN("bob"), true, TEST_MS, NULL));
    CHECK(finds(f.s, "bob", "al", "Alban|"));
    CHECK(finds(f.s, "alice", "bo", "bob|"));
    CHECK(store_user_disable(f.s, SPAN("Alban"), true, TEST_MS, NULL));
    CHECK(finds(f.s, "bob", "al", ""));
    fixture_free(&f);
}

static void
guests_who_never_spoke_go_after_a_while(void)
{
    struct fixture f = fixture_new();
    const char *const ids[] = {"silent", "spoke", "here"};
    struct store_message m = {.id = SPAN("m1"),
        .conversation_id = SPAN(STORE_ANY),
        .sender_id = SPAN("spoke"),
        .sender_guest = true,
        .content = SPAN("hello"),
        .language = SPAN("en"),
        .type = SPAN("text"),
        .created_ms = TEST_MS};
    struct store_user u;
    char id[ID_BYTES];
    int64_t seq;
    bool duplicate, more = true;

    for (int i = 0; i < 3; i++) {
        u = (struct store_user){
            .language = "en", .guest = true, .created_ms = TEST_MS};
        snprintf(u.id, sizeof(u.id), "%s", ids[i]);
        snprintf(u.username, sizeof(u.username), "%s", ids[i]);
        snprintf(u.display_name, sizeof(u.display_name), "%s", ids[i]);
        CHECK(store_user_add(f.s, &u, NULL));
    }
    CHECK(store_message_add(f.s, &m, NULL, 0, id, &seq, &duplicate, NULL));
    CHECK(
        store_session_add(f.s, (const unsigned char[STORE_TOKEN_HASH_BYTES]){7},
            SPAN("here"), TEST_MS, LATER, NULL));
    CHECK(store_guests_expire(f.s, TEST_MS, NOW, 9, &more, NULL) && !more);
    CHECK(store_user_by_name(f.s, SPAN("silent"), &u, NULL));
    CHECK(store_guests_expire(f.s, TEST_MS + 1, NOW, 9, &more, NULL) && !more);
    CHECK(!store_user_by_name(f.s, SPAN("silent"), &u, NULL));
    CHECK(store_user_by_name(f.s, SPAN("spoke"), &u, NULL));
    CHECK(store_user_by_name(f.s, SPAN("here"), &u, NULL));
    CHECK(store_user_by_name(f.s, SPAN("alice"), &u, NULL));
    fixture_free(&f);
}

static void
each(void)
{
    RUN(guests_who_never_spoke_go_after_a_while);
    RUN(somebody_is_found_by_how_their_names_begin);
    RUN(a_report_waits_until_it_is_resolved);
    RUN(who_is_blocked_only_reads_in_the_direct_conversation);
    RUN(sessions_of_a_person_are_listed);
    RUN(what_somebody_wrote_comes_in_pages);
    RUN(who_goes_leaves_a_room_to_somebody_and_no_trace_but_messages);
}

int
main(void)
{
    return test_each_store(each);
}
