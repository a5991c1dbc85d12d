/* SPDX-License-Identifier: ISC */
#include "wire/event.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "wire/answer.h"
#include "wire/json.h"

/* Below or at it the original project publishes what is no translation. */
static const double confidence_failed_max = 0.3;

/* More is no measure of anything. */
static const double seconds_max = 24 * 60 * 60, memory_mb_max = 1e9,
                    cpu_percent_max = 1e6, timestamp_s_max = 1e11;

/* How the original project's engines spell "I failed" in a translated text. */
static const char *const failure_marks[] = {
    "[ERREUR:",
    "[QUANTIZED-ERROR]",
    "[ML-Pipeline-Error]",
    "[T5-QUANTIZED-ERROR]",
    "[NLLB-QUANTIZED-ERROR]",
    "[FALLBACK-",
    "[ML-Async-Error]",
    "[T5-Fallback]",
};

/* How the reasons begin that stay so. */
static const char *const final_reasons[] = {
    "unsupported",
    "text too long",
    "language not recognised",
    "translation refused",
};

/* The version of this exchange which the original project names. */
#define WIRE_VERSION "1.0.0"

/* The wire names of enum event_type. */
static const char *const type_names[] = {
    [EVENT_ACCEPTED] = "translation_accepted",
    [EVENT_COMPLETED] = "translation_completed",
    [EVENT_ERROR] = "translation_error",
    [EVENT_SKIPPED] = "translation_skipped",
    [EVENT_PONG] = "pong",
};
enum { N_TYPES = sizeof(type_names) / sizeof(type_names[0]) };

void
event_free(struct event *e)
{
    free(e->task_id);
    free(e->message_id);
    free(e->conversation_id);
    free(e->target);
    free(e->error);
    free(e->text);
    free(e->pairs);
    free(e->version);
    free(e->source);
    free(e->model);
    free(e->worker);
    free(e->node);
    free(e->session);
    free(e->doubt);
    *e = (struct event){0};
}

bool
event_is_final(const char *reason)
{
    for (size_t i = 0; i < sizeof(final_reasons) / sizeof(char *); i++)
        if (span_starts(span_of(reason), span_of(final_reasons[i])))
            return true;
    return false;
}

static char *
get_dup(const json_t *obj, const char *key)
{
    return span_dup(json_get_str(obj, key));
}

static char *
get_word(const json_t *obj, const char *key, size_t max)
{
    return answer_word(json_get_str(obj, key), max);
}

/* A number from 0 to max; fallback where there is none. */
static double
get_number(const json_t *obj, const char *key, double max, double fallback)
{
    double v;

    return json_get_num(obj, key, &v) ? answer_number(v, max) : fallback;
}

static int
get_count(const json_t *obj, const char *key)
{
    long long v;

    return json_get_int(obj, key, &v) && v >= 0 && v <= INT_MAX ? (int)v : 0;
}

static void
find_failure(struct event *e, const json_t *result)
{
    struct span text = span_of(e->text);
    struct span error = json_get_str(result, "error");
    const char *why = NULL;

    if (span_eqz(span_of(e->model), "fallback"))
        why = "translator answered with its fallback";
    else if (e->confidence <= confidence_failed_max)
        why = "translator has no confidence in its answer";
    /* Ours names the revision and never answers with an error text; but a
     * person may well write "[EN] ...". */
    for (size_t i = 0;
         !e->revision && i < sizeof(failure_marks) / sizeof(char *); i++)
        if (span_starts(text, span_of(failure_marks[i])))
            why = "translator answered with an error text";
    if (!why && !error.len)
        return;
    e->type = EVENT_ERROR;
    e->error =
        error.len ? answer_word(error, ANSWER_REASON_BYTES_MAX) : xstrdup(why);
    free(e->text);
    e->text = NULL;
}

