/* SPDX-License-Identifier: ISC */
#include "gateway/xlat_task.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/deliver.h"
#include "gateway/gateway.h"
#include "gateway/op.h"

/* One outcome on its way to the database.  It refers to the task by message
 * and revision: the task may be gone when the commit is done. */
struct settle {
    struct op op;
    struct xlat *x;
    struct store_translation row; /* spans into the strings below */
    char *message_id, *conversation_id, *language, *source, *model, *text;
    bool settled;
};

static bool
settle_run(struct store *s, struct store_job *job, struct err *err)
{
    struct settle *w = (struct settle *)job;

    return store_translation_settle(s, &w->row, &w->settled, err);
}

static void
settle_free(struct settle *w)
{
    free(w->message_id);
    free(w->conversation_id);
    free(w->language);
    free(w->source);
    free(w->model);
    free(w->text);
    free(w);
}

static void
settle_finish(struct op *op)
{
    struct settle *w = (struct settle *)op;
    struct xlat *x = w->x;
    struct xtask *t = xtask_find(x, w->row.message_id);
    struct target *target = t && t->revision == w->row.revision
                                ? xtask_target(t, w->row.language)
                                : NULL;

    if (!op->job.ok) {
        x->g->count.errors++;
        log_warn("translation not saved, will be asked for again: %s",
            op->job.err.text);
    } else if (w->settled) {
        deliver_translation(x->g, &w->row);
    }
    if (target && target->state == TARGET_SETTLING) {
        target->state = op->job.ok ? TARGET_DONE : TARGET_FAILED;
        xtask_review(x, t);
    }
    settle_free(w);
}

void
xlat_settle(struct xlat *x, struct xtask *t, struct target *target,
    enum store_state state, const struct event *e)
{
    struct settle *w = xcalloc(1, sizeof(*w));
    const char *text = state == STORE_READY ? e->text : e->error;

    target->state = TARGET_SETTLING;
    w->op.job.run = settle_run;
    w->op.finish = settle_finish;
    w->x = x;
    w->message_id = xstrdup(t->message_id);
    w->conversation_id = xstrdup(t->conversation_id);
    w->language = xstrdup(target->language);
    w->source = xstrdup(e->source ? e->source : t->source);
    w->model = xstrdup(e->model ? e->model : "");
    w->text = xstrdup(text ? text : "unknown");
    w->row = (struct store_translation){
        .message_id = span_of(w->message_id),
        .conversation_id = span_of(w->conversation_id),
        .language = span_of(w->language),
        .revision = t->revision,
        .state = state,
        .source = span_of(w->source),
        .model = span_of(w->model),
        .confidence = e->confidence,
        .updated_ms = clock_wall_ms(),
    };
    if (state == STORE_READY)
        w->row.text = span_of(w->text);
    else
        w->row.reason = span_of(w->text);
    op_write(x->g->writer, &w->op);
}
