/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

static void
a_save_queues_one_row_per_language(void)
{
    struct fixture f = fixture_new();

    test_say(f.s, "hello");
    fixture_reopen(&f);
    CHECK(strcmp(test_ledger(f.s).text, "es queued |fr queued |") == 0);
    fixture_free(&f);
}

static void
see_result(const struct store_translation *t, void *ctx)
{
    struct added *a = ctx;

    a->seq++;
    CHECK(span_eqz(t->message_id, a->id) && t->revision == 1);
    CHECK(span_eqz(t->conversation_id, "room"));
    CHECK(span_eqz(t->language, "fr") && t->state == STORE_READY);
    CHECK(span_eqz(t->text, "bonjour") && !t->reason.p);
    CHECK(span_eqz(t->doubt, "unsure"));
    CHECK(span_eqz(t->source, "en") && span_eqz(t->model, "test"));
    CHECK(t->confidence > 0.49 && t->confidence < 0.51);
    CHECK(t->updated_ms == TEST_MS + 20);
}

static void
a_result_comes_back_as_it_was_settled(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "hello");

    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "bonjour"));
    fixture_reopen(&f);
    a.seq = 0;
    CHECK(store_translations(
        f.s, SPAN("room"), 1, 1, SPAN("fr"), see_result, &a, NULL));
    CHECK(a.seq == 1);
    CHECK(strcmp(test_ledger(f.s).text, "es queued |fr ready bonjour|") == 0);
    fixture_free(&f);
}

static void
a_row_is_ready_once_and_stays_what_it_is(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "hello");

    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "bonjour"));
    CHECK(!test_settle(f.s, a.id, 1, "fr", STORE_READY, "salut"));
    CHECK(!test_settle(f.s, a.id, 1, "fr", STORE_FAILED, "late"));
    CHECK(!test_settle(f.s, a.id, 1, "fr", STORE_SKIPPED, "late"));
    CHECK(strcmp(test_ledger(f.s).text, "es queued |fr ready bonjour|") == 0);
    fixture_free(&f);
}

static void
a_late_result_replaces_a_failure(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "hello");

    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_FAILED, "timeout"));
    CHECK(test_settle(f.s, a.id, 1, "es", STORE_SKIPPED, "no words"));
    CHECK(strcmp(test_ledger(f.s).text,
              "es skipped no words|fr failed timeout|") == 0);
    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_FAILED, "again"));
    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "bonjour"));
    CHECK(strcmp(test_ledger(f.s).text,
              "es skipped no words|fr ready bonjour|") == 0);
    fixture_free(&f);
}

static void
what_nobody_waits_for_is_not_settled(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "hello"), b = test_say(f.s, "gone");
    int revision;

    CHECK(!test_settle(f.s, a.id, 1, "de", STORE_READY, "hallo"));
    CHECK(!test_settle(f.s, a.id, 2, "fr", STORE_READY, "future"));
    CHECK(!test_settle(f.s, "nobody", 1, "fr", STORE_READY, "x"));
    CHECK(store_message_edit(f.s, span_of(a.id), SPAN("alice"), SPAN("bye"),
        SPAN("en"), NULL, &SPAN("fr"), 1, 5, &revision, NULL));
    CHECK(!test_settle(f.s, a.id, 1, "fr", STORE_READY, "bonjour"));
    CHECK(!test_settle(f.s, a.id, 2, "es", STORE_READY, "dropped"));
    CHECK(store_message_delete(f.s, span_of(b.id), SPAN("alice"), 5, NULL));
    CHECK(!test_settle(f.s, b.id, 1, "fr", STORE_READY, "parti"));
    CHECK(strcmp(test_ledger(f.s).text, "fr queued |") == 0);
    CHECK(test_settle(f.s, a.id, 2, "fr", STORE_READY, "au revoir"));
    fixture_free(&f);
}

static bool
ask(struct store *s, const char *id, const char *language)
{
    bool queued = false;

    CHECK(store_translation_request(
        s, span_of(id), span_of(language), 9, &queued, NULL));
    return queued;
}

static void
a_language_can_be_asked_for_later_and_again_after_a_failure(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "hello");

    CHECK(ask(f.s, a.id, "de") && !ask(f.s, a.id, "de"));
    CHECK(!ask(f.s, a.id, "fr")); /* queued from the start */
    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_FAILED, "timeout"));
    CHECK(ask(f.s, a.id, "fr"));
    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "bonjour"));
    CHECK(!ask(f.s, a.id, "fr"));
    CHECK(test_settle(f.s, a.id, 1, "es", STORE_SKIPPED, "emoji"));
    CHECK(ask(f.s, a.id, "es"));
    CHECK(strcmp(test_ledger(f.s).text,
              "de queued |es queued |fr ready bonjour|") == 0);
    fixture_free(&f);
}

