/* SPDX-License-Identifier: ISC */
#include "store/identity.h"
#include "store/people.h"
#include "store/test_store.h"

static struct store_identity
anna(void)
{
    return (struct store_identity){
        SPAN("https://id.example.org"), SPAN("248289")};
}

static const struct store_user account = {.id = "anna-id",
    .username = "anna",
    .display_name = "Anna",
    .language = "de",
    .created_ms = TEST_MS};

static void
an_identity_has_one_account_for_good(void)
{
    struct fixture f = fixture_new();
    struct store_identity id = anna();
    struct store_user u, other = account;
    struct err err;

    CHECK(!store_identity_find(f.s, &id, &u, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(store_identity_add(f.s, &id, &account, NULL));
    fixture_reopen(&f);
    CHECK(store_identity_find(f.s, &id, &u, NULL));
    CHECK(strcmp(u.id, "anna-id") == 0 && !u.guest && !u.password_hash[0]);
    snprintf(other.id, sizeof(other.id), "other");
    snprintf(other.username, sizeof(other.username), "other");
    CHECK(!store_identity_add(f.s, &id, &other, &err));
    CHECK(err.kind == FAIL_CONFLICT);
    CHECK(!store_user_by_id(f.s, SPAN("other"), &u, NULL));
    fixture_free(&f);
}

static void
nobody_is_found_by_half_of_it(void)
{
    struct fixture f = fixture_new();
    struct store_identity id = anna(), elsewhere = anna(), longer = anna();
    struct store_user u;

    CHECK(store_identity_add(f.s, &id, &account, NULL));
    elsewhere.issuer = SPAN("https://id.example.com");
    longer.subject = SPAN("2482890");
    CHECK(!store_identity_find(f.s, &elsewhere, &u, NULL));
    CHECK(!store_identity_find(f.s, &longer, &u, NULL));
    fixture_free(&f);
}

/* Else whoever may choose their name at the provider would be anybody here. */
static void
a_name_that_somebody_has_is_not_taken_over(void)
{
    struct fixture f = fixture_new();
    struct store_identity id = anna();
    struct store_user u = account;
    struct err err;

    snprintf(u.username, sizeof(u.username), "ALICE");
    CHECK(!store_identity_add(f.s, &id, &u, &err));
    CHECK(err.kind == FAIL_CONFLICT);
    CHECK(!store_identity_find(f.s, &id, &u, NULL));
    CHECK(store_identity_add(f.s, &id, &account, NULL)); /* by another name */
    fixture_free(&f);
}

static void
who_deleted_their_account_may_begin_anew(void)
{
    struct fixture f = fixture_new();
    struct store_identity id = anna();
    struct store_user u, next = account;

    CHECK(store_identity_add(f.s, &id, &account, NULL));
    CHECK(store_user_erase(f.s, SPAN("anna-id"), TEST_MS + 1, NULL));
    CHECK(!store_identity_find(f.s, &id, &u, NULL));
    snprintf(next.id, sizeof(next.id), "anna-2");
    CHECK(store_identity_add(f.s, &id, &next, NULL));
    CHECK(store_identity_find(f.s, &id, &u, NULL));
    CHECK(strcmp(u.id, "anna-2") == 0);
    fixture_free(&f);
}

static void
tests(void)
{
    RUN(an_identity_has_one_account_for_good);
    RUN(nobody_is_found_by_half_of_it);
    RUN(a_name_that_somebody_has_is_not_taken_over);
    RUN(who_deleted_their_account_may_begin_anew);
}

int
main(void)
{
    return test_each_store(tests);
}
