/* SPDX-License-Identifier: ISC */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/cmd_bot.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/session.h"
#include "store/people.h"
#include "wire/json.h"

/* Taking along what one wrote, and deleting one's account. */

enum {
    PAGE_MESSAGES = 200,
    PAGE_SCAN = 20000, /* messages of everybody looked at for a page */
};

/* ---- user.export ---- */

static void
export_row(const struct store_written *w, void *ctx)
{
    struct cmd_trip *t = ctx;
    char iso[CLOCK_ISO_BYTES];

    clock_iso(w->created_ms, iso);
    cmd_trip_next(t);
    buf_addc(&t->out, '{');
    json_put_field(&t->out, "id", w->id);
    json_add_field(&t->out, "conversationId", w->conversation_id);
    buf_addf(
        &t->out, ",\"seq\":%lld,\"createdAt\":\"%s\",", (long long)w->seq, iso);
    json_put_field(&t->out, "originalLanguage", w->language);
    json_add_field(&t->out, "content", w->content);
    buf_addc(&t->out, '}');
}

static void
export_face(const struct store_face *f, void *ctx)
{
    struct cmd_trip *t = ctx;
    size_t size =
        sodium_base64_encoded_len(f->webp.len, sodium_base64_VARIANT_ORIGINAL);
    char *text = xmalloc(size);

    sodium_bin2base64(text, size, (const unsigned char *)f->webp.p, f->webp.len,
        sodium_base64_VARIANT_ORIGINAL);
    json_add_field(&t->out, "picture", span_of(text));
    free(text);
}

/* One's picture, if there is one. */
static bool
export_picture(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct span me = span_of(t->user_id);

    return store_user_face(s, me, me, export_face, t, err) ||
           err->kind == FAIL_NOT_FOUND;
}

static bool
export_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    int64_t cursor = cmd_number(t->call, 0, 0);
    bool more;

    cmd_trip_open_list(t, "{\"messages\":");
    if (!cmd_trip_close_list(
            t, store_written(s, span_of(t->user_id), &cursor, PAGE_SCAN,
                   PAGE_MESSAGES, export_row, t, &more, err)))
        return false;
    if (more)
        buf_addf(&t->out, ",\"next\":%lld", (long long)cursor);
    if (cmd_number(t->call, 0, 0) == 0 && !export_picture(t, s, err))
        return false;
    buf_addc(&t->out, '}');
    return true;
}

static void
export_messages(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, export_work));
}

const struct cmd cmd_user_export = {
    .name = "user.export",
    .summary =
        "What one wrote, everywhere, in pages, with one's picture on the "
        "first: ask again with next until there is none",
    .routes = {{HTTP_GET, "/users/me/export"}},
    .args = {{"after", CMD_NUMBER, .max = CHAT_SEQ_MAX,
        .help = "next of the last page"}},
    .act = CHAT_USE,
    .rate = CMD_ASKS,
    .reply = "Export",
    .run = export_messages,
};

/* ---- user.delete ---- */

enum delete_arg { DELETE_PASSWORD, DELETE_MESSAGES };

/* Whoever has a password proves it first; then messages go, a page at a time,
 * if they shall; the account last, so that what is interrupted is done again. */
struct going {
    struct op op;
    struct password_job job;
    struct cmd_call *call;
    struct store_user user;
    char user_id[ID_BYTES];
    bool messages;
    int64_t cursor;
    bool more;
    struct buf bots; /* theirs, who go too */
    size_t n;
    char ids[PAGE_MESSAGES][ID_BYTES];
};

static void
going_end(struct going *w, const struct err *err)
{
    cmd_ended(err, w->call);
    buf_free(&w->bots);
    free(w);
}

static void
remember(const struct store_written *m, void *ctx)
{
    struct going *w = ctx;

    snprintf(w->ids[w->n++], ID_BYTES, "%.*s", SPAN_ARG(m->id));
}

