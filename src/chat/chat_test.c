/* SPDX-License-Identifier: ISC */
#include "chat/chat.h"

#include <string.h>

#include "base/tap.h"

static enum fail
asks(enum chat_standing standing, enum chat_role role, bool author,
    enum chat_act act)
{
    struct chat_actor actor = {
        .standing = standing, .role = role, .author = author};
    struct err err = {.kind = FAIL_NONE};

    return chat_may(&actor, act, &err) ? FAIL_NONE : err.kind;
}

static void
a_zeroed_actor_may_only_look_and_enter(void)
{
    struct chat_actor nobody = {0};

    for (int act = 0; act < CHAT_ACTS; act++) {
        struct err err;
        bool may = chat_may(&nobody, (enum chat_act)act, &err);
        CHECK(may == (act == CHAT_LOOK || act == CHAT_ENTER));
        CHECK(may || err.kind == FAIL_UNAUTHORIZED);
    }
}

static void
a_higher_role_may_all_that_a_lower_one_may(void)
{
    for (int act = 0; act < CHAT_ACTS; act++) {
        for (int role = CHAT_BANNED; role < CHAT_OWNER; role++) {
            enum chat_role lower = (enum chat_role)role;
            enum chat_role higher = (enum chat_role)(role + 1);
            if (act == CHAT_ROOM_LEAVE && higher == CHAT_OWNER)
                continue;
            for (int author = 0; author < 2; author++)
                CHECK(asks(CHAT_GUEST, lower, author, act) != FAIL_NONE ||
                      asks(CHAT_GUEST, higher, author, act) == FAIL_NONE);
        }
    }
}

static void
who_is_outside_or_banned_may_nothing_in_a_room(void)
{
    for (int act = 0; act < CHAT_ACTS; act++) {
        enum fail outside, banned;
        if (!chat_needs_room(act))
            continue;
        outside = asks(CHAT_SERVER_ADMIN, CHAT_OUTSIDE, true, act);
        banned = asks(CHAT_ACCOUNT, CHAT_BANNED, true, act);
        CHECK(outside == FAIL_FORBIDDEN || outside == FAIL_NOT_FOUND);
        CHECK(banned == outside);
    }
}

