/* SPDX-License-Identifier: ISC */
#include "gateway/preview.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "text/lang.h"
#include "wire/json.h"
#include "wire/quality.h"

/* There, and back: what the id of its task begins with.  Those of messages
 * begin with a figure, and are as long. */
enum leg { THERE = 'P', BACK = 'Q' };

struct preview {
    struct loop_msg msg;
    struct previews *in;
    struct cmd_call *call; /* NULL: answered */
    ev_timer timer;
    char name[ID_BYTES]; /* of the task */
    const struct lang *from, *to;
    enum leg leg;
    bool posted; /* msg is on its way */
    bool ready; /* the leg's outcome: text, else a reason */
    char *text;
    char *shown, *doubt; /* of the first leg */
};

struct previews {
    struct gateway *g;
    struct map *by_name;
};

static void
ask(struct preview *v, struct span content, const struct lang *from,
    const struct lang *to)
{
    struct gateway *g = v->in->g;
    struct span target = span_of(to->code);
    struct dispatch_request r = {.message_id = span_of(v->name),
        .conversation_id = span_of(v->call->room->id),
        .sender_id = span_of(v->call->user->id),
        .content = content,
        .source = span_of(from->code),
        .revision = 1,
        .targets = &target,
        .n_targets = 1};

    v->name[0] = (char)v->leg;
    r.message_id = span_of(v->name);
    map_put(v->in->by_name, r.message_id, v);
    dispatch_add(g->dispatch, &r);
}

/* Nobody waits for it any more. */
static void
preview_end(struct preview *v)
{
    struct gateway *g = v->in->g;

    ev_timer_stop(loop_ev(g->loop), &v->timer);
    map_remove(v->in->by_name, span_of(v->name));
    dispatch_drop(g->dispatch, span_of(v->name));
    v->call = NULL;
    if (v->posted)
        return; /* what is on its way frees it */
    free(v->text);
    free(v->shown);
    free(v->doubt);
    free(v);
}

/* What came of it; back: the translation of the translation, if there is one. */
static void
answer(struct preview *v, const char *back)
{
    struct cmd_call *call = v->call;
    struct buf b = {0};

    buf_addc(&b, '{');
    json_put_field(&b, "targetLanguage", span_of(v->to->code));
    json_add_field(&b, "originalLanguage", span_of(v->from->code));
    json_add_field(&b, "state", span_of(v->shown ? "ready" : "failed"));
    if (v->shown) {
        json_add_field(&b, "translatedContent", span_of(v->shown));
        json_add_field(&b, "quality",
            span_of(quality_name(v->doubt ? QUALITY_ROUGH : QUALITY_SURE)));
    } else
        json_add_field(&b, "reason", span_of(v->text ? v->text : "unknown"));
    if (v->doubt)
        json_add_field(&b, "doubt", span_of(v->doubt));
    if (back)
        json_add_field(&b, "back", span_of(back));
    buf_addc(&b, '}');
    preview_end(v);
    cmd_data(call, buf_span(&b));
    buf_free(&b);
}

static void
refuse(struct preview *v, const char *why)
{
    struct cmd_call *call = v->call;
    struct err err;

    err_set(&err, FAIL_BUSY, "%s", why);
    preview_end(v);
    cmd_refuse(call, &err);
}

/* A turn later, since dispatch was in the middle of it. */
static void
go_on(struct loop_msg *msg)
{
    struct preview *v = (struct preview *)msg;
    char *back = NULL;

    v->posted = false;
    if (!v->call) {
        preview_end(v);
        return;
    }
    dispatch_drop(v->in->g->dispatch, span_of(v->name));
    map_remove(v->in->by_name, span_of(v->name));
    if (v->leg == BACK) {
        back = v->ready ? v->text : NULL;
        v->text = NULL;
        answer(v, back);
        free(back);
    } else if (!v->ready) {
        answer(v, NULL);
    } else {
        v->shown = v->text;
        v->text = NULL;
        v->leg = BACK;
        ask(v, span_of(v->shown), v->to, v->from);
    }
}

bool
preview_settle(struct previews *p, const struct store_translation *row)
{
    struct preview *v = map_get(p->by_name, row->message_id);

    if (!v)
        return row->message_id.p[0] == THERE || row->message_id.p[0] == BACK;
    v->ready = row->state == STORE_READY;
    free(v->text);
    v->text = span_dup(v->ready ? row->text : row->reason);
    if (v->leg == THERE && v->ready && row->doubt.p)
        v->doubt = span_dup(row->doubt);
    v->posted = true;
    v->msg.run = go_on;
    loop_post(p->g->loop, &v->msg);
    return true;
}

static void
on_late(struct ev_loop *ev, ev_timer *timer, int events)
{
    (void)ev;
    (void)events;
    refuse(timer->data, "no translator answers, try again");
}

void
preview_start(struct cmd_call *c, struct span content, const struct lang *from,
    const struct lang *to)
{
    struct previews *p = c->g->previews;
    struct preview *v;
    struct err err;

    if (map_len(p->by_name) >= PREVIEWS_MAX ||
        !cluster_alive(dispatch_cluster(c->g->dispatch))) {
        err_set(&err, FAIL_BUSY, "no translator answers, try again");
        cmd_refuse(c, &err);
        return;
    }
    v = xcalloc(1, sizeof(*v));
    v->in = p;
    v->call = c;
    v->from = from;
    v->to = to;
    id_new(v->name);
    v->leg = THERE;
    ev_timer_init(&v->timer, on_late, PREVIEW_MS / 1000.0, 0);
    v->timer.data = v;
    ev_timer_start(loop_ev(c->g->loop), &v->timer);
    ask(v, content, from, to);
}

struct previews *
previews_new(struct gateway *g)
{
    struct previews *p = xcalloc(1, sizeof(*p));

    p->g = g;
    p->by_name = map_new();
    return p;
}

void
previews_free(struct previews *p)
{
    struct preview *v;
    size_t pos = 0;

    if (!p)
        return;
    while ((v = map_next(p->by_name, &pos, NULL)) != NULL)
        refuse(v, "the server is stopping");
    map_free(p->by_name);
    free(p);
}
