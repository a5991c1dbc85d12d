/* SPDX-License-Identifier: ISC */
#include "store/push.h"

#include "store/people.h"
#include "store/test_store.h"

/* Messages are of TEST_MS + 10; what waits for a translation is told at LATE. */
enum {
    NOW = TEST_MS + 100,
    UNTIL = NOW + 50,
    LATE = TEST_MS + 10000,
    DAYS = TEST_MS + 200000000,
};

static const unsigned char *
session_of(const char *name)
{
    static unsigned char hash[STORE_TOKEN_HASH_BYTES];

    memset(hash, name[0], sizeof(hash));
    hash[1] = (unsigned char)name[1];
    return hash;
}

static void
sign_in(struct store *s, const char *user, const char *session)
{
    CHECK(store_session_add(
        s, session_of(session), span_of(user), TEST_MS, INT64_MAX, NULL));
}

static struct store_push_device
device(const char *session)
{
    struct store_push_device d = {
        .p256dh = "key", .auth = "secret", .created_ms = NOW};

    memcpy(d.session, session_of(session), sizeof(d.session));
    snprintf(d.endpoint, sizeof(d.endpoint), "https://push/%s", session);
    return d;
}

/* Bob has a device. */
static struct fixture
with_device(bool all_rooms)
{
    struct fixture f = fixture_new();
    struct store_push_device d = device("b1");

    sign_in(f.s, "bob", "b1");
    d.all_rooms = all_rooms;
    CHECK(store_push_add(f.s, SPAN("bob"), &d, NULL));
    return f;
}

static bool
take(struct store *s, int64_t now_ms, struct store_push *ret)
{
    bool found = false, due = false;

    CHECK(store_push_due(s, now_ms, &due, NULL));
    CHECK(store_push_take(s, now_ms, now_ms + UNTIL - NOW, ret, &found, NULL));
    CHECK(due || !found);
    return found;
}

/* "": nothing is told. */
static const char *
taken(struct store *s, int64_t now_ms)
{
    static struct store_push p;

    return take(s, now_ms, &p) ? p.message_id : "";
}

static void
settle(struct store *s, const struct store_push *p, enum store_push_end end,
    int64_t due_ms)
{
    CHECK(store_push_settle(s, p, end, NOW, due_ms,
        end == STORE_PUSH_TOLD ? absent() : SPAN("it answered 500"), NULL));
}

/* A message by alice that mentions whom it names, or everybody. */
static struct added
mention(struct store *s, const char *room, const char *name)
{
    struct store_mentions who = {.all = !name, .n = name ? 1 : 0};
    struct span names[] = {span_of(name)};
    struct added a = {.seq = -1};
    struct store_message m = {
        .conversation_id = span_of(room),
        .sender_id = SPAN("alice"),
        .content = SPAN("you"),
        .language = SPAN("en"),
        .type = SPAN("text"),
        .created_ms = TEST_MS + 10,
        .mentioning = &who,
    };
    char id[ID_BYTES];

    who.names = names;
    id_new(id);
    m.id = span_of(id);
    a.ok =
        store_message_add(s, &m, NULL, 0, a.id, &a.seq, &a.duplicate, &a.err);
    CHECK(a.ok);
    return a;
}

static struct added
say(struct store *s, const char *room)
{
    struct added a = test_send(s, room, "alice", "hello", NULL, NULL, 0);

    CHECK(a.ok);
    return a;
}

static void
make_direct(struct store *s)
{
    struct store_conversation c = {
        .id = "two", .type = "direct", .created_by = "alice"};
    struct span other = SPAN("bob");

    c.created_ms = TEST_MS;
    CHECK(store_conversation_add(s, &c, &other, 1, NULL));
}

