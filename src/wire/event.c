/* SPDX-License-Identifier: ISC */
#include "wire/event.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "wire/json.h"

/* Below or at it the original project publishes what is no translation. */
static const double confidence_failed_max = 0.3;

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
    free(e->source);
    free(e->model);
    free(e->worker);
    free(e->node);
    free(e->session);
    *e = (struct event){0};
}

static char *
get_dup(const json_t *obj, const char *key)
{
    return span_dup(json_get_str(obj, key));
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
    e->error = error.len ? span_dup(error) : xstrdup(why);
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

    e->source = get_dup(result, "sourceLanguage");
    e->model = get_dup(result, "modelType");
    e->worker = get_dup(result, "workerName");
    e->node = get_dup(metadata, "processingNode");
    e->session = get_dup(metadata, "sessionId");
    e->any_pool = span_eqz(json_get_str(result, "poolType"), "any");
    e->revision = get_count(result, "revision");
    e->confidence = 1;
    json_get_num(result, "confidenceScore", &e->confidence);
    json_get_num(result, "processingTime", &e->processing_s);
    json_get_num(result, "queueTime", &e->queue_s);
    json_get_num(result, "memoryUsage", &e->memory_mb);
    json_get_num(result, "cpuUsage", &e->cpu_percent);
    find_failure(e, result);
    return true;
}

static bool
parse_fields(const json_t *obj, struct event *e, struct err *err)
{
    e->task_id = get_dup(obj, "taskId");
    e->message_id = get_dup(obj, "messageId");
    e->conversation_id = get_dup(obj, "conversationId");
    e->target = get_dup(obj, "targetLanguage");
    e->any_pool = span_eqz(json_get_str(obj, "poolType"), "any");
    e->revision = get_count(obj, "revision");
    json_get_num(obj, "timestamp", &e->timestamp_s);
    if (e->type == EVENT_COMPLETED)
        return parse_completed(obj, e, err);
    if (e->type == EVENT_ERROR)
        e->error = get_dup(obj, "error");
    if (e->type == EVENT_SKIPPED)
        e->error = get_dup(obj, "reason");
    if (e->type == EVENT_PONG) {
        e->port_pub = get_count(obj, "translator_port_pub");
        e->port_sub = get_count(obj, "translator_port_pull");
        e->session = get_dup(obj, "sessionId");
        e->text = get_dup(obj, "languages");
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
    buf_addc(b, ',');
    json_put_field(b, key, span_of(value ? value : ""));
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
        break;
    case EVENT_UNKNOWN:
        break;
    }
    put_num(b, "timestamp", e->timestamp_s);
    buf_addc(b, '}');
}
