/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

#define THUMB "\xf0\x9f\x91\x8d"
#define HEART "\xe2\x9d\xa4\xef\xb8\x8f"

static bool
react(struct store *s, const char *id, const char *who, const char *emoji,
    bool on, struct err *err)
{
    static int64_t now_ms = TEST_MS; /* so that they have an order */
    bool changed = false;

    return store_reaction_set(s, span_of(id), span_of(who), span_of(emoji), on,
               ++now_ms, &changed, err) &&
           changed;
}

/* "EMOJI count own|... marks pinned" */
static void
see_marks(const struct store_message *m, void *ctx)
{
    struct span rest = m->reactions;
    struct store_reaction r;

    while (store_reaction_next(&rest, &r))
        seen_add(ctx, "%.*s %d%s|", SPAN_ARG(r.emoji), (int)r.count,
            r.own ? " own" : "");
    seen_add(ctx, "%d%s", (int)m->marks, m->pinned_ms ? " pinned" : "");
}

static bool
marked(struct store *s, const char *id, const char *who, const char *expected)
{
    struct store_reader reader = {span_of(who), {NULL, 0}};
    struct seen seen = {.n = 0};

    CHECK(store_message_get(s, span_of(id), &reader, see_marks, &seen, NULL));
    if (strcmp(seen.text, expected) != 0)
        printf("# for %s: %s\n", who, seen.text);
    return strcmp(seen.text, expected) == 0;
}

static void
everybody_may_leave_each_emoji_once(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "a");
    struct err err;

    CHECK(marked(f.s, a.id, "bob", "0"));
    CHECK(react(f.s, a.id, "alice", THUMB, true, NULL));
    CHECK(!react(f.s, a.id, "alice", THUMB, true, &err)); /* no change */
    CHECK(react(f.s, a.id, "alice", HEART, true, NULL));
    CHECK(react(f.s, a.id, "bob", THUMB, true, NULL));
    CHECK(marked(f.s, a.id, "bob", THUMB " 2 own|" HEART " 1|3"));
    CHECK(marked(f.s, a.id, "alice", THUMB " 2 own|" HEART " 1 own|3"));
    CHECK(react(f.s, a.id, "alice", THUMB, false, NULL));
    CHECK(!react(f.s, a.id, "alice", THUMB, false, &err)); /* no change */
    CHECK(marked(f.s, a.id, "alice", HEART " 1 own|" THUMB " 1|4"));
    fixture_reopen(&f);
    fixture_free(&f);
}

