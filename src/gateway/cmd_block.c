/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "store/people.h"
#include "wire/json.h"

/* Whom one wants nothing of: no direct conversation, no invitation. */

static bool
set(struct cmd_trip *t, struct store *s, bool on, struct err *err)
{
    if (span_eqz(t->text[0], t->user_id))
        return err_set(err, FAIL_BAD_INPUT, "that is you");
    return store_block_set(
        s, span_of(t->user_id), t->text[0], on, t->now_ms, err);
}

static bool
add_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return set(t, s, true, err);
}

static void
add(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, add_work));
}

#define USER_ARG                                                               \
    {                                                                          \
        {                                                                      \
            "userId", CMD_ID, .required = true                                 \
        }                                                                      \
    }

const struct cmd cmd_block_add = {
    .name = "block.add",
    .summary = "Want nothing of somebody: they cannot write to one directly, "
               "nor take one into groups",
    .events = {"block:add"},
    .routes = {{HTTP_PUT, "/users/me/blocks/:userId"}},
    .args = USER_ARG,
    .act = CHAT_USE,
    .rate = CMD_WRITES,
    .run = add,
};

static bool
remove_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return set(t, s, false, err);
}

static void
remove_block(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, remove_work));
}

const struct cmd cmd_block_remove = {
    .name = "block.remove",
    .summary = "Let somebody write to one again",
    .events = {"block:remove"},
    .routes = {{HTTP_DELETE, "/users/me/blocks/:userId"}},
    .args = USER_ARG,
    .act = CHAT_USE,
    .rate = CMD_WRITES,
    .run = remove_block,
};

static void
list_row(struct span id, struct span display_name, void *ctx)
{
    struct cmd_trip *t = ctx;

    cmd_trip_next(t);
    buf_addc(&t->out, '{');
    json_put_field(&t->out, "id", id);
    json_add_field(&t->out, "displayName", display_name);
    buf_addc(&t->out, '}');
}

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(
        t, store_blocks(s, span_of(t->user_id), list_row, t, err));
}

static void
list(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, list_work));
}

const struct cmd cmd_block_list = {
    .name = "block.list",
    .summary = "Whom one wants nothing of",
    .events = {"block:list"},
    .routes = {{HTTP_GET, "/users/me/blocks"}},
    .act = CHAT_USE,
    .rate = CMD_ASKS,
    .reply = "BlockList",
    .run = list,
};