static void
a_request_for_nothing_or_too_much_is_refused(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "hello"), b = test_say(f.s, "gone");
    struct err err = {0};
    bool queued;
    char language[STORE_LANG_BYTES];

    CHECK(!store_translation_request(
        f.s, SPAN("m0"), SPAN("fr"), 1, &queued, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(store_message_delete(f.s, span_of(b.id), SPAN("alice"), 5, NULL));
    CHECK(!store_translation_request(
        f.s, span_of(b.id), SPAN("de"), 1, &queued, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(!store_translation_request(
        f.s, span_of(a.id), SPAN("d e"), 1, &queued, &err));
    CHECK(err.kind == FAIL_BAD_INPUT);
    for (int i = 2; i < STORE_LANGUAGES_MAX; i++) {
        snprintf(language, sizeof(language), "x%d", i);
        CHECK(ask(f.s, a.id, language));
    }
    CHECK(!store_translation_request(
        f.s, span_of(a.id), SPAN("de"), 1, &queued, &err));
    CHECK(err.kind == FAIL_TOO_LARGE);
    CHECK(!ask(f.s, a.id, "fr")); /* known already: no failure */
    CHECK(test_ledger(f.s).n == STORE_LANGUAGES_MAX);
    fixture_free(&f);
}

static void
translations_are_read_by_range_and_language(void)
{
    struct fixture f = fixture_new();
    struct seen seen = {.n = 0};

    for (int i = 0; i < 4; i++) {
        struct added a = test_say(f.s, "hello");
        if (i % 2)
            CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "bonjour"));
    }
    CHECK(test_send(f.s, "any", "bob", "x", NULL, &SPAN("en"), 1).ok);
    CHECK(test_ledger(f.s).n == 8);
    CHECK(store_translations(
        f.s, SPAN("room"), 2, 3, absent(), see_translation, &seen, NULL));
    CHECK(strcmp(seen.text,
              "es queued |fr ready bonjour|es queued |fr queued |") == 0);
    seen = (struct seen){.n = 0};
    CHECK(store_translations(
        f.s, SPAN("room"), 1, 9, SPAN("fr"), see_translation, &seen, NULL));
    CHECK(strcmp(seen.text,
              "fr queued |fr ready bonjour|fr queued |fr ready bonjour|") == 0);
    fixture_free(&f);
}

static void
see_pending(const struct store_pending *p, void *ctx)
{
    seen_add(ctx, "%.*s/%.*s r%d %.*s->", SPAN_ARG(p->conversation_id),
        SPAN_ARG(p->content), p->revision, SPAN_ARG(p->language));
    for (int i = 0; i < p->n_targets; i++)
        seen_add(ctx, "%.*s,", SPAN_ARG(p->targets[i]));
    seen_add(ctx, "|");
}

static void
unfinished_work_is_paged_oldest_first_message_by_message(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "one"), b = test_say(f.s, "two");
    struct seen seen = {.n = 0};
    int64_t cursor = 0;
    int n, revision;

    CHECK(test_send(f.s, "any", "bob", "none", NULL, NULL, 0).ok);
    CHECK(test_send(f.s, "any", "bob", "x", NULL, &SPAN("ca"), 1).ok);
    CHECK(test_settle(f.s, a.id, 1, "es", STORE_READY, "uno"));
    CHECK(store_message_edit(f.s, span_of(b.id), SPAN("alice"), SPAN("dos"),
        SPAN("es"), NULL, (struct span[]){SPAN("fr"), SPAN("en")}, 2, 5,
        &revision, NULL));
    fixture_reopen(&f);

    CHECK(store_pending(f.s, &cursor, 2, see_pending, &seen, &n, NULL));
    CHECK(n == 2);
    CHECK(
        strcmp(seen.text, "room/one r1 en->fr,|room/dos r2 es->en,fr,|") == 0);
    seen = (struct seen){.n = 0};
    CHECK(store_pending(f.s, &cursor, 2, see_pending, &seen, &n, NULL));
    CHECK(n == 1 && strcmp(seen.text, "any/x r1 en->ca,|") == 0);
    CHECK(store_pending(f.s, &cursor, 2, see_pending, &seen, &n, NULL));
    CHECK(n == 0);
    fixture_free(&f);
}

static void
totals_count_every_state(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "one");
    struct store_totals t;

    test_say(f.s, "two");
    CHECK(test_settle(f.s, a.id, 1, "es", STORE_READY, "uno"));
    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_FAILED, "no engine"));
    CHECK(store_totals(f.s, &t, NULL));
    CHECK(t.users == 2 && t.conversations == 2 && t.messages == 2);
    CHECK(t.translations_ready == 1 && t.translations_failed == 1);
    CHECK(t.translations_queued == 2);
    fixture_free(&f);
}

static void
each(void)
{
    RUN(a_save_queues_one_row_per_language);
    RUN(a_result_comes_back_as_it_was_settled);
    RUN(a_row_is_ready_once_and_stays_what_it_is);
    RUN(a_late_result_replaces_a_failure);
    RUN(what_nobody_waits_for_is_not_settled);
    RUN(a_language_can_be_asked_for_later_and_again_after_a_failure);
    RUN(a_request_for_nothing_or_too_much_is_refused);
    RUN(translations_are_read_by_range_and_language);
    RUN(unfinished_work_is_paged_oldest_first_message_by_message);
    RUN(totals_count_every_state);
}

int
main(void)
{
    return test_each_store(each);
}
