/* SPDX-License-Identifier: ISC */
#include "gateway/message.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/deliver.h"
#include "gateway/op.h"
#include "gateway/view.h"
#include "text/lang.h"

/* An edit (content set) or a deletion (content NULL) in two trips: read the
 * message to learn its room, then write.  The store checks authorship inside
 * the transaction. */
struct change {
    struct op op;
    struct gateway *g;
    struct user *user;
    struct room *room;
    char *id, *content;
    const struct lang *language; /* NULL: as before */
    struct span targets[STORE_LANGUAGES_MAX];
    char languages[STORE_LANGUAGES_MAX][STORE_LANG_BYTES];
    size_t n_targets;
    int revision;
    struct buf shown; /* the message as everybody sees it afterwards */
    void (*done)(const struct err *err, void *ctx);
    void *ctx;
};

static void
change_end(struct change *c, const struct err *err)
{
    c->done(err, c->ctx);
    buf_free(&c->shown);
    free(c->id);
    free(c->content);
    free(c);
}

static void
show_row(const struct store_message *m, void *ctx)
{
    struct change *c = ctx;

    view_message(&c->shown, m, (struct span){0}, VIEW_WHOLE);
}

static bool
change_run(struct store *s, struct store_job *job, struct err *err)
{
    struct change *c = (struct change *)job;
    struct span id = span_of(c->id), user = span_of(c->user->id);

    if (!c->content)
        return store_message_delete(s, id, user, clock_wall_ms(), err);
    return store_message_edit(s, id, user, span_of(c->content),
               span_of(c->language->code), c->targets, c->n_targets,
               clock_wall_ms(), &c->revision, err) &&
           store_message_get(s, id, show_row, c, err);
}

static void
show_deleted(struct change *c)
{
    struct buf b = {0};

    buf_addf(&b, "{\"messageId\":\"%s\",\"conversationId\":\"%s\"}", c->id,
        c->room->id); /* both were found in the database: safe characters */
    deliver_room(c->room, "message:deleted", buf_span(&b), NULL);
    buf_free(&b);
    xlat_drop(c->g->xlat, span_of(c->id));
}

static void
show_edited(struct change *c)
{
    struct xlat_request r = {.message_id = span_of(c->id),
        .conversation_id = span_of(c->room->id),
        .content = span_of(c->content),
        .source = span_of(c->language->code),
        .revision = c->revision,
        .targets = c->targets,
        .n_targets = c->n_targets};

    deliver_room(c->room, "message:edited", buf_span(&c->shown), NULL);
    xlat_drop(c->g->xlat, r.message_id);
    xlat_add(c->g->xlat, &r);
}

static void
change_finish(struct op *op)
{
    struct change *c = (struct change *)op;

    if (!op->job.ok) {
        change_end(c, &op->job.err);
        return;
    }
    if (c->content)
        show_edited(c);
    else
        show_deleted(c);
    change_end(c, NULL);
}

static void
change_found(
    const struct message_found *found, const struct err *err, void *ctx)
{
    struct change *c = ctx;
    struct err unknown;

    if (!found) {
        change_end(c, err);
        return;
    }
    c->room = hub_room(c->g->hub, found->conversation_id);
    if (!c->language)
        c->language = lang_find(found->language);
    if (!c->language) { /* a language that an older release knew */
        err_set(&unknown, FAIL_BAD_INPUT, "unknown language");
        change_end(c, &unknown);
        return;
    }
    c->n_targets = hub_targets(
        c->room, span_of(c->language->code), c->targets, STORE_LANGUAGES_MAX);
    for (size_t i = 0; i < c->n_targets; i++) {
        snprintf(
            c->languages[i], STORE_LANG_BYTES, "%.*s", SPAN_ARG(c->targets[i]));
        c->targets[i] = span_of(c->languages[i]);
    }
    c->op.job.run = change_run;
    c->op.finish = change_finish;
    op_write(c->g->writer, &c->op);
}

static struct change *
change_new(struct gateway *g, struct user *user, struct span id,
    void (*done)(const struct err *err, void *ctx), void *ctx)
{
    struct change *c = xcalloc(1, sizeof(*c));

    c->g = g;
    c->user = user;
    c->id = id.p ? span_dup(id) : xstrdup("");
    c->done = done;
    c->ctx = ctx;
    return c;
}

void
message_edit(struct gateway *g, struct user *user, struct span id,
    struct span content, struct span language,
    void (*done)(const struct err *err, void *ctx), void *ctx)
{
    struct change *c = change_new(g, user, id, done, ctx);
    struct err err;

    if (!message_check_content(g->cfg, content, &err)) {
        change_end(c, &err);
        return;
    }
    c->language = lang_find(language);
    if (language.p && !c->language) {
        err_set(&err, FAIL_BAD_INPUT, "unknown language");
        change_end(c, &err);
        return;
    }
    c->content = span_dup(content);
    message_find(g, id, user, change_found, c);
}

void
message_delete(struct gateway *g, struct user *user, struct span id,
    void (*done)(const struct err *err, void *ctx), void *ctx)
{
    message_find(g, id, user, change_found, change_new(g, user, id, done, ctx));
}
