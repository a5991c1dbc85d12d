/* SPDX-License-Identifier: ISC */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/guessable.h"
#include "gateway/mailer.h"
#include "gateway/op.h"
#include "gateway/session.h"
#include "store/admin.h"

/*
 * Another password: by who knows the old one, or has the token of a reset.
 *
 *     session.password: read the account ─▶ verify the old one ┐
 *     session.reset:                                           ┴─▶ hash ─▶ save
 *
 * All other sessions of the account end with it.
 */
struct change {
    struct op op;
    struct password_job job;
    struct cmd_call *call;
    struct store_user user; /* password: as read */
    char user_id[ID_BYTES];
    bool by_token;
    unsigned char token[STORE_TOKEN_HASH_BYTES]; /* of the reset */
    unsigned char session[STORE_TOKEN_HASH_BYTES]; /* stays */
    size_t next_len;
    char next[CHAT_PASSWORD_LEN_MAX];
};

static struct change *
change_of(struct password_job *job)
{
    return (void *)((char *)job - offsetof(struct change, job));
}

static void
change_end(struct change *w, const struct err *err)
{
    cmd_ended(err, w->call);
    sodium_memzero(w->next, sizeof(w->next));
    free(w);
}

/* ---- saving it ---- */

static bool
save_run(struct store *s, struct store_job *job, struct err *err)
{
    struct change *w = (struct change *)job;

    if (w->by_token &&
        !store_reset_take(s, w->token, clock_wall_ms(), w->user_id, err))
        return false;
    return store_user_set_password(s, span_of(w->user_id), w->job.hash,
        w->by_token ? NULL : w->session, err);
}

static void
save_finish(struct op *op)
{
    struct change *w = (struct change *)op;

    if (op->job.ok)
        session_all_ended(
            w->call->g, span_of(w->user_id), w->by_token ? NULL : w->session);
    change_end(w, op->job.ok ? NULL : &op->job.err);
}

static void
on_hashed(struct password_job *job)
{
    struct change *w = change_of(job);
    struct err err;

    if (!job->ok) {
        err_set(&err, FAIL_BUSY, "out of memory, try again");
        change_end(w, &err);
        return;
    }
    w->op.job.run = save_run;
    w->op.finish = save_finish;
    cmd_write(w->call, &w->op);
}

static void
set_text(struct change *w, struct span text)
{
    w->job.len = text.len;
    memcpy(w->job.text, text.p, text.len);
}

static void
submit(struct change *w, bool verify, void (*done)(struct password_job *job))
{
    struct err err;

    w->job.verify = verify;
    w->job.done = done;
    if (!password_submit(w->call->g->password, &w->job, &err))
        change_end(w, &err);
}

static void
hash_next(struct change *w)
{
    struct span next = {w->next, w->next_len};
    struct err err;

    if (guessable(next, span_of(w->user.username), span_of(w->user.email))) {
        err_set(&err, FAIL_BAD_INPUT,
            "this password is among the first that others would try");
        change_end(w, &err);
        return;
    }
    set_text(w, next);
    submit(w, false, on_hashed);
}

static struct change *
change_new(struct cmd_call *c, struct span next)
{
    struct change *w = xcalloc(1, sizeof(*w));

    w->call = c;
    w->next_len = next.len;
    memcpy(w->next, next.p, next.len);
    return w;
}

/* ---- session.password ---- */

enum change_arg { CHANGE_OLD, CHANGE_NEW };

static void
on_verified(struct password_job *job)
{
    struct change *w = change_of(job);
    struct err err;

    if (job->ok) {
        hash_next(w);
        return;
    }
    err_set(&err, FAIL_FORBIDDEN, "that is not your password");
    change_end(w, &err);
}

static bool
read_run(struct store *s, struct store_job *job, struct err *err)
{
    struct change *w = (struct change *)job;

    return store_user_by_id(s, span_of(w->user_id), &w->user, err);
}

static void
read_finish(struct op *op)
{
    struct change *w = (struct change *)op;

    if (!op->job.ok) {
        change_end(w, &op->job.err);
        return;
    }
    snprintf(w->job.hash, sizeof(w->job.hash), "%.*s",
        SPAN_ARG(span_of(w->user.password_hash)));
    submit(w, true, on_verified);
}

static void
change(struct cmd_call *c)
{
    struct change *w = change_new(c, cmd_text(c, CHANGE_NEW));

    snprintf(w->user_id, sizeof(w->user_id), "%s", c->user->id);
    session_of_call(c, w->session);
    set_text(w, cmd_text(c, CHANGE_OLD));
    w->op.job.run = read_run;
    w->op.finish = read_finish;
    cmd_read(c, &w->op);
}

#define NEXT_ARG(name)                                                         \
    {                                                                          \
        name, CMD_SECRET, .required = true, .min = CHAT_PASSWORD_LEN_MIN,      \
                          .max = CHAT_PASSWORD_LEN_MAX                         \
    }

const struct cmd cmd_session_password = {
    .name = "session.password",
    .summary = "Change one's password; all other sessions end",
    .routes = {{HTTP_PUT, "/users/me/password"}},
    .args = {[CHANGE_OLD] = {"password", CMD_SECRET, .required = true, .min = 1,
                 .max = CHAT_PASSWORD_LEN_MAX, .help = "the one so far"},
        [CHANGE_NEW] = NEXT_ARG("newPassword")},
    .act = CHAT_ACCOUNT_USE,
    .rate = CMD_LOGINS,
    .run = change,
};

/* ---- session.reset ---- */

enum reset_arg { RESET_TOKEN, RESET_NEW };

static void
reset(struct cmd_call *c)
{
    struct change *w = change_new(c, cmd_text(c, RESET_NEW));

    w->by_token = true;
    if (!auth_hash(cmd_text(c, RESET_TOKEN), w->token))
        auth_no_hash(w->token);
    hash_next(w);
}

const struct cmd cmd_session_reset = {
    .name = "session.reset",
    .summary = "Set a new password by the token that an admin gave or a letter "
               "has; all sessions end",
    .routes = {{HTTP_POST, "/auth/reset"}},
    .args = {[RESET_TOKEN] = {"token", CMD_SECRET, .required = true, .min = 1,
                 .max = AUTH_TOKEN_BYTES},
        [RESET_NEW] = NEXT_ARG("password")},
    .act = CHAT_ENTER,
    .rate = CMD_LOGINS,
    .run = reset,
};

/* ---- session.forgot ---- */

/* The answer is there before anybody is looked for, and is always the same. */
static void
forgot(struct cmd_call *c)
{
    struct mailer *m = c->g->mailer;
    struct err err;

    if (!m) {
        err_set(&err, FAIL_NOT_FOUND, "this server sends no letters");
        cmd_refuse(c, &err);
        return;
    }
    mailer_forgot(m, cmd_text(c, 0));
    cmd_done(c);
}

const struct cmd cmd_session_forgot = {
    .name = "session.forgot",
    .summary =
        "Have a link to a new password mailed to who has this account and "
        "an address; the answer is the same where nobody has",
    .routes = {{HTTP_POST, "/auth/forgot"}},
    .args = {{"username", CMD_LINE, .required = true, .min = 1,
        .max = CHAT_EMAIL_LEN_MAX, .help = "or the e-mail"}},
    .act = CHAT_ENTER,
    .rate = CMD_LOGINS,
    .run = forgot,
};
