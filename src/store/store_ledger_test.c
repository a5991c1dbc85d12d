/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

/* ---- what was translated before ---- */

static bool
settle(struct store *s, const char *id, const char *original,
    const char *language, const char *text, int64_t version)
{
    struct store_translation t = {
        .message_id = span_of(id),
        .revision = 1,
        .language = span_of(language),
        .state = STORE_READY,
        .text = span_of(text),
        .source = SPAN("en"),
        .model = SPAN("test"),
        .confidence = 0.5,
        .updated_ms = TEST_MS,
        .version = version,
        .text_hash =
            original ? store_text_hash(span_of(original), SPAN("en")) : 0,
    };
    bool settled = false;

    CHECK(store_translation_settle(s, &t, &settled, NULL));
    return settled;
}

static void
see_known(const struct store_translation *t, void *ctx)
{
    CHECK(t->state == STORE_READY && t->cached && t->text_hash != 0);
    CHECK(span_eqz(t->source, "en") && span_eqz(t->model, "test"));
    seen_add(ctx, "%.*s %.*s %d|", SPAN_ARG(t->language), SPAN_ARG(t->text),
        (int)t->version);
}

static bool
knows(struct store *s, const char *text, const char *language,
    const char *expected)
{
    struct seen seen = {.n = 0};

    CHECK(store_known(
        s, span_of(text), span_of(language), see_known, &seen, NULL));
    return strcmp(seen.text, expected) == 0;
}

static void
a_text_that_was_translated_is_found_with_its_versions(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "hello");

    CHECK(knows(f.s, "hello", "en", ""));
    CHECK(settle(f.s, a.id, "hello", "fr", "bonjour", 7));
    CHECK(settle(f.s, a.id, "hello", "es", "hola", 8));
    fixture_reopen(&f);
    CHECK(knows(f.s, "hello", "en", "es hola 8|fr bonjour 7|"));
    CHECK(knows(f.s, "hello", "fr", "") && knows(f.s, "Hello", "en", ""));
    fixture_free(&f);
}

static void
the_message_that_had_it_last_answers(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "hello"), b = test_say(f.s, "hello");

    CHECK(settle(f.s, a.id, "hello", "fr", "bonjour", 7));
    CHECK(settle(f.s, b.id, NULL, "fr", "salut", 7));
    CHECK(knows(f.s, "hello", "en", "fr bonjour 7|"));
    CHECK(settle(f.s, b.id, "hello", "es", "hola", 7));
    CHECK(knows(f.s, "hello", "en", "es hola 7|fr salut 7|"));
    fixture_free(&f);
}

static void
a_hash_that_another_text_has_finds_nothing(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "hello");

    CHECK(settle(f.s, a.id, "bye", "fr", "bonjour", 7));
    CHECK(knows(f.s, "bye", "en", "") && knows(f.s, "hello", "en", ""));
    fixture_free(&f);
}

static void
what_is_deleted_or_edited_is_known_no_more(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "hello"), b = test_say(f.s, "bye");
    int revision;

    CHECK(settle(f.s, a.id, "hello", "fr", "bonjour", 7));
    CHECK(settle(f.s, b.id, "bye", "fr", "au revoir", 7));
    CHECK(store_message_edit(f.s, span_of(a.id), SPAN("alice"), SPAN("hi"),
        SPAN("en"), NULL, NULL, 0, 5, &revision, NULL));
    CHECK(store_message_delete(f.s, span_of(b.id), SPAN("alice"), 5, NULL));
    CHECK(knows(f.s, "hello", "en", "") && knows(f.s, "hi", "en", ""));
    CHECK(knows(f.s, "bye", "en", "") && knows(f.s, "", "en", ""));
    fixture_free(&f);
}

/* ---- who holds what ---- */

static void
see_pending(const struct store_pending *p, void *ctx)
{
    seen_add(ctx, "%.*s:", SPAN_ARG(p->content));
    for (int i = 0; i < p->n_targets; i++)
        seen_add(ctx, "%.*s,", SPAN_ARG(p->targets[i]));
}

static bool
holds(struct store *s, const char *expected)
{
    struct seen seen = {.n = 0};
    int64_t cursor = 0;
    int n;
    bool same;

    CHECK(store_pending(s, &cursor, 10, see_pending, &seen, &n, NULL));
    same = strcmp(seen.text, expected) == 0;
    if (!same)
        printf("# %s\n", seen.text);
    return same;
}

