/* SPDX-License-Identifier: ISC */
#include "store/admin.h"
#include "store/bot.h"
#include "store/people.h"
#include "store/test_store.h"

enum { NOW = TEST_MS + 100, MAY = 3 };

static const unsigned char token[STORE_TOKEN_HASH_BYTES] = "hash of a token";
static const unsigned char other[STORE_TOKEN_HASH_BYTES] = "hash of another";
static const struct store_bots alices = {.owner_id = {"alice", 5}};
static const struct store_bots hooks = {.conversation_id = {"room", 4}};

static bool
is(struct seen seen, const char *want)
{
    return strcmp(seen.text, want) == 0;
}

static struct store_bot
bot_of(const char *id, const char *room)
{
    struct store_bot b = {.user = {.bot = MAY, .created_ms = NOW}};

    snprintf(b.user.id, sizeof(b.user.id), "%s", id);
    snprintf(b.user.username, sizeof(b.user.username), "%s", id);
    snprintf(b.user.display_name, sizeof(b.user.display_name), "The %s", id);
    snprintf(b.owner_id, sizeof(b.owner_id), "alice");
    snprintf(b.conversation_id, sizeof(b.conversation_id), "%s", room);
    return b;
}

static enum fail
add(struct store *s, const char *id, const char *room,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES])
{
    struct store_bot b = bot_of(id, room);
    struct err err = {0};

    return store_bot_add(s, &b, hash, &err) ? FAIL_NONE : err.kind;
}

static bool
is_session_of(struct store *s, const unsigned char *hash, const char *id)
{
    struct store_user u;

    return store_session_find(s, hash, NOW, &u, NULL) &&
           strcmp(u.id, id) == 0 && u.bot == MAY;
}

static void
see_bot(const struct store_bot *b, void *ctx)
{
    seen_add(ctx, "%s %s %s %s|", b->user.id, b->owner_id, b->conversation_id,
        b->user.language);
}

static struct seen
listed(struct store *s, const struct store_bots *which)
{
    struct seen seen = {.n = 0};

    CHECK(store_bots(s, which, see_bot, &seen, NULL));
    return seen;
}

static void
see_room(const struct store_seat *seat, void *ctx)
{
    seen_add(ctx, "%.*s|", SPAN_ARG(seat->conversation_id));
}

static struct seen
rooms_of(struct store *s, const char *id)
{
    struct seen seen = {.n = 0};
    struct store_person p;

    CHECK(store_person_get(s, span_of(id), &p, see_room, &seen, NULL));
    return seen;
}

static void
a_bot_is_its_owners_in_no_room_and_comes_with_a_token(void)
{
    struct fixture f = fixture_new();

    CHECK(add(f.s, "clerk", "", token) == FAIL_NONE);
    CHECK(is_session_of(f.s, token, "clerk"));
    CHECK(is(rooms_of(f.s, "clerk"), ""));
    CHECK(is(listed(f.s, &alices), "clerk alice  en|"));
    CHECK(is(listed(f.s, &hooks), ""));
    CHECK(add(f.s, "clerk", "", other) == FAIL_CONFLICT);
    fixture_free(&f);
}

static void
a_webhook_is_its_conversations_and_in_no_other(void)
{
    struct fixture f = fixture_new();

    CHECK(add(f.s, "hook", "room", token) == FAIL_NONE);
    CHECK(is(rooms_of(f.s, "hook"), "room|"));
    CHECK(is(listed(f.s, &hooks), "hook alice room en|"));
    CHECK(is(listed(f.s, &alices), ""));
    CHECK(add(f.s, "lost", "nowhere", other) == FAIL_NOT_FOUND);
    CHECK(test_group_add(f.s, "attic", NULL));
    CHECK(!store_member_add(f.s, SPAN("attic"), SPAN("hook"), NOW, NULL));
    CHECK(is(rooms_of(f.s, "hook"), "room|"));
    fixture_free(&f);
}

