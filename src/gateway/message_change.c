/* SPDX-License-Identifier: ISC */
#include "gateway/message.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/op.h"
#include "gateway/targets.h"
#include "text/lang.h"

/* An edit (content set) or a deletion (no content) of a message that was read
 * before. */
struct change {
    struct op op;
    struct gateway *g;
    struct room *room;
    char *id, *author;
    struct span content; /* the caller's, until done */
    struct message_mentions mentions;
    bool mentioning;
    const struct lang *language;
    struct span targets[STORE_LANGUAGES_MAX];
    char languages[STORE_LANGUAGES_MAX][STORE_LANG_BYTES];
    size_t n_targets;
    int revision;
    void (*done)(const struct err *err, void *ctx);
    void *ctx;
};

static void
change_end(struct change *c, const struct err *err)
{
    c->done(err, c->ctx);
    free(c->id);
    free(c->author);
    free(c);
}

static bool
change_run(struct store *s, struct store_job *job, struct err *err)
{
    struct change *c = (struct change *)job;
    struct span id = span_of(c->id), author = span_of(c->author);

    if (!c->content.p)
        return store_message_delete(s, id, author, clock_wall_ms(), err);
    return store_message_edit(s, id, author, c->content,
               span_of(c->language->code),
               c->mentioning ? &c->mentions.of : NULL, c->targets, c->n_targets,
               clock_wall_ms(), &c->revision, err) &&
           message_recall(s, id, c->targets, &c->n_targets, err);
}

static void
translate_anew(struct change *c)
{
    struct dispatch_request r = {.message_id = span_of(c->id),
        .conversation_id = span_of(c->room->id),
        .sender_id = span_of(c->author),
        .content = c->content,
        .source = span_of(c->language->code),
        .revision = c->revision,
        .targets = c->targets,
        .n_targets = c->n_targets};

    dispatch_add(c->g->dispatch, &r);
}

static void
change_finish(struct op *op)
{
    struct change *c = (struct change *)op;

    if (!op->job.ok) {
        change_end(c, &op->job.err);
        return;
    }
    dispatch_drop(c->g->dispatch, span_of(c->id));
    if (c->content.p)
        translate_anew(c);
    change_end(c, NULL);
}

static struct change *
change_new(struct gateway *g, const struct message_found *found,
    struct room *room, void (*done)(const struct err *err, void *ctx),
    void *ctx)
{
    struct change *c = xcalloc(1, sizeof(*c));

    c->op.job.run = change_run;
    c->op.finish = change_finish;
    c->g = g;
    c->room = room;
    c->id = span_dup(found->id);
    c->author = span_dup(found->sender_id);
    c->done = done;
    c->ctx = ctx;
    return c;
}

static void
set_targets(struct change *c)
{
    c->n_targets = targets_find(c->g,
        &(struct targets_of){.room = c->room,
            .user_id = span_of(c->author),
            .language = span_of(c->language->code),
            .bytes = c->content.len},
        c->targets, STORE_LANGUAGES_MAX);
    for (size_t i = 0; i < c->n_targets; i++) {
        snprintf(
            c->languages[i], STORE_LANG_BYTES, "%.*s", SPAN_ARG(c->targets[i]));
        c->targets[i] = span_of(c->languages[i]);
    }
}

void
message_edit(struct gateway *g, const struct message_found *found,
    struct room *room, struct span content, bool mention_all,
    const struct lang *language, void (*done)(const struct err *err, void *ctx),
    void *ctx)
{
    struct change *c;
    struct err err;

    if (!language)
        language = lang_find(found->language);
    if (!language) /* one that an older release knew */
        err_set(&err, FAIL_BAD_INPUT, "unknown language");
    if (!language || !message_check_content(g->cfg, content, &err)) {
        done(&err, ctx);
        return;
    }
    c = change_new(g, found, room, done, ctx);
    c->content = content;
    c->mentioning = message_mentions(content, mention_all, &c->mentions);
    c->language = language;
    set_targets(c);
    op_write(g->writer, &c->op);
}

void
message_delete(struct gateway *g, const struct message_found *found,
    struct room *room, void (*done)(const struct err *err, void *ctx),
    void *ctx)
{
    op_write(g->writer, &change_new(g, found, room, done, ctx)->op);
}
