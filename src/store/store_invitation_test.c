/* SPDX-License-Identifier: ISC */
#include "store/invitation.h"

#include "store/people.h"
#include "store/test_store.h"

enum { NOW = TEST_MS + 100, LATER = NOW + 1000 };

static const struct span room = SPAN("room"), alice = SPAN("alice"),
                         bob = SPAN("bob"), carl = SPAN("carl");

/* With carl, whom nobody knows. */
static struct fixture
with_carl(void)
{
    struct fixture f = fixture_new();

    CHECK(test_user_add(f.s, "carl", "de", NULL));
    store_events_free(store_take_events(f.s));
    return f;
}

static enum fail
ask(struct store *s, struct span who, int64_t now_ms, bool *ret_asked)
{
    struct store_asking a = {room, who, alice, now_ms, NOW};
    struct err err = {0};

    return store_invitation_add(s, &a, ret_asked, &err) ? FAIL_NONE : err.kind;
}

static void
see(const struct store_invitation *i, void *ctx)
{
    seen_add(ctx, "%.*s(%.*s %.*s) of %.*s by %.*s|",
        SPAN_ARG(i->conversation_id), SPAN_ARG(i->type), SPAN_ARG(i->title),
        SPAN_ARG(i->user_name), SPAN_ARG(i->inviter_name));
}

static struct seen
waiting(struct store *s, struct span who)
{
    struct seen seen = {.n = 0};

    CHECK(store_invitations_of(s, who, see, &seen, NULL));
    return seen;
}

static struct seen
into_room(struct store *s)
{
    struct seen seen = {.n = 0};

    CHECK(store_invitations_into(s, room, 9, see, &seen, NULL));
    return seen;
}

static bool
is_member(struct store *s, struct span who)
{
    struct store_member m;

    return store_member_get(s, room, who, &m, NULL);
}

/* What carl's own stream was told: + asked, - no more, or a number for others. */
static struct seen
told(struct store *s)
{
    struct store_event *first = store_take_events(s);
    struct seen seen = {.n = 0};

    for (struct store_event *e = first; e; e = e->next) {
        bool own = e->own_stream && span_eqz(e->user_id, "carl");
        if (e->kind != STORE_INVITATION_CHANGED)
            seen_add(&seen, "%d", (int)e->kind);
        else if (CHECK(own && span_eqz(e->conversation_id, "room")))
            seen_add(&seen, "%s", e->invitation.at_ms ? "+" : "-");
    }
    store_events_free(first);
    return seen;
}

static void
who_is_asked_is_a_member_when_they_accept(void)
{
    struct fixture f = with_carl();
    struct err err = {0};
    bool asked;

    CHECK(ask(f.s, carl, NOW, &asked) == FAIL_NONE && asked);
    CHECK(ask(f.s, carl, LATER, &asked) == FAIL_NONE && asked); /* the same */
    CHECK(strcmp(waiting(f.s, carl).text,
              "room(group Room) of The carl by The alice|") == 0);
    CHECK(waiting(f.s, alice).n == 0);
    CHECK(strcmp(told(f.s).text, "+") == 0); /* nobody else hears of it */
    CHECK(!is_member(f.s, carl));
    CHECK(!store_invitation_accept(f.s, room, bob, LATER, &err) &&
          err.kind == FAIL_NOT_FOUND);
    CHECK(store_invitation_accept(f.s, room, carl, LATER, NULL));
    CHECK(is_member(f.s, carl));
    CHECK(waiting(f.s, carl).n == 0 && into_room(f.s).n == 0);
    CHECK(strcmp(told(f.s).text, "-55") == 0); /* and comes, in both streams */
    CHECK(ask(f.s, carl, LATER, &asked) == FAIL_NONE && !asked);
    CHECK(told(f.s).n == 0);
    fixture_free(&f);
}