static void
a_direct_message_and_a_mention_are_told_and_others_if_wanted(void)
{
    struct fixture f = with_device(false);
    struct store_push p;
    struct added a;

    make_direct(f.s);
    say(f.s, "room");
    CHECK(!take(f.s, LATE, &p));
    a = say(f.s, "two");
    CHECK(take(f.s, NOW, &p));
    CHECK(strcmp(p.message_id, a.id) == 0 && strcmp(p.type, "direct") == 0);
    CHECK(strcmp(p.user_id, "bob") == 0 && strcmp(p.language, "fr") == 0);
    CHECK(strcmp(p.device.endpoint, "https://push/b1") == 0);
    settle(f.s, &p, STORE_PUSH_TOLD, 0);
    a = mention(f.s, "room", "bob");
    CHECK(strcmp(taken(f.s, NOW), a.id) == 0);
    fixture_free(&f);

    f = with_device(true);
    a = say(f.s, "room");
    CHECK(strcmp(taken(f.s, NOW), a.id) == 0);
    fixture_free(&f);
}

static void
who_writes_is_not_told_and_everybody_is_everybody(void)
{
    struct fixture f = with_device(false);
    struct store_push_device d = device("a1");
    struct added a;

    sign_in(f.s, "alice", "a1");
    CHECK(store_push_add(f.s, SPAN("alice"), &d, NULL));
    a = mention(f.s, "room", NULL);
    CHECK(strcmp(taken(f.s, NOW), a.id) == 0);
    CHECK(!*taken(f.s, NOW));
    fixture_free(&f);
}

static void
it_waits_for_its_translation_but_not_for_long(void)
{
    struct fixture f = with_device(true);
    struct added a = test_say(f.s, "hello"); /* for fr and es */
    struct store_push p;

    CHECK(!take(f.s, NOW, &p));
    CHECK(test_settle(f.s, a.id, 1, "es", STORE_READY, "hola"));
    CHECK(!take(f.s, NOW, &p));
    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "bonjour"));
    CHECK(take(f.s, NOW, &p));
    settle(f.s, &p, STORE_PUSH_TOLD, 0);
    a = test_say(f.s, "again");
    CHECK(!take(f.s, NOW, &p));
    CHECK(strcmp(taken(f.s, LATE), a.id) == 0);
    fixture_free(&f);
}

static void
one_sends_to_a_device_at_a_time_and_the_newest_of_a_room(void)
{
    struct fixture f = with_device(true);
    struct store_push first, p;
    struct added a;

    say(f.s, "room");
    a = say(f.s, "room");
    CHECK(take(f.s, NOW, &first) && strcmp(first.message_id, a.id) == 0);
    a = say(f.s, "room"); /* meanwhile */
    CHECK(!take(f.s, NOW + 1, &p));
    settle(f.s, &first, STORE_PUSH_TOLD, 0);
    CHECK(take(f.s, NOW, &p) && strcmp(p.message_id, a.id) == 0);
    CHECK(!take(f.s, NOW, &first));
    CHECK(take(f.s, UNTIL, &first)); /* who took it has ended */
    settle(f.s, &first, STORE_PUSH_TOLD, 0);
    CHECK(!take(f.s, LATE, &p));
    fixture_free(&f);
}

static void
see_device(const struct store_push_device *d, void *ctx)
{
    seen_add(ctx, "%s %d %s|", d->endpoint, d->failures, d->reason);
}

static struct seen
devices(struct store *s)
{
    struct seen seen = {.n = 0};

    CHECK(store_push_devices(s, SPAN("bob"), see_device, &seen, NULL));
    return seen;
}

