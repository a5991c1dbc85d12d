/* SPDX-License-Identifier: ISC */
#include "store/face.h"

#include "store/people.h"
#include "store/test_store.h"

#define ONE "0123456789abcdef"
#define OTHER "fedcba9876543210"

static bool
user_face(struct store *s, const char *user, const char *version,
    const char *webp, int64_t bytes_max, struct err *err)
{
    struct store_face f = {span_of(version), span_of(webp)};

    return store_user_set_face(s, span_of(user), &f, bytes_max, TEST_MS, err);
}

static bool
room_face(struct store *s, const char *version, const char *webp)
{
    struct store_face f = {span_of(version), span_of(webp)};

    return store_room_set_face(
        s, SPAN("room"), SPAN("alice"), &f, 1000, TEST_MS, NULL);
}

static void
see(const struct store_face *f, void *ctx)
{
    snprintf(ctx, 64, "%.*s %.*s", SPAN_ARG(f->version), SPAN_ARG(f->webp));
}

static bool
sees_user(
    struct store *s, const char *user, const char *viewer, const char *expected)
{
    char seen[64] = "";
    struct err err = {0};
    bool ok =
        store_user_face(s, span_of(user), span_of(viewer), see, seen, &err);

    return ok == (expected[0] != '\0') && (ok || err.kind == FAIL_NOT_FOUND) &&
           strcmp(seen, expected) == 0;
}

static bool
sees_room(struct store *s, const char *viewer, const char *expected)
{
    char seen[64] = "";
    struct err err = {0};
    bool ok =
        store_room_face(s, SPAN("room"), span_of(viewer), see, seen, &err);

    return ok == (expected[0] != '\0') && (ok || err.kind == FAIL_NOT_FOUND) &&
           strcmp(seen, expected) == 0;
}

static bool
looks(struct store *s, const char *version)
{
    struct store_user u;

    return store_user_by_id(s, SPAN("alice"), &u, NULL) &&
           strcmp(u.picture, version) == 0;
}

/* Somebody who is in no room, not even the public one. */
static void
add_visitor(struct store *s, const char *name)
{
    struct store_user u = {
        .created_ms = TEST_MS, .guest = true, .visitor = true};

    snprintf(u.id, sizeof(u.id), "%s", name);
    snprintf(u.username, sizeof(u.username), "%s", name);
    snprintf(u.language, sizeof(u.language), "en");
    CHECK(store_user_add(s, &u, NULL));
    CHECK(
        store_member_remove(s, SPAN(STORE_ANY), span_of(name), TEST_MS, NULL));
}

static void
a_picture_takes_the_place_of_the_one_before(void)
{
    struct fixture x = fixture_new();
    int64_t bytes;

    CHECK(sees_user(x.s, "alice", "alice", ""));
    CHECK(user_face(x.s, "alice", ONE, "webp", 1000, NULL));
    CHECK(looks(x.s, ONE));
    CHECK(sees_user(x.s, "alice", "alice", ONE " webp"));
    CHECK(user_face(x.s, "alice", OTHER, "longer webp", 1000, NULL));
    fixture_reopen(&x);
    CHECK(looks(x.s, OTHER));
    CHECK(sees_user(x.s, "alice", "alice", OTHER " longer webp"));
    CHECK(store_files_bytes(x.s, SPAN("alice"), &bytes, NULL) && bytes == 11);
    CHECK(user_face(x.s, "alice", NULL, NULL, 0, NULL));
    CHECK(looks(x.s, "") && sees_user(x.s, "alice", "alice", ""));
    CHECK(store_files_bytes(x.s, SPAN("alice"), &bytes, NULL) && bytes == 0);
    fixture_free(&x);
}

