/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/op.h"
#include "gateway/page.h"
#include "text/lang.h"

enum search_arg {
    SEARCH_TEXT,
    SEARCH_CONVERSATION,
    SEARCH_SENDER,
    SEARCH_FROM,
    SEARCH_TO,
    SEARCH_HAS,
    SEARCH_BEFORE,
    SEARCH_LIMIT,
};

enum {
    /* Texts that are made findable before a search: what was said just now.  A
     * gateway that is further behind is busy with it. */
    CATCH_UP_TEXTS = 500,
};

/* Two trips: one that writes, so that what was just said is found, and one that
 * looks. */
struct search {
    struct op op;
    struct cmd_call *call;
    char user_id[ID_BYTES], language[STORE_LANG_BYTES];
    char *texts[SEARCH_LIMIT]; /* of arguments */
    struct store_reader reader;
    struct store_query query;
    struct page page;
};

static bool
find(struct search *f, struct store *s, struct err *err)
{
    struct page *p = &f->page;

    if (!store_search(s, &f->query, page_message, p, err))
        return false;
    if (p->n > (size_t)f->query.limit) /* the surplus one */
        page_drop(p, p->n - 1);
    for (size_t i = 0; i < p->n && i < (size_t)f->query.limit; i++) {
        const struct page_row *row = &p->rows[i];
        if (!store_translations(s, span_of(row->room_id), row->seq, row->seq,
                f->reader.language, page_translation, p, err))
            return false;
    }
    return true;
}

static bool
find_run(struct store *s, struct store_job *job, struct err *err)
{
    return find((struct search *)job, s, err);
}

static void
find_finish(struct op *op)
{
    struct search *f = (struct search *)op;
    struct buf b = {0};

    if (op->job.ok) {
        buf_addz(&b, "{\"messages\":");
        page_put(&b, &f->page);
        buf_addf(&b, ",\"hasMore\":%s}",
            f->page.n > (size_t)f->query.limit ? "true" : "false");
        cmd_data(f->call, buf_span(&b));
    } else {
        cmd_refuse(f->call, &op->job.err);
    }
    page_free(&f->page);
    buf_free(&b);
    for (size_t i = 0; i < SEARCH_LIMIT; i++)
        free(f->texts[i]);
    free(f);
}

static bool
catch_up_run(struct store *s, struct store_job *job, struct err *err)
{
    bool more;

    (void)job;
    return store_search_catch_up(s, CATCH_UP_TEXTS, &more, err);
}

/* Where it failed, what is there already is found all the same. */
static void
catch_up_finish(struct op *op)
{
    struct search *f = (struct search *)op;

    op->job.run = find_run;
    op->finish = find_finish;
    cmd_read(f->call, op);
}

static struct span
keep(struct search *f, enum search_arg i)
{
    f->texts[i] = span_dup(cmd_text(f->call, i));
    return span_of(f->texts[i]);
}

static void
search(struct cmd_call *c)
{
    struct search *f = xcalloc(1, sizeof(*f));

    f->op.job.run = catch_up_run;
    f->op.finish = catch_up_finish;
    f->call = c;
    snprintf(f->user_id, sizeof(f->user_id), "%s", c->user->id);
    snprintf(f->language, sizeof(f->language), "%s", c->user->language);
    f->reader =
        (struct store_reader){span_of(f->user_id), span_of(f->language)};
    f->query = (struct store_query){
        .reader = &f->reader,
        .text = keep(f, SEARCH_TEXT),
        .conversation_id = keep(f, SEARCH_CONVERSATION),
        .sender_id = keep(f, SEARCH_SENDER),
        .from_ms = cmd_number(c, SEARCH_FROM, 0),
        .to_ms = cmd_number(c, SEARCH_TO, 0),
        .link = c->arg[SEARCH_HAS].given,
        .before_id = keep(f, SEARCH_BEFORE),
        .limit = (int)cmd_number(c, SEARCH_LIMIT, CHAT_HISTORY_DEFAULT),
    };
    cmd_write(c, &f->op);
}

const struct cmd cmd_message_search = {
    .name = "message.search",
    .summary = "Find messages by the words of their originals and of their "
               "translations into what one reads, newest first, in "
               "conversations that one is in",
    .events = {"message:search"},
    .routes = {{HTTP_GET, "/search"}},
    .args =
        {
            [SEARCH_TEXT] = {"q", CMD_LINE, .required = true,
                .max = STORE_SEARCH_CHARS_MAX,
                .help = "words that are all there, or their beginnings; "
                        "capitals and accents do not count; may be empty if "
                        "something else is asked for"},
            [SEARCH_CONVERSATION] = {"in", CMD_ID, .alias = "conversationId",
                .help = "the conversation; otherwise all"},
            [SEARCH_SENDER] = {"senderId", CMD_ID, .help = "of this person"},
            [SEARCH_FROM] = {"from", CMD_TIME, .help = "sent then or later"},
            [SEARCH_TO] = {"to", CMD_TIME, .help = "sent before then"},
            [SEARCH_HAS] = {"has", CMD_WORD,
                .words = (const char *const[]){"link", NULL},
                .help = "those with a link"},
            [SEARCH_BEFORE] = {"before", CMD_ID,
                .help = "older than this message: the next page"},
            [SEARCH_LIMIT] = {"limit", CMD_NUMBER, .min = 1, .max = 50,
                .help = "messages; otherwise 20"},
        },
    .act = CHAT_USE,
    .rate = CMD_ASKS,
    .reply = "MessagePage",
    .run = search,
};
