/* SPDX-License-Identifier: ISC */
#include "wire/task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tap.h"

/* As the original project's gateway writes it. */
#define SEED                                                                   \
    "{\"taskId\":\"7b0c3a0e-5b1d-4c36-9a39-0d7f5a7f1c11\","                    \
    "\"messageId\":\"cmeh2k9v0001x\",\"text\":\"On se voit demain ?\","        \
    "\"sourceLanguage\":\"fr\",\"targetLanguages\":[\"en\",\"de\"],"           \
    "\"conversationId\":\"any\",\"modelType\":\"medium\","                     \
    "\"timestamp\":1755630000123}"

struct outcome {
    bool ok;
    enum task_frame kind;
    struct task *task;
    struct err err;
};

static struct outcome
parse(const char *frame)
{
    struct outcome o = {0};

    o.ok = task_parse(span_of(frame), &o.kind, &o.task, &o.err);
    return o;
}

/* Parses, checks that it is refused as kind, and says whether the ids that an
 * error answer needs came out. */
static bool
is_refused(const char *frame, enum fail kind, bool with_ids)
{
    struct outcome o = parse(frame);
    bool good = !o.ok && o.err.kind == kind && o.err.text[0] &&
                (o.task != NULL) == with_ids;

    task_free(o.task);
    return good;
}

static void
who_writes_in_a_conversation_has_a_turn_of_their_own(void)
{
    static const char frame[] = "{\"messageId\":\"m\",\"text\":\"x\","
                                "\"sourceLanguage\":\"fr\","
                                "\"targetLanguages\":[\"en\"],"
                                "\"conversationId\":\"c\"%s}";
    static const struct {
        const char *sender, *turn;
    } cases[] = {{"", "c"}, {",\"senderId\":\"u\"", "c\nu"},
        {",\"senderId\":\"\"", "c"}, {",\"senderId\":7", "c"}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[300];
        struct outcome o;
        struct buf b = {0};
        snprintf(text, sizeof(text), frame, cases[i].sender);
        o = parse(text);
        CHECK(o.ok && strcmp(o.task->turn, cases[i].turn) == 0);
        task_format(&b, o.task);
        buf_addc(&b, '\0');
        task_free(o.task);
        o = parse(b.p);
        CHECK(o.ok && strcmp(o.task->turn, cases[i].turn) == 0);
        task_free(o.task);
        buf_free(&b);
    }
}

static void
a_request_of_the_original_gateway_is_understood(void)
{
    struct outcome o = parse(SEED);

    CHECK(o.ok && o.kind == TASK_FRAME_TASK);
    CHECK(strcmp(o.task->task_id, "7b0c3a0e-5b1d-4c36-9a39-0d7f5a7f1c11") == 0);
    CHECK(strcmp(o.task->message_id, "cmeh2k9v0001x") == 0);
    CHECK(strcmp(o.task->conversation_id, "any") == 0);
    CHECK(strcmp(o.task->text, "On se voit demain ?") == 0);
    CHECK(strcmp(o.task->source, "fr") == 0);
    CHECK(strcmp(o.task->model_type, "medium") == 0);
    CHECK(o.task->n_targets == 2);
    CHECK(strcmp(o.task->targets[1], "de") == 0);
    CHECK(o.task->timestamp_ms == 1755630000123 && o.task->revision == 0);
    task_free(o.task);
}

static void
missing_fields_get_the_defaults_of_the_original(void)
{
    struct outcome o =
        parse("{\"type\":null,\"messageId\":\"m\",\"text\":\"t\","
              "\"targetLanguages\":[\"en\",\"en\",\"es\"],"
              "\"future\":{\"x\":[1]}}");

    CHECK(o.ok && o.kind == TASK_FRAME_TASK);
    CHECK(strlen(o.task->task_id) > 0); /* made here */
    CHECK(strcmp(o.task->conversation_id, "unknown") == 0);
    CHECK(strcmp(o.task->source, "fr") == 0);
    CHECK(strcmp(o.task->model_type, "basic") == 0);
    CHECK(o.task->n_targets == 2); /* twice the same is once */
    task_free(o.task);
}

