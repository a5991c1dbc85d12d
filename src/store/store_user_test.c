/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

static const unsigned char token_a[STORE_TOKEN_HASH_BYTES] = {1, 2, 3};
static const unsigned char token_b[STORE_TOKEN_HASH_BYTES] = {1, 2, 4};

static const struct store_user carol = {
    .id = "carol-id",
    .username = "Carol",
    .display_name = "Carol \xc3\x89toile",
    .email = "carol@example.org",
    .password_hash = "$argon2id$x",
    .language = "ca",
    .guest = true,
    .created_ms = 42,
};

static bool
same_user(const struct store_user *a, const struct store_user *b)
{
    return strcmp(a->id, b->id) == 0 && strcmp(a->username, b->username) == 0 &&
           strcmp(a->display_name, b->display_name) == 0 &&
           strcmp(a->email, b->email) == 0 &&
           strcmp(a->password_hash, b->password_hash) == 0 &&
           strcmp(a->language, b->language) == 0 && a->guest == b->guest &&
           a->created_ms == b->created_ms;
}

static void
a_user_comes_back_as_it_was_added(void)
{
    struct fixture f = fixture_new();
    struct store_user u;

    CHECK(store_user_add(f.s, &carol, NULL));
    fixture_reopen(&f);
    CHECK(store_user_by_id(f.s, SPAN("carol-id"), &u, NULL));
    CHECK(same_user(&u, &carol));
    CHECK(store_user_by_name(f.s, SPAN("cAROL"), &u, NULL));
    CHECK(same_user(&u, &carol));
    CHECK(store_user_by_name(f.s, SPAN("Carol@Example.org"), &u, NULL));
    CHECK(same_user(&u, &carol));
    CHECK(store_user_by_id(f.s, SPAN("alice"), &u, NULL));
    CHECK(u.email[0] == '\0' && !u.guest);
    fixture_free(&f);
}

