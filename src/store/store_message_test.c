/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

static struct seen
history(struct store *s, int64_t before, int64_t after, int limit)
{
    struct seen seen = {.n = 0};

    CHECK(store_history(
        s, SPAN("room"), before, after, limit, NULL, see_message, &seen, NULL));
    return seen;
}

static void
numbers_count_up_in_each_conversation(void)
{
    struct fixture f = fixture_new();

    CHECK(test_send(f.s, "room", "alice", "a", NULL, NULL, 0).seq == 1);
    CHECK(test_send(f.s, "any", "bob", "b", NULL, NULL, 0).seq == 1);
    CHECK(test_send(f.s, "room", "bob", "c", NULL, NULL, 0).seq == 2);
    fixture_reopen(&f);
    CHECK(test_send(f.s, "room", "alice", "d", NULL, NULL, 0).seq == 3);
    CHECK(test_send(f.s, "any", "alice", "e", NULL, NULL, 0).seq == 2);
    CHECK(strcmp(history(f.s, 0, -1, 9).text, "1:a|2:c|3:d|") == 0);
    fixture_free(&f);
}

static void
a_failure_or_a_rollback_leaves_no_hole(void)
{
    struct fixture f = fixture_new();
    struct added a;

    CHECK(store_begin(f.s, NULL));
    CHECK(test_send(f.s, "room", "alice", "a", NULL, NULL, 0).seq == 1);
    a = test_send(f.s, "room", "nobody", "b", NULL, NULL, 0);
    CHECK(!a.ok && a.err.kind == FAIL_NOT_FOUND);
    a = test_send(f.s, "nowhere", "alice", "b", NULL, NULL, 0);
    CHECK(!a.ok && a.err.kind == FAIL_NOT_FOUND);
    CHECK(test_send(f.s, "room", "alice", "c", NULL, NULL, 0).seq == 2);
    CHECK(store_commit(f.s, NULL));

    CHECK(store_begin(f.s, NULL));
    CHECK(test_send(f.s, "room", "alice", "x", NULL, NULL, 0).seq == 3);
    CHECK(test_send(f.s, "room", "alice", "y", NULL, NULL, 0).seq == 4);
    store_rollback(f.s);
    CHECK(test_send(f.s, "room", "alice", "d", NULL, NULL, 0).seq == 3);
    CHECK(strcmp(history(f.s, 0, -1, 9).text, "1:a|2:c|3:d|") == 0);
    fixture_free(&f);
}

static void
a_second_handle_continues_the_numbers_of_the_first(void)
{
    struct fixture f = fixture_new();
    struct store *other = store_open(f.url, NULL, NULL);

    if (test_url && !test_on_pg()) { /* nobody else sees what is in memory */
        store_close(other);
        fixture_free(&f);
        return;
    }
    CHECK(test_send(f.s, "room", "alice", "a", NULL, NULL, 0).seq == 1);
    CHECK(test_send(other, "room", "alice", "b", NULL, NULL, 0).seq == 2);
    CHECK(store_begin(f.s, NULL));
    CHECK(test_send(f.s, "room", "alice", "c", NULL, NULL, 0).seq == 3);
    CHECK(store_commit(f.s, NULL));
    CHECK(test_send(other, "room", "alice", "d", NULL, NULL, 0).seq == 4);
    store_close(other);
    fixture_free(&f);
}

static void
a_message_sent_again_is_the_first_one(void)
{
    static const struct span targets[] = {SPAN("fr")};
    struct fixture f = fixture_new();
    struct added a, b, c;

    a = test_send(f.s, "room", "alice", "hi", "c-1", targets, 1);
    CHECK(a.ok && !a.duplicate && a.seq == 1);
    fixture_reopen(&f);
    CHECK(store_begin(f.s, NULL));
    b = test_send(f.s, "room", "alice", "hi", "c-1", targets, 1);
    CHECK(b.ok && b.duplicate && b.seq == 1 && strcmp(b.id, a.id) == 0);
    c = test_send(f.s, "room", "bob", "hi", "c-1", targets, 1);
    CHECK(c.ok && !c.duplicate && c.seq == 2); /* another sender's own */
    b = test_send(f.s, "room", "bob", "hi", "c-1", targets, 1);
    CHECK(b.ok && b.duplicate && strcmp(b.id, c.id) == 0);
    CHECK(test_send(f.s, "room", "alice", "hi", NULL, NULL, 0).seq == 3);
    CHECK(test_send(f.s, "room", "alice", "hi", NULL, NULL, 0).seq == 4);
    CHECK(store_commit(f.s, NULL));
    CHECK(test_messages(f.s) == 4);
    CHECK(test_ledger(f.s).n == 2);
    fixture_free(&f);
}

