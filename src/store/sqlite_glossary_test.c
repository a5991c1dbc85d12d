/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

struct found {
    int n;
    int64_t version;
    char json[64];
};

static void
see(const struct store_glossary *g, void *ctx)
{
    struct found *f = ctx;

    f->n++;
    f->version = g->version;
    snprintf(f->json, sizeof(f->json), "%.*s", SPAN_ARG(g->json));
    CHECK(span_eqz(g->conversation_id, "room"));
}

static bool
put(struct fixture *f, const char *room, const char *user, const char *json,
    int64_t *version, struct err *err)
{
    return store_glossary_set(f->s, span_of(room), span_of(user), span_of(json),
        TEST_MS, version, err);
}

static void
an_admin_replaces_it_and_every_change_has_a_version(void)
{
    struct fixture f = fixture_new();
    struct found found = {0};
    int64_t version = 0;

    CHECK(put(&f, "room", "alice", "{1}", &version, NULL) && version == 1);
    CHECK(put(&f, "room", "alice", "{2}", &version, NULL) && version == 2);
    fixture_reopen(&f);
    CHECK(store_glossaries(f.s, see, &found, NULL));
    CHECK(found.n == 1 && found.version == 2);
    CHECK(strcmp(found.json, "{2}") == 0);
    fixture_free(&f);
}

static void
nobody_else_may(void)
{
    struct fixture f = fixture_new();
    struct found found = {0};
    struct err err;
    int64_t v;

    CHECK(
        !put(&f, "room", "bob", "{}", &v, &err) && err.kind == FAIL_FORBIDDEN);
    CHECK(
        !put(&f, "any", "alice", "{}", &v, &err) && err.kind == FAIL_FORBIDDEN);
    CHECK(!put(&f, "nowhere", "alice", "{}", &v, &err) &&
          err.kind == FAIL_FORBIDDEN);
    CHECK(store_glossaries(f.s, see, &found, NULL) && found.n == 0);
    fixture_free(&f);
}

int
main(void)
{
    RUN(an_admin_replaces_it_and_every_change_has_a_version);
    RUN(nobody_else_may);
    return tap_end();
}
