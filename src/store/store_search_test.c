/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

static void
catch_up(struct store *s)
{
    bool more = true;

    while (more)
        CHECK(store_search_catch_up(s, 3, &more, NULL));
}

static void
see_hit(const struct store_message *m, void *ctx)
{
    seen_add(ctx, "%.*s|", SPAN_ARG(m->content));
}

static struct store_query
asked(const char *text)
{
    static const struct store_reader bob = {
        {"bob", sizeof("bob") - 1}, {"fr", sizeof("fr") - 1}};

    return (struct store_query){
        .reader = &bob, .text = span_of(text), .limit = 9};
}

static bool
finds_by(struct store *s, const struct store_query *q, const char *expected)
{
    struct seen seen = {.n = 0};
    struct err err = {0};

    if (!CHECK(store_search(s, q, see_hit, &seen, &err)))
        printf("# %s\n", err.text);
    if (strcmp(seen.text, expected) != 0)
        printf("# \"%.*s\": %s\n", SPAN_ARG(q->text), seen.text);
    return strcmp(seen.text, expected) == 0;
}

/* What Bob, who reads French, finds. */
static bool
finds(struct store *s, const char *text, const char *expected)
{
    struct store_query q = asked(text);

    return finds_by(s, &q, expected);
}

static void
words_are_found_newest_first_whatever_their_form(void)
{
    struct fixture f = fixture_new();

    test_say(f.s, "The Café is closed");
    test_say(f.s, "we are meeting at the CAFE");
    test_say(f.s, "nothing of it");
    catch_up(f.s);
    CHECK(finds(f.s, "cafe", "we are meeting at the CAFE|The Café is closed|"));
    CHECK(finds(f.s, "CAFÉ meet", "we are meeting at the CAFE|"));
    CHECK(finds(f.s, "meet nothing", ""));
    CHECK(finds(f.s, "at", "we are meeting at the CAFE|"));
    CHECK(finds(f.s, "eeting", ""));
    fixture_free(&f);
}

static void
scripts_without_spaces_are_found_by_their_characters(void)
{
    struct fixture f = fixture_new();

    test_say(f.s, "我们明天开会吗？");
    test_say(f.s, "明日は会議です");
    test_say(f.s, "พรุ่งนี้ประชุม");
    test_say(f.s, "내일 회의는 열 시");
    catch_up(f.s);
    CHECK(finds(f.s, "开会", "我们明天开会吗？|"));
    CHECK(finds(f.s, "会", "明日は会議です|我们明天开会吗？|"));
    CHECK(finds(f.s, "会开", ""));
    CHECK(finds(f.s, "会議", "明日は会議です|"));
    CHECK(finds(f.s, "ประชุม", "พรุ่งนี้ประชุม|"));
    CHECK(finds(f.s, "회의", "내일 회의는 열 시|"));
    fixture_free(&f);
}

static void
what_a_query_language_would_mean_is_text(void)
{
    struct fixture f = fixture_new();
    static const char *const odd[] = {"\"", "a\"b", "x OR y", "NEAR(",
        "tags:", "*", "-", "(", "^a", "{", "text : \"a\"", "\xf0\x9f\x91\x8d",
        "''", "a' OR 1"};

    test_say(f.s, "a \"quoted\" one");
    catch_up(f.s);
    CHECK(finds(f.s, "\"quoted\"", "a \"quoted\" one|"));
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        struct store_query q = asked(odd[i]);
        struct seen seen = {.n = 0};
        struct err err = {0};
        CHECK(store_search(f.s, &q, see_hit, &seen, &err) ||
              err.kind == FAIL_BAD_INPUT);
    }
    fixture_free(&f);
}

static void
translations_are_found_by_those_who_read_them(void)
{
    struct fixture f = fixture_new();
    static const struct store_reader spanish = {{"bob", 3}, {"es", 2}};
    struct store_query q = asked("bonjour");
    struct added a = test_say(f.s, "hello");

    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "bonjour"));
    catch_up(f.s); /* both at once */
    CHECK(finds(f.s, "bonjour", "hello|") && finds(f.s, "hello", "hello|"));
    a = test_say(f.s, "good evening");
    catch_up(f.s);
    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "bonsoir"));
    CHECK(test_settle(f.s, a.id, 1, "es", STORE_FAILED, "why"));
    catch_up(f.s); /* the one after the other */
    CHECK(finds(f.s, "bonsoir", "good evening|"));
    CHECK(finds(f.s, "why", ""));
    q.reader = &spanish;
    CHECK(finds_by(f.s, &q, ""));
    q.text = SPAN("hello");
    CHECK(finds_by(f.s, &q, "hello|"));
    fixture_free(&f);
}

