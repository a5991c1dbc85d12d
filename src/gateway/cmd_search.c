/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/op.h"
#include "gateway/page.h"
#include "gateway/search_words.h"
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
    struct search_words words; /* parts of the first */
    struct buf text; /* without them */
    char sender_id[ID_BYTES], room_id[65]; /* who and where they mean */
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

/* Whom from: means; somebody whom nobody knows has said nothing. */
static bool
find_sender(struct search *f, struct store *s, struct err *err)
{
    struct err why = {0};
    struct store_user u;

    if (!f->words.from.p)
        return true;
    snprintf(f->sender_id, sizeof(f->sender_id), "-");
    if (store_user_by_name(s, f->words.from, &u, &why))
        snprintf(f->sender_id, sizeof(f->sender_id), "%s", u.id);
    else if (why.kind != FAIL_NOT_FOUND)
        return err_set(err, why.kind, "%s", why.text);
    f->query.sender_id = span_of(f->sender_id);
    return true;
}

static bool
find_run(struct store *s, struct store_job *job, struct err *err)
{
    return find_sender((struct search *)job, s, err) &&
           find((struct search *)job, s, err);
}

static void
search_free(struct search *f)
{
    for (size_t i = 0; i < SEARCH_LIMIT; i++)
        free(f->texts[i]);
    buf_free(&f->text);
    free(f);
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
    search_free(f);
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

/* Which of one's rooms in: means, by its id or its title. */
static bool
find_room(struct search *f, struct err *err)
{
    const struct user *u = f->call->user;
    struct span name = f->words.in;

    if (!name.p)
        return true;
    for (size_t i = 0; i < u->n_rooms; i++) {
        const struct room *r = u->rooms[i].room;
        if (!span_eqz(name, r->id) &&
            (name.len != strlen(r->title) ||
                strncasecmp(name.p, r->title, name.len) != 0))
            continue;
        snprintf(f->room_id, sizeof(f->room_id), "%s", r->id);
        f->query.conversation_id = span_of(f->room_id);
        return true;
    }
    return err_set(err, FAIL_NOT_FOUND, "no such conversation");
}

static bool
read_words(struct search *f, struct err *err)
{
    struct store_query *q = &f->query;

    if (!search_words_read(q->text, &f->text, &f->words, err) ||
        !find_room(f, err))
        return false;
    q->text = f->text.p ? buf_span(&f->text) : SPAN("");
    q->file |= f->words.file;
    q->link |= f->words.link;
    q->from_ms = f->words.from_ms ? f->words.from_ms : q->from_ms;
    q->to_ms = f->words.to_ms ? f->words.to_ms : q->to_ms;
    return true;
}

static void
search(struct cmd_call *c)
{
    struct search *f = xcalloc(1, sizeof(*f));
    struct span has = cmd_text(c, SEARCH_HAS);
    struct err err;

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
        .link = span_eqz(has, "link"),
        .file = span_eqz(has, "file"),
        .before_id = keep(f, SEARCH_BEFORE),
        .limit = (int)cmd_number(c, SEARCH_LIMIT, CHAT_HISTORY_DEFAULT),
    };
    if (read_words(f, &err)) {
        cmd_write(c, &f->op);
    } else {
        cmd_refuse(c, &err);
        search_free(f);
    }
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
                        "something else is asked for; from:NAME, in:TITLE, "
                        "has:file, has:link, before:DAY and after:DAY ask for "
                        "more"},
            [SEARCH_CONVERSATION] = {"in", CMD_ID, .alias = "conversationId",
                .help = "the conversation; otherwise all"},
            [SEARCH_SENDER] = {"senderId", CMD_ID, .help = "of this person"},
            [SEARCH_FROM] = {"from", CMD_TIME, .help = "sent then or later"},
            [SEARCH_TO] = {"to", CMD_TIME, .help = "sent before then"},
            [SEARCH_HAS] = {"has", CMD_WORD,
                .words = (const char *const[]){"link", "file", NULL},
                .help = "those with a link, or a file"},
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
