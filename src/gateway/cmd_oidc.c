/* SPDX-License-Identifier: ISC */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/likeness.h"
#include "gateway/name.h"
#include "gateway/oidc.h"
#include "gateway/policy.h"
#include "gateway/sign_in.h"
#include "store/identity.h"
#include "wire/json.h"

/*
 * Signing in by a provider of OpenID Connect.  The page asks where to go, keeps
 * the secret of its flow, and comes back with it and what the provider said:
 *
 *     session.begin ─▶ provider ─▶ session.oidc: redeem ─▶ find ─┬──────────▶ sign in
 *                                                                └▶ account ─▶
 */

/* What the provider's fault is, is for the log; people read that it is not
 * theirs. */
static void
explain(const char *what, struct err *err)
{
    if (err->kind == FAIL_NOT_FOUND)
        return;
    log_warn("oidc %s: %s", what, err->text);
    if (err->kind == FAIL_BUSY)
        err_set(err, FAIL_BUSY,
            "the sign-in service does not answer, try again in a moment");
    else if (err->kind == FAIL_UNAUTHORIZED)
        err_set(err, FAIL_UNAUTHORIZED,
            "the sign-in was not accepted, begin it again");
}

/* ---- session.begin ---- */

struct begin {
    struct oidc_job job;
    struct cmd_call *call;
};

static void
begin_end(struct begin *b, struct err *err)
{
    if (err) {
        explain("begin", err);
        cmd_refuse(b->call, err);
    }
    buf_free(&b->job.url);
    sodium_memzero(&b->job.flow, sizeof(b->job.flow));
    free(b);
}

static void
on_url(struct oidc_job *job)
{
    struct begin *b = (struct begin *)job;
    struct buf out = {0};

    if (!job->ok) {
        begin_end(b, &job->err);
        return;
    }
    buf_addc(&out, '{');
    json_put_field(&out, "url", buf_span(&job->url));
    json_add_field(&out, "flow", span_of(job->flow.secret));
    buf_addc(&out, '}');
    cmd_data(b->call, buf_span(&out));
    buf_free(&out);
    begin_end(b, NULL);
}

static void
begin(struct cmd_call *c)
{
    struct begin *b = xcalloc(1, sizeof(*b));
    struct err err;

    b->call = c;
    b->job.done = on_url;
    provider_flow_new(&b->job.flow);
    if (!oidc_submit(c->g->oidc, &b->job, &err))
        begin_end(b, &err);
}

const struct cmd cmd_session_begin = {
    .name = "session.begin",
    .summary = "Sign in by the provider of OpenID Connect: where to go; keep "
               "flow for the way back",
    .routes = {{HTTP_POST, "/auth/oidc/begin"}},
    .act = CHAT_ENTER,
    .rate = CMD_ENTRIES,
    .reply = "Departure",
    .run = begin,
};

/* ---- session.oidc ---- */

enum oidc_arg { OIDC_FLOW, OIDC_STATE, OIDC_CODE, OIDC_LANGUAGE, OIDC_LINK };
enum { SUFFIX_LEN = 6 }; /* of the id, keeps user names apart */

/* sign_in frees it, as its own: first. */
struct arrival_by {
    struct sign_in s;
    struct oidc_job job;
    const struct lang *language;
};

static struct arrival_by *
by_of(struct oidc_job *job)
{
    return (void *)((char *)job - offsetof(struct arrival_by, job));
}

static struct store_identity
identity_of(const struct arrival_by *a)
{
    return (struct store_identity){span_of(a->s.call->g->cfg->oidc_issuer),
        span_of(a->job.person.subject)};
}

static void
like(struct sign_in *s)
{
    struct store_user *u = &s->user;
    const struct likeness *l = s->call->g->likeness;

    likeness_of(l, span_of(u->display_name), u->likeness);
    likeness_of(l, span_of(u->username), u->likeness + LIKENESSES);
}

/* On the store's thread.  Who has the names of somebody here, or looks like them,
 * gets others: first a user name of their own, then that to be seen by. */
static bool
add(struct store *st, struct sign_in *s, struct err *err)
{
    struct store_identity id = identity_of((struct arrival_by *)s);
    struct store_user *u = &s->user;
    char base[CHAT_USERNAME_LEN_MAX - SUFFIX_LEN];

    if (store_identity_add(st, &id, u, err))
        return true;
    if (err->kind != FAIL_CONFLICT)
        return false;
    snprintf(base, sizeof(base), "%.*s", (int)sizeof(base) - 1, u->username);
    snprintf(u->username, sizeof(u->username), "%s-%s", base,
        u->id + ID_LEN - SUFFIX_LEN);
    like(s);
    if (store_identity_add(st, &id, u, err))
        return true;
    if (err->kind != FAIL_CONFLICT)
        return false;
    snprintf(u->display_name, sizeof(u->display_name), "%.*s",
        CHAT_USERNAME_LEN_MAX, u->username);
    like(s);
    return store_identity_add(st, &id, u, err);
}