static void
the_same_id_twice_is_a_conflict(void)
{
    struct fixture f = fixture_new();
    struct store_message m = {.id = SPAN("m1"),
        .conversation_id = SPAN("room"),
        .sender_id = SPAN("alice"),
        .content = SPAN("hi"),
        .type = SPAN("text"),
        .language = SPAN("en"),
        .created_ms = 1};
    struct err err = {0};
    char id[ID_BYTES];
    int64_t seq;
    bool duplicate;

    CHECK(store_begin(f.s, NULL));
    CHECK(store_message_add(f.s, &m, NULL, 0, id, &seq, &duplicate, NULL));
    CHECK(!store_message_add(f.s, &m, NULL, 0, id, &seq, &duplicate, &err));
    CHECK(err.kind == FAIL_CONFLICT);
    m.id = SPAN("m2");
    CHECK(store_message_add(f.s, &m, NULL, 0, id, &seq, &duplicate, NULL));
    CHECK(seq == 2 && store_commit(f.s, NULL));
    fixture_free(&f);
}

static void
see_all_fields(const struct store_message *m, void *ctx)
{
    int *calls = ctx;

    ++*calls;
    CHECK(span_eqz(m->id, "m2") && span_eqz(m->conversation_id, "room"));
    CHECK(span_eqz(m->sender_id, "alice"));
    CHECK(span_eqz(m->sender_name, "The alice"));
    CHECK(span_eqz(m->client_message_id, "c-2"));
    CHECK(span_eqz(m->content, "\xe2\x82\xac \xf0\x9f\x98\x80"));
    CHECK(span_eqz(m->language, "en") && span_eqz(m->type, "text"));
    CHECK(span_eqz(m->reply_to, "m1"));
    CHECK(m->created_ms == 77 && m->seq == 2 && m->revision == 1);
    CHECK(m->edited_ms == 0 && m->deleted_ms == 0);
}

