/* SPDX-License-Identifier: ISC */
#include "wire/task.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/mem.h"
#include "wire/json.h"

enum { MODEL_TYPE_LEN_MAX = 32 };

/* What the original project's translator assumes when a field is missing. */
#define DEFAULT_CONVERSATION "unknown"
#define DEFAULT_SOURCE "fr"
#define DEFAULT_MODEL_TYPE "basic"

void
task_free(struct task *t)
{
    if (!t)
        return;
    free(t->task_id);
    free(t->message_id);
    free(t->conversation_id);
    free(t->text);
    free(t->source);
    free(t->model_type);
    glossary_unref(t->glossary);
    for (int i = 0; i < t->n_targets; i++)
        free(t->targets[i]);
    free(t);
}

/* Copy an identifier when it is one; absent otherwise. */
static char *
read_id(const json_t *obj, const char *key)
{
    struct span s = json_get_str(obj, key);

    return s.len > 0 && s.len <= TASK_ID_LEN_MAX ? span_dup(s) : NULL;
}

static bool
is_missing(const json_t *obj, const char *key)
{
    const json_t *v = json_object_get(obj, key);

    return !v || json_is_null(v);
}

/* Identifiers before everything else: an error answer needs them. */
static bool
parse_ids(const json_t *obj, struct task *t, struct err *err)
{
    char id[ID_BYTES];

    t->task_id = read_id(obj, "taskId");
    t->message_id = read_id(obj, "messageId");
    t->conversation_id = read_id(obj, "conversationId");
    if (!t->message_id)
        return err_set(err, FAIL_BAD_INPUT, "messageId missing or too long");
    if (!t->task_id && !is_missing(obj, "taskId"))
        return err_set(err, FAIL_BAD_INPUT, "taskId empty or too long");
    if (!t->conversation_id && !is_missing(obj, "conversationId"))
        return err_set(err, FAIL_BAD_INPUT, "conversationId empty or too long");
    if (!t->conversation_id)
        t->conversation_id = xstrdup(DEFAULT_CONVERSATION);
    if (!t->task_id) {
        id_new(id);
        t->task_id = xstrdup(id);
    }
    return true;
}

/* Language names go into log lines and error texts: letters, digits, "-_". */
static bool
is_language(struct span s)
{
    if (s.len == 0 || s.len > TASK_LANGUAGE_LEN_MAX)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && c != '-' && c != '_')
            return false;
    }
    return true;
}

static bool
has_target(const struct task *t, struct span language)
{
    for (int i = 0; i < t->n_targets; i++)
        if (span_eqz(language, t->targets[i]))
            return true;
    return false;
}

static bool
add_targets(const json_t *list, struct task *t, struct err *err)
{
    const json_t *item;
    size_t i;

    if (json_array_size(list) == 0)
        return err_set(err, FAIL_BAD_INPUT, "targetLanguages missing or empty");
    json_array_foreach((json_t *)list, i, item)
    {
        struct span s = {json_string_value(item), json_string_length(item)};
        if (!is_language(s))
            return err_set(err, FAIL_BAD_INPUT,
                "targetLanguages has no language at %zu", i);
        if (has_target(t, s))
            continue;
        if (t->n_targets == TASK_LANGUAGES_MAX)
            return err_set(err, FAIL_TOO_LARGE, "more than %d target languages",
                TASK_LANGUAGES_MAX);
        t->targets[t->n_targets++] = span_dup(s);
    }
    return true;
}

/* All or none. */
static bool
parse_targets(const json_t *list, struct task *t, struct err *err)
{
    if (add_targets(list, t, err))
        return true;
    while (t->n_targets > 0)
        free(t->targets[--t->n_targets]);
    return false;
}

static bool
parse_text(const json_t *obj, struct task *t, struct err *err)
{
    struct span text = json_get_str(obj, "text");

    if (text.len == 0)
        return err_set(err, FAIL_BAD_INPUT, "text missing or empty");
    if (text.len > TASK_TEXT_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "text too long: more than %d bytes",
            TASK_TEXT_BYTES_MAX);
    t->text = span_dup(text);
    return true;
}

static bool
parse_source(const json_t *obj, struct task *t, struct err *err)
{
    struct span source = json_get_str(obj, "sourceLanguage");

    if (is_missing(obj, "sourceLanguage"))
        source = SPAN(DEFAULT_SOURCE);
    if (!is_language(source))
        return err_set(err, FAIL_BAD_INPUT, "sourceLanguage is no language");
    t->source = span_dup(source);
    return true;
}