static void
what_fails_comes_again_and_what_is_gone_is_removed(void)
{
    struct fixture f = with_device(true);
    struct store_push p;

    say(f.s, "room");
    CHECK(take(f.s, NOW, &p));
    settle(f.s, &p, STORE_PUSH_LATER, LATE);
    CHECK(strcmp(devices(f.s).text, "https://push/b1 1 it answered 500|") == 0);
    CHECK(!take(f.s, LATE - 1, &p));
    CHECK(take(f.s, LATE, &p) && p.device.failures == 1);
    settle(f.s, &p, STORE_PUSH_LOST, 0);
    CHECK(!take(f.s, LATE, &p));
    say(f.s, "room");
    CHECK(take(f.s, LATE, &p) && p.device.failures == 2);
    settle(f.s, &p, STORE_PUSH_TOLD, 0);
    CHECK(strcmp(devices(f.s).text, "https://push/b1 0 |") == 0);
    say(f.s, "room");
    CHECK(take(f.s, LATE, &p));
    settle(f.s, &p, STORE_PUSH_GONE, 0);
    CHECK(devices(f.s).n == 0);
    say(f.s, "room");
    CHECK(!take(f.s, LATE, &p));
    fixture_free(&f);
}

static void
what_is_read_deleted_old_or_of_a_room_they_left_is_not_told(void)
{
    struct fixture f = with_device(true);
    struct store_unread unread;
    struct added a = say(f.s, "room");
    bool moved;

    CHECK(store_read_set(f.s, SPAN("room"), SPAN("bob"), a.seq, false, NOW,
        &unread, &moved, NULL));
    CHECK(!*taken(f.s, NOW));
    a = say(f.s, "room");
    CHECK(store_message_delete(f.s, span_of(a.id), SPAN("alice"), NOW, NULL));
    CHECK(!*taken(f.s, NOW));
    say(f.s, "room");
    CHECK(!*taken(f.s, DAYS));
    say(f.s, "room");
    CHECK(store_member_remove(f.s, SPAN("room"), SPAN("bob"), NOW, NULL));
    CHECK(!*taken(f.s, NOW));
    fixture_free(&f);
}

static void
whom_one_blocks_does_not_reach_one(void)
{
    struct fixture f = with_device(true);

    CHECK(store_block_set(f.s, SPAN("bob"), SPAN("alice"), true, NOW, NULL));
    mention(f.s, "room", "bob");
    CHECK(!*taken(f.s, NOW));
    fixture_free(&f);
}

/* Open another handle of the database, as a gateway would. */
static struct store *
gateway(const struct fixture *f, const char *holder)
{
    struct store_options as = {.holder = holder};
    struct store *s = store_open(f->url, &as, NULL);
    bool lost;

    CHECK(s && store_hold(s, INT64_MAX, &lost, NULL));
    return s;
}

static void
who_looks_is_told_nothing(void)
{
    struct fixture f = with_device(true);
    struct store *one, *two;
    int64_t n;

    CHECK(!store_look_set(f.s, SPAN("bob"), true, NULL));
    if (!strstr(f.url, ":memory:")) {
        one = gateway(&f, "one");
        two = gateway(&f, "two");
        CHECK(store_look_set(one, SPAN("bob"), true, NULL));
        CHECK(store_look_set(two, SPAN("bob"), true, NULL));
        CHECK(store_look_set(one, SPAN("bob"), false, NULL));
        say(f.s, "room");
        CHECK(!*taken(f.s, NOW));
        CHECK(store_let_go(two, NULL)); /* it ends, and cannot say so */
        say(f.s, "room");
        CHECK(*taken(f.s, NOW));
        CHECK(store_look_set(one, SPAN("bob"), true, NULL));
        CHECK(store_looks_clear(one, NULL));
        CHECK(store_take_over(one, &n, NULL));
        say(f.s, "room");
        CHECK(*taken(f.s, UNTIL));
        store_close(one);
        store_close(two);
    }
    fixture_free(&f);
}

static bool
is_due(struct store *s, int64_t now_ms)
{
    bool due = false;

    CHECK(store_push_due(s, now_ms, &due, NULL));
    return due;
}

