/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/oidc.h"
#include "gateway/others.h"
#include "gateway/policy.h"
#include "gateway/view.h"
#include "wire/json.h"

/* Who may come in, and how a server gets its first admin. */

/* ---- server.policy ---- */

static void
put_policy(struct buf *b, const struct gateway *g, const struct store_policy *p)
{
    char name[OIDC_NAME_BYTES];

    buf_addf(b, "{\"registration\":\"%s\",\"guests\":%s,\"retentionDays\":%d",
        policy_registration_name(p->registration),
        p->no_guests ? "false" : "true", g->cfg->retention_days);
    if (g->oidc) {
        oidc_name(g->cfg, name);
        buf_addz(b, ",\"oidc\":{");
        json_put_field(b, "name", span_of(name));
        json_add_bool(b, "only", g->cfg->oidc_only);
        buf_addc(b, '}');
    }
    json_add_bool(b, "mail", g->mailer != NULL);
    buf_addc(b, '}');
}

static void
get(struct cmd_call *c)
{
    struct buf b = {0};

    put_policy(&b, c->g, policy_now(c->g->policy));
    cmd_data(c, buf_span(&b));
    buf_free(&b);
}

const struct cmd cmd_policy_get = {
    .name = "server.policy",
    .summary = "Who may come in: by which ways accounts are made, and guests",
    .events = {"server:policy"},
    .routes = {{HTTP_GET, "/policy"}},
    .act = CHAT_LOOK,
    .reply = "Policy",
    .run = get,
};

/* ---- admin.policy ---- */

enum set_arg { SET_REGISTRATION, SET_GUESTS };

/* What is given takes the place of what was so far. */
static void
merge(const struct cmd_trip *t, struct store_policy *p)
{
    const struct cmd_value *guests = &t->call->arg[SET_GUESTS];

    if (t->text[SET_REGISTRATION].p)
        p->registration = policy_registration_parse(t->text[SET_REGISTRATION]);
    if (guests->given)
        p->no_guests = !guests->flag;
}

static bool
set_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct store_policy p;

    if (!store_policy_get(s, &p, err))
        return false;
    merge(t, &p);
    return store_policy_set(s, &p, err);
}

static void
set_after(struct cmd_trip *t)
{
    struct store_policy p = *policy_now(t->call->g->policy);

    merge(t, &p);
    policy_set(t->call->g->policy, &p);
    others_anew(t->call->g->others, "policy");
    put_policy(&t->out, t->call->g, &p);
}

static void
set(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, set_work);

    t->after = set_after;
    cmd_trip_write(t);
}

const struct cmd cmd_policy_set = {
    .name = "admin.policy",
    .summary = "Decide who may come in",
    .events = {"admin:policy"},
    .routes = {{HTTP_PATCH, "/admin/policy"}},
    .args = {[SET_REGISTRATION] = {"registration", CMD_WORD,
                 .words = (const char *const[]){"open", "invitation", "closed",
                     NULL},
                 .help = "who makes an account: anybody, who has a link, "
                         "nobody"},
        [SET_GUESTS] = {"guests", CMD_FLAG,
            .help = "one may come into the public conversation without an "
                    "account"}},
    .act = CHAT_ADMINISTER,
    .rate = CMD_WRITES,
    .audited = true,
    .reply = "Policy",
    .run = set,
};

/* ---- admin.claim ---- */

static bool
claim_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    bool taken;

    if (!store_has_admin(s, &taken, err))
        return false;
    if (taken)
        return err_set(err, FAIL_NOT_FOUND, "this link is not valid any more");
    return store_user_set_admin(s, span_of(t->user_id), true, t->now_ms, err);
}

static void
claim_after(struct cmd_trip *t)
{
    struct cmd_call *c = t->call;

    c->user->admin = true;
    policy_claimed(c->g->policy);
    buf_addz(&t->out, "{\"user\":");
    view_user(&t->out, c->user);
    buf_addc(&t->out, '}');
}

static void
claim(struct cmd_call *c)
{
    struct cmd_trip *t;
    struct err err;

    if (!policy_check_claim(c->g->policy, cmd_text(c, 0), &err)) {
        cmd_refuse(c, &err);
        return;
    }
    t = cmd_trip_new(c, claim_work);
    t->after = claim_after;
    cmd_trip_write(t);
}

const struct cmd cmd_admin_claim = {
    .name = "admin.claim",
    .summary = "Become this server's first admin, by the token in its log",
    .routes = {{HTTP_POST, "/admin/claim"}},
    .args = {{"token", CMD_SECRET, .required = true, .min = 1,
        .max = AUTH_TOKEN_BYTES}},
    .act = CHAT_ACCOUNT_USE,
    .rate = CMD_LOGINS,
    .audited = true,
    .reply = "Me",
    .run = claim,
};
