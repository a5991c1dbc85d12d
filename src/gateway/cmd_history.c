/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/op.h"
#include "gateway/page.h"
#include "text/lang.h"

enum list_arg {
    LIST_CONVERSATION,
    LIST_LIMIT,
    LIST_BEFORE,
    LIST_AFTER,
    LIST_LANGUAGE,
    LIST_FROM,
};

/* A page of history, made into JSON on the reader thread.  One more message
 * than asked for is read, to know whether there are more.  A page that has to
 * end early keeps what is next to where the reader is. */
struct history {
    struct op op;
    struct cmd_call *call;
    struct room *room;
    int64_t before, after; /* sequence numbers; see store_history */
    int64_t from_ms; /* to be looked up first; 0: none */
    char before_id[ID_BYTES]; /* to be looked up first; "": none */
    bool is_elsewhere; /* that message */
    int limit;
    const struct lang *language; /* of the translations; NULL: all */
    char reads[STORE_LANG_BYTES]; /* of what is quoted */
    struct page page;
    size_t first, last; /* of its rows, those that it has room for */
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
    while (h->page.bytes > PAGE_BYTES_MAX && h->last - h->first > 1)
        page_drop(&h->page, is_forward(h) ? --h->last : h->first++);
}

static void
translation_row(const struct store_translation *t, void *ctx)
{
    struct history *h = ctx;

    page_translation(t, &h->page);
    make_room(h);
}

static void
before_row(const struct store_message *m, void *ctx)
{
    struct history *h = ctx;

    h->before = m->seq;
    h->is_elsewhere = !span_eqz(m->conversation_id, h->room->id);
}

/* The sequence number of the message that the page is to end before. */
static bool
find_before(struct store *s, struct history *h, struct err *err)
{
    if (!h->before_id[0])
        return true;
    if (!store_message_get(s, span_of(h->before_id), NULL, before_row, h, err))
        return false;
    return !h->is_elsewhere || err_set(err, FAIL_NOT_FOUND, "no such message");
}

/* The page is to begin with what was sent then; without any it is empty. */
static bool
find_from(struct store *s, struct history *h, struct err *err)
{
    int64_t seq;

    if (!h->from_ms)
        return true;
    if (!store_seq_at(s, span_of(h->room->id), h->from_ms, &seq, err))
        return false;
    h->after = seq ? seq - 1 : CHAT_SEQ_MAX;
    return true;
}

static bool
history_run(struct store *s, struct store_job *job, struct err *err)
{
    struct history *h = (struct history *)job;
    struct span id = span_of(h->room->id);
    struct span language =
        h->language ? span_of(h->language->code) : (struct span){0};
    struct store_reader reader = {
        span_of(h->call->user->id), span_of(h->reads)};
    struct page *p = &h->page;

    if (!find_before(s, h, err) || !find_from(s, h, err))
        return false;
    if (!store_history(s, id, h->before, h->after, h->limit + 1, &reader,
            page_message, p, err))
        return false;
    if (p->n == 0)
        return true;
    h->last = p->n;
    if (p->n > (size_t)h->limit) /* the surplus one */
        page_drop(p, is_forward(h) ? --h->last : h->first++);
    make_room(h);
    return store_translations(s, id, p->rows[h->first].seq,
        p->rows[h->last - 1].seq, language, translation_row, h, err);
}

static void
history_finish(struct op *op)
{
    struct history *h = (struct history *)op;
    bool more = h->last - h->first < h->page.n;
    struct buf b = {0};

    if (op->job.ok) {
        buf_addz(&b, "{\"messages\":");
        page_put(&b, &h->page);
        buf_addf(&b, ",\"hasMore\":%s}", more ? "true" : "false");
        cmd_data(h->call, buf_span(&b));
    } else {
        cmd_refuse(h->call, &op->job.err);
    }
    page_free(&h->page);
    buf_free(&b);
    free(h);
}

static void
list(struct cmd_call *c)
{
    struct history *h = xcalloc(1, sizeof(*h));

    h->op.job.run = history_run;
    h->op.finish = history_finish;
    h->call = c;
    h->room = c->room;
    h->limit = (int)cmd_number(c, LIST_LIMIT, CHAT_HISTORY_DEFAULT);
    if (c->arg[LIST_BEFORE].by_id)
        snprintf(h->before_id, sizeof(h->before_id), "%.*s",
            SPAN_ARG(c->arg[LIST_BEFORE].text));
    else
        h->before = cmd_number(c, LIST_BEFORE, 0);
    h->after = cmd_number(c, LIST_AFTER, -1);
    h->from_ms = cmd_number(c, LIST_FROM, 0);
    h->language = cmd_language(c, LIST_LANGUAGE);
    snprintf(h->reads, sizeof(h->reads), "%s",
        h->language ? h->language->code : c->user->language);
    cmd_read(c, &h->op);
}

const struct cmd cmd_message_list = {
    .name = "message.list",
    .summary = "A page of a conversation, oldest first, with translations",
    .events = {"message:list"},
    .routes = {{HTTP_GET, "/conversations/:conversationId/messages"}},
    .args =
        {
            [LIST_CONVERSATION] = {"conversationId", CMD_ID, .required = true},
            [LIST_LIMIT] = {"limit", CMD_NUMBER, .min = 1,
                .max = CHAT_HISTORY_MAX, .help = "messages; otherwise 20"},
            [LIST_BEFORE] = {"before", CMD_PLACE, .min = 1, .max = CHAT_SEQ_MAX,
                .help = "the newest before this message"},
            [LIST_AFTER] = {"after", CMD_NUMBER, .max = CHAT_SEQ_MAX,
                .help = "the oldest after this sequence number"},
            [LIST_LANGUAGE] = {"language", CMD_LANGUAGE_ANY,
                .help = "of the translations; otherwise all"},
            [LIST_FROM] = {"from", CMD_TIME,
                .help = "the oldest sent then or later"},
        },
    .act = CHAT_MESSAGE_READ,
    .subject = CMD_ROOM,
    .reply = "MessagePage",
    .run = list,
};