static bool
parse_glossary(const json_t *obj, struct task *t, struct err *err)
{
    const json_t *glossary = json_object_get(obj, "glossary");

    if (!glossary)
        return true;
    t->glossary = glossary_read(glossary, (struct span){NULL, 0}, err);
    return t->glossary != NULL;
}

static bool
parse_revision(const json_t *obj, struct task *t, struct err *err)
{
    long long revision = 0;

    if (!is_missing(obj, "revision") &&
        (!json_get_int(obj, "revision", &revision) || revision < 0 ||
            revision > INT_MAX))
        return err_set(err, FAIL_BAD_INPUT, "revision is no revision number");
    t->revision = (int)revision;
    return true;
}

static void
parse_rest(const json_t *obj, struct task *t)
{
    struct span model = json_get_str(obj, "modelType");
    double timestamp = 0;

    if (model.len == 0 || model.len > MODEL_TYPE_LEN_MAX)
        model = SPAN(DEFAULT_MODEL_TYPE);
    t->model_type = span_dup(model);

    /* Informative only, so nonsense is as good as nothing. */
    if (json_get_num(obj, "timestamp", &timestamp) && timestamp > 0 &&
        timestamp < 1e15)
        t->timestamp_ms = (int64_t)timestamp;
}

static bool
parse_task(const json_t *obj, struct task **ret_task, struct err *err)
{
    struct task *t = xcalloc(1, sizeof(*t));

    if (parse_ids(obj, t, err) &&
        parse_targets(json_object_get(obj, "targetLanguages"), t, err) &&
        parse_revision(obj, t, err) && parse_source(obj, t, err) &&
        parse_text(obj, t, err) && parse_glossary(obj, t, err)) {
        parse_rest(obj, t);
        *ret_task = t;
        return true;
    }
    if (t->task_id || t->message_id) {
        *ret_task = t;
    } else {
        task_free(t);
    }
    return false;
}

bool
task_parse(struct span frame, enum task_frame *ret_kind, struct task **ret_task,
    struct err *err)
{
    struct span type;
    bool ok = true;
    json_t *obj;

    *ret_task = NULL;
    *ret_kind = TASK_FRAME_UNKNOWN;
    if (frame.len > TASK_FRAME_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "frame larger than %d bytes",
            TASK_FRAME_BYTES_MAX);
    obj = json_read(frame, err);
    if (!obj)
        return false;
    if (!json_is_object(obj)) {
        json_decref(obj);
        return err_set(err, FAIL_BAD_INPUT, "frame is not a JSON object");
    }
    type = json_get_str(obj, "type");
    if (span_eqz(type, "ping")) {
        *ret_kind = TASK_FRAME_PING;
    } else if (is_missing(obj, "type") || span_eqz(type, "translation")) {
        *ret_kind = TASK_FRAME_TASK;
        ok = parse_task(obj, ret_task, err);
    }
    json_decref(obj);
    return ok;
}

void
task_format(struct buf *b, const struct task *t)
{
    buf_addz(b, "{\"type\":\"translation\",");
    json_put_field(b, "taskId", span_of(t->task_id));
    buf_addc(b, ',');
    json_put_field(b, "messageId", span_of(t->message_id));
    buf_addc(b, ',');
    json_put_field(b, "text", span_of(t->text));
    buf_addc(b, ',');
    json_put_field(b, "sourceLanguage", span_of(t->source));
    buf_addz(b, ",\"targetLanguages\":[");
    for (int i = 0; i < t->n_targets; i++) {
        if (i > 0)
            buf_addc(b, ',');
        json_put_str(b, span_of(t->targets[i]));
    }
    buf_addz(b, "],");
    json_put_field(b, "conversationId", span_of(t->conversation_id));
    buf_addc(b, ',');
    json_put_field(b, "modelType",
        span_of(t->model_type ? t->model_type : DEFAULT_MODEL_TYPE));
    if (t->glossary) {
        buf_addz(b, ",\"glossary\":");
        buf_addz(b, t->glossary->json);
    }
    buf_addf(b, ",\"revision\":%d,\"timestamp\":%lld}", t->revision,
        (long long)t->timestamp_ms);
}

void
task_format_ping(struct buf *b, int64_t wall_ms)
{
    buf_addf(b, "{\"type\":\"ping\",\"timestamp\":%lld}", (long long)wall_ms);
}
