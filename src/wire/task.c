/* SPDX-License-Identifier: ISC */
#include "wire/task.h"

#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/mem.h"
#include "wire/json.h"
#include "wire/task_fields.h"

enum { MODEL_TYPE_LEN_MAX = 32 };

static const long long timestamp_max = 1000000000000000; /* year 33658 */

/* What the original project's translator assumes when a field is missing. */
#define DEFAULT_CONVERSATION "unknown"
#define DEFAULT_SOURCE "fr"
#define DEFAULT_MODEL_TYPE "basic"

void
task_free(struct task *t)
{
    if (!t)
        return;
    glossary_unref(t->glossary);
    free(t);
}

/* An identifier when it is one; absent otherwise. */
static struct span
id_of(const struct task_field *f)
{
    struct span none = {NULL, 0};

    return f->str.len > 0 && f->str.len <= TASK_ID_LEN_MAX ? f->str : none;
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

/* Nothing else may be part of an address. */
static bool
is_address(struct span s)
{
    if (s.len == 0 || s.len > TASK_REPLY_LEN_MAX)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!isalnum((unsigned char)s.p[i]))
            return false;
    return true;
}

/* A task being made, and where its next string goes. */
struct making {
    struct task *task;
    char *room;
};

/* Room for as much as the checks below let pass. */
static struct making
begin(const struct task_fields *f)
{
    size_t n =
        f->n_targets < TASK_LANGUAGES_MAX ? f->n_targets : TASK_LANGUAGES_MAX;
    size_t text = f->field[TASK_TEXT].str.len;
    size_t bytes = sizeof(struct task) + 6 * (TASK_ID_LEN_MAX + 1) +
                   TASK_REPLY_LEN_MAX + 1 +
                   (n + 1) * (TASK_LANGUAGE_LEN_MAX + 1) + MODEL_TYPE_LEN_MAX +
                   1 + (text <= TASK_TEXT_BYTES_MAX ? text + 1 : 0);
    struct task *t = xmalloc(bytes);

    *t = (struct task){0};
    return (struct making){t, (char *)(t + 1)};
}

/* A copy, or NULL of what is absent. */
static char *
put(struct making *m, struct span s)
{
    char *copy = m->room;

    if (!s.p)
        return NULL;
    memcpy(copy, s.p, s.len);
    copy[s.len] = '\0';
    m->room += s.len + 1;
    return copy;
}

/* A line for each, so that no two pairs of ids are one key. */
static char *
put_turn(struct making *m, const char *conversation_id, const char *sender_id)
{
    char *turn = put(m, span_of(conversation_id));

    if (!sender_id)
        return turn;
    m->room[-1] = '\n';
    put(m, span_of(sender_id));
    return turn;
}

/* Identifiers before everything else: an error answer needs them. */
static bool
put_ids(struct making *m, const struct task_field *f, struct err *err)
{
    struct task *t = m->task;
    char id[ID_BYTES];

    if (is_address(f[TASK_REPLY_TO].str))
        t->reply_to = put(m, f[TASK_REPLY_TO].str);
    t->task_id = put(m, id_of(&f[TASK_ID]));
    t->message_id = put(m, id_of(&f[TASK_MESSAGE_ID]));
    t->conversation_id = put(m, id_of(&f[TASK_CONVERSATION_ID]));
    if (!t->message_id)
        return err_set(err, FAIL_BAD_INPUT, "messageId missing or too long");
    if (!t->task_id && f[TASK_ID].kind != TASK_FIELD_MISSING)
        return err_set(err, FAIL_BAD_INPUT, "taskId empty or too long");
    if (!t->conversation_id &&
        f[TASK_CONVERSATION_ID].kind != TASK_FIELD_MISSING)
        return err_set(err, FAIL_BAD_INPUT, "conversationId empty or too long");
    if (!t->conversation_id)
        t->conversation_id = put(m, SPAN(DEFAULT_CONVERSATION));
    if (!t->task_id) {
        id_new(id);
        t->task_id = put(m, span_of(id));
    }
    t->sender_id = put(m, id_of(&f[TASK_SENDER_ID]));
    t->turn = put_turn(m, t->conversation_id, t->sender_id);
    return true;
}