/* Names as near as may be to those at the provider. */
static void
choose_names(struct sign_in *s, const struct provider_person *p)
{
    struct span email = span_of(p->email);
    struct span wishes[] = {
        span_of(p->username), span_cut(&email, '@'), span_of(p->name)};
    char name[CHAT_USERNAME_LEN_MAX + 1] = "";
    struct err err;

    for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++)
        if (username_from(wishes[i], name) &&
            sign_in_check_name(s, span_of(name), &err))
            break;
        else
            name[0] = '\0';
    snprintf(s->user.username, sizeof(s->user.username), "%s",
        name[0] ? name : "user");
    if (!sign_in_show_as(s, span_of(p->name), &err))
        snprintf(s->user.display_name, sizeof(s->user.display_name), "%.*s",
            CHAT_USERNAME_LEN_MAX, s->user.username);
    like(s);
}

/* Whom the provider knows needs no invitation besides. */
static void
make_account(struct arrival_by *a)
{
    struct sign_in *s = &a->s;
    struct err err;

    if (!policy_lets_register(s->call->g->policy, true, &err)) {
        sign_in_refuse(s, &err);
        return;
    }
    if (!a->language) {
        err_set(&err, FAIL_BAD_INPUT, "language is missing");
        sign_in_refuse(s, &err);
        return;
    }
    sign_in_by_new(s, a->language);
    choose_names(s, &a->job.person);
    s->add = add;
    sign_in_start(s);
}

static bool
find_run(struct store *st, struct store_job *job, struct err *err)
{
    struct arrival_by *a = (struct arrival_by *)job;
    struct store_identity id = identity_of(a);

    return store_identity_find(st, &id, &a->s.user, err);
}

static void
find_finish(struct op *op)
{
    struct arrival_by *a = (struct arrival_by *)op;
    struct sign_in *s = &a->s;
    struct err err;

    if (op->job.ok && !s->user.disabled) {
        s->by_link = false; /* who is known joins by it as anybody signed in */
        sign_in_start(s);
    } else if (op->job.ok) {
        err_set(&err, FAIL_FORBIDDEN, "this account was disabled by an admin");
        sign_in_refuse(s, &err);
    } else if (op->job.err.kind == FAIL_NOT_FOUND) {
        make_account(a);
    } else {
        sign_in_refuse(s, &op->job.err);
    }
}

static void
on_person(struct oidc_job *job)
{
    struct arrival_by *a = by_of(job);
    struct cmd_call *c = a->s.call;

    sodium_memzero(&job->flow, sizeof(job->flow));
    sodium_memzero(job->code, sizeof(job->code));
    if (!job->ok) {
        explain("sign-in", &job->err);
        sign_in_refuse(&a->s, &job->err);
        return;
    }
    if (!oidc_lets(c->g->cfg, &job->person, &job->err)) {
        sign_in_refuse(&a->s, &job->err);
        return;
    }
    a->s.op.job.run = find_run;
    a->s.op.finish = find_finish;
    cmd_read(c, &a->s.op);
}

/* Begun in this browser, or did somebody else send it here with a code of
 * theirs? */
static bool
is_own(const struct provider_flow *flow, struct span state)
{
    size_t n = strlen(flow->state);

    return state.len == n && sodium_memcmp(state.p, flow->state, n) == 0;
}

static void
arrive(struct cmd_call *c)
{
    struct arrival_by *a = xcalloc(1, sizeof(*a));
    struct err err;

    a->s.call = c;
    a->language = cmd_language(c, OIDC_LANGUAGE);
    sign_in_by_link(&a->s, cmd_text(c, OIDC_LINK));
    a->job.done = on_person;
    snprintf(a->job.code, sizeof(a->job.code), "%.*s",
        SPAN_ARG(cmd_text(c, OIDC_CODE)));
    if (!provider_flow_of(cmd_text(c, OIDC_FLOW), &a->job.flow) ||
        !is_own(&a->job.flow, cmd_text(c, OIDC_STATE))) {
        err_set(&err, FAIL_FORBIDDEN,
            "this sign-in was not begun here, begin it again");
        sign_in_refuse(&a->s, &err);
    } else if (!oidc_submit(c->g->oidc, &a->job, &err)) {
        sign_in_refuse(&a->s, &err);
    }
}

const struct cmd cmd_session_oidc = {
    .name = "session.oidc",
    .summary = "Sign in with what the provider of OpenID Connect said; who is "
               "new gets an account",
    .routes = {{HTTP_POST, "/auth/oidc"}},
    .args =
        {
            [OIDC_FLOW] = {"flow", CMD_SECRET, .required = true, .min = 1,
                .max = PROVIDER_SECRET_BYTES, .help = "from the beginning"},
            [OIDC_STATE] = {"state", CMD_SECRET, .required = true, .min = 1,
                .max = PROVIDER_SECRET_BYTES, .help = "of the address"},
            [OIDC_CODE] = {"code", CMD_SECRET, .required = true, .min = 1,
                .max = PROVIDER_CODE_BYTES_MAX, .help = "of the address"},
            [OIDC_LANGUAGE] = {"language", CMD_LANGUAGE,
                .alias = "systemLanguage",
                .help = "what one reads and writes, for who is new"},
            [OIDC_LINK] = {"link", CMD_SECRET, .min = 1,
                .max = AUTH_TOKEN_BYTES,
                .help = "the token of an invitation, for who is new"},
        },
    .act = CHAT_ENTER,
    .rate = CMD_LOGINS,
    .reply = "Session",
    .run = arrive,
};
