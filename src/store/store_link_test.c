/* SPDX-License-Identifier: ISC */
#include "store/link.h"
#include "store/test_store.h"

enum { NOW = TEST_MS + 100, LATER = NOW + 1000 };

static const unsigned char token[STORE_TOKEN_HASH_BYTES] = "hash of a token";

static struct store_link
link_of(const char *id)
{
    struct store_link l = {.conversation_id = "room",
        .created_by = "alice",
        .name = "for friends",
        .role = "member",
        .guests = true,
        .created_ms = NOW};

    snprintf(l.id, sizeof(l.id), "%s", id);
    return l;
}

static struct fixture
with_link(const struct store_link *l)
{
    struct fixture f = fixture_new();

    CHECK(test_user_add(f.s, "carol", "ca", NULL));
    CHECK(store_link_add(f.s, l, token, NULL));
    store_events_free(store_take_events(f.s));
    return f;
}

static enum fail
invalid(struct store *s, int64_t now_ms)
{
    struct store_link l;
    struct err err = {0};

    if (store_link_find(s, token, now_ms, &l, &err))
        return FAIL_NONE;
    CHECK(strcmp(err.text, "this link is not valid any more") == 0);
    return err.kind;
}

static enum fail
come(struct store *s, const char *name, const char *language)
{
    struct store_user u = {.guest = true, .created_ms = NOW};
    struct err err = {0};

    snprintf(u.id, sizeof(u.id), "%s", name);
    snprintf(u.username, sizeof(u.username), "%s", name);
    snprintf(u.display_name, sizeof(u.display_name), "%s", name);
    snprintf(u.language, sizeof(u.language), "%s", language);
    return store_link_guest(s, token, &u, NOW, &err) ? FAIL_NONE : err.kind;
}

static void
see_room(const struct store_listing *l, void *ctx)
{
    seen_add(ctx, "%s %s|", l->conversation.id, l->conversation.role);
}

static struct seen
rooms_of(struct store *s, const char *user)
{
    struct store_reader reader = {.user_id = span_of(user)};
    struct seen seen = {.n = 0};

    CHECK(store_conversations_of(s, &reader, see_room, &seen, NULL));
    return seen;
}

static bool
is_visitor(struct store *s, const char *user)
{
    struct store_user u;

    CHECK(store_user_by_id(s, span_of(user), &u, NULL));
    return u.visitor;
}

