/* SPDX-License-Identifier: ISC */
#include "gateway/message.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/name.h"
#include "gateway/op.h"
#include "gateway/targets.h"
#include "gateway/written.h"
#include "store/correction.h"
#include "text/lang.h"
#include "text/mention.h"
#include "trace/trace.h"

/* A message on its way to the database; one allocation with its strings
 * behind it. */
struct save {
    struct op op;
    struct gateway *g;
    struct room *room; /* a reference */
    struct user *user; /* a reference */
    struct store_message row; /* spans into tail */
    struct message_mentions *mentions; /* owned; NULL: nobody */
    struct message_saved saved;
    char id[ID_BYTES];
    void (*done)(
        const struct message_saved *saved, const struct err *err, void *ctx);
    void *ctx;
    int64_t begun_us; /* clock_mono_us */
    struct span *targets, *files; /* both in spans */
    size_t n_targets, n_wanted; /* those first, after a recall, and all */
    struct span spans[]; /* their strings behind them */
};

static const struct span text_type = {"text", 4};

bool
message_check_content(
    const struct config *cfg, struct span content, struct err *err)
{
    if (text_is_blank(content))
        return err_set(err, FAIL_BAD_INPUT, "content is empty");
    if (content.len > (size_t)cfg->max_message_length &&
        utf8_count(content) > (size_t)cfg->max_message_length)
        return err_set(err, FAIL_TOO_LARGE,
            "the message is longer than %d characters",
            cfg->max_message_length);
    return true;
}

bool
message_mentions(struct span content, bool all, struct message_mentions *ret)
{
    struct span name;
    size_t at = 0;

    ret->of = (struct store_mentions){.names = ret->names};
    while (ret->of.n < CHAT_MENTIONS_MAX && mention_next(content, &at, &name)) {
        if (span_eqz(name, "all"))
            ret->of.all = all;
        else
            ret->names[ret->of.n++] = name;
    }
    return ret->of.n > 0 || ret->of.all;
}

/* What the sender says, else what it looks like.  NULL when it is none that we
 * know. */
static const struct lang *
language_of(const struct message_draft *d)
{
    if (!d->language && text_is_blank(d->content))
        return lang_find(span_of(d->user->language));
    return d->language ? d->language : written_in(d->user, d->room, d->content);
}

/* Only what has files may say nothing. */
static bool
check_draft(
    const struct gateway *g, const struct message_draft *d, struct err *err)
{
    bool files = d->n_files || (d->type.p && !span_eq(d->type, text_type));

    return (files && text_is_blank(d->content)) ||
           message_check_content(g->cfg, d->content, err);
}

bool
message_recall(struct store *s, struct span id, struct span *targets,
    size_t *n_targets, struct err *err)
{
    char ready[STORE_LANGUAGES_MAX][STORE_LANG_BYTES];
    size_t n = 0, left = 0;

    if (*n_targets == 0)
        return true;
    if (!store_recall(s, id, clock_wall_ms(), ready, &n, err))
        return false;
    for (size_t i = 0; i < *n_targets; i++) {
        size_t k = 0;
        while (k < n && !span_eqz(targets[i], ready[k]))
            k++;
        if (k == n) {
            struct span recalled = targets[left];
            targets[left++] = targets[i];
            targets[i] = recalled;
        }
    }
    *n_targets = left;
    return true;
}

static bool
save_run(struct store *s, struct store_job *job, struct err *err)
{
    struct save *w = (struct save *)job;

    w->n_targets = w->n_wanted; /* it may run twice */
    if (!store_message_add(s, &w->row, w->targets, w->n_targets, w->saved.id,
            &w->saved.seq, &w->saved.duplicate, err))
        return false;
    return w->saved.duplicate ||
           message_recall(s, w->row.id, w->targets, &w->n_targets, err);
}

/* After the answer, before everybody is shown it: what comes of this takes a
 * translator and another turn of the loop. */
static void
translate(struct save *w)
{
    struct dispatch_request r = {.message_id = w->row.id,
        .conversation_id = w->row.conversation_id,
        .sender_id = w->row.sender_id,
        .content = w->row.content,
        .source = w->row.language,
        .revision = 1,
        .targets = w->targets,
        .n_targets = w->n_targets};

    dispatch_add(w->g->dispatch, &r);
}

static void
note_piece(const struct save *w)
{
    struct trace_span piece = {.name = "message.send",
        .start_us = w->begun_us,
        .end_us = clock_mono_us()};

    if (!trace_begin(w->g->trace, w->row.id, piece.trace))
        return;
    trace_send_id(piece.trace, piece.id);
    trace_attribute(&piece, "meeshy.message", w->row.id);
    trace_attribute(&piece, "meeshy.source", w->row.language);
    trace_add(w->g->trace, &piece);
}

static void
save_finish(struct op *op)
{
    struct save *w = (struct save *)op;

    if (op->job.ok) {
        w->g->count.messages_saved++;
        w->done(&w->saved, NULL, w->ctx);
        if (!w->saved.duplicate) {
            note_piece(w);
            translate(w);
        }
    } else {
        w->g->count.errors++;
        w->done(NULL, &op->job.err, w->ctx);
    }
    hub_room_unref(w->g->hub, w->room);
    hub_user_unref(w->g->hub, w->user);
    free(w->mentions);
    free(w);
}

/* Which languages it goes to; ret borrows. */
static size_t
targets_of(struct gateway *g, const struct message_draft *d,
    struct span language, struct span ret[STORE_LANGUAGES_MAX])
{
    if (text_is_blank(d->content))
        return 0; /* nothing to translate */
    return targets_find(g,
        &(struct targets_of){.room = d->room,
            .user_id = span_of(d->user->id),
            .address = d->address,
            .language = language,
            .bytes = d->content.len,
            .share = d->user->share},
        ret, STORE_LANGUAGES_MAX);
}