static bool
parse_completed(const json_t *obj, struct event *e, struct err *err)
{
    const json_t *result = json_object_get(obj, "result");
    const json_t *metadata = json_object_get(obj, "metadata");

    free(e->message_id);
    e->message_id = get_dup(result, "messageId");
    if (!e->target)
        e->target = get_dup(result, "targetLanguage");
    e->text = get_dup(result, "translatedText");
    if (!e->message_id || !e->target ||
        (!e->text && !json_get_str(result, "error").len))
        return err_set(err, FAIL_BAD_INPUT,
            "result lacks messageId, targetLanguage or translatedText");

    e->source = get_word(result, "sourceLanguage", ANSWER_WORD_BYTES_MAX);
    e->model = get_word(result, "modelType", ANSWER_WORD_BYTES_MAX);
    e->worker = get_word(result, "workerName", ANSWER_WORD_BYTES_MAX);
    e->node = get_word(metadata, "processingNode", ANSWER_WORD_BYTES_MAX);
    e->session = get_word(metadata, "sessionId", ANSWER_WORD_BYTES_MAX);
    e->any_pool = span_eqz(json_get_str(result, "poolType"), "any");
    e->cached = json_get_bool(result, "cached", false);
    e->revision = get_count(result, "revision");
    e->confidence = get_number(result, "confidenceScore", 1, 1);
    e->quality = quality_find(json_get_str(result, "quality"));
    e->doubt = get_word(result, "doubt", ANSWER_WORD_BYTES_MAX);
    e->processing_s = get_number(result, "processingTime", seconds_max, 0);
    e->queue_s = get_number(result, "queueTime", seconds_max, 0);
    e->memory_mb = get_number(result, "memoryUsage", memory_mb_max, 0);
    e->cpu_percent = get_number(result, "cpuUsage", cpu_percent_max, 0);
    find_failure(e, result);
    return true;
}

static bool
parse_fields(const json_t *obj, struct event *e, struct err *err)
{
    e->addressed = json_get_str(obj, "to").p != NULL;
    e->task_id = get_dup(obj, "taskId");
    e->message_id = get_dup(obj, "messageId");
    e->conversation_id = get_dup(obj, "conversationId");
    e->target = get_dup(obj, "targetLanguage");
    e->any_pool = span_eqz(json_get_str(obj, "poolType"), "any");
    e->revision = get_count(obj, "revision");
    e->timestamp_s = get_number(obj, "timestamp", timestamp_s_max, 0);
    if (e->type == EVENT_COMPLETED)
        return parse_completed(obj, e, err);
    if (e->type == EVENT_ERROR)
        e->error = get_word(obj, "error", ANSWER_REASON_BYTES_MAX);
    if (e->type == EVENT_SKIPPED)
        e->error = get_word(obj, "reason", ANSWER_REASON_BYTES_MAX);
    if (e->type == EVENT_PONG) {
        e->port_pub = get_count(obj, "translator_port_pub");
        e->port_sub = get_count(obj, "translator_port_pull");
        e->session = get_word(obj, "sessionId", ANSWER_WORD_BYTES_MAX);
        e->text = answer_list(json_get_str(obj, "languages"));
        e->pairs = answer_list(json_get_str(obj, "pairs"));
        e->version = get_word(obj, "modelVersion", ANSWER_WORD_BYTES_MAX);
    }
    return true;
}

bool
event_parse(struct span frame, struct event *ret, struct err *err)
{
    struct span type;
    json_t *obj;
    bool ok;

    *ret = (struct event){0};
    if (frame.len > EVENT_FRAME_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "frame larger than %d bytes",
            EVENT_FRAME_BYTES_MAX);
    obj = json_read(frame, err);
    if (!obj)
        return false;
    if (!json_is_object(obj)) {
        json_decref(obj);
        return err_set(err, FAIL_BAD_INPUT, "frame is not a JSON object");
    }
    type = json_get_str(obj, "type");
    for (int i = EVENT_UNKNOWN + 1; i < N_TYPES; i++)
        if (span_eqz(type, type_names[i]))
            ret->type = (enum event_type)i;
    ok = ret->type == EVENT_UNKNOWN || parse_fields(obj, ret, err);
    json_decref(obj);
    return ok;
}

/* A float field as the original project has it: never an integer, and JSON
 * has no infinity. */
static void
put_num(struct buf *b, const char *key, double v)
{
    buf_addf(b, ",\"%s\":%.6f", key, isfinite(v) ? v : 0.0);
}

static void
put_str(struct buf *b, const char *key, const char *value)
{
    json_add_field(b, key, span_of(value ? value : ""));
}

static void
put_if(struct buf *b, const char *key, const char *value)
{
    if (value)
        put_str(b, key, value);
}