static void
escaped_and_raw_utf8_are_the_same_text(void)
{
    struct outcome raw = parse("{\"messageId\":\"m\",\"text\":\"é😀\","
                               "\"targetLanguages\":[\"en\"]}");
    struct outcome esc =
        parse("{\"messageId\":\"m\",\"text\":\"\\u00e9\\ud83d\\ude00\","
              "\"targetLanguages\":[\"en\"]}");

    CHECK(raw.ok && esc.ok && strcmp(raw.task->text, esc.task->text) == 0);
    task_free(raw.task);
    task_free(esc.task);
}

static void
pings_and_unknown_types_are_told_apart(void)
{
    struct buf b = {0};
    struct outcome o;

    task_format_ping(&b, 1755630000123);
    buf_addc(&b, '\0');
    CHECK(strstr(b.p, "\"timestamp\":1755630000123"));
    o = parse(b.p);
    CHECK(o.ok && o.kind == TASK_FRAME_PING && !o.task);
    buf_free(&b);
    o = parse("{\"type\":\"audio_process\",\"messageId\":\"m\"}");
    CHECK(o.ok && o.kind == TASK_FRAME_UNKNOWN && !o.task);
    o = parse("{\"type\":7}");
    CHECK(o.ok && o.kind == TASK_FRAME_UNKNOWN && !o.task);
}

static void
malformed_frames_are_refused_and_keep_their_ids(void)
{
    enum fail bad = FAIL_BAD_INPUT;

    CHECK(is_refused("", bad, false));
    CHECK(is_refused("[]", bad, false));
    CHECK(is_refused("{\"text\":", bad, false));
    CHECK(is_refused("{}", bad, false));
    CHECK(is_refused("{\"messageId\":\"m\",\"text\":\"\xff\"}", bad, false));
    CHECK(is_refused("{\"messageId\":\"m\"}", bad, true));
    CHECK(is_refused("{\"messageId\":\"m\",\"text\":\"a\","
                     "\"targetLanguages\":[\"fr\"],\"glossary\":{}}",
        bad, true));
    CHECK(is_refused("{\"taskId\":\"t\",\"messageId\":null}", bad, true));
    CHECK(is_refused("{\"taskId\":\"t\",\"messageId\":5}", bad, true));
    CHECK(is_refused("{\"taskId\":5,\"messageId\":\"m\"}", bad, true));
    CHECK(is_refused("{\"messageId\":\"m\",\"text\":\"\","
                     "\"targetLanguages\":[\"en\"]}",
        bad, true));
    CHECK(is_refused("{\"messageId\":\"m\",\"text\":\"t\","
                     "\"targetLanguages\":[]}",
        bad, true));
    CHECK(is_refused("{\"messageId\":\"m\",\"text\":\"t\","
                     "\"targetLanguages\":\"en\"}",
        bad, true));
    CHECK(is_refused("{\"messageId\":\"m\",\"text\":\"t\","
                     "\"targetLanguages\":[\"en\",5]}",
        bad, true));
    CHECK(is_refused("{\"messageId\":\"m\",\"text\":\"t\","
                     "\"targetLanguages\":[\"e\\nn\"]}",
        bad, true));
    CHECK(is_refused("{\"messageId\":\"m\",\"text\":\"t\","
                     "\"sourceLanguage\":\"much too long to be one\","
                     "\"targetLanguages\":[\"en\"]}",
        bad, true));
    CHECK(is_refused("{\"messageId\":\"m\",\"text\":\"t\",\"revision\":-1,"
                     "\"targetLanguages\":[\"en\"]}",
        bad, true));
}

static void
a_refused_task_names_all_its_languages_or_none(void)
{
    struct outcome o = parse("{\"messageId\":\"m\",\"text\":5,"
                             "\"targetLanguages\":[\"en\",\"fr\"]}");

    CHECK(!o.ok && o.task && o.task->n_targets == 2);
    task_free(o.task);
    o = parse("{\"messageId\":\"m\",\"text\":\"t\","
              "\"targetLanguages\":[\"en\",5,\"fr\"]}");
    CHECK(!o.ok && o.task && o.task->n_targets == 0);
    task_free(o.task);
}

