/* SPDX-License-Identifier: ISC */
#include "gateway/message.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/deliver.h"
#include "gateway/name.h"
#include "gateway/op.h"
#include "gateway/view.h"
#include "text/lang.h"
#include "text/langid.h"

/* A message on its way to the database; one allocation with its strings
 * behind it. */
struct save {
    struct op op;
    struct gateway *g;
    struct room *room;
    struct store_message row; /* spans into tail */
    struct message_saved saved;
    char id[ID_BYTES];
    void (*done)(
        const struct message_saved *saved, const struct err *err, void *ctx);
    void *ctx;
    size_t n_targets;
    struct span targets[STORE_LANGUAGES_MAX];
    char tail[];
};

bool
message_check_content(
    const struct config *cfg, struct span content, struct err *err)
{
    if (!content.p || !utf8_valid(content))
        return err_set(err, FAIL_BAD_INPUT, "content must be text");
    if (text_is_blank(content))
        return err_set(err, FAIL_BAD_INPUT, "the message is empty");
    if (memchr(content.p, '\0', content.len))
        return err_set(err, FAIL_BAD_INPUT, "content has a NUL character");
    if (utf8_count(content) > (size_t)cfg->max_message_length)
        return err_set(err, FAIL_TOO_LARGE,
            "the message is longer than %d characters",
            cfg->max_message_length);
    return true;
}

/* By its looks, and when these do not tell, what its sender reads. */
static const struct lang *
identify(const struct user *u, struct span text)
{
    struct langid_opts opts = {.usual = span_of(u->language)};
    const struct lang *found = NULL;
    struct langid guess;

    if (langid_guess(text, &opts, &guess))
        found = lang_find(span_of(guess.code));
    return found ? found : lang_find(span_of(u->language));
}

/* The language a text is in: what the sender says, else what they read.  NULL
 * when we do not know it. */
static const struct lang *
language_of(const struct message_draft *d)
{
    if (span_eqz(d->language, "auto"))
        return identify(d->user, d->content);
    return lang_find(d->language.p ? d->language : span_of(d->user->language));
}

static bool
save_run(struct store *s, struct store_job *job, struct err *err)
{
    struct save *w = (struct save *)job;

    return store_message_add(s, &w->row, w->targets, w->n_targets, w->saved.id,
        &w->saved.seq, &w->saved.duplicate, err);
}

static void
show(struct save *w)
{
    struct gateway *g = w->g;
    struct buf b = {0};
    struct xlat_request r = {.message_id = w->row.id,
        .conversation_id = w->row.conversation_id,
        .content = w->row.content,
        .source = w->row.language,
        .revision = 1,
        .targets = w->targets,
        .n_targets = w->n_targets};

    w->row.seq = w->saved.seq;
    w->row.revision = 1;
    view_message(&b, &w->row, w->row.client_message_id, VIEW_WHOLE);
    deliver_room(w->room, "message:new", buf_span(&b), NULL);
    if (g->cfg->compat_events)
        deliver_room(w->room, "new_message", buf_span(&b), NULL);
    buf_free(&b);
    xlat_add(g->xlat, &r);
}

static void
save_finish(struct op *op)
{
    struct save *w = (struct save *)op;

    if (op->job.ok) {
        w->g->count.messages_saved++;
        w->done(&w->saved, NULL, w->ctx);
        if (!w->saved.duplicate)
            show(w);
    } else {
        w->g->count.errors++;
        w->done(NULL, &op->job.err, w->ctx);
    }
    free(w);
}

/* Copy s to *at and move *at behind it. */
static struct span
stash(char **at, struct span s)
{
    struct span copy = {*at, s.len};

    if (!s.p)
        return s;
    memcpy(*at, s.p, s.len);
    *at += s.len;
    return copy;
}

static struct save *
save_new(struct gateway *g, struct room *room, const struct message_draft *d,
    struct span language)
{
    struct span name = span_of(d->user->display_name);
    size_t extra = d->content.len + d->client_message_id.len + d->reply_to.len +
                   name.len + STORE_LANGUAGES_MAX * STORE_LANG_BYTES;
    struct save *w = xmalloc(sizeof(*w) + extra);
    char *at = w->tail;