static void
what_was_edited_or_deleted_is_found_as_it_is_now(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "monday"), b = test_say(f.s, "friday");
    struct added late;
    int revision;

    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "lundi"));
    catch_up(f.s);
    CHECK(test_settle(f.s, b.id, 1, "fr", STORE_READY, "vendredi"));
    CHECK(store_message_edit(f.s, span_of(a.id), SPAN("alice"), SPAN("tuesday"),
        SPAN("en"), NULL, &(struct span){"fr", 2}, 1, TEST_MS, &revision,
        NULL));
    CHECK(finds(f.s, "monday", "") && finds(f.s, "lundi", ""));
    CHECK(finds(f.s, "tuesday", "tuesday|"));
    CHECK(store_message_edit(f.s, span_of(b.id), SPAN("alice"), SPAN("sunday"),
        SPAN("en"), NULL, NULL, 0, TEST_MS, &revision, NULL));
    CHECK(test_settle(f.s, a.id, 2, "fr", STORE_READY, "mardi"));
    catch_up(f.s);
    CHECK(finds(f.s, "mardi", "tuesday|") && finds(f.s, "vendredi", ""));
    CHECK(
        store_message_delete(f.s, span_of(a.id), SPAN("alice"), TEST_MS, NULL));
    CHECK(finds(f.s, "mardi", "") && finds(f.s, "tuesday", ""));
    late = test_say(f.s, "gone before it is indexed");
    CHECK(store_message_delete(
        f.s, span_of(late.id), SPAN("alice"), TEST_MS, NULL));
    catch_up(f.s);
    CHECK(finds(f.s, "gone", "") && finds(f.s, "sunday", "sunday|"));
    fixture_reopen(&f);
    CHECK(finds(f.s, "sunday", "sunday|"));
    fixture_free(&f);
}

static void
only_ones_own_rooms_are_looked_in(void)
{
    struct fixture f = fixture_new();
    struct store_query q = asked("hello");
    struct seen seen = {.n = 0};
    struct err err = {0};

    CHECK(test_group_add(f.s, "other", NULL));
    CHECK(test_send(f.s, "other", "alice", "hello there", NULL, NULL, 0).ok);
    test_say(f.s, "hello here");
    catch_up(f.s);
    CHECK(finds(f.s, "hello", "hello here|hello there|"));
    q.conversation_id = SPAN("other");
    CHECK(finds_by(f.s, &q, "hello there|"));
    CHECK(store_member_remove(f.s, SPAN("other"), SPAN("bob"), 1, NULL));
    CHECK(finds(f.s, "hello", "hello here|"));
    CHECK(!store_search(f.s, &q, see_hit, &seen, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    q.conversation_id = SPAN("nowhere");
    err.kind = FAIL_NONE;
    CHECK(!store_search(f.s, &q, see_hit, &seen, &err));
    CHECK(err.kind == FAIL_NOT_FOUND && seen.n == 0);
    fixture_free(&f);
}

static void
a_search_is_narrowed_by_person_time_and_link(void)
{
    struct fixture f = fixture_new();
    struct store_query q = asked(NULL);
    struct seen seen = {.n = 0};
    struct err err = {0};

    CHECK(test_send(f.s, "room", "bob", "see https://a.example", NULL, NULL, 0)
              .ok);
    test_say(f.s, "see nothing");
    catch_up(f.s);
    CHECK(!store_search(f.s, &q, see_hit, &seen, &err));
    CHECK(err.kind == FAIL_BAD_INPUT);
    q.sender_id = SPAN("bob");
    CHECK(finds_by(f.s, &q, "see https://a.example|"));
    q.sender_id = SPAN("nobody");
    CHECK(finds_by(f.s, &q, ""));
    q.sender_id = (struct span){NULL, 0};
    q.link = true;
    CHECK(finds_by(f.s, &q, "see https://a.example|"));
    q.link = false;
    q.text = SPAN("see");
    q.from_ms = TEST_MS;
    CHECK(finds_by(f.s, &q, "see nothing|see https://a.example|"));
    q.from_ms = TEST_MS + 11;
    CHECK(finds_by(f.s, &q, ""));
    q.from_ms = 0;
    q.to_ms = TEST_MS + 10;
    CHECK(finds_by(f.s, &q, ""));
    q.to_ms = TEST_MS + 11;
    CHECK(finds_by(f.s, &q, "see nothing|see https://a.example|"));
    fixture_free(&f);
}

static void
pages_of_results_join_on_to_each_other(void)
{
    struct fixture f = fixture_new();
    struct store_query q = asked("day");
    struct added b;

    test_say(f.s, "day 1");
    b = test_say(f.s, "day 2");
    test_say(f.s, "day 3");
    catch_up(f.s);
    q.limit = 1;
    CHECK(finds_by(f.s, &q, "day 3|day 2|")); /* there are more */
    q.before_id = span_of(b.id);
    CHECK(finds_by(f.s, &q, "day 1|"));
    fixture_free(&f);
}

static void
each(void)
{
    RUN(words_are_found_newest_first_whatever_their_form);
    RUN(scripts_without_spaces_are_found_by_their_characters);
    RUN(what_a_query_language_would_mean_is_text);
    RUN(translations_are_found_by_those_who_read_them);
    RUN(what_was_edited_or_deleted_is_found_as_it_is_now);
    RUN(only_ones_own_rooms_are_looked_in);
    RUN(a_search_is_narrowed_by_person_time_and_link);
    RUN(pages_of_results_join_on_to_each_other);
}

int
main(void)
{
    return test_each_store(each);
}