static void
a_reaction_to_what_is_not_there_is_refused(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "a");
    struct err err = {0};

    CHECK(!react(f.s, "nothing", "bob", THUMB, true, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    err.kind = FAIL_NONE;
    CHECK(!react(f.s, a.id, "nobody", THUMB, true, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(!react(f.s, a.id, "bob", "a b", true, &err));
    CHECK(err.kind == FAIL_BAD_INPUT);
    CHECK(
        store_message_delete(f.s, span_of(a.id), SPAN("alice"), TEST_MS, NULL));
    CHECK(!react(f.s, a.id, "bob", THUMB, true, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
a_message_has_so_many_different_reactions_and_no_more(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "a");
    struct err err = {0};
    char name[8];

    for (int i = 0; i < STORE_REACTIONS_MAX; i++) {
        snprintf(name, sizeof(name), "e%d", i);
        CHECK(react(f.s, a.id, "bob", name, true, NULL));
    }
    CHECK(!react(f.s, a.id, "bob", THUMB, true, &err));
    CHECK(err.kind == FAIL_CONFLICT);
    CHECK(react(f.s, a.id, "alice", "e0", true, NULL)); /* is there */
    CHECK(react(f.s, a.id, "bob", "e1", false, NULL));
    CHECK(react(f.s, a.id, "bob", THUMB, true, NULL));
    fixture_free(&f);
}

static void
see_reactor(const struct store_reactor *r, void *ctx)
{
    seen_add(ctx, "%.*s %.*s|", SPAN_ARG(r->emoji), SPAN_ARG(r->user_id));
}

static void
who_left_what_is_told_in_order(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "a");
    struct seen seen = {.n = 0};

    CHECK(react(f.s, a.id, "bob", HEART, true, NULL));
    CHECK(react(f.s, a.id, "alice", THUMB, true, NULL));
    CHECK(store_reactors(f.s, span_of(a.id), 9, see_reactor, &seen, NULL));
    CHECK(strcmp(seen.text, HEART " bob|" THUMB " alice|") == 0);
    seen = (struct seen){.n = 0};
    CHECK(store_reactors(f.s, span_of(a.id), 1, see_reactor, &seen, NULL));
    CHECK(seen.n == 1);
    fixture_free(&f);
}

static bool
pin(struct store *s, const char *id, bool on, struct err *err)
{
    bool changed = false;

    return store_pin_set(s, span_of(id), on, TEST_MS, &changed, err) && changed;
}

static struct seen
pins(struct store *s)
{
    struct seen seen = {.n = 0};

    CHECK(store_pins(s, SPAN("room"), NULL, see_message, &seen, NULL));
    return seen;
}

static void
a_pin_stays_until_it_is_taken_off_or_the_message_goes(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "a"), b = test_say(f.s, "b");
    struct err err = {0};

    CHECK(pin(f.s, b.id, true, NULL));
    CHECK(pin(f.s, a.id, true, NULL));
    CHECK(!pin(f.s, a.id, true, &err)); /* no change */
    CHECK(strcmp(pins(f.s).text, "1:a|2:b|") == 0);
    CHECK(marked(f.s, a.id, "bob", "1 pinned"));
    CHECK(pin(f.s, a.id, false, NULL));
    CHECK(strcmp(pins(f.s).text, "2:b|") == 0);
    CHECK(marked(f.s, a.id, "bob", "2"));
    CHECK(react(f.s, b.id, "bob", THUMB, true, NULL));
    CHECK(marked(f.s, b.id, "bob", THUMB " 1 own|2 pinned"));
    CHECK(
        store_message_delete(f.s, span_of(b.id), SPAN("alice"), TEST_MS, NULL));
    CHECK(pins(f.s).n == 0);
    CHECK(marked(f.s, b.id, "bob", "3"));
    CHECK(!pin(f.s, b.id, true, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
a_conversation_has_so_many_pins_and_no_more(void)
{
    struct fixture f = fixture_new();
    struct err err = {0};

    for (int i = 0; i < STORE_PINS_MAX; i++)
        CHECK(pin(f.s, test_say(f.s, "a").id, true, NULL));
    CHECK(!pin(f.s, test_say(f.s, "b").id, true, &err));
    CHECK(err.kind == FAIL_CONFLICT);
    fixture_free(&f);
}

static void
marks_are_rows_of_the_log_with_their_numbers(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "a");
    struct store_event *first;

    store_events_free(store_take_events(f.s));
    CHECK(react(f.s, a.id, "alice", THUMB, true, NULL));
    CHECK(react(f.s, a.id, "bob", THUMB, true, NULL));
    CHECK(pin(f.s, a.id, true, NULL));
    first = store_take_events(f.s);
    if (CHECK(first && first->next && first->next->next)) {
        const struct store_event *e = first->next;
        CHECK(first->offset == 2 && e->offset == 3 && e->next->offset == 4);
        CHECK(e->kind == STORE_REACTION_CHANGED && e->mark.on);
        CHECK(span_eqz(e->mark.emoji, THUMB) && e->mark.count == 2);
        CHECK(span_eqz(e->user_id, "bob") && e->mark.marks == 2);
        CHECK(span_eqz(e->conversation_id, "room"));
        e = e->next;
        CHECK(e->kind == STORE_PIN_CHANGED && e->mark.on);
        CHECK(e->mark.pinned_ms == TEST_MS && e->mark.marks == 3);
        CHECK(span_eqz(e->mark.message_id, a.id));
    }
    store_events_free(first);
    fixture_free(&f);
}

/* ---- quotes ---- */

static void
see_quote(const struct store_message *m, void *ctx)
{
    const struct store_quote *q = &m->quote;

    if (m->reply_to.p)
        seen_add(ctx, "%.*s %.*s: %.*s %.*s%s", SPAN_ARG(q->sender_name),
            SPAN_ARG(q->language), SPAN_ARG(q->content), SPAN_ARG(q->text),
            q->deleted ? " deleted" : "");
    else
        seen_add(ctx, "none");
}

static struct added
reply(struct store *s, const char *to)
{
    struct added a = {.seq = -1};
    struct store_message m = {
        .conversation_id = SPAN("room"),
        .sender_id = SPAN("bob"),
        .content = SPAN("yes"),
        .language = SPAN("fr"),
        .type = SPAN("text"),
        .reply_to = span_of(to),
        .created_ms = TEST_MS,
    };
    char id[ID_BYTES];

    id_new(id);
    m.id = span_of(id);
    a.ok =
        store_message_add(s, &m, NULL, 0, a.id, &a.seq, &a.duplicate, &a.err);
    CHECK(a.ok);
    return a;
}

static bool
quotes(
    struct store *s, const char *id, const char *language, const char *expected)
{
    struct store_reader reader = {SPAN("bob"), span_of(language)};
    struct seen seen = {.n = 0};

    CHECK(store_message_get(s, span_of(id), &reader, see_quote, &seen, NULL));
    if (strcmp(seen.text, expected) != 0)
        printf("# %s\n", seen.text);
    return strcmp(seen.text, expected) == 0;
}

static void
a_reply_quotes_what_it_replies_to_as_it_is_now(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "hello"), b = reply(f.s, a.id);
    int revision;

    CHECK(quotes(f.s, a.id, "fr", "none"));
    CHECK(quotes(f.s, b.id, "fr", "The alice en: hello "));
    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "bonjour"));
    CHECK(test_settle(f.s, a.id, 1, "es", STORE_FAILED, "why"));
    CHECK(quotes(f.s, b.id, "fr", "The alice en: hello bonjour"));
    CHECK(quotes(f.s, b.id, "es", "The alice en: hello "));
    CHECK(store_message_edit(f.s, span_of(a.id), SPAN("alice"), SPAN("bye"),
        SPAN("en"), NULL, NULL, 0, TEST_MS, &revision, NULL));
    CHECK(quotes(f.s, b.id, "fr", "The alice en: bye "));
    CHECK(
        store_message_delete(f.s, span_of(a.id), SPAN("alice"), TEST_MS, NULL));
    CHECK(quotes(f.s, b.id, "fr", "The alice en:   deleted"));
    fixture_free(&f);
}

static void
a_quote_is_short_in_characters(void)
{
    struct fixture f = fixture_new();
    char text[2 * STORE_QUOTE_CHARS + 20] = "";
    struct store_reader reader = {SPAN("bob"), SPAN("fr")};
    struct seen seen = {.n = 0};
    struct added a;

    for (int i = 0; i < STORE_QUOTE_CHARS + 9; i++)
        strcat(text, "\xc3\xa9");
    a = reply(f.s, test_say(f.s, text).id);
    CHECK(
        store_message_get(f.s, span_of(a.id), &reader, see_quote, &seen, NULL));
    CHECK(utf8_count(span_of(seen.text)) ==
          strlen("The alice en:  ") + STORE_QUOTE_CHARS);
    fixture_free(&f);
}

static void
the_event_of_a_reply_has_the_quote_for_every_reader(void)
{
    struct fixture f = fixture_new();
    struct added a = test_say(f.s, "hello");
    struct store_event *first;

    CHECK(test_settle(f.s, a.id, 1, "fr", STORE_READY, "bonjour"));
    CHECK(test_settle(f.s, a.id, 1, "es", STORE_READY, "hola"));
    store_events_free(store_take_events(f.s));
    reply(f.s, a.id);
    first = store_take_events(f.s);
    if (CHECK(first && first->kind == STORE_MESSAGE_NEW)) {
        struct store_quote *q = &first->message.quote;
        CHECK(span_eqz(first->message.content, "yes"));
        CHECK(first->message.seq == 2 && first->offset == 4);
        CHECK(span_eqz(q->content, "hello") && span_eqz(q->sender_id, "alice"));
        store_quote_into(q, SPAN("es"));
        CHECK(span_eqz(q->text, "hola") && span_eqz(q->doubt, "unsure"));
        store_quote_into(q, SPAN("fr"));
        CHECK(span_eqz(q->text, "bonjour"));
        store_quote_into(q, SPAN("de"));
        CHECK(!q->text.p);
    }
    store_events_free(first);
    fixture_free(&f);
}

static void
each(void)
{
    RUN(everybody_may_leave_each_emoji_once);
    RUN(a_reaction_to_what_is_not_there_is_refused);
    RUN(a_message_has_so_many_different_reactions_and_no_more);
    RUN(who_left_what_is_told_in_order);
    RUN(a_pin_stays_until_it_is_taken_off_or_the_message_goes);
    RUN(a_conversation_has_so_many_pins_and_no_more);
    RUN(marks_are_rows_of_the_log_with_their_numbers);
    RUN(a_reply_quotes_what_it_replies_to_as_it_is_now);
    RUN(a_quote_is_short_in_characters);
    RUN(the_event_of_a_reply_has_the_quote_for_every_reader);
}

int
main(void)
{
    return test_each_store(each);
}
