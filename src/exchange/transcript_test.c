/* SPDX-License-Identifier: ISC */
#include "exchange/transcript.h"

#include "exchange/test_exchange.h"
#include "wire/json.h"

enum { MANY = 450 }; /* messages, more than a page */

static void
add_people(struct store *s)
{
    struct store_user u = {.id = "ann",
        .username = "ann",
        .display_name = "Ann <b>\"&",
        .language = "en",
        .created_ms = 1700000000000};
    struct store_conversation c = {.id = "room",
        .type = "group",
        .title = "R&D",
        .created_by = "ann",
        .created_ms = 1700000000000};

    CHECK(store_user_add(s, &u, &err));
    CHECK(store_conversation_add(s, &c, NULL, 0, &err));
}

static void
say(struct store *s, const char *id, const char *text)
{
    struct span french = SPAN("fr");
    struct store_message m = {.id = span_of(id),
        .conversation_id = SPAN("room"),
        .sender_id = SPAN("ann"),
        .content = span_of(text),
        .language = SPAN("en"),
        .type = SPAN("text"),
        .created_ms = 1700000000000};
    char ret_id[ID_BYTES];
    int64_t seq;
    bool duplicate;

    CHECK(store_message_add(s, &m, &french, 1, ret_id, &seq, &duplicate, &err));
}

static void
translate(struct store *s, const char *id, const char *text)
{
    struct store_translation t = {.message_id = span_of(id),
        .conversation_id = SPAN("room"),
        .language = SPAN("fr"),
        .revision = 1,
        .state = STORE_READY,
        .text = span_of(text),
        .doubt = SPAN("low_confidence"),
        .source = SPAN("en"),
        .model = SPAN("m")};
    bool settled;

    CHECK(store_translation_settle(s, &t, &settled, &err) && settled);
}

/* What is written, owned by the caller. */
static char *
written(struct store *s, enum transcript_format format, int64_t *ret_n)
{
    char *text = NULL;
    size_t n;
    FILE *to = open_memstream(&text, &n);

    CHECK(transcript_write(s, SPAN("room"), format, to, ret_n, &err));
    fclose(to);
    return text;
}

static void
each_line_is_json(void)
{
    struct fixture f;
    struct span rest, line;
    int64_t n;
    char *text;
    json_t *head, *room, *first;

    begin(&f);
    add_people(f.s);
    say(f.s, "m1", "Hello <you>");
    say(f.s, "m2", "gone");
    translate(f.s, "m1", "Bonjour <toi>");
    CHECK(store_message_delete(f.s, SPAN("m2"), SPAN("ann"), 1, &err));
    text = written(f.s, TRANSCRIPT_JSONL, &n);
    CHECK(n == 1);
    rest = span_of(text);
    line = span_cut(&rest, '\n');
    head = json_read(line, &err);
    room = json_object_get(head, "room");
    CHECK(span_eqz(json_get_str(room, "title"), "R&D"));
    CHECK(json_array_size(json_object_get(room, "members")) == 1);
    first = json_read(span_cut(&rest, '\n'), &err);
    CHECK(span_eqz(json_get_str(first, "content"), "Hello <you>"));
    CHECK(strstr(text, "\"translations\":[{\"language\":\"fr\",\"content\":"
                       "\"Bonjour <toi>\",\"quality\":\"rough\"}]"));
    CHECK(!strstr(text, "gone"));
    json_decref(first);
    json_decref(head);
    free(text);
    end(&f);
}

static void
html_has_nothing_but_text_in_it(void)
{
    struct fixture f;
    int64_t n;
    char *text;

    begin(&f);
    add_people(f.s);
    say(f.s, "m1", "<script>alert(1)</script>");
    translate(f.s, "m1", "</details><img src=x onerror=alert(1)>");
    text = written(f.s, TRANSCRIPT_HTML, &n);
    CHECK(strstr(text, "<title>R&amp;D</title>"));
    CHECK(strstr(text, "<bdi>Ann &lt;b&gt;&quot;&amp;</bdi>"));
    CHECK(strstr(text, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    CHECK(strstr(text, "fr (rough)"));
    CHECK(!strstr(text, "<script") && !strstr(text, "<img"));
    free(text);
    end(&f);
}

static void
pages_are_joined_without_a_gap(void)
{
    struct fixture f;
    int64_t n;
    char *text, id[ID_BYTES];
    int lines = 0;

    begin(&f);
    add_people(f.s);
    for (int i = 0; i < MANY; i++) {
        snprintf(id, sizeof(id), "m%d", i);
        say(f.s, id, id);
    }
    text = written(f.s, TRANSCRIPT_JSONL, &n);
    CHECK(n == MANY);
    for (char *p = text; (p = strchr(p, '\n')); p++)
        lines++;
    CHECK(lines == MANY + 1);
    free(text);
    end(&f);
}

static void
a_room_that_is_not_there_is_told(void)
{
    struct fixture f;
    int64_t n;

    begin(&f);
    CHECK(!transcript_write(
        f.s, SPAN("room"), TRANSCRIPT_HTML, stderr, &n, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    end(&f);
}

int
main(void)
{
    RUN(each_line_is_json);
    RUN(html_has_nothing_but_text_in_it);
    RUN(pages_are_joined_without_a_gap);
    RUN(a_room_that_is_not_there_is_told);
    return tap_end();
}
