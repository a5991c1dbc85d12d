/* SPDX-License-Identifier: ISC */
#include "store/correction.h"

#include "store/test_store.h"

static bool
propose(struct store *s, const char *id, const char *message, const char *who,
    const char *text, struct err *err)
{
    struct store_correction c = {.id = span_of(id),
        .message_id = span_of(message),
        .proposer_id = span_of(who),
        .language = SPAN("fr"),
        .text = span_of(text),
        .at_ms = TEST_MS};

    return store_correction_add(s, &c, err);
}

static void
see_correction(const struct store_correction *c, void *ctx)
{
    seen_add(ctx, "%.*s by %.*s %.*s>%.*s %.*s: %.*s (%.*s)|", SPAN_ARG(c->id),
        SPAN_ARG(c->proposer_id), SPAN_ARG(c->source), SPAN_ARG(c->language),
        SPAN_ARG(c->content), SPAN_ARG(c->text), SPAN_ARG(c->shown));
}

static bool
open_are(struct store *s, const char *expected)
{
    struct seen seen = {.n = 0};

    CHECK(store_corrections(s, SPAN("room"), 9, see_correction, &seen, NULL));
    if (strcmp(seen.text, expected) != 0)
        printf("# %s\n", seen.text);
    return strcmp(seen.text, expected) == 0;
}

static bool
resolve(struct store *s, const char *id, bool accepted, struct err *err)
{
    return store_correction_resolve(s, SPAN("room"), span_of(id), SPAN("alice"),
        accepted, TEST_MS + 5, err);
}

/* How many languages of a message are remembered, and its ledger then. */
static bool
recalls(struct store *s, const char *id, size_t expected)
{
    char ready[STORE_LANGUAGES_MAX][STORE_LANG_BYTES];
    size_t n = 99;

    CHECK(store_recall(s, span_of(id), TEST_MS + 9, ready, &n, NULL));
    return n == expected && (n == 0 || strcmp(ready[0], "fr") == 0);
}

static void
what_is_accepted_is_shown_and_remembered(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "Good morning"), b, other;
    struct store_event *e, *events;
    bool told = false;

    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "bon matin"));
    CHECK(propose(f.s, "c1", a.id, "bob", "bonjour", NULL));
    CHECK(open_are(f.s, "c1 by bob en>fr Good morning: bonjour (bon matin)|"));
    store_events_free(store_take_events(f.s));
    CHECK(resolve(f.s, "c1", true, NULL));
    events = store_take_events(f.s);
    for (e = events; e; e = e->next)
        told |= e->kind == STORE_TRANSLATION_CHANGED &&
                span_eqz(e->translation.text, "bonjour") &&
                span_eqz(e->translation.model, STORE_MODEL_PEOPLE) &&
                !e->translation.doubt.p;
    store_events_free(events);
    CHECK(told);
    CHECK(open_are(f.s, ""));
    CHECK(strcmp(test_ledger(f.s).text, "es queued |fr ready bonjour|") == 0);
    b = test_say(f.s, " good MORNING ");
    CHECK(recalls(f.s, b.id, 1));
    CHECK(recalls(f.s, b.id, 0)); /* it is there */
    other = test_say(f.s, "good evening");
    CHECK(recalls(f.s, other.id, 0));
    CHECK(strcmp(test_ledger(f.s).text,
              "es queued |fr ready bonjour|es queued |fr ready bonjour|"
              "es queued |fr queued |") == 0);
    fixture_reopen(&f);
    fixture_free(&f);
}

static void
what_is_dismissed_changes_nothing(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "Good morning"), b;
    struct err err = {0};

    CHECK(propose(f.s, "c1", a.id, "bob", "salut", NULL));
    CHECK(propose(f.s, "c2", a.id, "bob", "bonjour", NULL)); /* in its place */
    CHECK(open_are(f.s, "c2 by bob en>fr Good morning: bonjour ()|"));
    CHECK(!resolve(f.s, "c1", false, &err) && err.kind == FAIL_NOT_FOUND);
    CHECK(resolve(f.s, "c2", false, NULL));
    CHECK(!resolve(f.s, "c2", true, &err) && err.kind == FAIL_NOT_FOUND);
    CHECK(strcmp(test_ledger(f.s).text, "es queued |fr queued |") == 0);
    b = test_say(f.s, "good morning");
    CHECK(recalls(f.s, b.id, 0));
    fixture_free(&f);
}

static void
a_proposal_is_about_the_message_as_it_was(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "one"), b = test_say(f.s, "two");
    struct err err = {0};
    int revision;

    CHECK(propose(f.s, "c1", a.id, "bob", "un", NULL));
    CHECK(propose(f.s, "c2", b.id, "bob", "deux", NULL));
    CHECK(store_message_edit(f.s, span_of(a.id), SPAN("alice"), SPAN("three"),
        SPAN("en"), NULL, NULL, 0, TEST_MS + 1, &revision, NULL));
    CHECK(store_message_delete(
        f.s, span_of(b.id), SPAN("alice"), TEST_MS + 1, NULL));
    CHECK(open_are(f.s, ""));
    CHECK(!resolve(f.s, "c1", true, &err) && err.kind == FAIL_NOT_FOUND);
    CHECK(!resolve(f.s, "c2", true, &err) && err.kind == FAIL_NOT_FOUND);
    CHECK(!propose(f.s, "c3", b.id, "bob", "x", &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(!store_correction_resolve(f.s, SPAN("any"), SPAN("c1"), SPAN("alice"),
              true, TEST_MS, &err) &&
          err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
tests(void)
{
    RUN(what_is_accepted_is_shown_and_remembered);
    RUN(what_is_dismissed_changes_nothing);
    RUN(a_proposal_is_about_the_message_as_it_was);
}

int
main(void)
{
    return test_each_store(tests);
}