static void
nothing_is_due_where_nothing_waits_or_all_of_it_is_taken(void)
{
    struct fixture f = with_device(true);
    struct store_push p;

    CHECK(!is_due(f.s, LATE));
    say(f.s, "room");
    CHECK(is_due(f.s, NOW));
    CHECK(take(f.s, NOW, &p));
    CHECK(!is_due(f.s, NOW));
    CHECK(is_due(f.s, UNTIL + 1));
    settle(f.s, &p, STORE_PUSH_TOLD, 0);
    CHECK(!is_due(f.s, UNTIL + 1));
    fixture_free(&f);
}

static void
a_device_is_its_sessions(void)
{
    struct fixture f = with_device(true);
    struct store_push_device d = device("b2"), other = device("c1");
    struct err err;

    d.all_rooms = true;
    CHECK(!store_push_add(f.s, SPAN("bob"), &d, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(!store_push_remove(f.s, SPAN("alice"), session_of("b1"), &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    sign_in(f.s, "bob", "b2");
    CHECK(store_push_add(f.s, SPAN("bob"), &d, NULL));
    CHECK(store_push_add(f.s, SPAN("bob"), &d, NULL));
    CHECK(devices(f.s).n == 2);
    say(f.s, "room");
    CHECK(store_session_remove(f.s, session_of("b1"), NULL));
    CHECK(devices(f.s).n == 1);
    CHECK(*taken(f.s, NOW) && !*taken(f.s, NOW));
    /* Somebody else signs in in the same browser. */
    CHECK(test_user_add(f.s, "carol", "ca", NULL));
    sign_in(f.s, "carol", "c1");
    memcpy(other.endpoint, d.endpoint, sizeof(d.endpoint));
    CHECK(store_push_add(f.s, SPAN("carol"), &other, NULL));
    CHECK(devices(f.s).n == 0);
    CHECK(store_push_remove(f.s, SPAN("carol"), session_of("c1"), NULL));
    fixture_free(&f);
}

static void
a_person_has_no_more_devices_than_so_many(void)
{
    struct fixture f = with_device(true);
    struct err err;
    char name[] = "d0";

    for (int i = 1; i <= STORE_PUSH_DEVICES_MAX; i++) {
        struct store_push_device d;
        name[1] = (char)('0' + i);
        sign_in(f.s, "bob", name);
        d = device(name);
        CHECK(store_push_add(f.s, SPAN("bob"), &d, &err) ==
              (i < STORE_PUSH_DEVICES_MAX));
    }
    CHECK(err.kind == FAIL_CONFLICT);
    fixture_free(&f);
}

static void
the_keys_are_made_once(void)
{
    struct fixture f = fixture_new();
    struct store_push_keys one = {"public", "secret"}, two = {"other", "two"};

    CHECK(store_push_keys(f.s, &one, NULL));
    CHECK(strcmp(one.public_key, "public") == 0);
    fixture_reopen(&f);
    CHECK(store_push_keys(f.s, &two, NULL));
    CHECK(strstr(f.url, ":memory:") ||
          (strcmp(two.public_key, "public") == 0 &&
              strcmp(two.secret_key, "secret") == 0));
    fixture_free(&f);
}

static void
each(void)
{
    RUN(a_direct_message_and_a_mention_are_told_and_others_if_wanted);
    RUN(who_writes_is_not_told_and_everybody_is_everybody);
    RUN(it_waits_for_its_translation_but_not_for_long);
    RUN(one_sends_to_a_device_at_a_time_and_the_newest_of_a_room);
    RUN(what_fails_comes_again_and_what_is_gone_is_removed);
    RUN(what_is_read_deleted_old_or_of_a_room_they_left_is_not_told);
    RUN(whom_one_blocks_does_not_reach_one);
    RUN(who_looks_is_told_nothing);
    RUN(nothing_is_due_where_nothing_waits_or_all_of_it_is_taken);
    RUN(a_device_is_its_sessions);
    RUN(a_person_has_no_more_devices_than_so_many);
    RUN(the_keys_are_made_once);
}

int
main(void)
{
    return test_each_store(each);
}
