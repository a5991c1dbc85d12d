/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_doc.h"
#include "gateway/cmd_doc_impl.h"
#include "gateway/cmd_table.h"
#include "wire/json.h"

/* An event that clients send, and its ack. */
static void
add_command(json_t *messages, json_t *operations, const struct cmd *cmd, int k)
{
    const char *event = cmd->events[k];
    json_t *ack = json_sprintf("%s:ack", event);
    const char *ack_name = json_string_value(ack);
    json_t *operation;

    json_object_set_new(messages, event,
        json_pack("{s:s, s:s, s:o}", "name", event, "summary", cmd->summary,
            "payload", cmd_doc_object(cmd, 0)));
    json_object_set_new(messages, ack_name,
        json_pack("{s:s, s:s, s:{s:[o, o]}}", "name", ack_name, "summary",
            "The single argument of the ack", "payload", "oneOf",
            cmd_doc_envelope(cmd), cmd_doc_ref("schemas", "Refusal")));
    operation =
        json_pack("{s:s, s:s, s:{s:s}, s:[{s:o}], s:{s:{s:s}, s:[{s:o}]}}",
            "action", "receive", "summary", cmd->summary, "channel", "$ref",
            "#/channels/socket", "messages", "$ref",
            json_sprintf("#/channels/socket/messages/%s", event), "reply",
            "channel", "$ref", "#/channels/socket", "messages", "$ref",
            json_sprintf("#/channels/socket/messages/%s", ack_name));
    /* Its name; of another name for the same event, with a number. */
    if (k == 0) {
        json_object_set_new(operations, cmd->name, operation);
    } else {
        json_t *name = json_sprintf("%s.%d", cmd->name, k + 1);
        json_object_set_new(operations, json_string_value(name), operation);
        json_decref(name);
    }
    json_decref(ack);
}

/* Events of one name in both directions have the same payload but for who it
 * is; messages of the channel are named by direction. */
static void
add_event(json_t *messages, json_t *operations, const struct cmd_event *e)
{
    json_t *key = json_sprintf("%s:told", e->name);
    const char *name = json_string_value(key);

    json_object_set_new(messages, name,
        json_pack("{s:s, s:s, s:o}", "name", e->name, "summary", e->summary,
            "payload", cmd_doc_ref("schemas", e->schema)));
    json_object_set_new(operations, name,
        json_pack("{s:s, s:s, s:{s:s}, s:[{s:o}]}", "action", "send", "summary",
            e->summary, "channel", "$ref", "#/channels/socket", "messages",
            "$ref", json_sprintf("#/channels/socket/messages/%s", name)));
    json_decref(key);
}

void
cmd_doc_asyncapi(struct buf *b)
{
    json_t *messages = json_object(), *operations = json_object();
    json_t *document;

    for (size_t i = 0; i < cmd_table_len; i++)
        for (int k = 0; k < CMD_NAMES_MAX && cmd_table[i]->events[k]; k++)
            add_command(messages, operations, cmd_table[i], k);
    for (size_t i = 0; i < cmd_events_len; i++)
        add_event(messages, operations, &cmd_events[i]);
    document = json_pack(
        "{s:s, s:{s:s, s:s, s:s}, s:{s:{s:s, s:s, s:o}}, s:o, s:{s:o}}",
        "asyncapi", "3.0.0", "info", "title", "Meeshy gateway", "version",
        MEESHY_VERSION, "description",
        "Socket.IO 5 over Engine.IO 4. Connect with the session's token as "
        "auth.token. An event has one argument, an object, and is answered by "
        "its ack; what the gateway tells has one argument too. For REST see "
        "/openapi.json.",
        "channels", "socket", "address", "/socket.io/", "description",
        "the namespace /", "messages", messages, "operations", operations,
        "components", "schemas", cmd_doc_schemas());
    json_put(b, document);
    json_decref(document);
}
