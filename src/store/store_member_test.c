/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

static const struct span room = SPAN("room"), bob = SPAN("bob"),
                         carol = SPAN("carol");

static struct fixture
three_people(void)
{
    struct fixture f = fixture_new();

    CHECK(test_user_add(f.s, "carol", "ca", NULL));
    store_events_free(store_take_events(f.s));
    return f;
}

static void
see_member(const struct store_member *m, void *ctx)
{
    seen_add(ctx, "%s %s|", m->user_id, m->role);
}

static bool
listed(struct store *s, bool banned, const char *after, int limit,
    const char *expected)
{
    struct seen seen = {.n = 0};

    CHECK(store_members_page(
        s, room, banned, span_of(after), limit, see_member, &seen, NULL));
    return strcmp(seen.text, expected) == 0;
}

/* The events since the last call: "own bob changed reader|". */
static bool
told(struct store *s, const char *expected)
{
    static const char *const kinds[] = {[STORE_MEMBER_ADDED] = "added",
        [STORE_MEMBER_REMOVED] = "removed",
        [STORE_MEMBER_CHANGED] = "changed"};
    struct store_event *first = store_take_events(s);
    struct seen seen = {.n = 0};

    for (struct store_event *e = first; e; e = e->next)
        seen_add(&seen, "%s%.*s %s %s|", e->own_stream ? "own " : "",
            SPAN_ARG(e->user_id), kinds[e->kind], e->role);
    store_events_free(first);
    if (strcmp(seen.text, expected) != 0)
        printf("# told %s\n", seen.text);
    return strcmp(seen.text, expected) == 0;
}

static void
a_role_is_changed_and_told(void)
{
    struct fixture f = three_people();
    struct store_member m;
    struct err err = {0};

    CHECK(store_member_set_role(f.s, room, bob, "moderator", 5, NULL));
    CHECK(told(f.s, "own bob changed moderator|bob changed moderator|"));
    CHECK(store_member_set_role(f.s, room, bob, "moderator", 6, NULL));
    CHECK(told(f.s, "")); /* nothing changed */
    CHECK(store_member_get(f.s, room, bob, &m, NULL));
    CHECK(strcmp(m.role, "moderator") == 0 && m.joined_ms == TEST_MS + 1);
    CHECK(!store_member_set_role(f.s, room, carol, "reader", 5, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(!store_member_set_role(f.s, SPAN("nowhere"), bob, "reader", 5, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
who_is_muted_is_so_until_then(void)
{
    struct fixture f = three_people();
    struct store_member m;
    struct err err = {0};

    CHECK(store_member_mute(f.s, room, bob, 900, 5, NULL));
    CHECK(told(f.s, "own bob changed member|bob changed member|"));
    CHECK(store_member_get(f.s, room, bob, &m, NULL));
    CHECK(m.muted_until_ms == 900);
    CHECK(store_member_mute(f.s, room, bob, 0, 6, NULL));
    CHECK(store_member_get(f.s, room, bob, &m, NULL));
    CHECK(m.muted_until_ms == 0);
    CHECK(!store_member_mute(f.s, room, carol, 900, 5, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
who_is_banned_is_out_and_stays_out(void)
{
    struct fixture f = three_people();
    struct seen bobs = {.n = 0};
    struct err err = {0};

    CHECK(store_member_ban(f.s, room, bob, 5, NULL));
    CHECK(told(f.s, "own bob removed banned|bob removed banned|"));
    CHECK(listed(f.s, false, NULL, 9, "alice owner|"));
    CHECK(listed(f.s, true, NULL, 9, "bob banned|"));
    CHECK(!store_member_add(f.s, room, bob, 6, &err));
    CHECK(err.kind == FAIL_FORBIDDEN);
    CHECK(!store_member_remove(f.s, room, bob, 6, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(!store_member_set_role(f.s, room, bob, "admin", 6, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(store_members(f.s, room, see_member, &bobs, NULL) && bobs.n == 1);
    CHECK(told(f.s, ""));
    CHECK(store_member_unban(f.s, room, bob, NULL));
    CHECK(!store_member_unban(f.s, room, bob, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(store_member_add(f.s, room, bob, 7, NULL));
    CHECK(told(f.s, "own bob added member|bob added member|"));
    fixture_free(&f);
}

static void
who_never_was_in_can_be_banned(void)
{
    struct fixture f = three_people();
    struct err err = {0};

    CHECK(store_member_ban(f.s, room, carol, 5, NULL));
    CHECK(told(f.s, "")); /* they have not left */
    CHECK(listed(f.s, true, NULL, 9, "carol banned|"));
    CHECK(!store_member_ban(f.s, room, SPAN("nobody"), 5, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(!store_member_unban(f.s, room, bob, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(listed(f.s, false, NULL, 9, "alice owner|bob member|"));
    fixture_free(&f);
}

static void
members_come_in_pages(void)
{
    struct fixture f = three_people();

    CHECK(store_member_add(f.s, room, carol, 5, NULL));
    CHECK(listed(f.s, false, NULL, 2, "alice owner|bob member|"));
    CHECK(listed(f.s, false, "bob", 2, "carol member|"));
    CHECK(listed(f.s, false, "carol", 2, ""));
    fixture_free(&f);
}

static void
each(void)
{
    RUN(a_role_is_changed_and_told);
    RUN(who_is_muted_is_so_until_then);
    RUN(who_is_banned_is_out_and_stays_out);
    RUN(who_never_was_in_can_be_banned);
    RUN(members_come_in_pages);
}

int
main(void)
{
    return test_each_store(each);
}