static struct store *
open_as(const struct fixture *f, const char *holder)
{
    struct store_options as = {.holder = holder};
    struct store *s = store_open(f->url, &as, NULL);

    CHECK(s != NULL);
    return s;
}

static bool
hold(struct store *s, bool *ret_lost)
{
    return store_hold(s, 60000, ret_lost, NULL);
}

static int64_t
take(struct store *s)
{
    int64_t n = -1;

    CHECK(store_take_over(s, &n, NULL));
    return n;
}

static void
each_works_at_what_it_holds(void)
{
    struct fixture f = fixture_new();
    struct store *a, *b;
    bool lost = true;

    if (strstr(f.url, ":memory:")) { /* it has one handle */
        fixture_free(&f);
        return;
    }
    a = open_as(&f, "a");
    b = open_as(&f, "b");
    test_say(f.s, "nobody's");
    CHECK(hold(a, &lost) && !lost && hold(b, &lost) && !lost);
    CHECK(take(a) == 2 && take(b) == 0);
    test_say(a, "one");
    test_say(b, "two");
    CHECK(holds(a, "nobody's:es,fr,one:es,fr,") && holds(b, "two:es,fr,"));
    CHECK(holds(f.s, "nobody's:es,fr,one:es,fr,two:es,fr,"));
    store_close(a);
    store_close(b);
    fixture_free(&f);
}

static void
what_is_let_go_is_taken_over_once_and_its_holder_hears_of_it(void)
{
    struct fixture f = fixture_new();
    struct store *a, *b;
    bool lost = true;

    if (strstr(f.url, ":memory:")) {
        fixture_free(&f);
        return;
    }
    a = open_as(&f, "a");
    b = open_as(&f, "b");
    CHECK(hold(a, &lost) && !lost && hold(b, &lost) && !lost);
    test_say(a, "one");
    CHECK(take(b) == 0 && holds(b, ""));
    CHECK(store_let_go(a, NULL));
    CHECK(take(b) == 2 && take(b) == 0 && holds(b, "one:es,fr,"));
    test_say(a, "two"); /* it does not know yet */
    CHECK(hold(a, &lost) && lost && holds(a, "two:es,fr,"));
    CHECK(hold(a, &lost) && !lost);
    CHECK(take(a) == 0 && take(b) == 0);
    store_close(a);
    store_close(b);
    fixture_free(&f);
}

static void
a_lease_for_good_outlives_its_process(void)
{
    struct fixture f = fixture_new();
    struct store *a;
    bool lost = true;

    if (strstr(f.url, ":memory:")) {
        fixture_free(&f);
        return;
    }
    a = open_as(&f, "a");
    CHECK(store_hold(a, INT64_MAX, &lost, NULL) && !lost);
    test_say(a, "one");
    store_close(a);
    a = open_as(&f, "a");
    CHECK(holds(a, "one:es,fr,"));
    CHECK(store_hold(a, INT64_MAX, &lost, NULL) && !lost && take(a) == 0);
    store_close(a);
    fixture_free(&f);
}

static void
who_is_nobody_holds_nothing(void)
{
    struct fixture f = fixture_new();
    struct err err = {0};
    int64_t n;
    bool lost;

    CHECK(!store_hold(f.s, 1000, &lost, &err) && err.kind == FAIL_BAD_INPUT);
    CHECK(!store_take_over(f.s, &n, &err) && err.kind == FAIL_BAD_INPUT);
    CHECK(!store_let_go(f.s, &err) && err.kind == FAIL_BAD_INPUT);
    fixture_free(&f);
}

static void
each(void)
{
    RUN(a_text_that_was_translated_is_found_with_its_versions);
    RUN(the_message_that_had_it_last_answers);
    RUN(a_hash_that_another_text_has_finds_nothing);
    RUN(what_is_deleted_or_edited_is_known_no_more);
    RUN(each_works_at_what_it_holds);
    RUN(what_is_let_go_is_taken_over_once_and_its_holder_hears_of_it);
    RUN(a_lease_for_good_outlives_its_process);
    RUN(who_is_nobody_holds_nothing);
}

int
main(void)
{
    return test_each_store(each);
}
