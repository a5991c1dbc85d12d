/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_doc_impl.h"

#include <assert.h>

#include "gateway/metrics.h"

const struct cmd_event cmd_events[] = {
    {"message:new", "Message", "Somebody said something"},
    {"message:edited", "Message", "A message has another text now"},
    {"message:deleted", "MessageDeleted", "A message is gone"},
    {"message:translation", "TranslationEvent",
        "A translation is ready, or there is nothing to translate; sent to "
        "those who read its language or asked for it"},
    {"translation:failed", "TranslationFailed",
        "There will be no translation, unless somebody asks again"},
    {"message_sent", "MessageSent", "One's own message is saved"},
    {"new_message", "Message",
        "The same as message:new, if COMPAT_EVENTS is on"},
    {"message:reaction", "ReactionEvent",
        "Somebody left an emoji at a message, or took it away"},
    {"message:pinned", "PinEvent",
        "A message was pinned to the conversation, or its pin taken off"},
    {"message:thread", "ThreadEvent",
        "Something was said under a message, or deleted there"},
    {"conversation:read", "Unread",
        "One has read so far, on any device; sent to one's own"},
    {"reader:updated", "Reader", "Somebody else has read so far"},
    {"typing:start", "Presence", "Somebody is writing"},
    {"typing:stop", "Presence", "Somebody has stopped writing"},
    {"conversation:joined", "Presence", "This connection gets its events"},
    {"conversation:left", "Presence", "It gets them no more"},
    {"conversation:added", "ConversationEvent", "One has come to it"},
    {"conversation:removed", "ConversationEvent", "One is in it no more"},
    {"conversation:role", "ConversationEvent",
        "One is something else there now, or may not write for a time"},
    {"invitation:changed", "InvitationEvent",
        "One is asked into a conversation, or is no more; sent to one's own"},
    {"conversation:updated", "ConversationEvent",
        "Its members, what they read, or the conversation itself changed"},
    {"authenticated", "Authenticated", "The answer to authenticate"},
    {"user:updated", "Me", "One's own settings, changed on any device"},
    {"picture:changed", "PictureEvent",
        "Somebody in one's rooms has another picture, or none"},
    {"server:moving", "Moving",
        "This gateway goes out of service: its connections end, and clients "
        "connect again, to another"},
    {"error", "ErrorEvent", "An event without an ack was refused"},
};
const size_t cmd_events_len = sizeof(cmd_events) / sizeof(cmd_events[0]);

json_t *
cmd_doc_ref(const char *kind, const char *name)
{
    return json_pack(
        "{s:o}", "$ref", json_sprintf("#/components/%s/%s", kind, name));
}

static json_t *
text_schema(const struct cmd_arg *a)
{
    json_t *s = json_pack(
        "{s:s, s:I}", "type", "string", "maxLength", (json_int_t)a->max);

    if (a->min)
        json_object_set_new(s, "minLength", json_integer(a->min));
    if (a->kind == CMD_SECRET)
        json_object_set_new(s, "format", json_string("password"));
    return s;
}

static json_t *
word_schema(const struct cmd_arg *a)
{
    json_t *words = json_array();

    for (const char *const *word = a->words; *word; word++)
        json_array_append_new(words, json_string(*word));
    return json_pack("{s:s, s:o}", "type", "string", "enum", words);
}

static json_t *
id_schema(void)
{
    return json_pack(
        "{s:s, s:s}", "type", "string", "pattern", "^[A-Za-z0-9_.-]{1,64}$");
}

static json_t *
schema_of_kind(const struct cmd_arg *a)
{
    switch (a->kind) {
    case CMD_ID:
        return id_schema();
    case CMD_LINE:
    case CMD_TEXT:
    case CMD_SECRET:
        return text_schema(a);
    case CMD_WORD:
        return word_schema(a);
    case CMD_NUMBER:
        return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum",
            (json_int_t)a->min, "maximum", (json_int_t)a->max);
    case CMD_PLACE:
        return json_pack("{s:[s,s], s:s}", "type", "integer", "string",
            "description", "a sequence number, or the id of a message");
    case CMD_EMOJI:
        return json_pack("{s:s, s:s}", "type", "string", "description",
            "one emoji, such as \xf0\x9f\x91\x8d");
    case CMD_TIME:
        return json_pack("{s:[s,s], s:s}", "type", "string", "integer",
            "description",
            "a time such as 2026-01-31 or 2026-01-31T12:00:00Z, or "
            "milliseconds since 1970");
    case CMD_FLAG:
        return json_pack("{s:s}", "type", "boolean");
    case CMD_LANGUAGE:
    case CMD_LANGUAGE_ANY:
        return json_pack("{s:s, s:s}", "type", "string", "description",
            "a language tag, such as fr or pt-BR");
    case CMD_LANGUAGE_AUTO:
        return json_pack("{s:s, s:s}", "type", "string", "description",
            "a language tag, such as fr or pt-BR, or \"auto\"");
    case CMD_IDS:
        return json_pack("{s:s, s:I, s:o}", "type", "array", "maxItems",
            (json_int_t)a->max, "items", id_schema());
    case CMD_OBJECTS:
        return json_pack("{s:s, s:I, s:{s:s}}", "type", "array", "maxItems",
            (json_int_t)a->max, "items", "type", "object");
    case CMD_NONE:
        break;
    }
    assert(!"an argument has a kind");
    return NULL;
}

json_t *
cmd_doc_schema(const struct cmd_arg *a)
{
    json_t *s = schema_of_kind(a);

    if (a->help)
        json_object_set_new(s, "description", json_string(a->help));
    return s;
}

json_t *
cmd_doc_object(const struct cmd *cmd, unsigned skip)
{
    json_t *properties = json_object(), *required = json_array(), *object;

    for (int i = 0; i < CMD_ARGS_MAX && cmd->args[i].kind; i++) {
        const struct cmd_arg *a = &cmd->args[i];
        if (skip & (1U << i))
            continue;
        json_object_set_new(properties, a->name, cmd_doc_schema(a));
        if (a->required)
            json_array_append_new(required, json_string(a->name));
    }
    object =
        json_pack("{s:s, s:o}", "type", "object", "properties", properties);
    if (json_array_size(required))
        json_object_set(object, "required", required);
    json_decref(required);
    return object;
}

json_t *
cmd_doc_schemas(void)
{
    json_t *schemas = json_loadb(schemas_json, schemas_json_len, 0, NULL);
    json_t *counters = metrics_schema();

    assert(schemas); /* was read when it was packed */
    json_object_update(
        json_object_get(json_object_get(schemas, "Stats"), "properties"),
        counters);
    json_decref(counters);
    return schemas;
}

json_t *
cmd_doc_envelope(const struct cmd *cmd)
{
    json_t *envelope;

    if (cmd->bare)
        return cmd->reply ? cmd_doc_ref("schemas", cmd->reply) : json_object();
    envelope = json_pack("{s:s, s:[s], s:{s:{s:b}}}", "type", "object",
        "required", "success", "properties", "success", "const", 1);
    if (cmd->reply)
        json_object_set_new(json_object_get(envelope, "properties"), "data",
            cmd_doc_ref("schemas", cmd->reply));
    return envelope;
}

struct span
cmd_doc_family(const struct cmd *cmd)
{
    struct span name = span_of(cmd->name);

    return span_cut(&name, '.');
}