/* Room for a draft with its files and targets, and where the strings go: many
 * are under way at a time, so none is larger than it has to be. */
static struct save *
save_alloc(const struct message_draft *d, struct span name,
    const struct span *targets, size_t n, char **ret_at)
{
    size_t n_spans = n + d->n_files;
    size_t extra = n_spans * sizeof(struct span) + d->content.len +
                   d->client_message_id.len + d->reply_to.len +
                   d->forward_of.len + d->thread.len + d->type.len + name.len;
    struct save *w;

    for (size_t i = 0; i < n; i++)
        extra += targets[i].len;
    for (size_t i = 0; i < d->n_files; i++)
        extra += d->file_ids[i].len;
    w = xmalloc(sizeof(*w) + extra);
    memset(w, 0, sizeof(*w));
    w->targets = w->spans;
    w->files = w->spans + n;
    w->n_targets = w->n_wanted = n;
    *ret_at = (char *)(w->spans + n_spans);
    for (size_t i = 0; i < n; i++)
        w->targets[i] = span_stash(ret_at, targets[i]);
    for (size_t i = 0; i < d->n_files; i++)
        w->files[i] = span_stash(ret_at, d->file_ids[i]);
    return w;
}

static void
note_mentions(struct save *w, bool all)
{
    struct message_mentions mentions;

    if (!message_mentions(w->row.content, all, &mentions))
        return;
    w->mentions = xmalloc(sizeof(mentions));
    *w->mentions = mentions;
    w->mentions->of.names = w->mentions->names;
    w->row.mentioning = &w->mentions->of;
}

static struct save *
save_new(struct gateway *g, const struct message_draft *d, struct span language)
{
    struct span name = d->alias.p ? d->alias : span_of(d->user->display_name);
    struct span targets[STORE_LANGUAGES_MAX];
    size_t n = targets_of(g, d, language, targets);
    char *at;
    struct save *w = save_alloc(d, name, targets, n, &at);

    w->g = g;
    w->room = hub_room_ref(d->room);
    w->user = hub_user_ref(g->hub, d->user);
    w->done = d->done;
    w->ctx = d->ctx;
    w->op.job.run = save_run;
    w->op.finish = save_finish;
    if (!d->n_files && !d->forward_of.p)
        w->op.job.room = w->room->id;
    id_new(w->id);
    w->begun_us = clock_mono_us();
    w->saved.created_ms = clock_wall_ms();
    w->row = (struct store_message){
        .id = {w->id, ID_LEN},
        .conversation_id = span_of(d->room->id),
        .sender_id = span_of(d->user->id),
        .client_message_id = span_stash(&at, d->client_message_id),
        .content = span_stash(&at, d->content),
        .language = language, /* constant */
        .type = d->n_files  ? SPAN("file")
                : d->type.p ? span_stash(&at, d->type)
                            : text_type,
        .file_ids = w->files,
        .n_files = d->n_files,
        .reply_to = span_stash(&at, d->reply_to),
        .forward_of = span_stash(&at, d->forward_of),
        .thread = span_stash(&at, d->thread),
        .sender_name = span_stash(&at, name),
        .sender_guest = d->user->guest,
        .sender_bot = d->user->bot != 0,
        .created_ms = w->saved.created_ms,
    };
    if (d->alias.p)
        w->row.alias = w->row.sender_name;
    if (!d->forward_of.p)
        note_mentions(w, d->mention_all);
    return w;
}

void
message_send(struct gateway *g, const struct message_draft *d)
{
    const struct lang *language = language_of(d);
    struct err err;

    if (!language)
        err_set(&err, FAIL_BAD_INPUT, "unknown language");
    if (!language || !check_draft(g, d, &err)) {
        g->count.messages_refused++;
        d->done(NULL, &err, d->ctx);
        return;
    }
    op_write(g->writer, &save_new(g, d, span_of(language->code))->op);
}

/* ---- reading one message ---- */

struct find {
    struct op op;
    char *id;
    char *strings[5]; /* conversation, sender, content, language, type */
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
    f->strings[4] = span_dup(m->type);
    f->found = (struct message_found){
        .id = span_of(f->id),
        .conversation_id = span_of(f->strings[0]),
        .sender_id = span_of(f->strings[1]),
        .content = span_of(f->strings[2]),
        .language = span_of(f->strings[3]),
        .type = span_of(f->strings[4]),
        .seq = m->seq,
        .revision = m->revision,
        .deleted = m->deleted_ms != 0,
    };
}

static bool
find_run(struct store *s, struct store_job *job, struct err *err)
{
    struct find *f = (struct find *)job;

    return store_message_get(s, span_of(f->id), NULL, find_row, f, err);
}

static void
find_finish(struct op *op)
{
    struct find *f = (struct find *)op;

    f->then(op->job.ok ? &f->found : NULL, &op->job.err, f->ctx);
    for (size_t i = 0; i < sizeof(f->strings) / sizeof(f->strings[0]); i++)
        free(f->strings[i]);
    free(f->id);
    free(f);
}

void
message_find(struct gateway *g, struct span id,
    void (*then)(
        const struct message_found *found, const struct err *err, void *ctx),
    void *ctx)
{
    struct find *f = xcalloc(1, sizeof(*f));

    f->op.job.run = find_run;
    f->op.finish = find_finish;
    f->id = span_dup(id);
    f->then = then;
    f->ctx = ctx;
    op_read(g->writer, &f->op);
}
