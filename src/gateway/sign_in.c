/* SPDX-License-Identifier: ISC */
#include "gateway/sign_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/likeness.h"
#include "gateway/load.h"
#include "gateway/name.h"
#include "gateway/policy.h"
#include "gateway/seen.h"
#include "gateway/served.h"
#include "gateway/view.h"
#include "store/link.h"
#include "text/lang.h"

enum { DAY_MS = 24 * 3600 * 1000 };

void
sign_in_refuse(struct sign_in *s, const struct err *err)
{
    cmd_refuse(s->call, err);
    free(s);
}

static bool
add_account(struct store *st, struct sign_in *s, struct err *err)
{
    return s->add ? s->add(st, s, err) : store_user_add(st, &s->user, err);
}

static bool
add_user(struct store *st, struct sign_in *s, struct err *err)
{
    struct store_link link;

    if (!s->is_new)
        return true;
    if (s->by_link && s->user.guest)
        return store_link_guest(st, s->link, &s->user, s->now_ms, err);
    if (s->by_link) /* before anything is written */
        return store_link_find(st, s->link, s->now_ms, &link, err) &&
               add_account(st, s, err) &&
               store_link_enter(
                   st, s->link, span_of(s->user.id), s->now_ms, &link, err);
    return add_account(st, s, err);
}

static bool
session_run(struct store *st, struct store_job *job, struct err *err)
{
    struct sign_in *s = (struct sign_in *)job;

    return add_user(st, s, err) &&
           store_session_add(
               st, s->hash, span_of(s->user.id), s->now_ms, s->expires_ms, err);
}

static void
signed_in(struct user *u, const struct err *err, void *ctx)
{
    struct sign_in *s = ctx;
    struct gateway *g = s->call->g;
    struct cmd_reply r = {.status = s->is_new ? 201 : 200};
    struct buf b = {0};

    if (!u) {
        sign_in_refuse(s, err);
        return;
    }
    seen_user(g->seen, u);
    buf_addf(&b, "{\"token\":\"%s\",\"expiresIn\":%lld,\"user\":", s->token,
        (long long)(s->expires_ms - s->now_ms) / 1000);
    view_user(&b, u);
    served_put_reader(&b, g, span_of(u->language));
    buf_addc(&b, '}');
    r.data = buf_span(&b);
    cmd_reply(s->call, &r);
    buf_free(&b);
    free(s);
}

static void
session_finish(struct op *op)
{
    struct sign_in *s = (struct sign_in *)op;
    struct gateway *g = s->call->g;

    if (!op->job.ok) {
        sign_in_refuse(s, &op->job.err);
        return;
    }
    auth_remember(g->auth, s->hash, s->user.id, s->expires_ms);
    load_person(g->load, span_of(s->user.id), signed_in, s);
}

void
sign_in_start(struct sign_in *s)
{
    auth_new_token(s->token, s->hash);
    s->now_ms = clock_wall_ms();
    s->expires_ms = s->now_ms + (int64_t)s->call->g->cfg->session_days * DAY_MS;
    s->op.job.run = session_run;
    s->op.finish = session_finish;
    cmd_write(s->call, &s->op);
}

struct sign_in *
sign_in_new(struct cmd_call *c)
{
    struct sign_in *s = xcalloc(1, sizeof(*s));

    s->call = c;
    return s;
}

void
sign_in_by_new(struct sign_in *s, const struct lang *language)
{
    struct store_user *u = &s->user;

    s->is_new = true;
    id_new(u->id);
    u->created_ms = clock_wall_ms();
    if (language)
        snprintf(u->language, sizeof(u->language), "%s", language->code);
}

void
sign_in_by_link(struct sign_in *s, struct span token)
{
    s->by_link = token.p != NULL;
    if (s->by_link && !auth_hash(token, s->link))
        auth_no_hash(s->link);
}

bool
sign_in_check_name(const struct sign_in *s, struct span name, struct err *err)
{
    const struct gateway *g = s->call->g;

    return (!s->user.guest && policy_is_unclaimed(g->policy)) ||
           !likeness_is_official(g->likeness, name) ||
           err_set(err, FAIL_BAD_INPUT,
               "this name is kept for those who run the server");
}

bool
sign_in_show_as(struct sign_in *s, struct span shown, struct err *err)
{
    struct store_user *u = &s->user;

    if (!name_check(shown, CHAT_NAME_CHARS_MAX, err) ||
        !sign_in_check_name(s, shown, err))
        return false;
    snprintf(u->display_name, sizeof(u->display_name), "%.*s",
        SPAN_ARG(span_trim(shown)));
    likeness_of(s->call->g->likeness, span_of(u->display_name), u->likeness);
    return true;
}

void
sign_in_set_password(
    struct sign_in *s, struct span text, void (*done)(struct password_job *job))
{
    s->password.len = text.len;
    memcpy(s->password.text, text.p, text.len);
    s->password.done = done;
}

void
sign_in_submit(struct sign_in *s)
{
    struct err err;

    if (!password_submit(s->call->g->password, &s->password, &err))
        sign_in_refuse(s, &err);
}