/* The words must not differ from those about what does not exist. */
static void
an_outsider_does_not_learn_what_exists(void)
{
    struct chat_actor outside = {.standing = CHAT_GUEST, .role = CHAT_OUTSIDE};
    struct err err;

    CHECK(!chat_may(&outside, CHAT_MESSAGE_READ, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(strcmp(err.text, "no such conversation") == 0);
    CHECK(!chat_may(&outside, CHAT_MESSAGE_EDIT, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(strcmp(err.text, "no such message") == 0);
}

static void
a_reader_reads_and_does_not_write(void)
{
    CHECK(asks(CHAT_GUEST, CHAT_READER, false, CHAT_MESSAGE_READ) == FAIL_NONE);
    CHECK(asks(CHAT_GUEST, CHAT_READER, false, CHAT_MESSAGE_TRANSLATE) ==
          FAIL_NONE);
    CHECK(asks(CHAT_GUEST, CHAT_READER, false, CHAT_MESSAGE_SEND) ==
          FAIL_FORBIDDEN);
    CHECK(asks(CHAT_GUEST, CHAT_READER, true, CHAT_MESSAGE_EDIT) ==
          FAIL_FORBIDDEN);
    CHECK(
        asks(CHAT_GUEST, CHAT_READER, true, CHAT_MESSAGE_DELETE) == FAIL_NONE);
}

static void
only_its_author_edits_a_message_but_moderators_delete_it(void)
{
    CHECK(asks(CHAT_ACCOUNT, CHAT_OWNER, false, CHAT_MESSAGE_EDIT) ==
          FAIL_FORBIDDEN);
    CHECK(asks(CHAT_GUEST, CHAT_MEMBER, true, CHAT_MESSAGE_EDIT) == FAIL_NONE);
    CHECK(asks(CHAT_ACCOUNT, CHAT_MEMBER, false, CHAT_MESSAGE_DELETE) ==
          FAIL_FORBIDDEN);
    CHECK(asks(CHAT_ACCOUNT, CHAT_MODERATOR, false, CHAT_MESSAGE_DELETE) ==
          FAIL_NONE);
}

static void
a_server_admin_counts_as_admin_where_they_are_a_member(void)
{
    CHECK(asks(CHAT_ACCOUNT, CHAT_MEMBER, false, CHAT_GLOSSARY_SET) ==
          FAIL_FORBIDDEN);
    CHECK(asks(CHAT_SERVER_ADMIN, CHAT_MEMBER, false, CHAT_GLOSSARY_SET) ==
          FAIL_NONE);
    CHECK(asks(CHAT_SERVER_ADMIN, CHAT_OUTSIDE, false, CHAT_GLOSSARY_SET) ==
          FAIL_NOT_FOUND);
}

static void
an_owner_gives_the_room_away_before_leaving(void)
{
    CHECK(asks(CHAT_ACCOUNT, CHAT_ADMIN, false, CHAT_ROOM_LEAVE) == FAIL_NONE);
    CHECK(asks(CHAT_ACCOUNT, CHAT_OWNER, false, CHAT_ROOM_LEAVE) ==
          FAIL_CONFLICT);
    CHECK(asks(CHAT_ACCOUNT, CHAT_OWNER, false, CHAT_ROOM_GIVE) == FAIL_NONE);
    CHECK(asks(CHAT_ACCOUNT, CHAT_ADMIN, false, CHAT_ROOM_GIVE) ==
          FAIL_FORBIDDEN);
}

static bool
writes(struct chat_actor actor)
{
    bool may = chat_may(&actor, CHAT_MESSAGE_SEND, NULL);

    CHECK(chat_may(&actor, CHAT_ROOM_SIGNAL, NULL) == may);
    CHECK(chat_may(&actor, CHAT_MESSAGE_READ, NULL));
    return may;
}

static void
who_is_muted_and_who_is_in_a_closed_room_does_not_write(void)
{
    static const struct chat_room archived = {.archived = true},
                                  read_only = {.read_only = true};
    struct chat_actor actor = {.standing = CHAT_ACCOUNT, .role = CHAT_MEMBER};

    CHECK(writes(actor));
    actor.muted = true;
    CHECK(!writes(actor));
    actor.role = CHAT_MODERATOR;
    CHECK(writes(actor));
    actor.room = archived;
    actor.role = CHAT_OWNER;
    CHECK(!writes(actor));
    CHECK(chat_may(&actor, CHAT_ROOM_CHANGE, NULL)); /* and opens it again */
    actor = (struct chat_actor){
        .standing = CHAT_ACCOUNT, .role = CHAT_MEMBER, .room = read_only};
    CHECK(!writes(actor));
    actor.role = CHAT_MODERATOR;
    CHECK(writes(actor));
    actor.room = (struct chat_room){.untranslated = true};
    CHECK(writes(actor) && !chat_may(&actor, CHAT_MESSAGE_TRANSLATE, NULL));
}

static bool
ranks(enum chat_role actor, enum chat_role from, enum chat_role to)
{
    struct chat_actor a = {.standing = CHAT_ACCOUNT, .role = actor};

    return chat_may_rank(&a, from, to, NULL);
}

static void
rank_is_given_and_taken_below_ones_own(void)
{
    CHECK(ranks(CHAT_ADMIN, CHAT_MEMBER, CHAT_MODERATOR));
    CHECK(ranks(CHAT_ADMIN, CHAT_MODERATOR, CHAT_OUTSIDE));
    CHECK(!ranks(CHAT_ADMIN, CHAT_MEMBER, CHAT_ADMIN));
    CHECK(!ranks(CHAT_ADMIN, CHAT_ADMIN, CHAT_MEMBER));
    CHECK(!ranks(CHAT_ADMIN, CHAT_OWNER, CHAT_OUTSIDE));
    CHECK(ranks(CHAT_OWNER, CHAT_ADMIN, CHAT_BANNED));
    CHECK(!ranks(CHAT_OWNER, CHAT_ADMIN, CHAT_OWNER));
    CHECK(!ranks(CHAT_OWNER, CHAT_OWNER, CHAT_MEMBER));
    CHECK(!ranks(CHAT_MODERATOR, CHAT_MODERATOR, CHAT_OUTSIDE));
}

/* Whatever they are there: the room of the link, and none besides. */
static void
who_came_by_a_link_makes_finds_and_invites_nothing(void)
{
    static const enum chat_act not_theirs[] = {CHAT_ROOM_MAKE, CHAT_ROOM_FIND,
        CHAT_MEMBER_ADD, CHAT_LINK_MAKE, CHAT_ROOM_CHANGE};
    size_t n = sizeof(not_theirs) / sizeof(not_theirs[0]);

    for (size_t i = 0; i < n; i++)
        CHECK(asks(CHAT_VISITOR, CHAT_ADMIN, false, not_theirs[i]) ==
              FAIL_FORBIDDEN);
    CHECK(
        asks(CHAT_VISITOR, CHAT_MEMBER, false, CHAT_MESSAGE_SEND) == FAIL_NONE);
    CHECK(asks(CHAT_VISITOR, CHAT_MEMBER, false, CHAT_ROOM_LEAVE) == FAIL_NONE);
    CHECK(asks(CHAT_VISITOR, CHAT_OUTSIDE, false, CHAT_MESSAGE_READ) ==
          FAIL_NOT_FOUND);
}

static enum fail
program(unsigned scopes, enum chat_role role, enum chat_act act)
{
    struct chat_actor a = {
        .standing = CHAT_SERVER_ADMIN, .role = role, .bot = scopes};
    struct err err = {0};

    return chat_may(&a, act, &err) ? FAIL_NONE : err.kind;
}

/* Whatever its standing and its role. */
static void
a_program_may_what_its_scopes_say_and_never_what_a_person_decides(void)
{
    const unsigned all = CHAT_SCOPE_READ | CHAT_SCOPE_WRITE | CHAT_SCOPE_MANAGE;
    static const enum chat_act never[] = {CHAT_ENTER, CHAT_UPGRADE,
        CHAT_ACCOUNT_USE, CHAT_ADMINISTER, CHAT_ROOM_GIVE, CHAT_HOOK_MAKE,
        CHAT_HOOK_POST};

    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
        CHECK(program(all, CHAT_OWNER, never[i]) == FAIL_FORBIDDEN);
    for (int act = 0; act < CHAT_ACTS; act++)
        CHECK(act == CHAT_HOOK_POST || program(CHAT_SCOPE_HOOK, CHAT_OWNER,
                                           (enum chat_act)act) != FAIL_NONE);
    CHECK(program(all, CHAT_ADMIN, CHAT_MEMBER_BAN) == FAIL_NONE);
    CHECK(program(all, CHAT_OUTSIDE, CHAT_MESSAGE_READ) == FAIL_NOT_FOUND);
    CHECK(
        program(CHAT_SCOPE_READ, CHAT_MEMBER, CHAT_MESSAGE_READ) == FAIL_NONE);
    CHECK(program(CHAT_SCOPE_READ, CHAT_MEMBER, CHAT_MESSAGE_SEND) ==
          FAIL_FORBIDDEN);
    CHECK(
        program(CHAT_SCOPE_WRITE, CHAT_MEMBER, CHAT_MESSAGE_SEND) == FAIL_NONE);
    CHECK(program(CHAT_SCOPE_WRITE, CHAT_MEMBER, CHAT_MESSAGE_READ) ==
          FAIL_FORBIDDEN);
}

static void
only_a_webhook_says_what_a_webhook_says(void)
{
    CHECK(program(CHAT_SCOPE_HOOK, CHAT_MEMBER, CHAT_HOOK_POST) == FAIL_NONE);
    CHECK(program(CHAT_SCOPE_HOOK, CHAT_OUTSIDE, CHAT_HOOK_POST) ==
          FAIL_FORBIDDEN);
    CHECK(asks(CHAT_ACCOUNT, CHAT_OWNER, false, CHAT_HOOK_POST) ==
          FAIL_FORBIDDEN);
}

static void
roles_have_names_and_an_unknown_one_may_nothing(void)
{
    for (int role = CHAT_BANNED; role <= CHAT_OWNER; role++)
        CHECK(chat_role_parse(span_of(chat_role_name((enum chat_role)role))) ==
              (enum chat_role)role);
    CHECK(chat_role_parse(SPAN("emperor")) == CHAT_OUTSIDE);
    CHECK(chat_role_parse((struct span){0}) == CHAT_OUTSIDE);
}

static void
who_may_add_somebody_is_their_wish(void)
{
    static const char *const names[] = {"", "everybody", "contacts", "nobody"};

    for (int by = CHAT_ADDED_BY_UNSAID; by <= CHAT_ADDED_BY_NOBODY; by++) {
        enum chat_added_by wish = (enum chat_added_by)by;
        CHECK(strcmp(chat_added_by_name(wish), names[by]) == 0);
        CHECK(chat_added_by_parse(span_of(names[by])) == wish);
        CHECK(chat_may_add(wish, false) == (wish == CHAT_ADDED_BY_EVERYBODY));
        CHECK(chat_may_add(wish, true) == (wish == CHAT_ADDED_BY_EVERYBODY ||
                                              wish == CHAT_ADDED_BY_CONTACTS));
    }
    CHECK(chat_added_by_parse(SPAN("friends")) == CHAT_ADDED_BY_UNSAID);
}

int
main(void)
{
    RUN(who_may_add_somebody_is_their_wish);
    RUN(a_zeroed_actor_may_only_look_and_enter);
    RUN(a_higher_role_may_all_that_a_lower_one_may);
    RUN(who_is_outside_or_banned_may_nothing_in_a_room);
    RUN(an_outsider_does_not_learn_what_exists);
    RUN(a_reader_reads_and_does_not_write);
    RUN(only_its_author_edits_a_message_but_moderators_delete_it);
    RUN(a_server_admin_counts_as_admin_where_they_are_a_member);
    RUN(an_owner_gives_the_room_away_before_leaving);
    RUN(who_is_muted_and_who_is_in_a_closed_room_does_not_write);
    RUN(rank_is_given_and_taken_below_ones_own);
    RUN(who_came_by_a_link_makes_finds_and_invites_nothing);
    RUN(a_program_may_what_its_scopes_say_and_never_what_a_person_decides);
    RUN(only_a_webhook_says_what_a_webhook_says);
    RUN(roles_have_names_and_an_unknown_one_may_nothing);
    return tap_end();
}
