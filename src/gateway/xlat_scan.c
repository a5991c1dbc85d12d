/* SPDX-License-Identifier: ISC */
#include "gateway/xlat_task.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/op.h"

enum { PAGE = 256 }; /* messages read at once */

/* An unfinished message as it came from disk, owned. */
struct found {
    char *message_id, *conversation_id, *content, *source;
    int revision;
    size_t n_targets;
    char *targets[STORE_LANGUAGES_MAX];
};

struct scan {
    struct op op;
    struct xlat *x;
    int64_t cursor;
    int n_read;
    size_t n;
    struct found found[PAGE];
};

static void
scan_row(const struct store_pending *p, void *ctx)
{
    struct scan *scan = ctx;
    struct found *f = &scan->found[scan->n++];

    f->message_id = span_dup(p->message_id);
    f->conversation_id = span_dup(p->conversation_id);
    f->content = span_dup(p->content);
    f->source = span_dup(p->language);
    f->revision = p->revision;
    for (int i = 0; i < p->n_targets; i++)
        f->targets[f->n_targets++] = span_dup(p->targets[i]);
}

static bool
scan_run(struct store *s, struct store_job *job, struct err *err)
{
    struct scan *scan = (struct scan *)job;

    return store_pending(
        s, &scan->cursor, PAGE, scan_row, scan, &scan->n_read, err);
}

static void
take_up(struct xlat *x, struct found *f)
{
    struct span targets[STORE_LANGUAGES_MAX];
    struct xlat_request r = {.message_id = span_of(f->message_id),
        .conversation_id = span_of(f->conversation_id),
        .content = span_of(f->content),
        .source = span_of(f->source),
        .revision = f->revision,
        .targets = targets,
        .n_targets = f->n_targets};

    for (size_t i = 0; i < f->n_targets; i++)
        targets[i] = span_of(f->targets[i]);
    /* What is in memory already is under way: its rows are queued because
     * they are not settled yet; or were, when they were read. */
    if (!xtask_find(x, r.message_id) && !map_get(x->ended, r.message_id))
        xlat_add(x, &r);
    for (size_t i = 0; i < f->n_targets; i++)
        free(f->targets[i]);
    free(f->message_id);
    free(f->conversation_id);
    free(f->content);
    free(f->source);
}

static void
scan_finish(struct op *op)
{
    struct scan *scan = (struct scan *)op;
    struct xlat *x = scan->x;
    size_t before = map_len(x->tasks);

    x->scanning = false;
    if (!op->job.ok)
        log_warn(
            "cannot look for unfinished translations: %s", op->job.err.text);
    for (size_t i = 0; i < scan->n; i++)
        take_up(x, &scan->found[i]);
    if (map_len(x->tasks) > before)
        log_info("unfinished translations taken up messages=%zu",
            map_len(x->tasks) - before);
    x->scan_cursor = scan->cursor;
    if (op->job.ok && scan->n_read == PAGE && xlat_has_room(x)) {
        xlat_scan(x); /* the next page */
    } else {
        x->scan_more = scan->n_read == PAGE;
        x->scan_cursor = 0;
        x->scan_at_ms = clock_mono_ms() + XLAT_RESCAN_MS;
    }
    free(scan);
}

void
xlat_scan(struct xlat *x)
{
    struct scan *scan = xcalloc(1, sizeof(*scan));

    scan->op.job.run = scan_run;
    scan->op.finish = scan_finish;
    scan->x = x;
    scan->cursor = x->scan_cursor;
    map_free(x->ended);
    x->ended = map_new();
    x->scanning = true;
    op_read(x->g->writer, &scan->op);
}
