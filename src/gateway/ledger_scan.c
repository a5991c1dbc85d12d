/* SPDX-License-Identifier: ISC */
#include "gateway/ledger_impl.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/load.h"
#include "gateway/op.h"

enum { PAGE = 256 }; /* messages read at once */

/* An unfinished message as it came from disk, owned. */
struct found {
    struct scan *scan;
    char *message_id, *conversation_id, *content, *source;
    int revision;
    size_t n_targets;
    char *targets[STORE_LANGUAGES_MAX];
};

struct scan {
    struct op op;
    struct ledger *ledger;
    int64_t cursor;
    int n_read;
    size_t n, n_left; /* found; of them, those whose room is read */
    size_t n_tasks; /* before */
    struct found found[PAGE];
};

static void
scan_row(const struct store_pending *p, void *ctx)
{
    struct scan *scan = ctx;
    struct found *f = &scan->found[scan->n++];

    f->scan = scan;
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
found_free(struct found *f)
{
    for (size_t i = 0; i < f->n_targets; i++)
        free(f->targets[i]);
    free(f->message_id);
    free(f->conversation_id);
    free(f->content);
    free(f->source);
}

static void
take_up(struct dispatch *d, const struct found *f)
{
    struct span targets[STORE_LANGUAGES_MAX];
    struct dispatch_request r = {.message_id = span_of(f->message_id),
        .conversation_id = span_of(f->conversation_id),
        .content = span_of(f->content),
        .source = span_of(f->source),
        .revision = f->revision,
        .targets = targets,
        .n_targets = f->n_targets};

    for (size_t i = 0; i < f->n_targets; i++)
        targets[i] = span_of(f->targets[i]);
    dispatch_take_up(d, &r);
}

static bool
has_room(const struct dispatch *d)
{
    return dispatch_len(d) < DISPATCH_TASKS_MAX;
}

static void
end_page(struct scan *scan)
{
    struct ledger *l = scan->ledger;
    struct dispatch *d = l->g->dispatch;

    l->scanning = false;
    dispatch_watched(d);
    if (dispatch_len(d) > scan->n_tasks)
        log_info("unfinished translations taken up messages=%zu",
            dispatch_len(d) - scan->n_tasks);
    l->scan_cursor = scan->cursor;
    if (scan->op.job.ok && scan->n_read == PAGE && has_room(d)) {
        ledger_scan(l); /* the next page */
    } else {
        l->scan_more = scan->n_read == PAGE;
        l->scan_cursor = 0;
        l->scan_at_ms = clock_mono_ms() + LEDGER_RESCAN_MS;
    }
    free(scan);
}

/* Its room is here, with its words.  Where that could not be read, the next
 * scan tries again. */
static void
on_room(struct room *room, const struct err *err, void *ctx)
{
    struct found *f = ctx;
    struct scan *scan = f->scan;

    (void)err;
    if (room)
        take_up(scan->ledger->g->dispatch, f);
    found_free(f);
    if (--scan->n_left == 0)
        end_page(scan);
}

static void
scan_finish(struct op *op)
{
    struct scan *scan = (struct scan *)op;
    struct gateway *g = scan->ledger->g;
    size_t n = scan->n;

    if (!op->job.ok)
        log_warn(
            "cannot look for unfinished translations: %s", op->job.err.text);
    scan->n_tasks = dispatch_len(g->dispatch);
    scan->n_left = n + 1;
    for (size_t i = 0; i < n; i++)
        load_room(g->load, span_of(scan->found[i].conversation_id), on_room,
            &scan->found[i]);
    if (--scan->n_left == 0)
        end_page(scan);
}

void
ledger_scan(struct ledger *l)
{
    struct scan *scan = xcalloc(1, sizeof(*scan));

    scan->op.job.run = scan_run;
    scan->op.finish = scan_finish;
    scan->ledger = l;
    scan->cursor = l->scan_cursor;
    dispatch_watch(l->g->dispatch);
    l->scanning = true;
    op_read(l->g->writer, &scan->op);
}
