/* SPDX-License-Identifier: ISC */
#include "gateway/sign_in.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/load.h"
#include "gateway/seen.h"
#include "gateway/served.h"
#include "gateway/view.h"
#include "store/link.h"

enum { DAY_MS = 24 * 3600 * 1000 };

void
sign_in_refuse(struct sign_in *s, const struct err *err)
{
    cmd_refuse(s->call, err);
    free(s);
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
               store_user_add(st, &s->user, err) &&
               store_link_enter(
                   st, s->link, span_of(s->user.id), s->now_ms, &link, err);
    return store_user_add(st, &s->user, err);
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
