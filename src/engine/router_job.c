/* SPDX-License-Identifier: ISC */
#include "engine/router_impl.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "text/lines.h"
#include "text/wordlist.h"

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
    enum engine_text kind; /* of the piece */
    size_t rank; /* of the way that it goes */
    char *between; /* owned: the translation that the next hop translates */
    struct router_version now; /* of the piece: by the way so far */
    struct router_version kept; /* by the way before it, if any */
    double worst; /* confidence of all its pieces */
    double lacking; /* the most, of all its pieces */
};

/* A router_job while it runs.  Lanes share it, perhaps on several threads:
 * pieces are taken by counting up, each belongs to the lane that took it, and
 * whoever brings lanes_left to zero finishes the job alone. */
struct work {
    struct router *router;
    struct router_job *job;
    struct router_route route;
    struct piece *pieces;
    size_t n_pieces;
    atomic_size_t next; /* piece to take */
    atomic_bool rerouted;
    atomic_bool unsure; /* of a line */
    atomic_bool failed; /* set by the lane that wrote job->err */
    atomic_int doubt; /* enum engine_doubt: the worst so far */
    atomic_size_t went[ENGINE_TEXTS][ROUTER_WAYS_MAX]; /* lines by each way */
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

/* Name the way that most lines went. */
static void
name_way(const struct work *w, char *label)
{
    const struct router_path *most = &w->route.of[0].way[0];
    size_t n, max = 0;

    for (int kind = 0; kind < ENGINE_TEXTS; kind++) {
        for (size_t i = 0; i < w->route.of[kind].n; i++) {
            n = atomic_load(&w->went[kind][i]);
            if (n <= max)
                continue;
            max = n;
            most = &w->route.of[kind].way[i];
        }
    }
    memcpy(label, most->label, sizeof(most->label));
}

static void
finish(struct work *w)
{
    struct router_job *job = w->job;
    struct buf text = {0};

    job->ok = !atomic_load(&w->failed);
    job->doubt = (enum engine_doubt)atomic_load(&w->doubt);
    job->rerouted = atomic_load(&w->rerouted);
    job->sure = !atomic_load(&w->unsure);
    name_way(w, job->label);
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

    job->lacking = 0;
    job->confidence = 1; /* the least sure line decides for the text */
    for (size_t i = 0; i < w->n_lanes; i++) {
        if (w->lanes[i].worst < job->confidence)
            job->confidence = w->lanes[i].worst;
        if (w->lanes[i].lacking > job->lacking)
            job->lacking = w->lanes[i].lacking;
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

static const struct router_path *
lane_way(const struct lane *l)
{
    return &l->work->route.of[l->kind].way[l->rank];
}

/* Send text over the lane's next hop. */
static bool
lane_submit(struct lane *l, struct span text, struct err *err)
{
    const struct router_path *way = lane_way(l);
    struct router *r = l->work->router; /* work may be gone once it is
                                           submitted */
    struct engine *e = way->hops[l->hop].engine;
    bool ok;

    l->request.text = text;
    l->request.doubt = ENGINE_SURE;
    l->request.background = l->work->job->background;
    ok = router_enter(r);
    if (ok) {
        ok = e->ops->submit(e, way->hops[l->hop].pair, &l->request, err);
        router_leave(r);
    } else {
        err_set(err, FAIL_BUSY, "the engines are closing");
    }
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

static void lane_advance(struct lane *l);

static void
doubt(struct work *w, enum engine_doubt why)
{
    int worst = atomic_load(&w->doubt);

    while ((int)why > worst &&
           !atomic_compare_exchange_weak(&w->doubt, &worst, (int)why))
        continue;
}

/* A word that no list of the target language has may be one of the language
 * between: "despejou". */
static bool
has_strange_word(const struct work *w, const struct router_path *way,
    const struct router_version *v)
{
    struct span target = span_of(w->route.target);

    return way->n > 1 && wordlist_has(target) &&
           !wordlist_covers(target, span_of(v->text));
}

/* The confidence that a translation by the way lacks to be sure. */
static double
lacking(const struct work *w, const struct router_path *way,
    const struct router_version *v)
{
    if (v->doubt != ENGINE_SURE || way->sure_from >= 1 ||
        has_strange_word(w, way, v))
        return 1;
    return v->confidence < way->sure_from ? way->sure_from - v->confidence : 0;
}

/* The piece has its translation. */
static void
lane_settle(struct lane *l, struct router_version v, size_t rank)
{
    struct work *w = l->work;
    double lacks;

    w->pieces[l->piece].translation = v.text;
    atomic_fetch_add(&w->went[l->kind][rank], 1);
    doubt(w, v.doubt);
    lacks = lacking(w, &w->route.of[l->kind].way[rank], &v);
    if (lacks > 0)
        atomic_store(&w->unsure, true);
    if (lacks > l->lacking)
        l->lacking = lacks;
    if (v.confidence < l->worst)
        l->worst = v.confidence;
    lane_advance(l);
}

static void lane_fall_back(struct lane *l, const struct err *err);

/* Begin a way with the lane's piece. */
static void
lane_begin(struct lane *l, size_t rank)
{
    struct err err;

    if (rank > 0)
        atomic_store(&l->work->rerouted, true);
    l->rank = rank;
    l->hop = 0;
    l->now = (struct router_version){.confidence = 1,
        .doubt = ENGINE_SURE,
        .cost = lane_way(l)->cost,
        .kind = l->kind};
    if (!lane_submit(l, l->work->pieces[l->piece].text, &err))
        lane_fall_back(l, &err);
}

static bool
has_next_way(const struct lane *l)
{
    return l->rank + 1 < l->work->route.of[l->kind].n;
}

/* The way failed.  What was wrong with the text or is busy now will be so on
 * another. */
static void
lane_fall_back(struct lane *l, const struct err *err)
{
    struct router_version kept = l->kept;

    free(l->between);
    l->between = NULL;
    l->kept.text = NULL;
    if (kept.text) {
        lane_settle(l, kept, l->rank - 1);
    } else if (err->kind == FAIL_SYSTEM && has_next_way(l)) {
        lane_begin(l, l->rank + 1);
    } else {
        fail(l->work, err);
        lane_leave(l);
    }
}

static struct gate
ask_gate(const struct lane *l, const char *translation)
{
    const struct work *w = l->work;

    if (!w->job->gate)
        return (struct gate){.score = 1};
    return gate_check(w->pieces[l->piece].text, span_of(translation),
        span_of(w->route.source), span_of(w->route.target));
}

/* The way has come to its end. */
static void
lane_judge(struct lane *l)
{
    struct router_version now = l->now, kept = l->kept;

    l->now.text = l->kept.text = NULL;
    if (kept.text && router_prefers(&kept, &now)) {
        free(now.text);
        lane_settle(l, kept, l->rank - 1);
    } else if (!kept.text && has_next_way(l) && router_wants_more(&now)) {
        l->kept = now;
        lane_begin(l, l->rank + 1);
    } else {
        free(kept.text);
        lane_settle(l, now, l->rank);
    }
}

/* Go on with the next piece, or leave the job: it may be gone then. */
static void
lane_advance(struct lane *l)
{
    if (!lane_take_piece(l)) {
        lane_leave(l);
        return;
    }
    l->kind = router_kind(l->work->pieces[l->piece].text);
    lane_begin(l, 0);
}

static void
on_hop_done(struct engine_request *r)
{
    struct lane *l = r->user;
    struct err err;

    if (!r->ok) {
        err = r->err;
        lane_fall_back(l, &err);
        return;
    }
    free(l->between);
    l->between = r->translation;
    l->now.confidence *= r->confidence;
    if (r->doubt > l->now.doubt)
        l->now.doubt = r->doubt;
    l->hop++;
    if (l->hop < lane_way(l)->n && l->between[0] != '\0') {
        if (!lane_submit(l, span_of(l->between), &err))
            lane_fall_back(l, &err);
        return;
    }
    l->now.text = l->between;
    l->now.gate = ask_gate(l, l->between);
    l->between = NULL;
    lane_judge(l);
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
router_translate(struct router *r, const struct router_route *route,
    struct span text, struct router_job *job)
{
    struct piece *pieces;
    struct work *w;
    size_t n_pieces, n_lanes;

    for (int kind = 0; kind < ENGINE_TEXTS; kind++)
        assert(route->of[kind].n > 0 && route->of[kind].way[0].n > 0);
    if (text.len > ROUTER_TEXT_BYTES_MAX) {
        job->doubt = ENGINE_SURE;
        job->label[0] = '\0';
        job->rerouted = job->sure = false;
        job->lacking = 1;
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
    w->route = *route;
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
