/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/op.h"
#include "gateway/routes.h"
#include "gateway/words.h"
#include "wire/json.h"

static void
reply_words(struct http_req *r, const struct room *room)
{
    http_reply_data(r, 200,
        room->own_words ? span_of(room->own_words->json)
                        : SPAN("{\"version\":\"\",\"terms\":[]}"));
}

static void
get(struct http_req *r, struct user *u, struct gateway *g)
{
    struct err err;
    struct room *room = http_room(r, u, g, &err);

    if (room)
        reply_words(r, room);
    else
        http_reply_err(r, &err);
}

void
http_glossary_get(struct http_req *r, void *ctx)
{
    http_authenticated(r, ctx, get);
}

/* ---- replacing it ---- */

struct put {
    struct op op;
    struct gateway *g;
    struct http_req *req;
    struct user *user;
    struct room *room;
    struct glossary *words;
    int64_t version;
};

static bool
put_run(struct store *s, struct store_job *job, struct err *err)
{
    struct put *p = (struct put *)job;

    return store_glossary_set(s, span_of(p->room->id), span_of(p->user->id),
        span_of(p->words->json), clock_wall_ms(), &p->version, err);
}

static void
put_finish(struct op *op)
{
    struct put *p = (struct put *)op;
    struct err err = op->job.err;

    if (op->job.ok && words_set_room(p->g->words, p->room, p->version,
                          span_of(p->words->json), &err))
        reply_words(p->req, p->room);
    else
        http_reply_err(p->req, &err);
    glossary_unref(p->words);
    free(p);
}

static void
put(struct http_req *r, struct user *u, struct gateway *g)
{
    struct err err;
    struct room *room = http_room(r, u, g, &err);
    json_t *body =
        room && http_may_write(g, u, &err) ? http_body(r, &err) : NULL;
    /* The version is the database's; this one only checks the rest. */
    struct glossary *words =
        body ? glossary_read(body, SPAN("new"), &err) : NULL;
    struct put *p;

    json_decref(body);
    if (!words) {
        http_reply_err(r, &err);
        return;
    }
    p = xcalloc(1, sizeof(*p));
    p->op.job.run = put_run;
    p->op.finish = put_finish;
    p->g = g;
    p->req = r;
    p->user = u;
    p->room = room;
    p->words = words;
    op_write(g->writer, &p->op);
}

void
http_glossary_put(struct http_req *r, void *ctx)
{
    http_authenticated(r, ctx, put);
}
