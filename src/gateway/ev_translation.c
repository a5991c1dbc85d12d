/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/events.h"
#include "gateway/message.h"
#include "gateway/op.h"
#include "gateway/view.h"
#include "text/lang.h"
#include "wire/json.h"

/* A page of history in a language that nobody read before, at once. */
static const struct limit ask_limit = {20, 200};

/* A reader asks for a language that a message was not translated into, or
 * asks again after a failure. */
struct ask {
    struct op op;
    struct ev_later *later;
    const struct lang *language;
    char *id, *conversation_id, *content, *source;
    int64_t seq;
    int revision;
    bool queued;
    struct buf ready; /* the translation, when it is there already */
};

static void
ask_end(struct ask *a, const struct err *err)
{
    ev_later_done(err, a->later);
    buf_free(&a->ready);
    free(a->id);
    free(a->conversation_id);
    free(a->content);
    free(a->source);
    free(a);
}

static void
on_row(const struct store_translation *t, void *ctx)
{
    struct ask *a = ctx;

    if (t->state == STORE_READY)
        view_translation_event(&a->ready, t);
}

static bool
ask_run(struct store *s, struct store_job *job, struct err *err)
{
    struct ask *a = (struct ask *)job;
    struct span language = span_of(a->language->code);

    return store_translation_request(
               s, span_of(a->id), language, clock_wall_ms(), &a->queued, err) &&
           store_translations(s, span_of(a->conversation_id), a->seq, a->seq,
               language, on_row, a, err);
}

static void
ask_finish(struct op *op)
{
    struct ask *a = (struct ask *)op;
    struct gateway *g = a->later->g;
    struct span target = span_of(a->language->code);
    struct xlat_request r = {.message_id = span_of(a->id),
        .conversation_id = span_of(a->conversation_id),
        .content = span_of(a->content),
        .source = span_of(a->source),
        .revision = a->revision,
        .targets = &target,
        .n_targets = 1};

    if (!op->job.ok) {
        ask_end(a, &op->job.err);
        return;
    }
    if (a->queued)
        xlat_add(g->xlat, &r);
    if (a->ready.len && a->later->client->sock)
        sio_emit(
            a->later->client->sock, "message:translation", buf_span(&a->ready));
    ask_end(a, NULL);
}

static void
on_found(const struct message_found *found, const struct err *err, void *ctx)
{
    struct ask *a = ctx;
    struct err refused;

    if (!found) {
        ask_end(a, err);
        return;
    }
    if (found->deleted || span_eqz(found->language, a->language->code)) {
        err_set(&refused, FAIL_BAD_INPUT, "nothing to translate");
        ask_end(a, &refused);
        return;
    }
    a->id = span_dup(found->id);
    a->conversation_id = span_dup(found->conversation_id);
    a->content = span_dup(found->content);
    a->source = span_dup(found->language);
    a->seq = found->seq;
    a->revision = found->revision;
    a->op.job.run = ask_run;
    a->op.finish = ask_finish;
    op_write(a->later->g->writer, &a->op);
}

void
ev_request_translation(const struct ev_call *c)
{
    struct ask *a = xcalloc(1, sizeof(*a));
    struct err err;

    a->later = ev_later(c);
    a->language = lang_find(json_get_str(c->arg, "targetLanguage"));
    if (!a->language) {
        err_set(&err, FAIL_BAD_INPUT, "unknown language");
        ask_end(a, &err);
        return;
    }
    if (!bucket_take(&c->client->asks, ask_limit, clock_mono_us())) {
        err_set(&err, FAIL_RATE, "too many requests, slow down");
        ask_end(a, &err);
        return;
    }
    message_find(
        c->g, json_get_str(c->arg, "messageId"), c->client->user, on_found, a);
}
