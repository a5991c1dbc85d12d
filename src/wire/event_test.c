/* SPDX-License-Identifier: ISC */
#include "wire/event.h"

#include <math.h>
#include <string.h>

#include "base/tap.h"
#include "wire/json.h"

/* As the original project's translator writes it. */
#define SEED(more_result)                                                      \
    "{\"type\": \"translation_completed\", \"taskId\": \"7b0c\", "             \
    "\"targetLanguage\": \"en\", \"timestamp\": 1755630001.21, "               \
    "\"result\": {\"messageId\": \"cmeh\", "                                   \
    "\"sourceLanguage\": \"fr\", \"targetLanguage\": \"en\", "                 \
    "\"processingTime\": 0.412, \"workerName\": \"normal_worker_3\", "         \
    "\"poolType\": \"normal\", \"queueTime\": 1, " more_result "}, "           \
    "\"metadata\": {\"processingNode\": \"tr-1\"}}"
#define GOOD                                                                   \
    "\"translatedText\": \"Voil\\u00e0\", \"confidenceScore\": 0.95, "         \
    "\"modelType\": \"medium\""

static bool
near(double a, double b)
{
    return fabs(a - b) < 1e-5;
}

static void
a_result_of_the_original_translator_is_understood(void)
{
    struct event e;

    CHECK(event_parse(SPAN(SEED(GOOD)), &e, NULL));
    CHECK(e.type == EVENT_COMPLETED && !e.any_pool);
    CHECK(strcmp(e.task_id, "7b0c") == 0 && strcmp(e.message_id, "cmeh") == 0);
    CHECK(strcmp(e.target, "en") == 0 && strcmp(e.source, "fr") == 0);
    CHECK(strcmp(e.text, "Voilà") == 0 && strcmp(e.model, "medium") == 0);
    CHECK(strcmp(e.worker, "normal_worker_3") == 0);
    CHECK(strcmp(e.node, "tr-1") == 0);
    CHECK(near(e.confidence, 0.95) && near(e.processing_s, 0.412));
    CHECK(near(e.queue_s, 1) && near(e.timestamp_s, 1755630001.21));
    event_free(&e);
}

static bool
is_failure(struct span frame)
{
    struct event e;
    bool yes = event_parse(frame, &e, NULL) && e.type == EVENT_ERROR &&
               e.error && e.error[0] && !e.text && e.target && e.message_id;

    event_free(&e);
    return yes;
}

static void
a_failure_dressed_as_a_result_is_a_failure(void)
{
    CHECK(is_failure(SPAN(SEED(GOOD ",\"error\":\"out of memory\""))));
    CHECK(is_failure(SPAN(SEED("\"translatedText\":\"[EN] Voilà\","
                               "\"confidenceScore\":0.1"))));
    CHECK(is_failure(SPAN(SEED("\"translatedText\":\"Voilà\","
                               "\"modelType\":\"fallback\""))));
    CHECK(is_failure(SPAN(SEED("\"translatedText\":\"[ML-Pipeline-Error] V\","
                               "\"confidenceScore\":0.95"))));
    CHECK(!is_failure(SPAN(SEED("\"translatedText\":\"[EN] Voilà\""))));
}

static void
every_type_survives_the_way_to_the_wire_and_back(void)
{
    static const enum event_type types[] = {EVENT_ACCEPTED, EVENT_COMPLETED,
        EVENT_ERROR, EVENT_SKIPPED, EVENT_PONG};
    char error[] = "unsupported \"pair\"";
    struct event e = {.task_id = (char *)"t",
        .message_id = (char *)"m",
        .conversation_id = (char *)"any",
        .target = (char *)"es",
        .text = (char *)"¿Qué?\n",
        .source = (char *)"en",
        .model = (char *)"apertium:en-es",
        .worker = (char *)"any_worker_1",
        .node = (char *)"n",
        .session = (char *)"s",
        .version = (char *)"v",
        .any_pool = true,
        .revision = 4,
        .confidence = 0.75,
        .quality = QUALITY_ROUGH,
        .doubt = (char *)"lost negation",
        .timestamp_s = 1755630001.5,
        .port_pub = 5556,
        .port_sub = 5555};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct buf b = {0};
        struct event back;
        e.type = types[i];
        e.error = e.type == EVENT_COMPLETED ? NULL : error;
        event_format(&b, &e);
        CHECK(event_parse(buf_span(&b), &back, NULL));
        CHECK(back.type == types[i] && near(back.timestamp_s, e.timestamp_s));
        if (back.type == EVENT_PONG) {
            CHECK(back.port_pub == 5556 && back.port_sub == 5555);
            CHECK(strcmp(back.session, "s") == 0);
            CHECK(strcmp(back.text, e.text) == 0);
            CHECK(strcmp(back.version, e.version) == 0);
        } else {
            CHECK(strcmp(back.task_id, "t") == 0 && back.revision == 4);
            CHECK(strcmp(back.message_id, "m") == 0);
            CHECK(strcmp(back.target, "es") == 0);
        }
        if (back.type == EVENT_ERROR || back.type == EVENT_SKIPPED)
            CHECK(strcmp(back.error, e.error) == 0);
        if (back.type == EVENT_COMPLETED) {
            CHECK(strcmp(back.text, e.text) == 0 && back.any_pool);
            CHECK(back.quality == QUALITY_ROUGH);
            CHECK(strcmp(back.doubt, e.doubt) == 0);
        }
        event_free(&back);
        buf_free(&b);
    }
}

