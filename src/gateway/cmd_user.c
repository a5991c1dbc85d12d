/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/auth.h"
#include "gateway/cmds.h"
#include "gateway/op.h"
#include "gateway/served.h"
#include "gateway/view.h"
#include "text/lang.h"
#include "wire/json.h"

static void
answer(struct cmd_call *c)
{
    struct buf b = {0};

    buf_addz(&b, "{\"user\":");
    view_user(&b, c->user);
    served_put_reader(&b, c->g, span_of(c->user->language));
    buf_addc(&b, '}');
    cmd_data(c, buf_span(&b));
    buf_free(&b);
}

const struct cmd cmd_user_me = {
    .name = "user.me",
    .summary = "Who one is",
    .events = {"user:me"},
    .routes = {{HTTP_GET, "/auth/me"}, {HTTP_GET, "/users/me"}},
    .act = CHAT_USE,
    .reply = "Me",
    .run = answer,
};

/* ---- user.confirm ---- */

enum confirm_arg { CONFIRM_TOKEN, CONFIRM_USER };

static bool
is_oneself(const struct cmd_call *c)
{
    struct span token = cmd_text(c, CONFIRM_TOKEN);
    struct span id = cmd_text(c, CONFIRM_USER);
    unsigned char hash[STORE_TOKEN_HASH_BYTES];

    return (!id.p || span_eqz(id, c->user->id)) &&
           (!token.p ||
               (auth_hash(token, hash) && c->client->session &&
                   memcmp(hash, c->client->session, sizeof(hash)) == 0));
}

/* Who connects has signed in; clients of the original ask once more. */
static void
confirm(struct cmd_call *c)
{
    struct cmd_reply r = {.status = 200, .event = "authenticated"};
    struct buf b = {0};
    struct err err;

    if (!is_oneself(c)) {
        err_set(&err, FAIL_FORBIDDEN, "this connection is somebody else's");
        cmd_refuse(c, &err);
        return;
    }
    buf_addz(&b, "{\"success\":true,\"user\":{");
    json_put_field(&b, "id", span_of(c->user->id));
    json_add_field(&b, "language", span_of(c->user->language));
    buf_addz(&b, "}}");
    r.payload = buf_span(&b);
    cmd_reply(c, &r);
    buf_free(&b);
}

const struct cmd cmd_user_confirm = {
    .name = "user.confirm",
    .summary = "Hear who one is on this connection, as clients of the original "
               "ask",
    .events = {"authenticate"},
    .args =
        {
            [CONFIRM_TOKEN] = {"sessionToken", CMD_SECRET, .min = 1,
                .max = CHAT_PASSWORD_LEN_MAX,
                .help = "if given, the one that the connection came with"},
            [CONFIRM_USER] = {"userId", CMD_ID, .help = "if given, one's own"},
        },
    .act = CHAT_USE,
    .rate = CMD_ASKS,
    .run = confirm,
};

/* ---- user.set ---- */

enum set_arg { SET_LANGUAGE, SET_WRITING };

struct set {
    struct op op;
    struct cmd_call *call;
};

static const char *
code_of(const struct cmd_value *v)
{
    return v->language ? v->language->code : "";
}

static bool
set_run(struct store *s, struct store_job *job, struct err *err)
{
    struct cmd_call *c = ((struct set *)job)->call;
    const struct cmd_value *reads = &c->arg[SET_LANGUAGE];
    const struct cmd_value *writes = &c->arg[SET_WRITING];
    struct span id = span_of(c->user->id);
    int64_t now_ms = clock_wall_ms();

    return (!reads->given || store_user_set_language(s, id,
                                 span_of(code_of(reads)), now_ms, err)) &&
           (!writes->given || store_user_set_writing(s, id,
                                  span_of(code_of(writes)), now_ms, err));
}

static void
set_finish(struct op *op)
{
    struct cmd_call *c = ((struct set *)op)->call;

    if (!op->job.ok) {
        cmd_refuse(c, &op->job.err);
        free(op);
        return;
    }
    answer(c);
    free(op);
}

static void
set(struct cmd_call *c)
{
    struct set *w;
    struct err err;

    if (!c->arg[SET_LANGUAGE].given && !c->arg[SET_WRITING].given) {
        err_set(&err, FAIL_BAD_INPUT, "choose a language");
        cmd_refuse(c, &err);
        return;
    }
    w = xcalloc(1, sizeof(*w));
    w->op.job.run = set_run;
    w->op.finish = set_finish;
    w->call = c;
    cmd_write(c, &w->op);
}

const struct cmd cmd_user_set = {
    .name = "user.set",
    .summary = "Change what one reads or writes, on all devices",
    .events = {"user:set"},
    .routes = {{HTTP_PATCH, "/users/me"}},
    .args = {[SET_LANGUAGE] = {"language", CMD_LANGUAGE,
                 .alias = "systemLanguage", .help = "what one reads"},
        [SET_WRITING] = {"writing", CMD_LANGUAGE_AUTO,
            .help = "what one's messages are in; auto: by the looks of each"}},
    .act = CHAT_USE,
    .rate = CMD_WRITES,
    .reply = "Me",
    .run = set,
};
