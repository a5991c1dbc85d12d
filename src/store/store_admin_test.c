/* SPDX-License-Identifier: ISC */
#include "store/admin.h"

#include "store/test_store.h"

enum { NOW = TEST_MS + 100, LATER = NOW + 1000 };

static const unsigned char token[STORE_TOKEN_HASH_BYTES] = "hash of a token";
static const unsigned char other[STORE_TOKEN_HASH_BYTES] = "another";
static const struct span alice = SPAN("alice"), bob = SPAN("bob");

static bool
has_admin(struct store *s)
{
    bool has = false;

    CHECK(store_has_admin(s, &has, NULL));
    return has;
}

static void
policies_are_kept_and_open_from_the_start(void)
{
    struct fixture f = fixture_new();
    struct store_policy p = {.no_guests = true};

    CHECK(store_policy_get(f.s, &p, NULL));
    CHECK(p.registration == STORE_OPEN && !p.no_guests);
    p = (struct store_policy){STORE_BY_INVITATION, true};
    CHECK(store_policy_set(f.s, &p, NULL));
    fixture_reopen(&f);
    p = (struct store_policy){.registration = STORE_OPEN};
    CHECK(store_policy_get(f.s, &p, NULL));
    CHECK(p.registration == STORE_BY_INVITATION && p.no_guests);
    p = (struct store_policy){STORE_CLOSED, false};
    CHECK(store_policy_set(f.s, &p, NULL));
    CHECK(store_policy_get(f.s, &p, NULL));
    CHECK(p.registration == STORE_CLOSED && !p.no_guests);
    fixture_free(&f);
}

static void
see_ban(const struct store_address_ban *b, void *ctx)
{
    seen_add(ctx, "%.*s %.*s by %.*s until %d|", SPAN_ARG(b->network),
        SPAN_ARG(b->reason), SPAN_ARG(b->created_by),
        b->expires_ms ? (int)(b->expires_ms - NOW) : 0);
}

static bool
ban(struct store *s, const char *network, const char *reason, int64_t expires)
{
    struct store_address_ban b = {.network = span_of(network),
        .reason = span_of(reason),
        .created_by = alice,
        .created_ms = NOW,
        .expires_ms = expires};

    return CHECK(store_address_ban_add(s, &b, NULL));
}