static char *
frame_with_text(size_t n)
{
    struct buf b = {0};

    buf_addz(
        &b, "{\"messageId\":\"m\",\"targetLanguages\":[\"en\"],\"text\":\"");
    memset(buf_reserve(&b, n), 'x', n);
    b.len += n;
    buf_addz(&b, "\"}");
    return buf_take(&b);
}

static void
every_size_has_its_bound(void)
{
    char *largest = frame_with_text(TASK_TEXT_BYTES_MAX);
    char *larger = frame_with_text(TASK_TEXT_BYTES_MAX + 1);
    char *huge = frame_with_text(TASK_FRAME_BYTES_MAX + TASK_REPLY_BYTES);
    struct outcome o = parse(largest);
    struct buf many = {0};

    CHECK(o.ok && strlen(o.task->text) == TASK_TEXT_BYTES_MAX);
    CHECK(is_refused(larger, FAIL_TOO_LARGE, true));
    CHECK(is_refused(huge, FAIL_TOO_LARGE, false));

    buf_addz(
        &many, "{\"messageId\":\"m\",\"text\":\"t\",\"targetLanguages\":[");
    for (int i = 0; i <= TASK_LANGUAGES_MAX; i++)
        buf_addf(&many, "%s\"l%d\"", i ? "," : "", i);
    buf_addz(&many, "]}");
    buf_addc(&many, '\0');
    CHECK(is_refused(many.p, FAIL_TOO_LARGE, true));

    task_free(o.task);
    buf_free(&many);
    free(largest);
    free(larger);
    free(huge);
}

static void
a_task_survives_the_way_to_the_wire_and_back(void)
{
    char id[] = "t1", message[] = "m1", conversation[] = "c\"1",
         text[] = "a\n\"b\" \\ é", source[] = "auto", model[] = "premium",
         es[] = "es", pt[] = "pt-BR";
    struct task t = {.task_id = id,
        .message_id = message,
        .conversation_id = conversation,
        .text = text,
        .source = source,
        .model_type = model,
        .revision = 3,
        .timestamp_ms = 1755630000123,
        .n_targets = 2,
        .targets = {es, pt}};
    struct buf b = {0};
    struct outcome o;
    json_t *terms = json_pack("{s:[{s:s}]}", "terms", "term", "Meeshy");

    t.glossary = glossary_read(terms, SPAN("v1"), NULL);
    json_decref(terms);
    task_format(&b, &t);
    buf_addc(&b, '\0');
    o = parse(b.p);
    CHECK(o.ok && strcmp(o.task->text, t.text) == 0);
    CHECK(strcmp(o.task->conversation_id, t.conversation_id) == 0);
    CHECK(strcmp(o.task->source, "auto") == 0);
    CHECK(strcmp(o.task->model_type, "premium") == 0);
    CHECK(o.task->revision == 3 && o.task->timestamp_ms == t.timestamp_ms);
    CHECK(o.task->n_targets == 2 && strcmp(o.task->targets[1], "pt-BR") == 0);
    CHECK(o.task->glossary &&
          strcmp(o.task->glossary->json, t.glossary->json) == 0);
    task_free(o.task);
    glossary_unref(t.glossary);
    buf_free(&b);
}

static bool
is_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool
are_same(const struct task *a, const struct task *b)
{
    bool same =
        is_same(a->task_id, b->task_id) &&
        is_same(a->message_id, b->message_id) &&
        is_same(a->conversation_id, b->conversation_id) &&
        is_same(a->text, b->text) && is_same(a->source, b->source) &&
        is_same(a->model_type, b->model_type) && a->revision == b->revision &&
        a->timestamp_ms == b->timestamp_ms && a->n_targets == b->n_targets;

    for (int i = 0; same && i < a->n_targets; i++)
        same = is_same(a->targets[i], b->targets[i]);
    return same;
}