static void
a_result_that_failed_has_a_reason_and_no_text(void)
{
    struct event e = {.type = EVENT_COMPLETED,
        .message_id = (char *)"m",
        .target = (char *)"es",
        .error = (char *)"out of memory",
        .text = (char *)"never shown"};
    struct event back;
    struct buf b = {0};
    json_t *o, *result;

    event_format(&b, &e);
    o = json_read(buf_span(&b), NULL);
    result = json_object_get(o, "result");
    CHECK(json_is_null(json_object_get(result, "translatedText")));
    CHECK(span_eqz(json_get_str(result, "error"), "out of memory"));
    CHECK(event_parse(buf_span(&b), &back, NULL) && back.type == EVENT_ERROR);
    CHECK(strcmp(back.error, "out of memory") == 0 && !back.text);
    event_free(&back);
    json_decref(o);
    buf_free(&b);
}

static void
what_asking_again_does_not_mend_is_final(void)
{
    static const char *const final[] = {"unsupported language pair ru-en",
        "unsupported language xx", "text too long", "language not recognised",
        "translation refused: lost numbers"};
    static const char *const passing[] = {"translation timed out",
        "engine exited", "",
        "the engine broke a "
        "sentence"};

    for (size_t i = 0; i < sizeof(final) / sizeof(char *); i++)
        CHECK(event_is_final(final[i]));
    for (size_t i = 0; i < sizeof(passing) / sizeof(char *); i++)
        CHECK(!event_is_final(passing[i]));
}

static void
a_result_has_every_field_with_its_type(void)
{
    static const char *const strings[] = {"messageId", "translatedText",
        "sourceLanguage", "targetLanguage", "modelType", "workerName",
        "translatorModel", "workerId", "poolType", "version"};
    static const char *const reals[] = {"confidenceScore", "processingTime",
        "translationTime", "queueTime", "memoryUsage", "cpuUsage", "timestamp"};
    static const char *const meta[] = {"translatorVersion", "modelVersion",
        "processingNode", "sessionId", "requestId", "protocol", "encoding"};
    struct event e = {.type = EVENT_COMPLETED,
        .confidence = 1,
        .memory_mb = NAN}; /* even an empty one */
    struct buf b = {0};
    json_t *o, *result, *metadata;

    event_format(&b, &e);
    o = json_read(buf_span(&b), NULL);
    result = json_object_get(o, "result");
    metadata = json_object_get(o, "metadata");
    CHECK(json_get_str(o, "taskId").p && json_get_str(o, "targetLanguage").p);
    CHECK(json_is_real(json_object_get(o, "timestamp")));
    for (size_t i = 0; i < sizeof(strings) / sizeof(char *); i++)
        CHECK(json_is_string(json_object_get(result, strings[i])));
    for (size_t i = 0; i < sizeof(reals) / sizeof(char *); i++)
        CHECK(json_is_real(json_object_get(result, reals[i])));
    for (size_t i = 0; i < sizeof(meta) / sizeof(char *); i++)
        CHECK(json_is_string(json_object_get(metadata, meta[i])));
    CHECK(json_is_integer(json_object_get(result, "revision")));
    json_decref(o);
    buf_free(&b);
}

static void
whole_task_errors_name_no_language(void)
{
    struct event e = {.type = EVENT_ERROR,
        .task_id = (char *)"t",
        .message_id = (char *)"m",
        .conversation_id = (char *)"c",
        .error = (char *)"translation pool full"};
    struct event back;
    struct buf b = {0};

    event_format(&b, &e);
    CHECK(event_parse(buf_span(&b), &back, NULL));
    CHECK(back.type == EVENT_ERROR && !back.target);
    CHECK(strcmp(back.error, "translation pool full") == 0);
    CHECK(strcmp(back.conversation_id, "c") == 0);
    event_free(&back);
    buf_free(&b);
}

static void
unknown_types_are_ignored_and_malformed_frames_refused(void)
{
    static char huge[EVENT_FRAME_BYTES_MAX + 1];
    struct err err = {0};
    struct event e;

    CHECK(event_parse(SPAN("{\"type\":\"audio_process_error\"}"), &e, NULL));
    CHECK(e.type == EVENT_UNKNOWN);
    CHECK(event_parse(SPAN("{}"), &e, NULL) && e.type == EVENT_UNKNOWN);
    CHECK(!event_parse(SPAN("3"), &e, &err) && err.kind == FAIL_BAD_INPUT);
    event_free(&e);
    CHECK(!event_parse(SPAN("{\"type\":\"translation_completed\"}"), &e, NULL));
    event_free(&e);
    CHECK(!event_parse(SPAN(SEED("\"translatedText\":null")), &e, NULL));
    event_free(&e);
    memset(huge, ' ', sizeof(huge));
    CHECK(!event_parse((struct span){huge, sizeof(huge)}, &e, &err));
    CHECK(err.kind == FAIL_TOO_LARGE);
    event_free(&e);
}

int
main(void)
{
    RUN(a_result_of_the_original_translator_is_understood);
    RUN(a_failure_dressed_as_a_result_is_a_failure);
    RUN(every_type_survives_the_way_to_the_wire_and_back);
    RUN(a_result_that_failed_has_a_reason_and_no_text);
    RUN(what_asking_again_does_not_mend_is_final);
    RUN(a_result_has_every_field_with_its_type);
    RUN(whole_task_errors_name_no_language);
    RUN(unknown_types_are_ignored_and_malformed_frames_refused);
    return tap_end();
}