static void
a_message_comes_back_as_it_was_saved(void)
{
    struct fixture f = fixture_new();
    struct store_message m = {.id = SPAN("m1"),
        .conversation_id = SPAN("room"),
        .sender_id = SPAN("alice"),
        .content = SPAN(""),
        .type = SPAN("text"),
        .language = SPAN("en"),
        .created_ms = 1};
    struct err err = {0};
    char id[ID_BYTES];
    int64_t seq;
    bool duplicate;
    int calls = 0;

    CHECK(store_message_add(f.s, &m, NULL, 0, id, &seq, &duplicate, NULL));
    m.id = SPAN("m2");
    m.reply_to = SPAN("m1");
    m.client_message_id = SPAN("c-2");
    m.content = SPAN("\xe2\x82\xac \xf0\x9f\x98\x80");
    m.created_ms = 77;
    CHECK(store_message_add(f.s, &m, NULL, 0, id, &seq, &duplicate, NULL));
    CHECK(strcmp(id, "m2") == 0);
    fixture_reopen(&f);
    CHECK(
        store_message_get(f.s, SPAN("m2"), NULL, see_all_fields, &calls, NULL));
    CHECK(calls == 1);
    CHECK(!store_message_get(
        f.s, SPAN("m3"), NULL, see_all_fields, &calls, &err));
    CHECK(calls == 1 && err.kind == FAIL_NOT_FOUND);

    m.id = SPAN("m3");
    m.client_message_id = absent();
    m.conversation_id = SPAN("any"); /* m1 is in another one */
    CHECK(!store_message_add(f.s, &m, NULL, 0, id, &seq, &duplicate, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static enum fail
refused(struct store *s, const struct store_message *m, const struct span *t,
    size_t n)
{
    char id[ID_BYTES];
    int64_t seq;
    bool duplicate;
    struct err err = {0};

    CHECK(!store_message_add(s, m, t, n, id, &seq, &duplicate, &err));
    return err.kind;
}

static void
what_is_no_message_is_refused(void)
{
    struct fixture f = fixture_new();
    static char big[STORE_CONTENT_BYTES_MAX + 1];
    struct span langs[STORE_LANGUAGES_MAX + 1], bad = SPAN("e n");
    struct store_message m = {.id = SPAN("m1"),
        .conversation_id = SPAN("room"),
        .sender_id = SPAN("alice"),
        .content = {big, sizeof(big)},
        .type = SPAN("text"),
        .language = SPAN("en"),
        .created_ms = 1};
    char id[ID_BYTES];
    int64_t seq;
    bool duplicate;

    memset(big, 'x', sizeof(big));
    for (int i = 0; i <= STORE_LANGUAGES_MAX; i++)
        langs[i] = SPAN("fr");
    CHECK(refused(f.s, &m, NULL, 0) == FAIL_TOO_LARGE);
    m.content.len--;
    CHECK(refused(f.s, &m, langs, STORE_LANGUAGES_MAX + 1) == FAIL_TOO_LARGE);
    CHECK(refused(f.s, &m, &bad, 1) == FAIL_BAD_INPUT);
    m.id = SPAN("a message id that is long");
    CHECK(refused(f.s, &m, NULL, 0) == FAIL_BAD_INPUT);
    m.id = SPAN("m1");
    m.content.p = NULL;
    CHECK(refused(f.s, &m, NULL, 0) == FAIL_BAD_INPUT);
    m.content.p = big;
    CHECK(test_messages(f.s) == 0);
    CHECK(store_message_add(f.s, &m, langs, STORE_LANGUAGES_MAX, id, &seq,
        &duplicate, NULL)); /* the largest there is; "fr" once */
    CHECK(test_ledger(f.s).n == 1);
    fixture_free(&f);
}

static void
pages_of_history_meet_without_gap_or_overlap(void)
{
    struct fixture f = fixture_new();
    char text[8];

    CHECK(history(f.s, 0, -1, 3).n == 0);
    for (int i = 1; i <= 7; i++) {
        snprintf(text, sizeof(text), "m%d", i);
        CHECK(test_send(f.s, "room", "alice", text, NULL, NULL, 0).seq == i);
        CHECK(test_send(f.s, "any", "alice", "x", NULL, NULL, 0).seq == i);
    }
    CHECK(strcmp(history(f.s, 0, -1, 3).text, "5:m5|6:m6|7:m7|") == 0);
    CHECK(strcmp(history(f.s, 5, -1, 3).text, "2:m2|3:m3|4:m4|") == 0);
    CHECK(strcmp(history(f.s, 2, -1, 3).text, "1:m1|") == 0);
    CHECK(history(f.s, 1, -1, 3).n == 0);
    CHECK(strcmp(history(f.s, 99, -1, 2).text, "6:m6|7:m7|") == 0);
    CHECK(strcmp(history(f.s, 0, 2, 3).text, "3:m3|4:m4|5:m5|") == 0);
    CHECK(strcmp(history(f.s, 4, 5, 3).text, "6:m6|7:m7|") == 0);
    CHECK(strcmp(history(f.s, 0, 0, 3).text, "1:m1|2:m2|3:m3|") == 0);
    CHECK(history(f.s, 0, 7, 3).n == 0);
    CHECK(history(f.s, 0, -1, 100).n == 7);
    fixture_free(&f);
}

static void
history_of_nowhere_is_not_found(void)
{
    struct fixture f = fixture_new();
    struct seen seen = {.n = 0};
    struct err err = {0};

    CHECK(!store_history(
        f.s, SPAN("nowhere"), 0, 0, 3, NULL, see_message, &seen, &err));
    CHECK(err.kind == FAIL_NOT_FOUND && seen.n == 0);
    fixture_free(&f);
}

static void
see_edit(const struct store_message *m, void *ctx)
{
    seen_add(ctx, "r%d %.*s %.*s edited=%d deleted=%d|", m->revision,
        SPAN_ARG(m->language), SPAN_ARG(m->content), (int)m->edited_ms,
        (int)m->deleted_ms);
}

static struct seen
get(struct store *s, const char *id)
{
    struct seen seen = {.n = 0};

    CHECK(store_message_get(s, span_of(id), NULL, see_edit, &seen, NULL));
    return seen;
}

static void
an_edit_raises_the_revision_and_drops_old_translations(void)
{
    static const struct span targets[] = {SPAN("ca"), SPAN("en")};
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "hello"), b = test_say(f.s, "other");
    int revision = 0;

    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "bonjour"));
    CHECK(store_message_edit(f.s, span_of(a.id), SPAN("alice"), SPAN("hola"),
        SPAN("es"), NULL, targets, 2, 500, &revision, NULL));
    CHECK(revision == 2);
    CHECK(strcmp(get(f.s, a.id).text, "r2 es hola edited=500 deleted=0|") == 0);
    CHECK(strcmp(test_ledger(f.s).text,
              "ca queued |en queued |es queued |fr queued |") == 0);
    CHECK(store_message_edit(f.s, span_of(a.id), SPAN("alice"), SPAN("salut"),
        SPAN("fr"), NULL, NULL, 0, 600, &revision, NULL));
    CHECK(revision == 3);
    CHECK(strcmp(get(f.s, b.id).text, "r1 en other edited=0 deleted=0|") == 0);
    fixture_free(&f);
}

