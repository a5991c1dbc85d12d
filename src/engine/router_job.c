/* SPDX-License-Identifier: ISC */
#include "engine/router_impl.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "text/lines.h"

/* A translation may be longer than its source and must still fit the next
 * engine of the path. */
enum { LINE_BYTES_MAX = ENGINE_SEGMENT_BYTES_MAX / 4 };

struct piece {
    struct span text; /* borrowed from the caller's text */
    bool translate;
    char *translation; /* owned */
};

/* One of the lines that are being translated at the same time.  It takes
 * piece after piece until none is left. */
struct lane {
    struct engine_request request;
    struct work *work;
    size_t piece, hop;
    char *between; /* owned: the translation that the next hop translates */
    double confidence; /* of the piece: the product over the hops so far */
    double worst; /* confidence of all its pieces */
};

/* A router_job while it runs.  Lanes share it, perhaps on several threads:
 * pieces are taken by counting up, each belongs to the lane that took it, and
 * whoever brings lanes_left to zero finishes the job alone. */
struct work {
    struct router *router;
    struct router_job *job;
    struct router_path path;
    struct piece *pieces;
    size_t n_pieces;
    atomic_size_t next; /* piece to take */
    atomic_bool failed; /* set by the lane that wrote job->err */
    atomic_int doubt; /* enum engine_doubt: the worst so far */
    atomic_size_t lanes_left;
    size_t n_lanes;
    struct lane lanes[];
};

/* Cut text into pieces, which the caller owns; returns how many of them are
 * to be translated. */
static size_t
cut(struct span text, struct piece **ret, size_t *ret_n)
{
    struct piece *pieces = NULL;
    struct line_piece piece;
    size_t n = 0, n_translate = 0, cap = 0;

    while (lines_next(&text, LINE_BYTES_MAX, &piece)) {
        if (n == cap) {
            cap = cap ? 2 * cap : 4;
            pieces = xrealloc(pieces, cap * sizeof(*pieces));
        }
        pieces[n++] = (struct piece){
            .text = piece.text,
            .translate = piece.translate,
        };
        n_translate += piece.translate;
    }
    *ret = pieces;
    *ret_n = n;
    return n_translate;
}

static void
finish(struct work *w)
{
    struct router_job *job = w->job;
    struct buf text = {0};

    job->ok = !atomic_load(&w->failed);
    job->doubt = (enum engine_doubt)atomic_load(&w->doubt);
    job->translation = NULL;
    for (size_t i = 0; i < w->n_pieces; i++) {
        struct piece *p = &w->pieces[i];

        if (p->translation)
            buf_addz(&text, p->translation);
        else
            buf_adds(&text, p->text);
        free(p->translation);
    }
    if (job->ok)
        job->translation = buf_take(&text);
    buf_free(&text);

    job->confidence = 1; /* the least sure line decides for the text */
    for (size_t i = 0; i < w->n_lanes; i++) {
        if (w->lanes[i].worst < job->confidence)
            job->confidence = w->lanes[i].worst;
    }
    free(w->pieces);
    free(w);
    job->done(job);
}

static void
fail(struct work *w, const struct err *err)
{
    if (!atomic_exchange(&w->failed, true))
        w->job->err = *err;
}

static void
lane_leave(struct lane *l)
{
    struct work *w = l->work;

    free(l->between);
    l->between = NULL;
    if (atomic_fetch_sub(&w->lanes_left, 1) == 1)
        finish(w);
}

/* Send text over the lane's next hop; false with the job failed. */
static bool
lane_submit(struct lane *l, struct span text)
{
    struct work *w = l->work;
    struct router *r = w->router; /* w may be gone once it is submitted */
    struct engine *e = w->path.hops[l->hop].engine;
    struct err err;
    bool ok;

    l->request.text = text;
    l->request.doubt = ENGINE_SURE;
    ok = router_enter(r);
    if (ok) {
        ok = e->ops->submit(e, w->path.hops[l->hop].pair, &l->request, &err);
        router_leave(r);
    } else {
        err_set(&err, FAIL_BUSY, "the engines are closing");
    }
    if (!ok)
        fail(w, &err);
    return ok;
}

static bool
lane_take_piece(struct lane *l)
{
    struct work *w = l->work;

    if (atomic_load(&w->failed))
        return false;
    do {
        l->piece = atomic_fetch_add(&w->next, 1);
    } while (l->piece < w->n_pieces && !w->pieces[l->piece].translate);
    return l->piece < w->n_pieces;
}

/* Go on with the next piece, or leave the job: it may be gone then. */
static void
lane_advance(struct lane *l)
{
    l->hop = 0;
    l->confidence = 1;
    if (!lane_take_piece(l) || !lane_submit(l, l->work->pieces[l->piece].text))
        lane_leave(l);
}

static void
doubt(struct work *w, enum engine_doubt why)
{
    int worst = atomic_load(&w->doubt);

    while ((int)why > worst &&
           !atomic_compare_exchange_weak(&w->doubt, &worst, (int)why))
        continue;
}

static void
on_hop_done(struct engine_request *r)
{
    struct lane *l = r->user;
    struct work *w = l->work;

    if (!r->ok) {
        fail(w, &r->err);
        lane_leave(l);
        return;
    }
    free(l->between);
    l->between = r->translation;
    l->confidence *= r->confidence;
    doubt(w, r->doubt);
    l->hop++;
    if (l->hop < w->path.n && l->between[0] != '\0') {
        if (!lane_submit(l, span_of(l->between)))
            lane_leave(l);
        return;
    }
    w->pieces[l->piece].translation = l->between;
    l->between = NULL;
    if (l->confidence < l->worst)
        l->worst = l->confidence;
    lane_advance(l);
}

static void
init_lanes(struct work *w)
{
    for (size_t i = 0; i < w->n_lanes; i++) {
        struct lane *l = &w->lanes[i];

        l->work = w;
        l->worst = 1;
        l->request.done = on_hop_done;
        l->request.user = l;
    }
}

void
router_translate(struct router *r, const struct router_path *path,
    struct span text, struct router_job *job)
{
    struct piece *pieces;
    struct work *w;
    size_t n_pieces, n_lanes;

    assert(path->n > 0);
    if (text.len > ROUTER_TEXT_BYTES_MAX) {
        job->doubt = ENGINE_SURE;
        job->ok = err_set(&job->err, FAIL_TOO_LARGE, "the text is too long");
        job->done(job);
        return;
    }
    n_lanes = cut(text, &pieces, &n_pieces);
    if (n_lanes > ROUTER_LINES_IN_FLIGHT)
        n_lanes = ROUTER_LINES_IN_FLIGHT;
    w = xcalloc(1, sizeof(*w) + n_lanes * sizeof(w->lanes[0]));
    w->router = r;
    w->job = job;
    w->path = *path;
    w->pieces = pieces;
    w->n_pieces = n_pieces;
    w->n_lanes = n_lanes;
    atomic_init(&w->lanes_left, n_lanes);
    init_lanes(w);
    if (n_lanes == 0)
        finish(w);
    /* The work is freed when the last lane has left, so not before the last
     * turn of this loop. */
    for (size_t i = 0; i < n_lanes; i++)
        lane_advance(&w->lanes[i]);
}
