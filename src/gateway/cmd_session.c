/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/guessable.h"
#include "gateway/likeness.h"
#include "gateway/name.h"
#include "gateway/oidc.h"
#include "gateway/policy.h"
#include "gateway/sign_in.h"
#include "gateway/view.h"
#include "text/lang.h"

enum {
    GUEST_SUFFIX_LEN = 6, /* of the id, keeps guests' user names apart */
};
_Static_assert(
    CHAT_NAME_CHARS_MAX * 4 + 1 + GUEST_SUFFIX_LEN < STORE_NAME_BYTES,
    "a guest's name is stored whole, whatever it is written in");

enum guest_arg { GUEST_NAME, GUEST_LANGUAGE, GUEST_LINK };

/* The same places in both rows. */
enum account_arg {
    ACCOUNT_USERNAME,
    ACCOUNT_PASSWORD,
    ACCOUNT_EMAIL,
    ACCOUNT_DISPLAY_NAME,
    ACCOUNT_LANGUAGE,
    ACCOUNT_INVITATION,
};

static void
copy(char *out, size_t size, struct span s)
{
    snprintf(out, size, "%.*s", SPAN_ARG(s));
}
#define COPY(field, s) copy((field), sizeof(field), (s))

/* ---- guests ---- */

static bool
fill_guest(struct sign_in *s, struct err *err)
{
    const struct cmd_call *c = s->call;
    struct span nickname = cmd_text(c, GUEST_NAME);
    struct span link = cmd_text(c, GUEST_LINK);

    s->user.guest = true;
    if (!sign_in_show_as(s, nickname, err))
        return false;
    sign_in_by_new(s, cmd_language(c, GUEST_LANGUAGE));
    snprintf(s->user.username, sizeof(s->user.username), "%.*s-%s",
        SPAN_ARG(span_trim(nickname)), s->user.id + ID_LEN - GUEST_SUFFIX_LEN);
    sign_in_by_link(s, link);
    if (!policy_lets_guest(c->g->policy, s->by_link, err))
        return false;
    return s->by_link || s->user.language[0] ||
           err_set(err, FAIL_BAD_INPUT, "language is missing");
}

static void
guest(struct cmd_call *c)
{
    struct sign_in *s = sign_in_new(c);
    struct err err;

    if (fill_guest(s, &err))
        sign_in_start(s);
    else
        sign_in_refuse(s, &err);
}

const struct cmd cmd_session_guest = {
    .name = "session.guest",
    .summary = "Come in under any name, without a password; by a link, to its "
               "conversation and no other",
    .routes = {{HTTP_POST, "/auth/guest"},
        {HTTP_POST, "/anonymous/join/:link"}},
    .args =
        {
            [GUEST_NAME] = {"username", CMD_LINE, .required = true,
                .max = CHAT_NAME_CHARS_MAX,
                .help = "other guests may have the same"},
            [GUEST_LANGUAGE] = {"language", CMD_LANGUAGE,
                .alias = "systemLanguage",
                .help = "what one reads and writes; otherwise the link's"},
            [GUEST_LINK] = {"link", CMD_SECRET, .min = 1,
                .max = AUTH_TOKEN_BYTES, .help = "the token of an invitation"},
        },
    .act = CHAT_ENTER,
    .rate = CMD_ENTRIES,
    .reply = "Session",
    .status = 201,
    .run = guest,
};

/* ---- accounts ---- */

static void
on_hashed(struct password_job *job)
{
    struct sign_in *s = sign_in_of(job);
    struct err err;

    if (!job->ok) {
        err_set(&err, FAIL_BUSY, "out of memory, try again");
        sign_in_refuse(s, &err);
        return;
    }
    COPY(s->user.password_hash, span_of(job->hash));
    sign_in_start(s);
}

/* What every account has: a password, and names that are nobody else's. */
static bool
fill_account(struct sign_in *s, struct err *err)
{
    struct span username = cmd_text(s->call, ACCOUNT_USERNAME);
    struct span shown = cmd_text(s->call, ACCOUNT_DISPLAY_NAME);
    struct span email = cmd_text(s->call, ACCOUNT_EMAIL);

    if (!username_check(username, err) ||
        !sign_in_check_name(s, username, err) ||
        !sign_in_show_as(s, shown.len ? shown : username, err))
        return false;
    if (email.len > CHAT_EMAIL_LEN_MAX ||
        (email.len && !memchr(email.p, '@', email.len)))
        return err_set(err, FAIL_BAD_INPUT, "that is no e-mail address");
    if (guessable(cmd_text(s->call, ACCOUNT_PASSWORD), username, email))
        return err_set(err, FAIL_BAD_INPUT,
            "this password is among the first that others would try");
    COPY(s->user.username, username);
    COPY(s->user.email, email);
    likeness_of(s->call->g->likeness, username, s->user.likeness + LIKENESSES);
    return true;
}

