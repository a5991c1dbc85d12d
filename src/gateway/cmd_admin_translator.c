/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/remote.h"
#include "wire/json.h"

/* What translators say of themselves, and what admins have them do: a call to
 * the translator (remote.h), then, of what changes something, a row of the audit
 * log. */

enum { WORKERS_MAX = 1000, POOL_MAX = 1000000, PLACE_MAX = 15 };

struct order {
    struct remote_job job;
    struct cmd_trip *trip;
};

static bool
pass(struct cmd_trip *t, struct store *s, struct err *err)
{
    (void)t;
    (void)s;
    (void)err;
    return true; /* the row is cmd_trip's */
}

static void
on_answer(struct remote_job *job)
{
    struct order *o = (struct order *)job;
    struct cmd_trip *t = o->trip;

    t->op.job.ok = job->ok;
    t->op.job.err = job->err;
    if (job->err.kind == FAIL_SYSTEM)
        t->op.job.err.kind = FAIL_BUSY; /* the translator's trouble, not ours */
    buf_adds(&t->out, job->ok ? buf_span(&job->answer) : SPAN(""));
    buf_free(&job->answer);
    buf_free(&job->body);
    free(o);
    if (t->op.job.ok && t->call->cmd->audited)
        cmd_trip_write(t);
    else
        t->op.finish(&t->op);
}

static struct order *
order_new(struct cmd_call *c, const char *method, int translator)
{
    struct order *o = xcalloc(1, sizeof(*o));

    o->job.method = method;
    o->job.translator = translator;
    o->job.done = on_answer;
    o->trip = cmd_trip_new(c, pass);
    return o;
}

static void
submit(struct order *o)
{
    if (remote_submit(o->trip->call->g->remote, &o->job, &o->job.err))
        return;
    o->job.ok = false;
    on_answer(&o->job);
}

#define TRANSLATOR_ARG                                                         \
    [0] = {"translator", CMD_NUMBER, .required = true, .max = PLACE_MAX,       \
        .help = "its place in admin.translators, from 0"}

/* ---- admin.translators ---- */

static void
list(struct cmd_call *c)
{
    struct order *o = order_new(c, "GET", REMOTE_EACH);

    snprintf(o->job.path, sizeof(o->job.path), "/stats");
    submit(o);
}

const struct cmd cmd_admin_translators = {
    .name = "admin.translators",
    .summary = "What each translator of TRANSLATOR_URLS says of its pools, "
               "workers, engines and models",
    .events = {"admin:translators"},
    .routes = {{HTTP_GET, "/admin/translators"}},
    .act = CHAT_ADMINISTER,
    .rate = CMD_ASKS,
    .reply = "TranslatorList",
    .run = list,
};

/* ---- admin.pools ---- */

enum { POOLS_FIRST = 1, POOLS_SIZES = 6 };

static const char *const sizes[POOLS_SIZES] = {"normal_workers", "any_workers",
    "max_normal_workers", "max_any_workers", "normal_pool_size",
    "any_pool_size"};

static void
resize(struct cmd_call *c)
{
    struct order *o = order_new(c, "POST", (int)cmd_number(c, 0, 0));
    struct buf *b = &o->job.body;

    snprintf(o->job.path, sizeof(o->job.path), "/admin/pools");
    for (int i = 0; i < POOLS_SIZES; i++)
        if (c->arg[POOLS_FIRST + i].given)
            buf_addf(b, "%c\"%s\":%lld", b->len ? ',' : '{', sizes[i],
                c->arg[POOLS_FIRST + i].number);
    buf_addz(b, b->len ? "}" : "{}"); /* the translator says what is missing */
    submit(o);
}

const struct cmd cmd_admin_pools = {
    .name = "admin.pools",
    .summary = "Resize a translator's pools, until it is started again",
    .events = {"admin:pools"},
    .routes = {{HTTP_PATCH, "/admin/translators/:translator/pools"}},
    .args =
        {
            TRANSLATOR_ARG,
            {"normalWorkers", CMD_NUMBER, .min = 1, .max = WORKERS_MAX},
            {"anyWorkers", CMD_NUMBER, .min = 1, .max = WORKERS_MAX},
            {"maxNormalWorkers", CMD_NUMBER, .min = 1, .max = WORKERS_MAX},
            {"maxAnyWorkers", CMD_NUMBER, .min = 1, .max = WORKERS_MAX},
            {"normalPoolSize", CMD_NUMBER, .min = 1, .max = POOL_MAX,
                .help = "tasks that may wait"},
            {"anyPoolSize", CMD_NUMBER, .min = 1, .max = POOL_MAX},
        },
    .act = CHAT_ADMINISTER,
    .rate = CMD_WRITES,
    .audited = true,
    .reply = "PoolSizes",
    .run = resize,
};

