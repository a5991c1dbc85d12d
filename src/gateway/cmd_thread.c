/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/page.h"
#include "text/lang.h"

enum thread_arg {
    THREAD_MESSAGE,
    THREAD_CONVERSATION,
    THREAD_AFTER,
    THREAD_LIMIT,
    THREAD_LANGUAGE,
};

/* One more than asked for, to know whether there are more; the translations of
 * one message at a time, as those between are of no use. */
static bool
read_thread(
    struct cmd_trip *t, struct store *s, struct page *p, struct err *err)
{
    const struct lang *chosen = cmd_language(t->call, THREAD_LANGUAGE);
    int limit = (int)cmd_number(t->call, THREAD_LIMIT, CHAT_HISTORY_DEFAULT);
    struct store_reader reader = {
        span_of(t->user_id), span_of(chosen ? chosen->code : t->language)};

    if (!store_thread(s, t->text[THREAD_MESSAGE],
            cmd_number(t->call, THREAD_AFTER, 0), limit + 1, &reader,
            page_message, p, err))
        return false;
    if (p->n > (size_t)limit)
        page_drop(p, (size_t)limit);
    for (size_t i = 0; i < p->n && !p->rows[i].dropped; i++) {
        int64_t seq = p->rows[i].seq;
        if (!store_translations(s, span_of(t->room_id), seq, seq,
                reader.language, page_translation, p, err))
            return false;
    }
    return true;
}

static bool
thread_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct page page = {0};
    bool ok = read_thread(t, s, &page, err);
    bool more = page.n > 0 && page.rows[page.n - 1].dropped;

    if (ok) {
        buf_addz(&t->out, "{\"messages\":");
        page_put(&t->out, &page);
        buf_addf(&t->out, ",\"hasMore\":%s}", more ? "true" : "false");
    }
    page_free(&page);
    return ok;
}

static void
thread(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, thread_work));
}

const struct cmd cmd_message_thread = {
    .name = "message.thread",
    .summary = "What was said under a message, oldest first",
    .events = {"thread:list"},
    .routes = {{HTTP_GET, "/messages/:messageId/thread"}},
    .args =
        {
            [THREAD_MESSAGE] = {"messageId", CMD_ID, .required = true},
            [THREAD_CONVERSATION] = {"conversationId", CMD_ID,
                .help = "if given, the one that the message is in"},
            [THREAD_AFTER] = {"after", CMD_NUMBER, .max = CHAT_SEQ_MAX,
                .help = "those after this sequence number"},
            [THREAD_LIMIT] = {"limit", CMD_NUMBER, .min = 1,
                .max = CHAT_HISTORY_MAX, .help = "messages; otherwise 20"},
            [THREAD_LANGUAGE] = {"language", CMD_LANGUAGE,
                .help = "of the translations; otherwise what one reads"},
        },
    .act = CHAT_MESSAGE_SEE,
    .subject = CMD_MESSAGE,
    .rate = CMD_ASKS,
    .reply = "MessagePage",
    .run = thread,
};