static void
no_is_not_told_and_holds_for_a_while(void)
{
    struct fixture f = with_carl();
    bool asked;

    CHECK(ask(f.s, carl, NOW, &asked) == FAIL_NONE);
    CHECK(store_invitation_decline(f.s, room, carl, NOW + 1, NULL));
    CHECK(strcmp(told(f.s).text, "+-") == 0);
    CHECK(!is_member(f.s, carl) && waiting(f.s, carl).n == 0);
    CHECK(into_room(f.s).n == 1); /* to who asked it looks as before */
    CHECK(!store_invitation_decline(f.s, room, carl, NOW + 1, NULL));
    CHECK(!store_invitation_accept(f.s, room, carl, NOW + 1, NULL));
    CHECK(ask(f.s, carl, LATER, &asked) == FAIL_NONE && asked);
    CHECK(waiting(f.s, carl).n == 0 && told(f.s).n == 0);
    /* Long after the no. */
    CHECK(store_invitation_add(f.s,
        &(struct store_asking){room, carl, alice, LATER, LATER}, &asked, NULL));
    CHECK(waiting(f.s, carl).n == 1);
    fixture_free(&f);
}

static void
an_invitation_ends_with_what_it_was_about(void)
{
    struct fixture f = with_carl();
    struct err err = {0};
    bool asked;

    CHECK(ask(f.s, carl, NOW, &asked) == FAIL_NONE);
    CHECK(!store_invitation_withdraw(f.s, room, carl, bob, NOW, &err) &&
          err.kind == FAIL_NOT_FOUND); /* not his */
    CHECK(store_invitation_withdraw(f.s, room, carl, alice, NOW, NULL));
    CHECK(waiting(f.s, carl).n == 0);
    CHECK(ask(f.s, carl, NOW, &asked) == FAIL_NONE); /* it never was */
    CHECK(waiting(f.s, carl).n == 1);
    CHECK(store_block_set(f.s, carl, alice, true, NOW, NULL));
    CHECK(waiting(f.s, carl).n == 0);
    CHECK(store_block_set(f.s, carl, alice, false, NOW, NULL));
    CHECK(ask(f.s, carl, NOW, &asked) == FAIL_NONE);
    CHECK(store_member_add(f.s, room, carl, NOW, NULL)); /* by a link, say */
    CHECK(waiting(f.s, carl).n == 0);
    CHECK(store_member_ban(f.s, room, carl, NOW, NULL));
    CHECK(ask(f.s, carl, NOW, &asked) == FAIL_FORBIDDEN);
    CHECK(store_member_unban(f.s, room, carl, NULL));
    CHECK(ask(f.s, carl, NOW, &asked) == FAIL_NONE);
    CHECK(store_user_erase(f.s, alice, NOW, NULL)); /* who asked is gone */
    CHECK(waiting(f.s, carl).n == 0);
    fixture_free(&f);
}

static struct store_acquaintance
acquaintance(struct store *s, struct span asker, struct span who)
{
    struct store_acquaintance a = {.n_open = -1};

    CHECK(store_acquaintance_get(s, asker, who, room, TEST_MS, &a, NULL));
    return a;
}