static void
a_new_token_replaces_the_old_ones_for_the_owner_alone(void)
{
    struct fixture f = fixture_new();
    struct store_bots bobs = {.owner_id = SPAN("bob")};
    struct err err = {0};

    CHECK(add(f.s, "clerk", "", token) == FAIL_NONE);
    CHECK(!store_bot_renew(f.s, &bobs, SPAN("clerk"), other, NOW, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(store_bot_renew(f.s, &alices, SPAN("clerk"), other, NOW, &err));
    CHECK(!is_session_of(f.s, token, "clerk"));
    CHECK(is_session_of(f.s, other, "clerk"));
    fixture_free(&f);
}

static enum fail
say(struct store *s, const char *id, const char *alias)
{
    struct store_message m = {.id = span_of(id),
        .conversation_id = SPAN("room"),
        .sender_id = SPAN("hook"),
        .content = SPAN("It works"),
        .language = SPAN("en"),
        .type = SPAN("text"),
        .created_ms = NOW,
        .sender_bot = true};
    char ret_id[ID_BYTES];
    int64_t seq;
    bool duplicate;
    struct err err = {0};

    if (alias)
        m.alias = span_of(alias);
    return store_message_add(s, &m, NULL, 0, ret_id, &seq, &duplicate, &err)
               ? FAIL_NONE
               : err.kind;
}

static void
see_writer(const struct store_message *m, void *ctx)
{
    seen_add(
        ctx, "%.*s%s|", SPAN_ARG(m->sender_name), m->sender_bot ? " bot" : "");
}

static struct seen
history(struct store *s)
{
    struct seen seen = {.n = 0};

    CHECK(store_history(
        s, SPAN("room"), 0, -1, 10, NULL, see_writer, &seen, NULL));
    return seen;
}

static void
a_message_of_a_bot_has_its_name_or_the_one_it_came_under(void)
{
    struct fixture f = fixture_new();

    CHECK(add(f.s, "hook", "room", token) == FAIL_NONE);
    CHECK(say(f.s, "m1", NULL) == FAIL_NONE);
    CHECK(say(f.s, "m2", "Builder") == FAIL_NONE);
    CHECK(is(history(f.s), "The hook bot|Builder bot|"));
    fixture_free(&f);
}

static void
of_a_removed_bot_only_what_it_wrote_is_left(void)
{
    struct fixture f = fixture_new();
    struct err err = {0};

    CHECK(add(f.s, "hook", "room", token) == FAIL_NONE);
    CHECK(say(f.s, "m1", NULL) == FAIL_NONE);
    CHECK(!store_bot_remove(f.s, &alices, SPAN("hook"), NOW, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(store_bot_remove(f.s, &hooks, SPAN("hook"), NOW, &err));
    CHECK(!is_session_of(f.s, token, "hook"));
    CHECK(is(rooms_of(f.s, "hook"), ""));
    CHECK(is(listed(f.s, &hooks), ""));
    CHECK(is(history(f.s), "The hook bot|"));
    fixture_free(&f);
}

static void
bots_share_the_fate_of_their_owner_and_webhooks_do_not(void)
{
    struct fixture f = fixture_new();

    CHECK(add(f.s, "clerk", "", token) == FAIL_NONE);
    CHECK(add(f.s, "hook", "room", other) == FAIL_NONE);
    CHECK(store_user_disable(f.s, SPAN("alice"), true, NOW, NULL));
    CHECK(!is_session_of(f.s, token, "clerk"));
    CHECK(is_session_of(f.s, other, "hook"));
    CHECK(store_user_disable(f.s, SPAN("alice"), false, NOW, NULL));
    CHECK(is_session_of(f.s, token, "clerk"));
    CHECK(store_user_erase(f.s, SPAN("alice"), NOW, NULL));
    CHECK(!is_session_of(f.s, token, "clerk"));
    CHECK(is_session_of(f.s, other, "hook"));
    fixture_free(&f);
}

static void
somebody_has_so_many_bots_and_no_more(void)
{
    struct fixture f = fixture_new();
    unsigned char hash[STORE_TOKEN_HASH_BYTES] = {0};
    char id[ID_BYTES];

    for (int i = 0; i < STORE_BOTS_MAX; i++) {
        snprintf(id, sizeof(id), "bot-%d", i);
        hash[0] = (unsigned char)(i + 1);
        CHECK(add(f.s, id, "", hash) == FAIL_NONE);
    }
    CHECK(add(f.s, "more", "", token) == FAIL_CONFLICT);
    CHECK(add(f.s, "hook", "room", token) == FAIL_NONE);
    fixture_free(&f);
}

static void
each(void)
{
    RUN(a_bot_is_its_owners_in_no_room_and_comes_with_a_token);
    RUN(a_webhook_is_its_conversations_and_in_no_other);
    RUN(a_new_token_replaces_the_old_ones_for_the_owner_alone);
    RUN(a_message_of_a_bot_has_its_name_or_the_one_it_came_under);
    RUN(of_a_removed_bot_only_what_it_wrote_is_left);
    RUN(bots_share_the_fate_of_their_owner_and_webhooks_do_not);
    RUN(somebody_has_so_many_bots_and_no_more);
}

int
main(void)
{
    return test_each_store(each);
}