static void
a_deleted_message_keeps_its_number_and_nothing_else(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "secret"), b = test_say(f.s, "other");

    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "secret"));
    CHECK(store_message_delete(f.s, span_of(a.id), SPAN("alice"), 700, NULL));
    CHECK(strcmp(history(f.s, 0, -1, 9).text, "1:|2:other|") == 0);
    CHECK(strcmp(get(f.s, a.id).text, "r1 en  edited=0 deleted=700|") == 0);
    CHECK(test_ledger(f.s).n == 2); /* of b */
    CHECK(b.ok && test_say(f.s, "third").seq == 3);
    fixture_free(&f);
}

static enum fail
edit_fails(struct store *s, const char *id, const char *sender)
{
    struct err err = {0};
    int revision;

    CHECK(!store_message_edit(s, span_of(id), span_of(sender), SPAN("x"),
        SPAN("en"), NULL, NULL, 0, 1, &revision, &err));
    return err.kind;
}

static enum fail
delete_fails(struct store *s, const char *id, const char *sender)
{
    struct err err = {0};

    CHECK(!store_message_delete(s, span_of(id), span_of(sender), 1, &err));
    return err.kind;
}

static void
only_the_sender_changes_a_message_and_only_while_it_lives(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "mine");

    CHECK(edit_fails(f.s, a.id, "bob") == FAIL_FORBIDDEN);
    CHECK(delete_fails(f.s, a.id, "bob") == FAIL_FORBIDDEN);
    CHECK(delete_fails(f.s, a.id, "nobody") == FAIL_FORBIDDEN);
    CHECK(edit_fails(f.s, "m0", "alice") == FAIL_NOT_FOUND);
    CHECK(delete_fails(f.s, "m0", "alice") == FAIL_NOT_FOUND);
    CHECK(strcmp(get(f.s, a.id).text, "r1 en mine edited=0 deleted=0|") == 0);
    CHECK(test_ledger(f.s).n == 2);
    CHECK(store_message_delete(f.s, span_of(a.id), SPAN("alice"), 1, NULL));
    CHECK(edit_fails(f.s, a.id, "alice") == FAIL_NOT_FOUND);
    CHECK(delete_fails(f.s, a.id, "alice") == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
the_first_message_since_a_time_is_found(void)
{
    struct fixture f = fixture_new();
    int64_t seq = -1;
    struct err err = {0};

    CHECK(store_seq_at(f.s, SPAN("room"), 1, &seq, NULL) && seq == 0);
    for (int i = 1; i <= 5; i++) {
        struct store_message m = {.conversation_id = SPAN("room"),
            .sender_id = SPAN("alice"),
            .content = SPAN("a"),
            .language = SPAN("en"),
            .type = SPAN("text"),
            .created_ms = i * 10};
        char id[ID_BYTES], saved[ID_BYTES];
        bool duplicate;
        id_new(id);
        m.id = span_of(id);
        CHECK(
            store_message_add(f.s, &m, NULL, 0, saved, &seq, &duplicate, NULL));
    }
    CHECK(store_seq_at(f.s, SPAN("room"), 1, &seq, NULL) && seq == 1);
    CHECK(store_seq_at(f.s, SPAN("room"), 30, &seq, NULL) && seq == 3);
    CHECK(store_seq_at(f.s, SPAN("room"), 31, &seq, NULL) && seq == 4);
    CHECK(store_seq_at(f.s, SPAN("room"), 51, &seq, NULL) && seq == 0);
    CHECK(!store_seq_at(f.s, SPAN("nowhere"), 1, &seq, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
see_revision(const struct store_revision *r, void *ctx)
{
    seen_add(ctx, "%d:%.*s|", r->revision, SPAN_ARG(r->content));
}

static struct seen
revisions(struct store *s, const char *id)
{
    struct seen seen = {.n = 0};

    CHECK(store_message_revisions(s, span_of(id), see_revision, &seen, NULL));
    return seen;
}

static bool
rewrite(struct store *s, const char *id, const char *text)
{
    int revision;

    return store_message_edit(s, span_of(id), SPAN("alice"), span_of(text),
        SPAN("en"), NULL, NULL, 0, TEST_MS, &revision, NULL);
}

static void
what_a_message_said_before_is_kept_until_it_is_deleted(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "one");
    char text[20];

    CHECK(revisions(f.s, a.id).n == 0);
    CHECK(rewrite(f.s, a.id, "two") && rewrite(f.s, a.id, "three"));
    CHECK(strcmp(revisions(f.s, a.id).text, "1:one|2:two|") == 0);
    for (int i = 0; i < STORE_REVISIONS_MAX; i++) {
        snprintf(text, sizeof(text), "again %d", i);
        CHECK(rewrite(f.s, a.id, text));
    }
    CHECK(revisions(f.s, a.id).n == STORE_REVISIONS_MAX);
    CHECK(
        store_message_delete(f.s, span_of(a.id), SPAN("alice"), TEST_MS, NULL));
    CHECK(revisions(f.s, a.id).n == 0);
    CHECK(revisions(f.s, "nothing").n == 0);
    fixture_free(&f);
}

static void
edits_are_forgotten_where_the_operator_wants_it(void)
{
    struct fixture f = fixture_new();
    struct store_options forget = {.forget_edits = true};
    struct added a;

    store_close(f.s);
    f.s = store_open("sqlite::memory:", &forget, NULL);
    CHECK(test_user_add(f.s, "alice", "en", NULL));
    CHECK(test_user_add(f.s, "bob", "fr", NULL));
    CHECK(test_group_add(f.s, "room", NULL));
    a = test_say(f.s, "one");
    CHECK(rewrite(f.s, a.id, "two"));
    CHECK(revisions(f.s, a.id).n == 0);
    fixture_free(&f);
}

static struct added
repeat(struct store *s, const char *sender, const char *of)
{
    struct added a = {.seq = -1};
    struct store_message m = {.conversation_id = SPAN("any"),
        .sender_id = span_of(sender),
        .content = SPAN("one"),
        .language = SPAN("en"),
        .type = SPAN("text"),
        .forward_of = span_of(of),
        .created_ms = TEST_MS};
    char id[ID_BYTES];

    id_new(id);
    m.id = span_of(id);
    a.ok =
        store_message_add(s, &m, NULL, 0, a.id, &a.seq, &a.duplicate, &a.err);
    return a;
}

static void
see_origin(const struct store_message *m, void *ctx)
{
    seen_add(
        ctx, "%.*s %.*s", SPAN_ARG(m->origin_id), SPAN_ARG(m->origin_name));
}

static bool
is_from(struct store *s, const char *id, const char *expected)
{
    struct seen seen = {.n = 0};

    CHECK(store_message_get(s, span_of(id), NULL, see_origin, &seen, NULL));
    return strcmp(seen.text, expected) == 0;
}

static void
what_is_repeated_says_who_wrote_it(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "one"), b = repeat(f.s, "bob", a.id), c;
    struct store_event *first, *e;

    CHECK(b.ok && is_from(f.s, a.id, " "));
    CHECK(is_from(f.s, b.id, "alice The alice"));
    store_events_free(store_take_events(f.s));
    c = repeat(f.s, "bob", b.id);
    CHECK(c.ok && is_from(f.s, c.id, "alice The alice"));
    first = e = store_take_events(f.s);
    CHECK(e && span_eqz(e->message.origin_id, "alice"));
    store_events_free(first);
    CHECK(
        store_message_delete(f.s, span_of(a.id), SPAN("alice"), TEST_MS, NULL));
    c = repeat(f.s, "bob", a.id);
    CHECK(!c.ok && c.err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
each(void)
{
    RUN(numbers_count_up_in_each_conversation);
    RUN(a_failure_or_a_rollback_leaves_no_hole);
    RUN(a_second_handle_continues_the_numbers_of_the_first);
    RUN(a_message_sent_again_is_the_first_one);
    RUN(the_same_id_twice_is_a_conflict);
    RUN(a_message_comes_back_as_it_was_saved);
    RUN(what_is_no_message_is_refused);
    RUN(pages_of_history_meet_without_gap_or_overlap);
    RUN(history_of_nowhere_is_not_found);
    RUN(an_edit_raises_the_revision_and_drops_old_translations);
    RUN(a_deleted_message_keeps_its_number_and_nothing_else);
    RUN(only_the_sender_changes_a_message_and_only_while_it_lives);
    RUN(the_first_message_since_a_time_is_found);
    RUN(what_a_message_said_before_is_kept_until_it_is_deleted);
    RUN(edits_are_forgotten_where_the_operator_wants_it);
    RUN(what_is_repeated_says_who_wrote_it);
}

int
main(void)
{
    return test_each_store(each);
}