static bool
delete_page(struct going *w, struct store *s, struct err *err)
{
    w->n = 0;
    if (!store_written(s, span_of(w->user_id), &w->cursor, PAGE_SCAN,
            PAGE_MESSAGES, remember, w, &w->more, err))
        return false;
    for (size_t i = 0; i < w->n; i++)
        if (!store_message_delete(s, span_of(w->ids[i]), span_of(w->user_id),
                clock_wall_ms(), err))
            return false;
    return true;
}

static bool
going_run(struct store *s, struct store_job *job, struct err *err)
{
    struct going *w = (struct going *)job;

    if (w->messages && !delete_page(w, s, err))
        return false;
    return w->more ||
           (cmd_bots_remember(s, span_of(w->user_id), &w->bots, err) &&
               store_user_erase(s, span_of(w->user_id), clock_wall_ms(), err));
}

static void go_on(struct going *w);

static void
going_finish(struct op *op)
{
    struct going *w = (struct going *)op;

    for (size_t i = 0; op->job.ok && i < w->n; i++)
        dispatch_drop(w->call->g->dispatch, span_of(w->ids[i]));
    if (op->job.ok && w->more) {
        go_on(w);
        return;
    }
    if (op->job.ok) {
        session_all_ended(w->call->g, span_of(w->user_id), NULL);
        cmd_bots_ended(w->call->g, &w->bots);
    }
    going_end(w, op->job.ok ? NULL : &op->job.err);
}

static void
go_on(struct going *w)
{
    op_set(&w->op, going_run, going_finish);
    cmd_write(w->call, &w->op);
}

static void
on_verified(struct password_job *job)
{
    struct going *w = (void *)((char *)job - offsetof(struct going, job));
    struct err err;

    if (job->ok) {
        go_on(w);
        return;
    }
    err_set(&err, FAIL_FORBIDDEN, "that is not your password");
    going_end(w, &err);
}

static bool
read_run(struct store *s, struct store_job *job, struct err *err)
{
    struct going *w = (struct going *)job;

    return store_user_by_id(s, span_of(w->user_id), &w->user, err);
}

static void
read_finish(struct op *op)
{
    struct going *w = (struct going *)op;
    struct err err = op->job.err;

    if (op->job.ok && w->user.guest) {
        go_on(w);
        return;
    }
    snprintf(w->job.hash, sizeof(w->job.hash), "%.*s",
        SPAN_ARG(span_of(w->user.password_hash)));
    w->job.verify = true;
    w->job.done = on_verified;
    if (!op->job.ok || !password_submit(w->call->g->password, &w->job, &err))
        going_end(w, &err);
}

static void
delete_account(struct cmd_call *c)
{
    struct going *w = xcalloc(1, sizeof(*w));
    struct span password = cmd_text(c, DELETE_PASSWORD);

    w->call = c;
    w->messages = span_eqz(cmd_text(c, DELETE_MESSAGES), "delete");
    snprintf(w->user_id, sizeof(w->user_id), "%s", c->user->id);
    w->job.len = password.len;
    memcpy(w->job.text, password.len ? password.p : "", password.len);
    w->op.job.run = read_run;
    w->op.finish = read_finish;
    cmd_read(c, &w->op);
}

const struct cmd cmd_user_delete = {
    .name = "user.delete",
    .summary = "Delete one's account for good; groups that one owns go to "
               "somebody else there",
    .routes = {{HTTP_POST, "/users/me/delete"}},
    .args = {[DELETE_PASSWORD] = {"password", CMD_SECRET, .min = 1,
                 .max = CHAT_PASSWORD_LEN_MAX, .help = "of who has one"},
        [DELETE_MESSAGES] = {"messages", CMD_WORD, .required = true,
            .words = (const char *const[]){"keep", "delete", NULL},
            .help = "what one wrote stays without one's name, or goes"}},
    .act = CHAT_USE,
    .rate = CMD_LOGINS,
    .run = delete_account,
};
