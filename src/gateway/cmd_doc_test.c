/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_doc.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/tap.h"
#include "gateway/cmd_doc_impl.h"
#include "gateway/cmd_table.h"
#include "wire/json.h"

static json_t *
document(void (*write)(struct buf *b))
{
    struct buf b = {0};
    struct err err;
    json_t *tree;

    write(&b);
    tree = json_read(buf_span(&b), &err);
    buf_free(&b);
    CHECK(tree);
    return tree;
}

/* Is "#/a/b" in the document?  Names in ours have no '/' or '~'. */
static bool
resolves(const json_t *tree, const char *reference)
{
    struct span rest = span_of(reference);

    if (!span_eqz(span_cut(&rest, '/'), "#"))
        return false;
    while (rest.p) {
        char key[80];
        struct span part = span_cut(&rest, '/');
        snprintf(key, sizeof(key), "%.*s", SPAN_ARG(part));
        tree = json_object_get(tree, key);
    }
    return tree != NULL;
}

static void
check_references(const json_t *tree, const json_t *at)
{
    const char *key;
    json_t *value;
    size_t i;

    if (json_is_array(at)) {
        json_array_foreach((json_t *)at, i, value)
        {
            check_references(tree, value);
        }
    }
    json_object_foreach((json_t *)at, key, value)
    {
        if (strcmp(key, "$ref") == 0)
            CHECK(resolves(tree, json_string_value(value)));
        check_references(tree, value);
    }
}

static void
nothing_is_referred_to_that_is_not_there(void)
{
    json_t *rest = document(cmd_doc_openapi);
    json_t *socket = document(cmd_doc_asyncapi);

    check_references(rest, rest);
    check_references(socket, socket);
    json_decref(rest);
    json_decref(socket);
}

static size_t
count_operations(const json_t *paths, const char *id)
{
    const char *path, *method;
    json_t *item, *operation;
    size_t n = 0;

    json_object_foreach((json_t *)paths, path, item)
    {
        json_object_foreach(item, method, operation)
        {
            n += span_eqz(json_get_str(operation, "operationId"), id);
        }
    }
    return n;
}

static void
every_way_in_is_described_once(void)
{
    json_t *rest = document(cmd_doc_openapi);
    json_t *socket = document(cmd_doc_asyncapi);
    const json_t *operations = json_object_get(socket, "operations");

    for (size_t i = 0; i < cmd_table_len; i++) {
        const struct cmd *cmd = cmd_table[i];
        CHECK(count_operations(json_object_get(rest, "paths"), cmd->name) ==
              (cmd->routes[0].pattern != NULL));
        CHECK((json_object_get(operations, cmd->name) != NULL) ==
              (cmd->events[0] != NULL));
    }
    json_decref(rest);
    json_decref(socket);
}

static void
an_operation_says_what_it_takes_and_how_it_may_fail(void)
{
    json_t *rest = document(cmd_doc_openapi);
    json_t *send =
        json_object_get(json_object_get(json_object_get(rest, "paths"),
                            "/conversations/{conversationId}/messages"),
            "post");
    json_t *schema = NULL;

    CHECK(json_unpack(send, "{s:{s:{s:{s:o}}}}", "requestBody", "content",
              "application/json", "schema", &schema) == 0);
    CHECK(resolves(schema, "#/properties/content/maxLength"));
    CHECK(!resolves(schema, "#/properties/conversationId")); /* in the path */
    CHECK(
        resolves(send, "#/responses/201") && resolves(send, "#/responses/429"));
    CHECK(
        resolves(send, "#/responses/403") && resolves(send, "#/responses/401"));
    json_decref(rest);
}

static void
answers_and_events_have_shapes(void)
{
    json_t *schemas = cmd_doc_schemas();

    for (size_t i = 0; i < cmd_table_len; i++)
        CHECK(!cmd_table[i]->reply ||
              json_object_get(schemas, cmd_table[i]->reply));
    for (size_t i = 0; i < cmd_events_len; i++)
        CHECK(json_object_get(schemas, cmd_events[i].schema));
    json_decref(schemas);
}

static void
the_page_in_docs_is_current(void)
{
    struct buf want = {0}, have = {0};
    FILE *f = fopen(REFERENCE, "r");
    size_t n;

    cmd_doc_page(&want);
    while (f && (n = fread(buf_reserve(&have, 4096), 1, 4096, f)) > 0)
        have.len += n;
    if (f)
        fclose(f);
    if (!CHECK(span_eq(buf_span(&want), buf_span(&have))))
        printf("# write it anew: ninja -C BUILD reference\n");
    buf_free(&want);
    buf_free(&have);
}

int
main(void)
{
    RUN(nothing_is_referred_to_that_is_not_there);
    RUN(every_way_in_is_described_once);
    RUN(an_operation_says_what_it_takes_and_how_it_may_fail);
    RUN(answers_and_events_have_shapes);
    RUN(the_page_in_docs_is_current);
    return tap_end();
}
