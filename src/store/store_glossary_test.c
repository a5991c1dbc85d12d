/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

struct found {
    int n;
    int64_t version;
    char json[64];
};

static void
see(const struct store_room *r, void *ctx)
{
    struct found *f = ctx;

    if (!r->glossary.json.p)
        return;
    f->n++;
    f->version = r->glossary.version;
    snprintf(f->json, sizeof(f->json), "%.*s", SPAN_ARG(r->glossary.json));
    CHECK(span_eqz(r->glossary.conversation_id, "room"));
}

static bool
put(struct fixture *f, const char *room, const char *json, int64_t *version,
    struct err *err)
{
    return store_glossary_set(
        f->s, span_of(room), span_of(json), TEST_MS, version, err);
}

static void
it_is_replaced_and_every_change_has_a_version(void)
{
    struct fixture f = fixture_new();
    struct found found = {0};
    int64_t version = 0;

    CHECK(put(&f, "room", "{1}", &version, NULL) && version == 1);
    CHECK(put(&f, "room", "{2}", &version, NULL) && version == 2);
    fixture_reopen(&f);
    CHECK(store_room_get(f.s, SPAN("room"), see, &found, NULL));
    CHECK(found.n == 1 && found.version == 2);
    CHECK(strcmp(found.json, "{2}") == 0);
    fixture_free(&f);
}

static void
a_conversation_that_is_not_there_has_none(void)
{
    struct fixture f = fixture_new();
    struct found found = {0};
    struct err err;
    int64_t v;

    CHECK(!put(&f, "nowhere", "{}", &v, &err) && err.kind == FAIL_NOT_FOUND);
    CHECK(store_room_get(f.s, SPAN("room"), see, &found, NULL));
    CHECK(found.n == 0);
    fixture_free(&f);
}

static void
a_change_says_what_it_is_now(void)
{
    struct fixture f = fixture_new();
    struct store_event *e;
    int64_t v;

    store_events_free(store_take_events(f.s));
    CHECK(put(&f, "room", "{1}", &v, NULL));
    e = store_take_events(f.s);
    CHECK(e && e->kind == STORE_ROOM_CHANGED && !e->own_stream);
    CHECK(e && e->glossary.version == 1 && span_eqz(e->glossary.json, "{1}"));
    store_events_free(e);
    fixture_free(&f);
}

static void
each(void)
{
    RUN(a_change_says_what_it_is_now);
    RUN(it_is_replaced_and_every_change_has_a_version);
    RUN(a_conversation_that_is_not_there_has_none);
}

int
main(void)
{
    return test_each_store(each);
}