static void
a_room_has_one_too_which_its_log_tells(void)
{
    struct fixture x = fixture_new();
    struct store_conversation c;
    struct store_event *e;

    store_events_free(store_take_events(x.s));
    CHECK(room_face(x.s, ONE, "webp"));
    e = store_take_events(x.s);
    CHECK(e && !e->next && e->kind == STORE_ROOM_CHANGED);
    CHECK(e && strcmp(e->conversation->picture, ONE) == 0);
    store_events_free(e);
    CHECK(store_conversation_get(x.s, SPAN("room"), &c, NULL));
    CHECK(strcmp(c.picture, ONE) == 0);
    CHECK(sees_room(x.s, "bob", ONE " webp"));
    CHECK(room_face(x.s, NULL, NULL) && sees_room(x.s, "bob", ""));
    fixture_free(&x);
}

static void
a_change_is_told_in_ones_own_stream(void)
{
    struct fixture x = fixture_new();
    struct store_event *e;

    store_events_free(store_take_events(x.s));
    CHECK(user_face(x.s, "alice", ONE, "webp", 1000, NULL));
    e = store_take_events(x.s);
    CHECK(e && !e->next && e->own_stream && e->kind == STORE_USER_CHANGED);
    CHECK(e && strcmp(e->picture, ONE) == 0);
    store_events_free(e);
    fixture_free(&x);
}

static void
list(struct span user_id, struct span version, void *ctx)
{
    char *out = ctx;

    snprintf(out + strlen(out), 64 - strlen(out), "%.*s=%.4s ",
        SPAN_ARG(user_id), version.p);
}

static void
who_shares_no_room_sees_nothing(void)
{
    struct fixture x = fixture_new();
    struct span ids[] = {SPAN("bob"), SPAN("alice"), SPAN("nobody")};
    char seen[64] = "";

    add_visitor(x.s, "stray");
    CHECK(user_face(x.s, "alice", ONE, "webp", 1000, NULL));
    CHECK(room_face(x.s, OTHER, "room"));
    CHECK(sees_user(x.s, "alice", "bob", ONE " webp"));
    CHECK(sees_user(x.s, "alice", "stray", ""));
    CHECK(sees_room(x.s, "stray", ""));
    CHECK(store_faces(x.s, ids, 3, SPAN("bob"), list, seen, NULL));
    CHECK(strcmp(seen, "alice=0123 ") == 0);
    seen[0] = '\0';
    CHECK(store_faces(x.s, ids, 3, SPAN("stray"), list, seen, NULL));
    CHECK(seen[0] == '\0');
    CHECK(store_member_ban(x.s, SPAN("room"), SPAN("bob"), TEST_MS, NULL));
    CHECK(sees_room(x.s, "bob", ""));
    fixture_free(&x);
}

static void
nobody_has_more_than_they_may(void)
{
    struct fixture x = fixture_new();
    struct err err = {0};

    CHECK(!user_face(x.s, "alice", ONE, "webp", 3, &err));
    CHECK(err.kind == FAIL_TOO_LARGE && looks(x.s, ""));
    CHECK(!user_face(x.s, "alice", "short", "webp", 1000, &err));
    CHECK(err.kind == FAIL_BAD_INPUT);
    fixture_free(&x);
}

static void
who_goes_takes_it_along(void)
{
    struct fixture x = fixture_new();
    int64_t bytes;

    CHECK(user_face(x.s, "bob", ONE, "webp", 1000, NULL));
    CHECK(sees_user(x.s, "bob", "alice", ONE " webp"));
    CHECK(store_user_erase(x.s, SPAN("bob"), TEST_MS, NULL));
    CHECK(
        sees_user(x.s, "bob", "alice", "") && sees_user(x.s, "bob", "bob", ""));
    CHECK(store_files_bytes(x.s, SPAN("bob"), &bytes, NULL) && bytes == 0);
    fixture_free(&x);
}

static void
tests(void)
{
    RUN(a_picture_takes_the_place_of_the_one_before);
    RUN(a_room_has_one_too_which_its_log_tells);
    RUN(a_change_is_told_in_ones_own_stream);
    RUN(who_shares_no_room_sees_nothing);
    RUN(nobody_has_more_than_they_may);
    RUN(who_goes_takes_it_along);
}

int
main(void)
{
    return test_each_store(tests);
}