static void
a_network_is_kept_out_until_it_expires_or_is_let_in(void)
{
    struct fixture f = fixture_new();
    struct seen seen = {.n = 0};
    struct err err = {0};

    ban(f.s, "10.0.0.0/8", "spam", 0);
    ban(f.s, "192.0.2.7", "flood", LATER);
    ban(f.s, "192.0.2.7", "flood again", LATER);
    fixture_reopen(&f);
    CHECK(store_address_bans(f.s, NOW, see_ban, &seen, NULL));
    CHECK(strcmp(seen.text, "192.0.2.7 flood again by alice until 1000|"
                            "10.0.0.0/8 spam by alice until 0|") == 0);
    seen = (struct seen){.n = 0};
    CHECK(store_address_bans(f.s, LATER, see_ban, &seen, NULL));
    CHECK(seen.n == 1);
    CHECK(store_address_ban_remove(f.s, SPAN("10.0.0.0/8"), NULL));
    CHECK(!store_address_ban_remove(f.s, SPAN("10.0.0.0/8"), &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
somebody_is_admin_always_once_there_was_one(void)
{
    struct fixture f = fixture_new();
    struct err err = {0};

    CHECK(!has_admin(f.s));
    CHECK(store_user_set_admin(f.s, alice, true, NOW, NULL));
    CHECK(has_admin(f.s));
    CHECK(!store_user_set_admin(f.s, alice, false, NOW, &err));
    CHECK(err.kind == FAIL_CONFLICT);
    CHECK(!store_user_disable(f.s, alice, true, NOW, &err));
    CHECK(err.kind == FAIL_CONFLICT);
    CHECK(store_user_set_admin(f.s, bob, true, NOW, NULL));
    CHECK(store_user_disable(f.s, bob, true, NOW, NULL));
    /* Who is shut out is none. */
    CHECK(!store_user_set_admin(f.s, alice, false, NOW, &err));
    CHECK(store_user_disable(f.s, bob, false, NOW, NULL));
    CHECK(store_user_set_admin(f.s, alice, false, NOW, NULL));
    CHECK(has_admin(f.s));
    CHECK(!store_user_set_admin(f.s, SPAN("nobody"), true, NOW, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
who_is_disabled_has_no_session(void)
{
    struct fixture f = fixture_new();
    struct store_user u;

    CHECK(store_session_add(f.s, token, bob, NOW, LATER, NULL));
    CHECK(store_user_disable(f.s, bob, true, NOW, NULL));
    CHECK(!store_session_find(f.s, token, NOW, &u, NULL));
    CHECK(store_session_add(f.s, other, bob, NOW, LATER, NULL));
    CHECK(!store_session_find(f.s, other, NOW, &u, NULL));
    CHECK(store_user_by_id(f.s, bob, &u, NULL) && u.disabled);
    CHECK(store_user_disable(f.s, bob, false, NOW, NULL));
    CHECK(!store_session_find(f.s, token, NOW, &u, NULL)); /* it has ended */
    CHECK(store_session_find(f.s, other, NOW, &u, NULL) && !u.disabled);
    fixture_free(&f);
}

static void
a_new_password_ends_the_other_sessions(void)
{
    struct fixture f = fixture_new();
    struct store_user u;

    CHECK(store_session_add(f.s, token, bob, NOW, LATER, NULL));
    CHECK(store_session_add(f.s, other, bob, NOW, LATER, NULL));
    CHECK(store_user_set_password(f.s, bob, "new", other, NULL));
    CHECK(!store_session_find(f.s, token, NOW, &u, NULL));
    CHECK(store_session_find(f.s, other, NOW, &u, NULL));
    CHECK(strcmp(u.password_hash, "new") == 0);
    fixture_free(&f);
}

static void
a_reset_is_good_once_and_the_last_one_only(void)
{
    struct fixture f = fixture_new();
    char id[ID_BYTES];
    struct err err = {0};

    CHECK(store_reset_add(f.s, token, bob, LATER, NULL));
    CHECK(store_reset_add(f.s, other, bob, LATER, NULL));
    CHECK(!store_reset_take(f.s, token, NOW, id, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(!store_reset_take(f.s, other, LATER, id, &err));
    CHECK(store_reset_take(f.s, other, NOW, id, NULL));
    CHECK(strcmp(id, "bob") == 0);
    CHECK(!store_reset_take(f.s, other, NOW, id, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(!store_reset_add(f.s, token, SPAN("nobody"), LATER, &err));
    fixture_free(&f);
}

static void
what_is_owed_is_counted_with_its_age(void)
{
    struct fixture f = fixture_new();
    struct store_backlog b;

    CHECK(store_backlog(f.s, &b, NULL));
    CHECK(b.users == 2 && b.queued == 0 && b.oldest_queued_ms == 0);
    test_say(f.s, "one");
    test_say(f.s, "two");
    CHECK(store_backlog(f.s, &b, NULL));
    CHECK(b.messages == 2 && b.queued == 4 && b.oldest_queued_ms > 0);
    fixture_free(&f);
}

static void
see_room(const struct store_overview *o, void *ctx)
{
    seen_add(ctx, "%.*s %lld people %lld messages|", SPAN_ARG(o->id),
        (long long)o->members, (long long)o->messages);
}

static void
rooms_are_seen_from_outside(void)
{
    struct fixture f = fixture_new();
    struct seen all = {.n = 0}, rest = {.n = 0};

    test_say(f.s, "one");
    CHECK(store_rooms_page(f.s, absent(), 9, NOW, see_room, &all, NULL));
    CHECK(strcmp(all.text,
              "room 2 people 1 messages|any 2 people 0 messages|") == 0);
    CHECK(store_rooms_page(f.s, SPAN("room"), 9, NOW, see_room, &rest, NULL));
    CHECK(strcmp(rest.text, "any 2 people 0 messages|") == 0);
    fixture_free(&f);
}

static void
see_user(const struct store_user *u, void *ctx)
{
    seen_add(ctx, "%s%s|", u->username, u->admin ? " admin" : "");
}

static void
people_are_found_by_page_and_by_text(void)
{
    struct fixture f = fixture_new();
    struct seen all = {.n = 0}, rest = {.n = 0}, text = {.n = 0};

    CHECK(store_user_set_admin(f.s, bob, true, NOW, NULL));
    CHECK(store_users_page(f.s, absent(), absent(), 9, see_user, &all, NULL));
    CHECK(strcmp(all.text, "alice|bob admin|") == 0);
    CHECK(store_users_page(f.s, absent(), alice, 9, see_user, &rest, NULL));
    CHECK(strcmp(rest.text, "bob admin|") == 0);
    CHECK(store_users_page(
        f.s, SPAN("THE AL"), absent(), 9, see_user, &text, NULL));
    CHECK(strcmp(text.text, "alice|") == 0);
    fixture_free(&f);
}

static void
see_audit(const struct store_audit *a, void *ctx)
{
    seen_add(ctx, "%.*s %.*s %.*s %.*s %.*s|", SPAN_ARG(a->actor_id),
        SPAN_ARG(a->act), SPAN_ARG(a->conversation_id), SPAN_ARG(a->subject_id),
        SPAN_ARG(a->detail));
}

static void
what_people_with_power_did_is_kept(void)
{
    struct fixture f = fixture_new();
    struct store_audit a = {.at_ms = NOW,
        .actor_id = alice,
        .act = SPAN("member.ban"),
        .conversation_id = SPAN("room"),
        .subject_id = bob};
    struct seen all = {.n = 0}, of_room = {.n = 0}, older = {.n = 0};

    CHECK(store_audit_add(f.s, &a, NULL));
    a = (struct store_audit){.at_ms = NOW,
        .actor_id = bob,
        .act = SPAN("admin.policy"),
        .detail = SPAN("closed")};
    CHECK(store_audit_add(f.s, &a, NULL));
    CHECK(store_audits(f.s, absent(), 0, 9, see_audit, &all, NULL));
    CHECK(strcmp(all.text,
              "bob admin.policy   closed|alice member.ban room bob |") == 0);
    CHECK(store_audits(f.s, SPAN("room"), 0, 9, see_audit, &of_room, NULL));
    CHECK(strcmp(of_room.text, "alice member.ban room bob |") == 0);
    CHECK(store_audits(f.s, absent(), 2, 9, see_audit, &older, NULL));
    CHECK(older.n == 1);
    fixture_free(&f);
}

static void
each(void)
{
    RUN(policies_are_kept_and_open_from_the_start);
    RUN(a_network_is_kept_out_until_it_expires_or_is_let_in);
    RUN(somebody_is_admin_always_once_there_was_one);
    RUN(who_is_disabled_has_no_session);
    RUN(a_new_password_ends_the_other_sessions);
    RUN(a_reset_is_good_once_and_the_last_one_only);
    RUN(what_is_owed_is_counted_with_its_age);
    RUN(rooms_are_seen_from_outside);
    RUN(people_are_found_by_page_and_by_text);
    RUN(what_people_with_power_did_is_kept);
}

int
main(void)
{
    return test_each_store(each);
}