/* Well-formed and otherwise, with every kind of value in every place. */
#define SHORT "\"taskId\":\"t\",\"messageId\":\"m\",\"text\":\"a\","
#define TO "\"targetLanguages\":[\"en\"]"
static const char *const frames[] = {
    SEED,
    "{" SHORT TO "}",
    " {\n" SHORT "\t" TO " \r}\n",
    "{" SHORT TO "} x",
    "{" SHORT TO ",}",
    "{" SHORT TO,
    "{" SHORT SHORT TO "}",
    "{" SHORT TO ",\"revision\":7,\"timestamp\":1755630000123}",
    "{" SHORT TO ",\"revision\":0}",
    "{" SHORT TO ",\"revision\":-0}",
    "{" SHORT TO ",\"revision\":-1}",
    "{" SHORT TO ",\"revision\":07}",
    "{" SHORT TO ",\"revision\":2147483648}",
    "{" SHORT TO ",\"revision\":1.0}",
    "{" SHORT TO ",\"revision\":1e2}",
    "{" SHORT TO ",\"revision\":\"1\"}",
    "{" SHORT TO ",\"revision\":null}",
    "{" SHORT TO ",\"revision\":nul}",
    "{" SHORT TO ",\"revision\":}",
    "{" SHORT TO ",\"timestamp\":999999999999999}",
    "{" SHORT TO ",\"timestamp\":1000000000000000}",
    "{" SHORT TO ",\"timestamp\":123456789012345678}",
    "{" SHORT TO ",\"timestamp\":1234567890123456789}",
    "{" SHORT TO ",\"timestamp\":99999999999999999999}",
    "{" SHORT TO ",\"timestamp\":1755630000123.9}",
    "{" SHORT TO ",\"timestamp\":true}",
    "{" SHORT TO ",\"type\":\"translation\"}",
    "{" SHORT TO ",\"type\":\"ping\"}",
    "{" SHORT TO ",\"type\":\"other\"}",
    "{" SHORT TO ",\"type\":5}",
    "{" SHORT TO ",\"modelType\":\"medium\"}",
    "{" SHORT TO ",\"modelType\":\"longer than thirty-two letters, it is\"}",
    "{" SHORT TO ",\"sourceLanguage\":null}",
    "{" SHORT TO ",\"sourceLanguage\":\"\"}",
    "{" SHORT TO ",\"sourceLanguage\":\"\\u0065n\"}",
    "{" SHORT TO ",\"conversationId\":null}",
    "{" SHORT TO ",\"conversationId\":\"\"}",
    "{" SHORT TO ",\"conversationId\":\"a\\/b\"}",
    "{" SHORT "\"targetLanguages\":[]}",
    "{" SHORT "\"targetLanguages\":[\"en\",\"en\", \"es\" ]}",
    "{" SHORT "\"targetLanguages\":[\"en\",]}",
    "{" SHORT "\"targetLanguages\":[\"en\",null]}",
    "{" SHORT "\"targetLanguages\":\"en\"}",
    "{" SHORT "\"targetLanguages\":null}",
    "{\"messageId\":null," TO ",\"text\":\"a\"}",
    "{\"messageId\":\"m\"," TO ",\"text\":\"\"}",
    "{\"messageId\":\"m\"," TO ",\"text\":null}",
    "{\"messageId\":\"m\"," TO ",\"text\":7}",
    "{\"messageId\":\"m\"," TO ",\"text\":\"\\\"a\\\\ \\/\\b\\f\\n\\r\\t\"}",
    "{\"messageId\":\"m\"," TO ",\"text\":\"\\u00e9 \\ud83d\\ude00\"}",
    "{\"messageId\":\"m\"," TO ",\"text\":\"a\\u0000b\"}",
    "{\"messageId\":\"m\"," TO ",\"text\":\"a\\x\"}",
    "{\"messageId\":\"m\"," TO ",\"text\":\"a\\",
    "{\"messageId\":\"m\"," TO ",\"text\":\"a\nb\"}",
    "{\"messageId\":\"m\"," TO ",\"text\":\"a\\\nb\"}",
    "{\"messageId\":\"m\"," TO ",\"text\":\"\xc3\xa9\xf0\x9f\x98\x80\"}",
    "{\"messageId\":\"m\"," TO ",\"text\":\"long enough \xc3\"}",
};
#undef SHORT
#undef TO

