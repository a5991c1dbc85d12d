/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

static void
see_conversation(const struct store_conversation *c, void *ctx)
{
    seen_add(ctx, "%s:%d|", c->id, (int)c->last_seq);
}

static void
see_listing(const struct store_listing *l, void *ctx)
{
    see_conversation(&l->conversation, ctx);
}

static void
see_member(const struct store_member *m, void *ctx)
{
    seen_add(ctx, "%s %s %s|", m->conversation_id, m->display_name, m->role);
}

static struct seen
members(struct store *s, struct span id)
{
    struct seen seen = {.n = 0};

    CHECK(store_members(s, id, see_member, &seen, NULL));
    return seen;
}

static void
a_conversation_comes_back_as_it_was_added(void)
{
    struct fixture f = fixture_new();
    struct store_conversation c;
    struct err err = {0};

    fixture_reopen(&f);
    CHECK(store_conversation_get(f.s, SPAN("room"), &c, NULL));
    CHECK(strcmp(c.id, "room") == 0 && strcmp(c.type, "group") == 0);
    CHECK(strcmp(c.title, "Room") == 0 && strcmp(c.created_by, "alice") == 0);
    CHECK(c.created_ms == TEST_MS + 1);
    CHECK(c.last_seq == 0 && c.last_message_ms == 0);
    CHECK(test_send(f.s, "room", "bob", "x", NULL, NULL, 0).ok);
    CHECK(store_conversation_get(f.s, SPAN("room"), &c, NULL));
    CHECK(c.last_seq == 1 && c.last_message_ms == TEST_MS + 10);
    CHECK(store_conversation_get(f.s, SPAN(STORE_ANY), &c, NULL));
    CHECK(strcmp(c.type, "global") == 0 && c.created_by[0] == '\0');
    CHECK(c.created_ms > 1600000000000);
    CHECK(!store_conversation_get(f.s, SPAN("nowhere"), &c, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
the_creator_is_owner_and_the_others_are_members(void)
{
    struct fixture f = fixture_new();

    CHECK(strcmp(members(f.s, SPAN("room")).text,
              "room The alice owner|room The bob member|") == 0);
    fixture_free(&f);
}

static enum fail
add_fails(struct store *s, const char *id, const char *type,
    const char *creator, const char *member)
{
    struct store_conversation c = {.created_ms = 1};
    struct span other = span_of(member);
    struct err err = {0};

    snprintf(c.id, sizeof(c.id), "%s", id);
    snprintf(c.type, sizeof(c.type), "%s", type);
    snprintf(c.created_by, sizeof(c.created_by), "%s", creator);
    CHECK(!store_conversation_add(s, &c, &other, 1, &err));
    return err.kind;
}

static void
a_conversation_that_fails_leaves_nothing_behind(void)
{
    struct fixture f = fixture_new();
    struct store_totals t;

    CHECK(store_begin(f.s, NULL));
    CHECK(add_fails(f.s, "r2", "group", "alice", "nobody") == FAIL_NOT_FOUND);
    CHECK(add_fails(f.s, "r2", "group", "nobody", "bob") == FAIL_NOT_FOUND);
    CHECK(add_fails(f.s, "room", "group", "alice", "bob") == FAIL_CONFLICT);
    CHECK(add_fails(f.s, "r2", "global", "alice", "bob") == FAIL_BAD_INPUT);
    CHECK(add_fails(f.s, "r 2", "group", "alice", "bob") == FAIL_BAD_INPUT);
    CHECK(test_group_add(f.s, "r3", NULL)); /* the batch is not spoilt */
    CHECK(store_commit(f.s, NULL));
    CHECK(store_totals(f.s, &t, NULL) && t.conversations == 3);
    CHECK(members(f.s, SPAN(STORE_ANY)).n == 2);
    CHECK(members(f.s, SPAN("room")).n == 2 && members(f.s, SPAN("r3")).n == 2);
    fixture_free(&f);
}

static void
the_most_recent_conversation_comes_first(void)
{
    struct fixture f = fixture_new();
    struct seen alice = {.n = 0}, bob = {.n = 0};
    struct store_reader of_alice = {SPAN("alice"), SPAN("en")};
    struct store_reader of_bob = {SPAN("bob"), SPAN("fr")};
    struct store_message m = {.id = SPAN("m1"),
        .conversation_id = SPAN("room"),
        .sender_id = SPAN("alice"),
        .content = SPAN("hi"),
        .type = SPAN("text"),
        .language = SPAN("en"),
        .created_ms = 4000000000000};
    char id[ID_BYTES];
    int64_t seq;
    bool duplicate;

    CHECK(test_group_add(f.s, "quiet", NULL));
    CHECK(store_message_add(f.s, &m, NULL, 0, id, &seq, &duplicate, NULL));
    CHECK(store_conversations_of(f.s, &of_alice, see_listing, &alice, NULL));
    CHECK(strcmp(alice.text, "room:1|any:0|quiet:0|") == 0);
    CHECK(store_member_remove(
        f.s, SPAN("quiet"), SPAN("bob"), TEST_MS + 2, NULL));
    CHECK(store_conversations_of(f.s, &of_bob, see_listing, &bob, NULL));
    CHECK(strcmp(bob.text, "room:1|any:0|") == 0);
    fixture_free(&f);
}

static void
joining_twice_is_joining_once(void)
{
    struct fixture f = fixture_new();
    struct err err = {0};

    CHECK(test_user_add(f.s, "carol", "ca", NULL));
    CHECK(store_member_add(f.s, SPAN("room"), SPAN("carol"), 1, NULL));
    CHECK(store_member_add(f.s, SPAN("room"), SPAN("carol"), 2, NULL));
    CHECK(store_member_add(f.s, SPAN("room"), SPAN("alice"), 2, NULL));
    CHECK(strcmp(members(f.s, SPAN("room")).text,
              "room The alice owner|room The bob member|room The carol "
              "member|") == 0);
    CHECK(!store_member_add(f.s, SPAN("room"), SPAN("nobody"), 1, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(!store_member_add(f.s, SPAN("nowhere"), SPAN("bob"), 1, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
who_left_is_no_member(void)
{
    struct fixture f = fixture_new();
    struct err err = {0};

    CHECK(
        store_member_remove(f.s, SPAN("room"), SPAN("bob"), TEST_MS + 2, NULL));
    CHECK(members(f.s, SPAN("room")).n == 1);
    CHECK(!store_member_remove(
        f.s, SPAN("room"), SPAN("bob"), TEST_MS + 2, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static bool
direct_add(struct store *s, const char *id, const char *one, const char *other,
    struct err *err)
{
    struct store_conversation c = {.type = "direct", .created_ms = TEST_MS};
    struct span member = span_of(other);

    snprintf(c.id, sizeof(c.id), "%s", id);
    snprintf(c.created_by, sizeof(c.created_by), "%s", one);
    return store_conversation_add(s, &c, &member, 1, err);
}

static void
two_people_have_one_direct_conversation_for_ever(void)
{
    struct fixture f = fixture_new();
    struct store_conversation c;
    struct err err = {0};

    CHECK(!store_direct_get(f.s, SPAN("alice"), SPAN("bob"), &c, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(direct_add(f.s, "d1", "bob", "alice", NULL));
    CHECK(strcmp(members(f.s, SPAN("d1")).text,
              "d1 The alice member|d1 The bob member|") == 0);
    CHECK(!direct_add(f.s, "d2", "alice", "bob", &err));
    CHECK(err.kind == FAIL_CONFLICT);
    CHECK(store_direct_get(f.s, SPAN("alice"), SPAN("bob"), &c, NULL));
    CHECK(strcmp(c.id, "d1") == 0);
    CHECK(store_direct_get(f.s, SPAN("bob"), SPAN("alice"), &c, NULL));
    CHECK(strcmp(c.id, "d1") == 0);
    fixture_free(&f);
}

static void
settings_are_changed_as_a_whole(void)
{
    struct fixture f = fixture_new();
    struct store_conversation c;

    CHECK(store_conversation_get(f.s, SPAN("room"), &c, NULL));
    CHECK(!c.archived && !c.read_only && !c.untranslated && c.slow_s == 0);
    snprintf(c.title, sizeof(c.title), "Kitchen");
    snprintf(c.description, sizeof(c.description), "where we eat");
    c.archived = c.read_only = c.untranslated = true;
    c.slow_s = 30;
    CHECK(store_conversation_set(f.s, &c, TEST_MS, NULL));
    fixture_reopen(&f);
    CHECK(store_conversation_get(f.s, SPAN("room"), &c, NULL));
    CHECK(strcmp(c.title, "Kitchen") == 0 && strcmp(c.type, "group") == 0);
    CHECK(strcmp(c.description, "where we eat") == 0);
    CHECK(c.archived && c.read_only && c.untranslated && c.slow_s == 30);
    fixture_free(&f);
}

static void
see_public(const struct store_conversation *c, void *ctx)
{
    seen_add(ctx, "%s %s %d|", c->id, c->type, (int)c->n_members);
}

static struct seen
found(struct store *s, const char *text, const char *before, int limit)
{
    struct seen seen = {.n = 0};

    CHECK(store_conversations_public(
        s, span_of(text), span_of(before), limit, see_public, &seen, NULL));
    return seen;
}

static void
public_ones_are_found_by_page_and_by_text(void)
{
    struct fixture f = fixture_new();
    struct store_conversation c = {.type = "public", .created_by = "alice"};

    for (int i = 1; i <= 3; i++) {
        snprintf(c.id, sizeof(c.id), "p%d", i);
        snprintf(c.title, sizeof(c.title), "Hall %d", i);
        CHECK(store_conversation_add(f.s, &c, NULL, 0, NULL));
    }
    CHECK(store_member_add(f.s, SPAN("p2"), SPAN("bob"), 1, NULL));
    CHECK(strcmp(found(f.s, NULL, NULL, 2).text, "p3 public 1|p2 public 2|") ==
          0);
    CHECK(strcmp(found(f.s, NULL, "p2", 2).text, "p1 public 1|") == 0);
    CHECK(strcmp(found(f.s, "hALL 2", NULL, 9).text, "p2 public 2|") == 0);
    CHECK(found(f.s, "50%", NULL, 9).n == 0);
    CHECK(store_conversation_get(f.s, SPAN("p1"), &c, NULL));
    c.archived = true;
    CHECK(store_conversation_set(f.s, &c, TEST_MS, NULL));
    CHECK(found(f.s, NULL, "p2", 2).n == 0);
    fixture_free(&f);
}

static void
each(void)
{
    RUN(a_conversation_comes_back_as_it_was_added);
    RUN(the_creator_is_owner_and_the_others_are_members);
    RUN(a_conversation_that_fails_leaves_nothing_behind);
    RUN(the_most_recent_conversation_comes_first);
    RUN(joining_twice_is_joining_once);
    RUN(who_left_is_no_member);
    RUN(two_people_have_one_direct_conversation_for_ever);
    RUN(settings_are_changed_as_a_whole);
    RUN(public_ones_are_found_by_page_and_by_text);
}

int
main(void)
{
    return test_each_store(each);
}