static void
unknown_users_are_not_found(void)
{
    struct fixture f = fixture_new();
    struct store_user u;
    struct err err = {0};

    CHECK(!store_user_by_id(f.s, SPAN("nobody"), &u, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    err.kind = FAIL_NONE;
    CHECK(!store_user_by_name(f.s, SPAN("nobody"), &u, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    /* No address is not an address that all who have none share. */
    CHECK(!store_user_by_name(f.s, SPAN(""), &u, &err));
    fixture_free(&f);
}

static bool
conflicts(struct store *s, const char *id, const char *name, const char *email)
{
    struct store_user u = {.language = "en"};
    struct err err = {0};

    snprintf(u.id, sizeof(u.id), "%s", id);
    snprintf(u.username, sizeof(u.username), "%s", name);
    snprintf(u.email, sizeof(u.email), "%s", email);
    return !store_user_add(s, &u, &err) && err.kind == FAIL_CONFLICT;
}

static void
names_are_unique_among_names_and_addresses(void)
{
    struct fixture f = fixture_new();
    struct store_totals before, after;

    CHECK(store_user_add(f.s, &carol, NULL));
    CHECK(store_totals(f.s, &before, NULL));
    CHECK(conflicts(f.s, "u1", "ALICE", ""));
    CHECK(conflicts(f.s, "u1", "carol@example.org", ""));
    CHECK(conflicts(f.s, "alice", "dora", ""));
    CHECK(store_totals(f.s, &after, NULL));
    CHECK(before.users == 3 && after.users == 3);
    fixture_free(&f);
}

static void
an_address_stays_with_who_had_it_first_and_nobody_is_told(void)
{
    struct fixture f = fixture_new();
    struct store_user u;

    CHECK(store_user_add(f.s, &carol, NULL));
    CHECK(!conflicts(f.s, "u1", "dora", "CAROL@example.org"));
    CHECK(!conflicts(f.s, "u2", "emil", "alice"));
    CHECK(store_user_by_name(f.s, SPAN("dora"), &u, NULL) && !u.email[0]);
    CHECK(store_user_by_name(f.s, SPAN("alice"), &u, NULL));
    CHECK(strcmp(u.id, "alice") == 0);
    CHECK(store_user_by_name(f.s, SPAN("carol@example.org"), &u, NULL));
    CHECK(strcmp(u.id, "carol-id") == 0);
    fixture_free(&f);
}

static bool
looks(struct store *s, const char *name, bool guest, int64_t a, int64_t b)
{
    struct store_user u = {
        .language = "en", .guest = guest, .likeness = {a, 0, b}};

    snprintf(u.id, sizeof(u.id), "%s", name);
    snprintf(u.username, sizeof(u.username), "%s", name);
    return store_user_add(s, &u, NULL);
}

static void
nobody_takes_a_name_that_looks_like_an_accounts(void)
{
    struct fixture f = fixture_new();

    CHECK(looks(f.s, "anna", false, 7, -8));
    CHECK(!looks(f.s, "x1", false, 1, 7));
    CHECK(!looks(f.s, "x2", true, -8, 2));
    CHECK(looks(f.s, "nothing", true, 0, 0)); /* after one that had some */
    CHECK(looks(f.s, "guest", true, 5, 6));
    CHECK(looks(f.s, "another", true, 5, 6)); /* as a guest does */
    CHECK(looks(f.s, "account", false, 5, 6));
    CHECK(!looks(f.s, "late", true, 5, 9));
    fixture_free(&f);
}

static void
see_name(const struct store_member *m, void *ctx)
{
    seen_add(ctx, "%s(%s)|", m->user_id, m->language);
}

static void
a_user_is_a_member_of_any_from_the_start(void)
{
    struct fixture f = fixture_new();
    struct seen seen = {.n = 0};

    CHECK(!conflicts(f.s, "", "dora", "")); /* no id: bad input */
    CHECK(store_members(f.s, SPAN(STORE_ANY), see_name, &seen, NULL));
    CHECK(strcmp(seen.text, "alice(en)|bob(fr)|") == 0);
    fixture_free(&f);
}

static void
what_is_written_can_be_chosen_and_left_open(void)
{
    struct fixture f = fixture_new();
    struct store_user u;
    struct store_event *e;
    struct err err = {0};

    CHECK(store_user_by_id(f.s, SPAN("bob"), &u, NULL) && !u.writing[0]);
    store_events_free(store_take_events(f.s));
    CHECK(store_user_set_writing(f.s, SPAN("bob"), SPAN("es"), TEST_MS, NULL));
    CHECK(store_user_by_id(f.s, SPAN("bob"), &u, NULL));
    CHECK(strcmp(u.writing, "es") == 0);
    e = store_take_events(f.s); /* for their other devices alone */
    CHECK(e && e->kind == STORE_USER_CHANGED && e->own_stream && !e->next);
    CHECK(e && strcmp(e->writing, "es") == 0 &&
          strcmp(e->language, u.language) == 0);
    store_events_free(e);
    CHECK(store_user_set_writing(f.s, SPAN("bob"), SPAN(""), TEST_MS, NULL));
    CHECK(store_user_by_id(f.s, SPAN("bob"), &u, NULL) && !u.writing[0]);
    CHECK(
        !store_user_set_writing(f.s, SPAN("bob"), SPAN("x y"), TEST_MS, &err));
    CHECK(err.kind == FAIL_BAD_INPUT);
    CHECK(!store_user_set_writing(
        f.s, SPAN("nobody"), SPAN("es"), TEST_MS, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
a_language_can_be_changed_to_a_language_code_only(void)
{
    struct fixture f = fixture_new();
    struct store_user u;
    struct err err = {0};

    CHECK(store_user_set_language(
        f.s, SPAN("bob"), SPAN("pt-BR"), TEST_MS + 2, NULL));
    CHECK(store_user_by_id(f.s, SPAN("bob"), &u, NULL));
    CHECK(strcmp(u.language, "pt-BR") == 0);
    CHECK(!store_user_set_language(
        f.s, SPAN("bob"), SPAN("x y"), TEST_MS + 2, &err));
    CHECK(err.kind == FAIL_BAD_INPUT);
    CHECK(!store_user_set_language(
        f.s, SPAN("bob"), SPAN(""), TEST_MS + 2, &err));
    CHECK(!store_user_set_language(
        f.s, SPAN("bob"), SPAN("sixteen-letters-"), TEST_MS + 2, &err));
    CHECK(!store_user_set_language(
        f.s, SPAN("nobody"), SPAN("en"), TEST_MS + 2, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
see_bob(const struct store_member *m, void *ctx)
{
    if (strcmp(m->user_id, "bob") == 0)
        *(int64_t *)ctx = m->seen_ms;
}

static void
when_a_user_was_seen_is_kept(void)
{
    struct fixture f = fixture_new();
    int64_t first = -1, last = -1;
    struct store_user u;

    CHECK(store_user_by_id(f.s, SPAN("bob"), &u, NULL));
    CHECK(store_members(f.s, SPAN(STORE_ANY), see_bob, &first, NULL));
    CHECK(first == u.created_ms);
    CHECK(store_user_seen(f.s, SPAN("bob"), 123456789012345, NULL));
    fixture_reopen(&f);
    CHECK(store_members(f.s, SPAN(STORE_ANY), see_bob, &last, NULL));
    CHECK(last == 123456789012345);
    fixture_free(&f);
}

static void
a_session_is_found_until_it_expires_or_is_removed(void)
{
    struct fixture f = fixture_new();
    struct store_user u;
    struct err err = {0};

    CHECK(store_session_add(f.s, token_a, SPAN("alice"), 1000, 2000, NULL));
    CHECK(store_session_add(f.s, token_b, SPAN("bob"), 1000, 3000, NULL));
    fixture_reopen(&f);
    CHECK(store_session_find(f.s, token_a, 1999, &u, NULL));
    CHECK(strcmp(u.username, "alice") == 0);
    CHECK(!store_session_find(f.s, token_a, 2000, &u, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(store_session_remove(f.s, token_b, NULL));
    CHECK(!store_session_find(f.s, token_b, 1000, &u, &err));
    CHECK(store_session_remove(f.s, token_b, NULL)); /* gone is gone */
    CHECK(!store_session_add(f.s, token_a, SPAN("bob"), 1, 2, &err));
    CHECK(err.kind == FAIL_CONFLICT);
    CHECK(!store_session_add(f.s, token_b, SPAN("nobody"), 1, 2, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
expired_sessions_are_forgotten_and_others_kept(void)
{
    struct fixture f = fixture_new();
    struct store_user u;

    CHECK(store_session_add(f.s, token_a, SPAN("alice"), 1000, 2000, NULL));
    CHECK(store_session_add(f.s, token_b, SPAN("bob"), 1000, 3000, NULL));
    CHECK(store_sessions_expire(f.s, 2500, NULL));
    CHECK(!store_session_find(f.s, token_a, 0, &u, NULL));
    CHECK(store_session_find(f.s, token_b, 0, &u, NULL));
    fixture_free(&f);
}

static void
each(void)
{
    RUN(a_user_comes_back_as_it_was_added);
    RUN(unknown_users_are_not_found);
    RUN(names_are_unique_among_names_and_addresses);
    RUN(an_address_stays_with_who_had_it_first_and_nobody_is_told);
    RUN(nobody_takes_a_name_that_looks_like_an_accounts);
    RUN(a_user_is_a_member_of_any_from_the_start);
    RUN(what_is_written_can_be_chosen_and_left_open);
    RUN(a_language_can_be_changed_to_a_language_code_only);
    RUN(when_a_user_was_seen_is_kept);
    RUN(a_session_is_found_until_it_expires_or_is_removed);
    RUN(expired_sessions_are_forgotten_and_others_kept);
}

int
main(void)
{
    return test_each_store(each);
}