/* A field that nobody knows makes jansson read the frame. */
static void
frames_read_in_one_pass_are_read_as_by_jansson(void)
{
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        struct buf b = {0};
        struct outcome one = parse(frames[i]), tree;
        bool same;

        buf_addz(&b, "{\"future\":{},");
        buf_addz(&b, strchr(frames[i], '{') + 1);
        buf_addc(&b, '\0');
        tree = parse(b.p);
        same = one.ok == tree.ok && one.kind == tree.kind &&
               !one.task == !tree.task;
        if (same && one.ok && one.task && strstr(frames[i], "\"taskId\""))
            same = are_same(one.task, tree.task);
        else if (same && one.ok && one.task)
            same = is_same(one.task->text, tree.task->text);
        if (!CHECK(same))
            printf("# %s\n", frames[i]);
        task_free(one.task);
        task_free(tree.task);
        buf_free(&b);
    }
}

static void
a_frame_says_where_its_answers_go(void)
{
    static const char to[] = "01hzyxwvut0123456789abcdef";
    struct buf asked = {0}, again = {0}, said = {0}, addressed = {0};
    struct outcome o = parse(SEED);
    struct event e = {.type = EVENT_PONG, .session = (char *)"s"}, heard;
    char address[EVENT_ADDRESS_BYTES];
    size_t len = event_address(address, to);

    CHECK(o.ok && !o.task->reply_to);
    task_format(&asked, o.task);
    task_free(o.task);
    task_readdress(&again, buf_span(&asked), to);
    CHECK(task_parse(buf_span(&again), &o.kind, &o.task, &o.err));
    CHECK(strcmp(o.task->reply_to, to) == 0);
    CHECK(strcmp(o.task->text, "On se voit demain ?") == 0);
    task_free(o.task);
    o = parse("{\"type\":\"ping\",\"replyTo\":\"abc\",\"timestamp\":1}");
    CHECK(o.kind == TASK_FRAME_PING && strcmp(o.task->reply_to, "abc") == 0);
    task_free(o.task);
    o = parse(
        "{\"type\":\"ping\",\"replyTo\":\"a\\\",\\\"x\",\"timestamp\":1}");
    CHECK(o.kind == TASK_FRAME_PING && !o.task);

    event_format(&said, &e);
    event_readdress(&addressed, buf_span(&said), to);
    CHECK(addressed.len > len && memcmp(addressed.p, address, len) == 0);
    CHECK(event_parse(buf_span(&addressed), &heard, NULL));
    CHECK(heard.type == EVENT_PONG && heard.addressed);
    event_free(&heard);
    CHECK(event_parse(buf_span(&said), &heard, NULL) && !heard.addressed);
    event_free(&heard);
    buf_free(&asked);
    buf_free(&again);
    buf_free(&said);
    buf_free(&addressed);
}

int
main(void)
{
    RUN(a_frame_says_where_its_answers_go);
    RUN(a_request_of_the_original_gateway_is_understood);
    RUN(who_writes_in_a_conversation_has_a_turn_of_their_own);
    RUN(missing_fields_get_the_defaults_of_the_original);
    RUN(escaped_and_raw_utf8_are_the_same_text);
    RUN(pings_and_unknown_types_are_told_apart);
    RUN(malformed_frames_are_refused_and_keep_their_ids);
    RUN(a_refused_task_names_all_its_languages_or_none);
    RUN(every_size_has_its_bound);
    RUN(a_task_survives_the_way_to_the_wire_and_back);
    RUN(frames_read_in_one_pass_are_read_as_by_jansson);
    return tap_end();
}