static void
a_link_is_found_by_its_token_alone(void)
{
    static const unsigned char other[STORE_TOKEN_HASH_BYTES] = "another";
    struct store_link l = link_of("l1"), found;
    struct fixture f = with_link(&l);
    struct err err = {0};

    CHECK(store_link_find(f.s, token, NOW, &found, NULL));
    CHECK(strcmp(found.id, "l1") == 0 && found.guests);
    CHECK(strcmp(found.conversation.title, "Room") == 0);
    CHECK(!store_link_find(f.s, other, NOW, &found, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
what_is_expired_used_up_or_archived_is_not_there(void)
{
    struct store_link l = link_of("l1"), ret;
    struct store_conversation c;
    struct fixture f;

    l.expires_ms = LATER;
    l.uses_max = 1;
    f = with_link(&l);
    CHECK(invalid(f.s, NOW) == FAIL_NONE);
    CHECK(invalid(f.s, LATER) == FAIL_NOT_FOUND);
    CHECK(store_conversation_get(f.s, SPAN("room"), &c, NULL));
    c.archived = true;
    CHECK(store_conversation_set(f.s, &c, NOW, NULL));
    CHECK(invalid(f.s, NOW) == FAIL_NOT_FOUND);
    c.archived = false;
    CHECK(store_conversation_set(f.s, &c, NOW, NULL));
    /* Who is a member uses it not up. */
    CHECK(store_link_enter(f.s, token, SPAN("bob"), NOW, &ret, NULL));
    CHECK(store_link_enter(f.s, token, SPAN("carol"), NOW, &ret, NULL));
    CHECK(strcmp(rooms_of(f.s, "carol").text, "any member|room member|") == 0);
    CHECK(invalid(f.s, NOW) == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
who_is_banned_does_not_come_by_a_link(void)
{
    struct store_link l = link_of("l1"), ret;
    struct fixture f = with_link(&l);
    struct err err = {0};

    CHECK(store_member_ban(f.s, SPAN("room"), SPAN("carol"), NOW, NULL));
    CHECK(!store_link_enter(f.s, token, SPAN("carol"), NOW, &ret, &err));
    CHECK(err.kind == FAIL_FORBIDDEN);
    fixture_free(&f);
}

static void
a_guest_has_the_room_of_the_link_and_no_other(void)
{
    struct store_link l = link_of("l1");
    struct fixture f;

    snprintf(l.language, sizeof(l.language), "es");
    snprintf(l.role, sizeof(l.role), "reader");
    f = with_link(&l);
    CHECK(come(f.s, "gus", "") == FAIL_NONE);
    CHECK(strcmp(rooms_of(f.s, "gus").text, "room reader|") == 0);
    CHECK(is_visitor(f.s, "gus") && !is_visitor(f.s, "bob"));
    CHECK(come(f.s, "gus", "fr") != FAIL_NONE); /* the name is taken */
    fixture_free(&f);
}

static void
a_link_may_let_in_no_guests_or_so_many_at_once(void)
{
    struct store_link l = link_of("l1");
    struct fixture f;

    l.guests_max = 1;
    f = with_link(&l);
    CHECK(come(f.s, "gus", "") == FAIL_BAD_INPUT); /* no language */
    CHECK(come(f.s, "gus", "fr") == FAIL_NONE);
    CHECK(store_session_add(f.s, token, SPAN("gus"), NOW, LATER, NULL));
    CHECK(come(f.s, "ida", "fr") == FAIL_BUSY);
    CHECK(store_session_remove(f.s, token, NULL));
    CHECK(come(f.s, "ida", "fr") == FAIL_NONE);
    fixture_free(&f);
    l.guests = false;
    f = with_link(&l);
    CHECK(come(f.s, "gus", "fr") == FAIL_FORBIDDEN);
    fixture_free(&f);
}

static void
gone(struct span user_id, void *ctx)
{
    seen_add(ctx, "%.*s|", SPAN_ARG(user_id));
}

static void
revoking_puts_out_the_guests_and_not_the_members(void)
{
    struct store_link l = link_of("l1"), ret;
    struct fixture f = with_link(&l);
    struct seen seen = {.n = 0};
    struct store_user u;
    struct err err = {0};

    CHECK(come(f.s, "gus", "fr") == FAIL_NONE);
    CHECK(store_session_add(f.s, token, SPAN("gus"), NOW, LATER, NULL));
    CHECK(store_link_enter(f.s, token, SPAN("carol"), NOW, &ret, NULL));
    CHECK(!store_link_revoke(
        f.s, SPAN("any"), SPAN("l1"), NOW, gone, &seen, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(store_link_revoke(
        f.s, SPAN("room"), SPAN("l1"), NOW, gone, &seen, NULL));
    CHECK(strcmp(seen.text, "gus|") == 0);
    CHECK(rooms_of(f.s, "gus").n == 0);
    CHECK(rooms_of(f.s, "carol").n == 2);
    CHECK(!store_session_find(f.s, token, NOW, &u, &err));
    CHECK(invalid(f.s, NOW) == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
a_guest_becomes_an_account_and_keeps_the_rooms(void)
{
    struct store_link l = link_of("l1");
    struct fixture f = with_link(&l);
    struct store_user u = {.id = "gus",
                          .username = "gustav",
                          .display_name = "Gustav",
                          .password_hash = "secret"},
                      found;
    struct seen seen = {.n = 0};
    struct err err = {0};

    CHECK(come(f.s, "gus", "fr") == FAIL_NONE);
    CHECK(test_send(f.s, "room", "gus", "salut", NULL, NULL, 0).ok);
    snprintf(u.username, sizeof(u.username), "bob");
    CHECK(!store_user_upgrade(f.s, &u, NOW, &err));
    CHECK(err.kind == FAIL_CONFLICT && is_visitor(f.s, "gus"));
    snprintf(u.username, sizeof(u.username), "gustav");
    CHECK(store_user_upgrade(f.s, &u, NOW, NULL));
    CHECK(!store_user_upgrade(f.s, &u, NOW, &err)); /* is one already */
    CHECK(err.kind == FAIL_CONFLICT);
    CHECK(store_user_by_name(f.s, SPAN("gustav"), &found, NULL));
    CHECK(strcmp(found.id, "gus") == 0 && !found.guest && !found.visitor);
    CHECK(strcmp(rooms_of(f.s, "gus").text, "any member|room member|") == 0);
    /* The link's end is not theirs. */
    CHECK(store_link_revoke(
        f.s, SPAN("room"), SPAN("l1"), NOW, gone, &seen, NULL));
    CHECK(seen.n == 0 && rooms_of(f.s, "gus").n == 2);
    fixture_free(&f);
}

static void
see_link(const struct store_link *l, void *ctx)
{
    seen_add(ctx, "%s %s uses %d guests %d%s|", l->id, l->name, (int)l->uses,
        (int)l->n_guests, l->revoked_ms ? " revoked" : "");
}

static void
links_are_listed_with_what_came_of_them(void)
{
    static const unsigned char other[STORE_TOKEN_HASH_BYTES] = "another";
    struct store_link l = link_of("l1");
    struct fixture f = with_link(&l);
    struct seen seen = {.n = 0};

    CHECK(come(f.s, "gus", "fr") == FAIL_NONE);
    CHECK(store_session_add(f.s, token, SPAN("gus"), NOW, LATER, NULL));
    l = link_of("l2");
    CHECK(store_link_add(f.s, &l, other, NULL));
    CHECK(store_links(f.s, SPAN("room"), NOW, see_link, &seen, NULL));
    CHECK(strcmp(seen.text, "l2 for friends uses 0 guests 0|"
                            "l1 for friends uses 1 guests 1|") == 0);
    fixture_free(&f);
}

static void
each(void)
{
    RUN(a_link_is_found_by_its_token_alone);
    RUN(what_is_expired_used_up_or_archived_is_not_there);
    RUN(who_is_banned_does_not_come_by_a_link);
    RUN(a_guest_has_the_room_of_the_link_and_no_other);
    RUN(a_link_may_let_in_no_guests_or_so_many_at_once);
    RUN(revoking_puts_out_the_guests_and_not_the_members);
    RUN(a_guest_becomes_an_account_and_keeps_the_rooms);
    RUN(links_are_listed_with_what_came_of_them);
}

int
main(void)
{
    return test_each_store(each);
}
