/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>

#include "base/id.h"
#include "gateway/cmd_args.h"
#include "gateway/cmd_table.h"
#include "wire/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the row promises of an argument that was accepted. */
static void
check(const struct cmd_arg *a, const struct cmd_value *v)
{
    if (!v->given)
        return;
    switch (a->kind) {
    case CMD_ID:
        assert(id_valid(v->text));
        break;
    case CMD_LINE:
    case CMD_TEXT:
        assert(utf8_valid(v->text) && utf8_count(v->text) <= (size_t)a->max);
        break;
    case CMD_SECRET:
        assert(v->text.len <= (size_t)a->max);
        break;
    case CMD_NUMBER:
        assert(v->number >= a->min && v->number <= a->max);
        break;
    case CMD_PLACE:
        assert(v->by_id ? id_valid(v->text)
                        : v->number >= a->min && v->number <= a->max);
        break;
    case CMD_LANGUAGE:
    case CMD_LANGUAGE_ANY:
        assert(v->language);
        break;
    case CMD_IDS:
    case CMD_OBJECTS:
        assert(json_array_size(v->list) <= (size_t)a->max);
        break;
    case CMD_NONE:
    case CMD_WORD:
    case CMD_EMOJI:
    case CMD_TIME:
    case CMD_FLAG:
    case CMD_LANGUAGE_AUTO:
        break;
    }
}

static void
try_json(const struct cmd *cmd, const json_t *obj)
{
    struct cmd_value values[CMD_ARGS_MAX] = {0};
    struct err err;

    if (!cmd_args_json(cmd, obj, values, &err) ||
        !cmd_args_complete(cmd, values, &err)) {
        assert(err.kind == FAIL_BAD_INPUT || err.kind == FAIL_TOO_LARGE);
        return;
    }
    for (int i = 0; i < cmd_n_args(cmd); i++) {
        assert(values[i].given || !cmd->args[i].required);
        check(&cmd->args[i], &values[i]);
    }
}

static void
try_text(const struct cmd *cmd, struct span text)
{
    for (int i = 0; i < cmd_n_args(cmd); i++) {
        struct cmd_value v = {0};
        struct err err;
        if (cmd_arg_text(&cmd->args[i], text, &v, &err))
            check(&cmd->args[i], &v);
    }
}

/* The same bytes as the arguments of every command: the object of an event or
 * a body, and a value of a path or a query. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = {(const char *)data, size};
    struct err err;
    json_t *obj = json_read(in, &err);

    for (size_t i = 0; i < cmd_table_len; i++) {
        if (obj)
            try_json(cmd_table[i], obj);
        if (size)
            try_text(cmd_table[i], in);
    }
    json_decref(obj);
    return 0;
}