/* ---- admin.restart ---- */

static void
restart(struct cmd_call *c)
{
    struct order *o = order_new(c, "POST", (int)cmd_number(c, 0, 0));

    snprintf(o->job.path, sizeof(o->job.path), "/admin/restart_workers");
    submit(o);
}

const struct cmd cmd_admin_restart = {
    .name = "admin.restart",
    .summary = "Put new workers in the place of a translator's, each when it "
               "has finished its task",
    .events = {"admin:restart"},
    .routes = {{HTTP_POST, "/admin/translators/:translator/restart"}},
    .args = {TRANSLATOR_ARG},
    .act = CHAT_ADMINISTER,
    .rate = CMD_WRITES,
    .audited = true,
    .reply = "PoolSizes",
    .run = restart,
};

/* ---- model.list, model.available, model.pull, model.remove ---- */

#define MODEL_ARG                                                              \
    [1] = {"model", CMD_ID, .required = true, .help = "its name, fr-en"}

static void
look(struct cmd_call *c, const char *path)
{
    struct order *o = order_new(c, "GET", (int)cmd_number(c, 0, 0));

    snprintf(o->job.path, sizeof(o->job.path), "%s", path);
    submit(o);
}

static void
model_list(struct cmd_call *c)
{
    look(c, "/models");
}

const struct cmd cmd_model_list = {
    .name = "model.list",
    .summary = "The models that a translator has, and how far it is with the "
               "one that it fetches",
    .events = {"model:list"},
    .routes = {{HTTP_GET, "/admin/translators/:translator/models"}},
    .args = {TRANSLATOR_ARG},
    .act = CHAT_ADMINISTER,
    .rate = CMD_ASKS,
    .reply = "ModelList",
    .run = model_list,
};

static void
model_available(struct cmd_call *c)
{
    look(c, "/models/available");
}

const struct cmd cmd_model_available = {
    .name = "model.available",
    .summary = "The models that a translator could fetch",
    .events = {"model:available"},
    .routes = {{HTTP_GET, "/admin/translators/:translator/models/available"}},
    .args = {TRANSLATOR_ARG},
    .act = CHAT_ADMINISTER,
    .rate = CMD_ASKS,
    .reply = "ModelList",
    .run = model_available,
};

static void
model_pull(struct cmd_call *c)
{
    struct order *o = order_new(c, "POST", (int)cmd_number(c, 0, 0));

    snprintf(o->job.path, sizeof(o->job.path), "/models/pull");
    buf_addc(&o->job.body, '{');
    json_put_field(&o->job.body, "name", cmd_text(c, 1));
    buf_addc(&o->job.body, '}');
    submit(o);
}

const struct cmd cmd_model_pull = {
    .name = "model.pull",
    .summary =
        "Have a translator fetch a model; model.list tells how far it is",
    .events = {"model:pull"},
    .routes = {{HTTP_POST, "/admin/translators/:translator/models/:model"}},
    .args = {TRANSLATOR_ARG, MODEL_ARG},
    .act = CHAT_ADMINISTER,
    .rate = CMD_WRITES,
    .audited = true,
    .reply = "ModelOrder",
    .run = model_pull,
};

static void
model_remove(struct cmd_call *c)
{
    struct order *o = order_new(c, "DELETE", (int)cmd_number(c, 0, 0));

    snprintf(o->job.path, sizeof(o->job.path), "/models/%.*s",
        SPAN_ARG(cmd_text(c, 1)));
    submit(o);
}

const struct cmd cmd_model_remove = {
    .name = "model.remove",
    .summary = "Delete a model that a translator has fetched",
    .events = {"model:remove"},
    .routes = {{HTTP_DELETE, "/admin/translators/:translator/models/:model"}},
    .args = {TRANSLATOR_ARG, MODEL_ARG},
    .act = CHAT_ADMINISTER,
    .rate = CMD_WRITES,
    .audited = true,
    .reply = "ModelOrder",
    .run = model_remove,
};
