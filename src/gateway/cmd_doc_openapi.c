/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "gateway/cmd_doc.h"
#include "gateway/cmd_doc_impl.h"
#include "gateway/cmd_table.h"
#include "wire/json.h"

enum { PATH_BYTES = 128 };

static const char *
method_name(enum http_method method)
{
    static const char *const names[] = {[HTTP_GET] = "get",
        [HTTP_POST] = "post",
        [HTTP_PUT] = "put",
        [HTTP_PATCH] = "patch",
        [HTTP_DELETE] = "delete",
        [HTTP_OPTIONS] = "options"};

    return names[method];
}

/* "/a/:b" as "/a/{b}"; returns which arguments are in it, a bit for each. */
static unsigned
template_of(const struct cmd *cmd, const char *pattern, char out[PATH_BYTES])
{
    struct span rest = span_of(pattern);
    struct buf b = {out, 0, PATH_BYTES};
    unsigned used = 0;

    span_cut(&rest, '/'); /* what precedes the first one: nothing */
    while (rest.p) {
        struct span part = span_cut(&rest, '/');
        struct span name = {part.p + 1, part.len ? part.len - 1 : 0};
        if (span_starts(part, SPAN(":"))) {
            used |= 1U << cmd_find_arg(cmd, name);
            buf_addf(&b, "/{%.*s}", SPAN_ARG(name));
        } else {
            buf_addf(&b, "/%.*s", SPAN_ARG(part));
        }
    }
    buf_addc(&b, '\0');
    return used;
}

static void
add_parameters(
    json_t *list, const struct cmd *cmd, unsigned in_path, bool in_query)
{
    for (int i = 0; i < cmd_n_args(cmd); i++) {
        const struct cmd_arg *a = &cmd->args[i];
        bool path = in_path & (1U << i);
        if (!path && !in_query)
            continue;
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:b, s:o}", "name", a->name, "in",
                      path ? "path" : "query", "required", path || a->required,
                      "schema", cmd_doc_schema(a)));
    }
}

static json_t *
body_of(const struct cmd *cmd, unsigned in_path)
{
    json_t *schema = cmd_doc_object(cmd, in_path);
    bool required = json_object_get(schema, "required") != NULL;

    if (cmd->streams) {
        json_decref(schema);
        return json_pack("{s:b, s:{s:{}}}", "required", 1, "content",
            "application/octet-stream");
    }
    return json_pack("{s:b, s:{s:{s:o}}}", "required", required, "content",
        "application/json", "schema", schema);
}

static json_t *
answer(const struct cmd *cmd)
{
    return json_pack("{s:s, s:{s:{s:o}}}", "description", "done", "content",
        cmd->bare ? cmd->bare : "application/json", "schema",
        cmd_doc_envelope(cmd));
}

/* All that a command can answer: what the table says of it. */
static json_t *
responses(const struct cmd *cmd)
{
    /* Not yours to do, not there for you, not as things are. */
    static const char *const refusals[] = {"403", "404", "409"};
    size_t n = sizeof(refusals) / sizeof(refusals[0]);
    struct chat_actor nobody = {0};
    json_t *all = json_object();
    char good[8];

    snprintf(good, sizeof(good), "%d", cmd->status ? cmd->status : 200);
    json_object_set_new(all, good, answer(cmd));
    if (strcmp(good, "200") != 0)
        json_object_set_new(all, "200", answer(cmd));
    json_object_set_new(all, "400", cmd_doc_ref("responses", "Refused"));
    json_object_set_new(all, "503", cmd_doc_ref("responses", "Refused"));
    if (!chat_may(&nobody, cmd->act, NULL))
        json_object_set_new(all, "401", cmd_doc_ref("responses", "Refused"));
    for (size_t i = 0; cmd->act != CHAT_LOOK && i < n; i++)
        json_object_set_new(
            all, refusals[i], cmd_doc_ref("responses", "Refused"));
    if (cmd->rate != CMD_UNLIMITED)
        json_object_set_new(all, "429", cmd_doc_ref("responses", "Refused"));
    return all;
}

static json_t *
operation(const struct cmd *cmd, int k, unsigned in_path)
{
    enum http_method method = cmd->routes[k].method;
    bool in_query = method == HTTP_GET || method == HTTP_DELETE || cmd->streams;
    struct span family = cmd_doc_family(cmd);
    struct chat_actor nobody = {0};
    json_t *parameters = json_array();
    json_t *op = json_pack("{s:s, s:[s%], s:o}", "summary", cmd->summary,
        "tags", family.p, family.len, "responses", responses(cmd));

    /* Its name; of another way to the same, with a number. */
    json_object_set_new(op, "operationId",
        k == 0 ? json_string(cmd->name)
               : json_sprintf("%s.%d", cmd->name, k + 1));
    add_parameters(parameters, cmd, in_path, in_query);
    if (json_array_size(parameters))
        json_object_set(op, "parameters", parameters);
    json_decref(parameters);
    if (cmd->streams ||
        (!in_query && cmd_n_args(cmd) > __builtin_popcount(in_path)))
        json_object_set_new(op, "requestBody", body_of(cmd, in_path));
    if (chat_may(&nobody, cmd->act, NULL))
        json_object_set_new(op, "security", json_array());
    return op;
}

static json_t *
paths(void)
{
    json_t *all = json_object();

    for (size_t i = 0; i < cmd_table_len; i++) {
        const struct cmd *cmd = cmd_table[i];
        for (int k = 0; k < CMD_ROUTES_MAX && cmd->routes[k].pattern; k++) {
            char path[PATH_BYTES];
            unsigned in_path = template_of(cmd, cmd->routes[k].pattern, path);
            if (!json_object_get(all, path))
                json_object_set_new(all, path, json_object());
            json_object_set_new(json_object_get(all, path),
                method_name(cmd->routes[k].method), operation(cmd, k, in_path));
        }
    }
    return all;
}

void
cmd_doc_openapi(struct buf *b)
{
    json_t *document = json_pack(
        "{s:s, s:{s:s, s:s, s:s}, s:[{s:s}], s:[{s:[]}, {s:[]}], s:o, s:{s:o, "
        "s:{s:{s:s, s:{s:{s:o}}}}, "
        "s:{s:{s:s, s:s}, s:{s:s, s:s, s:s}}}}",
        "openapi", "3.1.0", "info", "title", "Meeshy gateway", "version",
        MEESHY_VERSION, "description",
        "A chat in which everybody reads their own language. What happens "
        "comes by Socket.IO: see /asyncapi.json.",
        "servers", "url", ".", /* beside this document */
        "security", "bearer", "token", "paths", paths(), "components",
        "schemas", cmd_doc_schemas(), "responses", "Refused", "description",
        "refused, and why", "content", "application/json", "schema",
        cmd_doc_ref("schemas", "Refusal"), "securitySchemes", "bearer", "type",
        "http", "scheme", "bearer", "token", "type", "apiKey", "in", "header",
        "name", "X-Session-Token");

    json_put(b, document);
    json_decref(document);
}