static void
people_know_each_other_by_a_room_that_is_not_public(void)
{
    struct fixture f = with_carl();
    struct store_conversation open = {.id = "open",
        .type = "public",
        .title = "Open",
        .created_by = "alice",
        .created_ms = NOW};
    struct store_acquaintance a;
    struct err err = {0};
    bool asked;

    CHECK(acquaintance(f.s, alice, bob).contact);
    CHECK(!acquaintance(f.s, alice, carl).contact); /* both are in "any" */
    CHECK(store_conversation_add(f.s, &open, &carl, 1, NULL));
    CHECK(!acquaintance(f.s, alice, carl).contact); /* which anybody joins */
    CHECK(ask(f.s, carl, NOW, &asked) == FAIL_NONE);
    a = acquaintance(f.s, alice, carl);
    CHECK(!a.contact && a.asked && !a.bot && !a.blocked);
    CHECK(a.n_open == 1 && a.n_of_asker == 1 && a.n_asked == 1);
    a = acquaintance(f.s, bob, carl);
    CHECK(a.n_open == 1 && a.n_of_asker == 0 && a.n_asked == 0);
    CHECK(store_block_set(f.s, carl, bob, true, NOW, NULL));
    CHECK(acquaintance(f.s, bob, carl).blocked);
    CHECK(store_member_add(f.s, room, carl, NOW, NULL));
    CHECK(acquaintance(f.s, carl, alice).contact);
    CHECK(store_member_ban(f.s, room, carl, NOW, NULL));
    CHECK(!acquaintance(f.s, carl, alice).contact);
    CHECK(store_user_erase(f.s, bob, NOW, NULL));
    CHECK(!store_acquaintance_get(f.s, alice, bob, room, NOW, &a, &err) &&
          err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
who_may_add_somebody_is_their_wish(void)
{
    struct fixture f = with_carl();
    char by[STORE_ADDED_BY_BYTES];

    CHECK(store_added_by_get(f.s, carl, by, NULL) && strcmp(by, "") == 0);
    CHECK(store_added_by_set(f.s, carl, SPAN("nobody"), NULL));
    CHECK(store_added_by_get(f.s, carl, by, NULL) && strcmp(by, "nobody") == 0);
    CHECK(strcmp(acquaintance(f.s, alice, carl).added_by, "nobody") == 0);
    CHECK(strcmp(acquaintance(f.s, alice, bob).added_by, "") == 0);
    fixture_free(&f);
}

static void
the_other_of_a_direct_conversation_can_be_asked_first(void)
{
    struct fixture f = with_carl();
    struct store_conversation c = {.id = "d",
        .type = "direct",
        .created_by = "alice",
        .created_ms = NOW,
        .asks = true};
    struct store_asking a = {SPAN("d"), carl, alice, NOW, NOW};
    struct store_member m;
    bool asked;

    CHECK(store_conversation_add(f.s, &c, &carl, 1, NULL));
    CHECK(store_member_get(f.s, SPAN("d"), alice, &m, NULL));
    CHECK(!store_member_get(f.s, SPAN("d"), carl, &m, NULL));
    CHECK(store_invitation_add(f.s, &a, &asked, NULL) && asked);
    CHECK(strcmp(waiting(f.s, carl).text,
              "d(direct ) of The carl by The alice|") == 0);
    CHECK(store_direct_get(f.s, carl, alice, &c, NULL)); /* theirs already */
    CHECK(store_invitation_accept(f.s, SPAN("d"), carl, NOW, NULL));
    CHECK(store_member_get(f.s, SPAN("d"), carl, &m, NULL));
    fixture_free(&f);
}

static void
pass_room(struct span conversation_id, void *ctx)
{
    (void)conversation_id;
    (void)ctx;
}

static struct seen
changes(struct store *s, int64_t since)
{
    struct seen seen = {.n = 0};
    struct store_user_changes_to to = {
        .room = pass_room, .read = pass_room, .invitation = see, .ctx = &seen};
    struct store_changes c;

    CHECK(store_user_changes(s, carl, since, 99, &to, &c, NULL) && !c.self);
    return seen;
}

static void
sync_tells_an_invitation_as_it_is_now(void)
{
    struct fixture f = with_carl();
    bool asked;

    CHECK(changes(f.s, 1).n == 0);
    CHECK(ask(f.s, carl, NOW, &asked) == FAIL_NONE);
    CHECK(strcmp(changes(f.s, 1).text,
              "room(group Room) of The carl by The alice|") == 0);
    CHECK(store_invitation_decline(f.s, room, carl, NOW, NULL));
    CHECK(
        strcmp(changes(f.s, 1).text, "room(group Room) of The carl by |") == 0);
    fixture_free(&f);
}

static void
each(void)
{
    RUN(who_is_asked_is_a_member_when_they_accept);
    RUN(no_is_not_told_and_holds_for_a_while);
    RUN(an_invitation_ends_with_what_it_was_about);
    RUN(people_know_each_other_by_a_room_that_is_not_public);
    RUN(who_may_add_somebody_is_their_wish);
    RUN(the_other_of_a_direct_conversation_can_be_asked_first);
    RUN(sync_tells_an_invitation_as_it_is_now);
}

int
main(void)
{
    return test_each_store(each);
}