static bool
put_text(struct making *m, struct span text, struct err *err)
{
    if (text.len == 0)
        return err_set(err, FAIL_BAD_INPUT, "text missing or empty");
    if (text.len > TASK_TEXT_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "text too long: more than %d bytes",
            TASK_TEXT_BYTES_MAX);
    m->task->text = put(m, text);
    return true;
}

static bool
put_source(struct making *m, const struct task_field *f, struct err *err)
{
    struct span source =
        f->kind == TASK_FIELD_MISSING ? SPAN(DEFAULT_SOURCE) : f->str;

    if (!is_language(source))
        return err_set(err, FAIL_BAD_INPUT, "sourceLanguage is no language");
    m->task->source = put(m, source);
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
add_targets(struct making *m, const struct task_fields *f, struct err *err)
{
    struct task *t = m->task;

    if (f->n_targets == 0)
        return err_set(err, FAIL_BAD_INPUT, "targetLanguages missing or empty");
    for (size_t i = 0; i < f->n_targets; i++) {
        struct span s = f->targets[i];
        if (!is_language(s))
            return err_set(err, FAIL_BAD_INPUT,
                "targetLanguages has no language at %zu", i);
        if (has_target(t, s))
            continue;
        if (t->n_targets == TASK_LANGUAGES_MAX)
            return err_set(err, FAIL_TOO_LARGE, "more than %d target languages",
                TASK_LANGUAGES_MAX);
        t->targets[t->n_targets++] = put(m, s);
    }
    return true;
}

/* All or none. */
static bool
put_targets(struct making *m, const struct task_fields *f, struct err *err)
{
    if (add_targets(m, f, err))
        return true;
    m->task->n_targets = 0;
    return false;
}

static bool
put_glossary(struct making *m, const json_t *glossary, struct err *err)
{
    struct span own = {NULL, 0};

    if (glossary)
        m->task->glossary = glossary_read(glossary, own, err);
    return !glossary || m->task->glossary;
}

static bool
put_revision(struct making *m, const struct task_field *f, struct err *err)
{
    if (f->kind != TASK_FIELD_MISSING &&
        (f->kind != TASK_FIELD_INT || f->number < 0 || f->number > INT_MAX))
        return err_set(err, FAIL_BAD_INPUT, "revision is no revision number");
    m->task->revision = (int)f->number;
    return true;
}

static void
put_rest(struct making *m, const struct task_field *f)
{
    struct span model = f[TASK_MODEL_TYPE].str;
    long long timestamp = f[TASK_TIMESTAMP].number;

    if (model.len == 0 || model.len > MODEL_TYPE_LEN_MAX)
        model = SPAN(DEFAULT_MODEL_TYPE);
    m->task->model_type = put(m, model);

    /* Informative only, so nonsense is as good as nothing. */
    if (timestamp > 0 && timestamp < timestamp_max)
        m->task->timestamp_ms = timestamp;
}

static bool
make_task(const struct task_fields *f, struct task **ret_task, struct err *err)
{
    struct making m = begin(f);

    if (put_ids(&m, f->field, err) && put_targets(&m, f, err) &&
        put_revision(&m, &f->field[TASK_REVISION], err) &&
        put_source(&m, &f->field[TASK_SOURCE], err) &&
        put_text(&m, f->field[TASK_TEXT].str, err) &&
        put_glossary(&m, f->glossary, err)) {
        put_rest(&m, f->field);
        *ret_task = m.task;
        return true;
    }
    if (m.task->task_id || m.task->message_id)
        *ret_task = m.task;
    else
        task_free(m.task);
    return false;
}

static struct task *
make_ping(const struct task_fields *f)
{
    struct making m;

    if (!is_address(f->field[TASK_REPLY_TO].str))
        return NULL;
    m = begin(f);
    m.task->reply_to = put(&m, f->field[TASK_REPLY_TO].str);
    return m.task;
}

static bool
make(const struct task_fields *f, enum task_frame *ret_kind,
    struct task **ret_task, struct err *err)
{
    const struct task_field *type = &f->field[TASK_TYPE];

    if (span_eqz(type->str, "ping")) {
        *ret_kind = TASK_FRAME_PING;
        *ret_task = make_ping(f);
    } else if (type->kind == TASK_FIELD_MISSING ||
               span_eqz(type->str, "translation"))
        *ret_kind = TASK_FRAME_TASK;
    return *ret_kind != TASK_FRAME_TASK || make_task(f, ret_task, err);
}

static struct task_field
read_field(const json_t *v)
{
    struct task_field f = {.kind = TASK_FIELD_OTHER};

    if (!v || json_is_null(v)) {
        f.kind = TASK_FIELD_MISSING;
    } else if (json_is_integer(v)) {
        f.kind = TASK_FIELD_INT;
        f.number = json_integer_value(v);
    } else if (json_is_real(v)) {
        f.kind = TASK_FIELD_REAL;
        if (fabs(json_real_value(v)) < timestamp_max)
            f.number = (long long)json_real_value(v);
    } else if ((f.str = json_str(v)).p) {
        f.kind = TASK_FIELD_STR;
    }
    return f;
}

/* The fields of a tree; *ret_targets is the caller's. */
static struct task_fields
read_fields(const json_t *obj, struct span **ret_targets)
{
    const json_t *targets = json_object_get(obj, "targetLanguages");
    struct task_fields f = {.n_targets = json_array_size(targets),
        .glossary = json_object_get(obj, "glossary")};
    struct span *list = xcalloc(f.n_targets + 1, sizeof(*list));

    for (size_t i = 0; i < TASK_N_FIELDS; i++)
        f.field[i] = read_field(json_object_get(obj, task_field_names[i].p));
    for (size_t i = 0; i < f.n_targets; i++)
        list[i] = json_str(json_array_get(targets, i));
    f.targets = *ret_targets = list;
    return f;
}

/* Whatever the frame is. */
static bool
parse_tree(struct span frame, enum task_frame *ret_kind, struct task **ret_task,
    struct err *err)
{
    json_t *obj = json_read(frame, err);
    struct task_fields fields;
    struct span *targets;
    bool ok;

    if (!obj)
        return false;
    if (!json_is_object(obj)) {
        json_decref(obj);
        return err_set(err, FAIL_BAD_INPUT, "frame is not a JSON object");
    }
    fields = read_fields(obj, &targets);
    ok = make(&fields, ret_kind, ret_task, err);
    free(targets);
    json_decref(obj);
    return ok;
}

bool
task_parse(struct span frame, enum task_frame *ret_kind, struct task **ret_task,
    struct err *err)
{
    struct task_scan_room room;
    struct task_fields fields;
    bool ok;

    *ret_task = NULL;
    *ret_kind = TASK_FRAME_UNKNOWN;
    if (frame.len > TASK_FRAME_BYTES_MAX + TASK_REPLY_BYTES)
        return err_set(err, FAIL_TOO_LARGE, "frame larger than %d bytes",
            TASK_FRAME_BYTES_MAX);
    room.text = (struct buf){0};
    if (utf8_valid(frame) && task_scan(frame, &fields, &room))
        ok = make(&fields, ret_kind, ret_task, err);
    else
        ok = parse_tree(frame, ret_kind, ret_task, err);
    buf_free(&room.text);
    return ok;
}

void
task_format(struct buf *b, const struct task *t)
{
    buf_addz(b, "{\"type\":\"translation\",");
    json_put_field(b, "taskId", span_of(t->task_id));
    json_add_field(b, "messageId", span_of(t->message_id));
    json_add_field(b, "text", span_of(t->text));
    json_add_field(b, "sourceLanguage", span_of(t->source));
    buf_addz(b, ",\"targetLanguages\":[");
    for (int i = 0; i < t->n_targets; i++) {
        if (i > 0)
            buf_addc(b, ',');
        json_put_str(b, span_of(t->targets[i]));
    }
    buf_addz(b, "],");
    json_put_field(b, "conversationId", span_of(t->conversation_id));
    buf_addc(b, ',');
    if (t->sender_id) {
        json_put_field(b, "senderId", span_of(t->sender_id));
        buf_addc(b, ',');
    }
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
task_readdress(struct buf *b, struct span frame, const char *reply_to)
{
    buf_addf(b, "{\"replyTo\":\"%s\",", reply_to);
    buf_add(b, frame.p + 1, frame.len - 1);
}

void
task_format_ping(struct buf *b, int64_t wall_ms)
{
    buf_addf(b, "{\"type\":\"ping\",\"timestamp\":%lld}", (long long)wall_ms);
}