static bool
lets_passwords(const struct sign_in *s, struct err *err)
{
    const struct config *cfg = s->call->g->cfg;
    char name[OIDC_NAME_BYTES];

    if (!cfg->oidc_only)
        return true;
    oidc_name(cfg, name);
    return err_set(err, FAIL_FORBIDDEN,
        "accounts are made here by signing in with %.80s", name);
}

/* invited: they come by a link, or came. */
static void
hash_password(
    struct sign_in *s, bool invited, void (*done)(struct password_job *job))
{
    struct err err;

    if (!lets_passwords(s, &err) ||
        !policy_lets_register(s->call->g->policy, invited, &err) ||
        !fill_account(s, &err)) {
        sign_in_refuse(s, &err);
        return;
    }
    sign_in_set_password(s, cmd_text(s->call, ACCOUNT_PASSWORD), done);
    sign_in_submit(s);
}

static void
registration(struct cmd_call *c)
{
    struct sign_in *s = sign_in_new(c);

    sign_in_by_new(s, cmd_language(c, ACCOUNT_LANGUAGE));
    sign_in_by_link(s, cmd_text(c, ACCOUNT_INVITATION));
    hash_password(s, s->by_link, on_hashed);
}

#define ACCOUNT_ARGS                                                           \
    [ACCOUNT_USERNAME] = {"username", CMD_LINE, .required = true,              \
        .min = CHAT_USERNAME_LEN_MIN, .max = CHAT_USERNAME_LEN_MAX,            \
        .help = "letters, digits, or any of . _ -"},                           \
    [ACCOUNT_PASSWORD] = {"password", CMD_SECRET, .required = true,            \
        .min = CHAT_PASSWORD_LEN_MIN, .max = CHAT_PASSWORD_LEN_MAX},           \
    [ACCOUNT_EMAIL] = {"email", CMD_LINE, .max = CHAT_EMAIL_LEN_MAX},          \
    [ACCOUNT_DISPLAY_NAME] = {"displayName", CMD_LINE,                         \
        .max = CHAT_NAME_CHARS_MAX, .help = "otherwise the user name"}

const struct cmd cmd_session_register = {
    .name = "session.register",
    .summary = "Make an account with a password, and sign in",
    .routes = {{HTTP_POST, "/auth/register"}},
    .args = {ACCOUNT_ARGS,
        [ACCOUNT_LANGUAGE] = {"language", CMD_LANGUAGE, .required = true,
            .alias = "systemLanguage", .help = "what one reads and writes"},
        [ACCOUNT_INVITATION] = {"link", CMD_SECRET, .min = 1,
            .max = AUTH_TOKEN_BYTES,
            .help = "the token of an invitation; one joins its conversation"}},
    .act = CHAT_ENTER,
    .rate = CMD_ENTRIES,
    .reply = "Session",
    .status = 201,
    .run = registration,
};

/* ---- a guest becomes an account ---- */

static bool
upgrade_run(struct store *st, struct store_job *job, struct err *err)
{
    struct sign_in *s = (struct sign_in *)job;

    return store_user_upgrade(st, &s->user, s->now_ms, err);
}

static void
upgrade_finish(struct op *op)
{
    struct sign_in *s = (struct sign_in *)op;
    struct user *u = s->call->user;
    struct buf b = {0};

    if (!op->job.ok) {
        sign_in_refuse(s, &op->job.err);
        return;
    }
    hub_user_upgrade(u, s->user.username, s->user.display_name);
    buf_addz(&b, "{\"user\":");
    view_user(&b, u);
    buf_addc(&b, '}');
    cmd_data(s->call, buf_span(&b));
    buf_free(&b);
    free(s);
}

static void
on_upgrade_hashed(struct password_job *job)
{
    struct sign_in *s = sign_in_of(job);
    struct err err;

    if (!job->ok) {
        err_set(&err, FAIL_BUSY, "out of memory, try again");
        sign_in_refuse(s, &err);
        return;
    }
    COPY(s->user.password_hash, span_of(job->hash));
    s->now_ms = clock_wall_ms();
    s->op.job.run = upgrade_run;
    s->op.finish = upgrade_finish;
    cmd_write(s->call, &s->op);
}

static void
upgrade(struct cmd_call *c)
{
    struct sign_in *s = sign_in_new(c);

    COPY(s->user.id, span_of(c->user->id));
    hash_password(s, c->user->visitor, on_upgrade_hashed);
}

const struct cmd cmd_session_upgrade = {
    .name = "session.upgrade",
    .summary = "As a guest, get an account; messages and conversations stay",
    .routes = {{HTTP_POST, "/auth/upgrade"}},
    .args = {ACCOUNT_ARGS},
    .act = CHAT_UPGRADE,
    .rate = CMD_ENTRIES,
    .reply = "Me",
    .run = upgrade,
};
