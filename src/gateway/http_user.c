/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/op.h"
#include "gateway/routes.h"
#include "gateway/session.h"
#include "gateway/view.h"
#include "text/lang.h"
#include "wire/json.h"

static void
reply_user(struct http_req *r, const struct user *u)
{
    struct buf b = {0};

    buf_addz(&b, "{\"user\":");
    view_user(&b, u);
    buf_addc(&b, '}');
    http_reply_data(r, 200, buf_span(&b));
    buf_free(&b);
}

static void
me(struct http_req *r, struct user *u, struct gateway *g)
{
    (void)g;
    reply_user(r, u);
}

void
http_auth_me(struct http_req *r, void *ctx)
{
    http_authenticated(r, ctx, me);
}

/* ---- logout ---- */

struct logout {
    struct op op;
    struct gateway *g;
    struct http_req *req;
    struct user *user;
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
        auth_forget(l->g->auth, l->hash);
        session_ended(l->user, l->hash);
        http_reply_data(l->req, 200, (struct span){0});
    } else {
        http_reply_err(l->req, &op->job.err);
    }
    free(l);
}

static void
logout(struct http_req *r, struct user *u, struct gateway *g)
{
    struct logout *l = xcalloc(1, sizeof(*l));

    auth_hash(http_req_token(r), l->hash); /* has just been accepted */
    l->g = g;
    l->req = r;
    l->user = u;
    l->op.job.run = logout_run;
    l->op.finish = logout_finish;
    op_write(g->writer, &l->op);
}

void
http_auth_logout(struct http_req *r, void *ctx)
{
    http_authenticated(r, ctx, logout);
}

/* ---- settings ---- */

struct set_language {
    struct op op;
    struct http_req *req;
    struct user *user;
    const struct lang *language;
};

static bool
set_language_run(struct store *s, struct store_job *job, struct err *err)
{
    struct set_language *w = (struct set_language *)job;

    return store_user_set_language(
        s, span_of(w->user->id), span_of(w->language->code), err);
}

static void
set_language_finish(struct op *op)
{
    struct set_language *w = (struct set_language *)op;

    if (op->job.ok) {
        hub_set_language(w->user, span_of(w->language->code));
        reply_user(w->req, w->user);
    } else {
        http_reply_err(w->req, &op->job.err);
    }
    free(w);
}

static void
patch(struct http_req *r, struct user *u, struct gateway *g)
{
    struct err err;
    json_t *body = http_body(r, &err);
    struct span tag = json_get_str(body, "language");
    const struct lang *language =
        lang_find(tag.p ? tag : json_get_str(body, "systemLanguage"));
    struct set_language *w;

    if (body && !language)
        err_set(&err, FAIL_BAD_INPUT, "choose a language");
    if (!language || !http_may_write(g, u, &err)) {
        http_reply_err(r, &err);
        json_decref(body);
        return;
    }
    w = xcalloc(1, sizeof(*w));
    w->op.job.run = set_language_run;
    w->op.finish = set_language_finish;
    w->req = r;
    w->user = u;
    w->language = language;
    json_decref(body);
    op_write(g->writer, &w->op);
}

void
http_users_me_patch(struct http_req *r, void *ctx)
{
    http_authenticated(r, ctx, patch);
}
