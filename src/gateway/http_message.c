/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/message.h"
#include "gateway/op.h"
#include "gateway/routes.h"
#include "gateway/view.h"
#include "text/lang.h"
#include "wire/json.h"

enum {
    HISTORY_DEFAULT = 20,
    HISTORY_MAX = 200,
    /* A page ends early that grows larger: long messages with translations
     * into every language would be a hundred times that. */
    HISTORY_BYTES_MAX = 4 * 1024 * 1024,
};

/* The largest whole number that JSON clients agree about. */
static const long long SEQ_MAX = 1LL << 53;

/* A page of history, made into JSON on the reader thread.  One more message
 * than asked for is read, to know whether there are more.  A page that has to
 * end early keeps what is next to where the reader is. */
struct history {
    struct op op;
    struct http_req *req;
    struct room *room;
    int64_t before, after; /* sequence numbers; see store_history */
    int limit;
    const struct lang *language; /* of the translations; NULL: all */
    size_t n, bytes;
    size_t first, last; /* of the rows, those that the page has room for */
    struct {
        char id[ID_BYTES];
        int64_t seq;
        struct buf json; /* open: its translations follow */
        size_t n_translations;
    } rows[HISTORY_MAX + 1];
};

static bool
is_forward(const struct history *h)
{
    return h->after >= 0;
}

/* Drop rows at the far end until the rest is small enough, but one. */
static void
make_room(struct history *h)
{
    while (h->bytes > HISTORY_BYTES_MAX && h->last - h->first > 1) {
        size_t i = is_forward(h) ? --h->last : h->first++;
        h->bytes -= h->rows[i].json.len;
        buf_free(&h->rows[i].json);
    }
}

static void
message_row(const struct store_message *m, void *ctx)
{
    struct history *h = ctx;
    size_t i = h->n++;

    snprintf(h->rows[i].id, ID_BYTES, "%.*s", SPAN_ARG(m->id));
    h->rows[i].seq = m->seq;
    view_message(&h->rows[i].json, m, m->client_message_id, VIEW_OPEN);
    h->bytes += h->rows[i].json.len;
}

static void
translation_row(const struct store_translation *t, void *ctx)
{
    struct history *h = ctx;

    for (size_t i = h->first; i < h->last; i++) {
        struct buf *json = &h->rows[i].json;
        size_t before = json->len;
        if (!span_eqz(t->message_id, h->rows[i].id))
            continue;
        if (h->rows[i].n_translations++)
            buf_addc(json, ',');
        view_translation(json, t);
        h->bytes += json->len - before;
        make_room(h);
        return;
    }
}

static bool
history_run(struct store *s, struct store_job *job, struct err *err)
{
    struct history *h = (struct history *)job;
    struct span id = span_of(h->room->id);

    if (!store_history(
            s, id, h->before, h->after, h->limit + 1, message_row, h, err))
        return false;
    if (h->n == 0)
        return true;
    h->last = h->n;
    if (h->n > (size_t)h->limit) { /* the surplus one */
        h->last -= is_forward(h);
        h->first += !is_forward(h);
    }
    make_room(h);
    return store_translations(s, id, h->rows[h->first].seq,
        h->rows[h->last - 1].seq,
        h->language ? span_of(h->language->code) : (struct span){0},
        translation_row, h, err);
}

static void
history_finish(struct op *op)
{
    struct history *h = (struct history *)op;
    bool more = h->last - h->first < h->n;
    struct buf b = {0};

    if (op->job.ok) {
        buf_addz(&b, "{\"messages\":[");
        for (size_t i = h->first; i < h->last; i++) {
            if (i > h->first)
                buf_addc(&b, ',');
            buf_adds(&b, buf_span(&h->rows[i].json));
            buf_addz(&b, "]}");
        }
        buf_addf(&b, "],\"hasMore\":%s}", more ? "true" : "false");
        http_reply_data(h->req, 200, buf_span(&b));
    } else {
        http_reply_err(h->req, &op->job.err);
    }
    for (size_t i = 0; i < h->n; i++)
        buf_free(&h->rows[i].json);
    buf_free(&b);
    free(h);
}

/* An optional number in the query. */
static bool
query_int(const struct http_req *r, const char *name, long long min,
    long long max, long long *v, struct err *err)
{
    struct span text = http_req_query(r, name);

    if (!text.p || span_int(text, min, max, v))
        return true;
    return err_set(err, FAIL_BAD_INPUT, "%s must be a number from %lld to %lld",
        name, min, max);
}

static void
list(struct http_req *r, struct user *u, struct gateway *g)
{
    long long limit = HISTORY_DEFAULT, before = 0, after = -1;
    struct span language = http_req_query(r, "language");
    struct err err;
    struct room *room = http_room(r, u, g, &err);
    struct history *h;

    if (!room || !query_int(r, "limit", 1, HISTORY_MAX, &limit, &err) ||
        !query_int(r, "before", 1, SEQ_MAX, &before, &err) ||
        !query_int(r, "after", 0, SEQ_MAX, &after, &err)) {
        http_reply_err(r, &err);
        return;
    }
    h = xcalloc(1, sizeof(*h));
    h->op.job.run = history_run;
    h->op.finish = history_finish;
    h->req = r;
    h->room = room;
    h->limit = (int)limit;
    h->before = before;
    h->after = after;
    h->language = lang_find(language);
    op_read(g->writer, &h->op);
}

void
http_messages_list(struct http_req *r, void *ctx)
{
    http_authenticated(r, ctx, list);
}

static void
on_saved(const struct message_saved *saved, const struct err *err, void *ctx)
{
    struct http_req *r = ctx;
    char iso[CLOCK_ISO_BYTES];
    struct buf b = {0};

    if (!saved) {
        http_reply_err(r, err);
        return;
    }
    clock_iso(saved->created_ms, iso);
    buf_addf(&b, "{\"messageId\":\"%s\",\"seq\":%lld,\"createdAt\":\"%s\"}",
        saved->id, (long long)saved->seq, iso);
    http_reply_data(r, saved->duplicate ? 200 : 201, buf_span(&b));
    buf_free(&b);
}

static void
add(struct http_req *r, struct user *u, struct gateway *g)
{
    struct err err;
    json_t *body = http_body(r, &err);
    struct message_draft d = {
        .user = u,
        .conversation_id = http_req_param(r, 0),
        .content = json_get_str(body, "content"),
        .language = json_get_str(body, "originalLanguage"),
        .client_message_id = json_get_str(body, "clientMessageId"),
        .reply_to = json_get_str(body, "replyToId"),
        .done = on_saved,
        .ctx = r,
    };

    if (!body)
        http_reply_err(r, &err);
    else if (!http_may_write(g, u, &err))
        http_reply_err(r, &err);
    else
        message_send(g, &d);
    json_decref(body);
}

void
http_messages_add(struct http_req *r, void *ctx)
{
    http_authenticated(r, ctx, add);
}
