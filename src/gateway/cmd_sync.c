/* SPDX-License-Identifier: ISC */
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/sync.h"
#include "text/lang.h"
#include "wire/json.h"

enum sync_arg { SYNC_EPOCH, SYNC_OWN, SYNC_ROOMS, SYNC_LANGUAGE, SYNC_LIMIT };

static void
synced(struct span data, const struct err *err, void *call)
{
    if (err)
        cmd_refuse(call, err);
    else
        cmd_data(call, data);
}

static bool
read_cursor(const json_t *value, struct sync_cursor *ret, struct err *err)
{
    const json_t *offset = json_object_get(value, "offset");
    long long n = -1;

    ret->conversation_id = json_get_str(value, "conversationId");
    if (!id_valid(ret->conversation_id))
        return err_set(
            err, FAIL_BAD_INPUT, "rooms: a conversationId is missing");
    if (offset && !json_is_null(offset) &&
        (!json_get_int(value, "offset", &n) || n < 0))
        return err_set(
            err, FAIL_BAD_INPUT, "rooms: offset must be a number from 0 on");
    ret->offset = n;
    return true;
}

static void
ask(struct cmd_call *c)
{
    const struct lang *language = cmd_language(c, SYNC_LANGUAGE);
    struct sync_cursor cursors[SYNC_ROOMS_MAX];
    struct sync_query q = {.user = c->user,
        .epoch = cmd_text(c, SYNC_EPOCH),
        .language = span_of(language ? language->code : c->user->language),
        .wants_own = c->arg[SYNC_OWN].given,
        .own = cmd_number(c, SYNC_OWN, -1),
        .rows = (int)cmd_number(c, SYNC_LIMIT, SYNC_ROWS_DEFAULT),
        .rooms = cursors,
        .done = synced,
        .ctx = c};
    struct err err;
    json_t *room;
    size_t i;

    json_array_foreach((json_t *)c->arg[SYNC_ROOMS].list, i, room)
    {
        if (!read_cursor(room, &cursors[q.n_rooms++], &err)) {
            cmd_refuse(c, &err);
            return;
        }
    }
    sync_start(c->g, &q);
}

const struct cmd cmd_sync = {
    .name = "log.sync",
    .summary = "What changed since one was here, as it is now, in pages",
    .events = {"sync"},
    .routes = {{HTTP_POST, "/sync"}},
    .args =
        {
            [SYNC_EPOCH] = {"epoch", CMD_LINE, .max = STORE_EPOCH_BYTES,
                .help = "of the last answer; without it nothing is known"},
            [SYNC_OWN] = {"ownOffset", CMD_NUMBER, .min = -1,
                .max = CHAT_SEQ_MAX,
                .help = "how far one's own stream is known (rooms joined and "
                        "left, language); -1: not at all"},
            [SYNC_ROOMS] = {"rooms", CMD_OBJECTS, .max = SYNC_ROOMS_MAX,
                .help = "conversationId and offset, which is missing where "
                        "nothing is known"},
            [SYNC_LANGUAGE] = {"language", CMD_LANGUAGE,
                .help = "of the translations; otherwise what one reads"},
            [SYNC_LIMIT] = {"limit", CMD_NUMBER, .min = 1, .max = SYNC_ROWS_MAX,
                .help = "rows of each stream; otherwise 200"},
        },
    .act = CHAT_USE,
    .rate = CMD_ASKS,
    .reply = "Changes",
    .run = ask,
};