    memset(w, 0, sizeof(*w));
    w->g = g;
    w->room = room;
    w->done = d->done;
    w->ctx = d->ctx;
    w->op.job.run = save_run;
    w->op.finish = save_finish;
    id_new(w->id);
    w->saved.created_ms = clock_wall_ms();
    w->row = (struct store_message){
        .id = {w->id, ID_LEN},
        .conversation_id = span_of(room->id), /* rooms and users live on */
        .sender_id = span_of(d->user->id),
        .client_message_id = stash(&at, d->client_message_id),
        .content = stash(&at, d->content),
        .language = language, /* constant */
        .type = SPAN("text"),
        .reply_to = stash(&at, d->reply_to),
        .sender_name = stash(&at, name),
        .created_ms = w->saved.created_ms,
    };
    w->n_targets = hub_targets(room, language, w->targets, STORE_LANGUAGES_MAX);
    for (size_t i = 0; i < w->n_targets; i++)
        w->targets[i] = stash(&at, w->targets[i]);
    return w;
}

static bool
check_draft(struct gateway *g, const struct message_draft *d,
    struct room **ret_room, const struct lang **ret_language, struct err *err)
{
    struct room *room = hub_room(g->hub, d->conversation_id);

    if (!room || !hub_is_member(room, d->user))
        return err_set(err, FAIL_FORBIDDEN, "you are not in this conversation");
    if (d->client_message_id.len > MESSAGE_CLIENT_ID_LEN_MAX)
        return err_set(err, FAIL_BAD_INPUT, "clientMessageId is too long");
    if (d->reply_to.p && !id_valid(d->reply_to))
        return err_set(err, FAIL_BAD_INPUT, "replyToId is not an id");
    *ret_room = room;
    *ret_language = language_of(d);
    if (!*ret_language)
        return err_set(err, FAIL_BAD_INPUT, "unknown language");
    return message_check_content(g->cfg, d->content, err);
}

void
message_send(struct gateway *g, const struct message_draft *d)
{
    const struct lang *language = NULL;
    struct room *room = NULL;
    struct err err;

    if (!check_draft(g, d, &room, &language, &err)) {
        g->count.messages_refused++;
        d->done(NULL, &err, d->ctx);
        return;
    }
    op_write(g->writer, &save_new(g, room, d, span_of(language->code))->op);
}

/* ---- reading one message ---- */

struct find {
    struct op op;
    struct gateway *g;
    struct user *user;
    char *id;
    char *strings[4]; /* conversation, sender, content, language */
    struct message_found found;
    void (*then)(
        const struct message_found *found, const struct err *err, void *ctx);
    void *ctx;
};

static void
find_row(const struct store_message *m, void *ctx)
{
    struct find *f = ctx;

    f->strings[0] = span_dup(m->conversation_id);
    f->strings[1] = span_dup(m->sender_id);
    f->strings[2] = span_dup(m->content);
    f->strings[3] = span_dup(m->language);
    f->found = (struct message_found){
        .id = span_of(f->id),
        .conversation_id = span_of(f->strings[0]),
        .sender_id = span_of(f->strings[1]),
        .content = span_of(f->strings[2]),
        .language = span_of(f->strings[3]),
        .seq = m->seq,
        .revision = m->revision,
        .deleted = m->deleted_ms != 0,
    };
}

static bool
find_run(struct store *s, struct store_job *job, struct err *err)
{
    struct find *f = (struct find *)job;

    return store_message_get(s, span_of(f->id), find_row, f, err);
}

static void
find_finish(struct op *op)
{
    struct find *f = (struct find *)op;
    struct room *room =
        op->job.ok ? hub_room(f->g->hub, f->found.conversation_id) : NULL;
    struct err err = op->job.err;

    if (op->job.ok && (!room || !hub_is_member(room, f->user))) {
        err_set(&err, FAIL_NOT_FOUND, "no such message");
        room = NULL;
    }
    f->then(room ? &f->found : NULL, &err, f->ctx);
    for (size_t i = 0; i < 4; i++)
        free(f->strings[i]);
    free(f->id);
    free(f);
}

void
message_find(struct gateway *g, struct span id, struct user *user,
    void (*then)(
        const struct message_found *found, const struct err *err, void *ctx),
    void *ctx)
{
    struct find *f = xcalloc(1, sizeof(*f));

    f->op.job.run = find_run;
    f->op.finish = find_finish;
    f->g = g;
    f->user = user;
    f->id = id.p ? span_dup(id) : xstrdup("");
    f->then = then;
    f->ctx = ctx;
    op_read(g->writer, &f->op);
}