static void
put_result(struct buf *b, const struct event *e)
{
    buf_addz(b, ",\"result\":{");
    json_put_field(b, "messageId", span_of(e->message_id ? e->message_id : ""));
    if (e->error) {
        buf_addz(b, ",\"translatedText\":null");
        put_str(b, "error", e->error);
    } else {
        put_str(b, "translatedText", e->text);
    }
    put_str(b, "sourceLanguage", e->source);
    put_str(b, "targetLanguage", e->target);
    put_num(b, "confidenceScore", e->confidence);
    buf_addf(b, ",\"cached\":%s", e->cached ? "true" : "false");
    if (e->quality != QUALITY_NONE)
        put_str(b, "quality", quality_name(e->quality));
    put_if(b, "doubt", e->doubt);
    put_num(b, "processingTime", e->processing_s);
    put_str(b, "modelType", e->model);
    put_str(b, "workerName", e->worker);
    put_str(b, "translatorModel", e->model);
    put_str(b, "workerId", e->worker);
    put_str(b, "poolType", e->any_pool ? "any" : "normal");
    put_num(b, "translationTime", e->processing_s);
    put_num(b, "queueTime", e->queue_s);
    put_num(b, "memoryUsage", e->memory_mb);
    put_num(b, "cpuUsage", e->cpu_percent);
    put_num(b, "timestamp", e->timestamp_s);
    put_str(b, "version", WIRE_VERSION);
    buf_addf(b, ",\"revision\":%d}", e->revision);
}

static void
put_metadata(struct buf *b, const struct event *e)
{
    buf_addz(b, ",\"metadata\":{\"translatorVersion\":\"" WIRE_VERSION "\"");
    put_str(b, "modelVersion", e->model);
    put_str(b, "processingNode", e->node);
    put_str(b, "sessionId", e->session);
    put_str(b, "requestId", e->task_id);
    buf_addz(b, ",\"protocol\":\"ZMQ_PUB_SUB\",\"encoding\":\"UTF-8\"}");
}

/* What all answers about a task but the completed one have. */
static void
put_ids(struct buf *b, const struct event *e)
{
    put_if(b, "taskId", e->task_id);
    put_if(b, "messageId", e->message_id);
    put_if(b, "conversationId", e->conversation_id);
    put_if(b, "targetLanguage", e->target);
    buf_addf(b, ",\"revision\":%d", e->revision);
}

void
event_format(struct buf *b, const struct event *e)
{
    assert(e->type != EVENT_UNKNOWN);
    buf_addf(b, "{\"type\":\"%s\"", type_names[e->type]);
    switch (e->type) {
    case EVENT_COMPLETED:
        put_str(b, "taskId", e->task_id);
        put_result(b, e);
        put_str(b, "targetLanguage", e->target);
        put_metadata(b, e);
        break;
    case EVENT_ACCEPTED:
        put_ids(b, e);
        put_str(b, "poolType", e->any_pool ? "any" : "normal");
        break;
    case EVENT_ERROR:
        put_ids(b, e);
        put_str(b, "error", e->error);
        break;
    case EVENT_SKIPPED:
        put_ids(b, e);
        put_str(b, "reason", e->error);
        break;
    case EVENT_PONG:
        put_str(b, "translator_status", "alive");
        buf_addf(b, ",\"translator_port_pub\":%d,\"translator_port_pull\":%d",
            e->port_pub, e->port_sub);
        put_if(b, "sessionId", e->session);
        put_if(b, "languages", e->text);
        put_if(b, "pairs", e->pairs);
        put_if(b, "modelVersion", e->version);
        break;
    case EVENT_UNKNOWN:
        break;
    }
    put_num(b, "timestamp", e->timestamp_s);
    buf_addc(b, '}');
}

size_t
event_address(char out[EVENT_ADDRESS_BYTES], const char *reply_to)
{
    return (size_t)snprintf(
        out, EVENT_ADDRESS_BYTES, "{\"to\":\"%s\",", reply_to);
}

void
event_readdress(struct buf *b, struct span frame, const char *reply_to)
{
    char address[EVENT_ADDRESS_BYTES];

    buf_add(b, address, event_address(address, reply_to));
    buf_add(b, frame.p + 1, frame.len - 1);
}
