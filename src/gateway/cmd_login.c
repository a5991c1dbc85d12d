/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/session.h"
#include "gateway/sign_in.h"

enum login_arg { LOGIN_USERNAME, LOGIN_PASSWORD };

/* ---- login ---- */

static void
refuse_login(struct sign_in *s)
{
    struct err err;

    err_set(&err, FAIL_UNAUTHORIZED, "wrong user name or password");
    sign_in_refuse(s, &err);
}

/* Told to who knows the password, and to nobody else. */
static void
refuse_disabled(struct sign_in *s)
{
    struct err err;

    err_set(&err, FAIL_FORBIDDEN, "this account was disabled by an admin");
    sign_in_refuse(s, &err);
}

static void
on_verified(struct password_job *job)
{
    struct sign_in *s = sign_in_of(job);

    if (!job->ok || !s->is_known)
        refuse_login(s);
    else if (s->user.disabled)
        refuse_disabled(s);
    else
        sign_in_start(s);
}

static bool
by_name_run(struct store *st, struct store_job *job, struct err *err)
{
    struct sign_in *s = (struct sign_in *)job;

    return store_user_by_name(st, span_of(s->name), &s->user, err);
}

/* Verify against a hash in any case, so that the answer's time does not tell
 * which names exist. */
static void
by_name_finish(struct op *op)
{
    static const char nobody[] =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
        "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE";
    struct sign_in *s = (struct sign_in *)op;

    if (!op->job.ok && op->job.err.kind != FAIL_NOT_FOUND) {
        sign_in_refuse(s, &op->job.err);
        return;
    }
    s->is_known = op->job.ok && s->user.password_hash[0];
    snprintf(s->password.hash, sizeof(s->password.hash), "%.*s",
        SPAN_ARG(span_of(s->is_known ? s->user.password_hash : nobody)));
    sign_in_submit(s);
}

static void
login(struct cmd_call *c)
{
    struct sign_in *s = sign_in_new(c);

    snprintf(s->name, sizeof(s->name), "%.*s",
        SPAN_ARG(cmd_text(c, LOGIN_USERNAME)));
    sign_in_set_password(s, cmd_text(c, LOGIN_PASSWORD), on_verified);
    s->password.verify = true;
    s->op.job.run = by_name_run;
    s->op.finish = by_name_finish;
    cmd_read(c, &s->op);
}

const struct cmd cmd_session_login = {
    .name = "session.login",
    .summary = "Sign in with a password",
    .routes = {{HTTP_POST, "/auth/login"}},
    .args =
        {
            [LOGIN_USERNAME] = {"username", CMD_LINE, .required = true,
                .min = 1, .max = CHAT_EMAIL_LEN_MAX, .help = "or the e-mail"},
            [LOGIN_PASSWORD] = {"password", CMD_SECRET, .required = true,
                .min = 1, .max = CHAT_PASSWORD_LEN_MAX},
        },
    .act = CHAT_ENTER,
    .rate = CMD_LOGINS,
    .reply = "Session",
    .run = login,
};

/* ---- logout ---- */

struct logout {
    struct op op;
    struct cmd_call *call;
    unsigned char hash[STORE_TOKEN_HASH_BYTES];
};

static bool
logout_run(struct store *s, struct store_job *job, struct err *err)
{
    return store_session_remove(s, ((struct logout *)job)->hash, err);
}

static void
logout_finish(struct op *op)
{
    struct logout *l = (struct logout *)op;

    if (op->job.ok) {
        session_ended(l->call->g, l->call->user, l->hash);
        cmd_done(l->call);
    } else {
        cmd_refuse(l->call, &op->job.err);
    }
    free(l);
}

static void
logout(struct cmd_call *c)
{
    struct logout *l = xcalloc(1, sizeof(*l));

    auth_hash(c->token, l->hash); /* has just been accepted */
    l->call = c;
    l->op.job.run = logout_run;
    l->op.finish = logout_finish;
    cmd_write(c, &l->op);
}

const struct cmd cmd_session_logout = {
    .name = "session.logout",
    .summary = "End this session; its connections are closed",
    .routes = {{HTTP_POST, "/auth/logout"}},
    .act = CHAT_USE,
    .run = logout,
};
