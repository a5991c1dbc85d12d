/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/buf.h"
#include "text/normal.h"
#include "translator/translate/infer_impl.h"
#include "translator/translate/mixed.h"

/* Sentences in a third language: "See you tomorrow. Hasta luego, amigo mio."
 * Each goes its own way, one after the other; there are few. */

static void next(struct infer *i, size_t k);

/* The next sentence from *k on that has a way of its own. */
static bool
find(struct infer *i, size_t *k, char lang[LANG_CODE_BYTES],
    struct router_route *route)
{
    while (mixed_next_other(i->doc, i->source, i->target, k, lang)) {
        if (router_find(i->router, span_of(lang), i->target, route))
            return true;
        ++*k;
    }
    return false;
}

/* What a way of its own gave; a sentence without one goes the text's. */
static void
on_other_done(struct router_job *job)
{
    struct infer *i = job->user;
    size_t k = i->other;
    struct buf out = {0};

    if (job->ok && job->doubt <= ENGINE_UNSURE) {
        normal_restore(
            i->other_normal, span_of(job->translation), i->target, &out);
        doc_put(i->doc, k, buf_span(&out));
        i->asked = true;
        i->sure = i->sure && job->sure;
        if (job->confidence < i->trust.confidence)
            i->trust.confidence = job->confidence;
    }
    buf_free(&out);
    free(job->translation);
    normal_free(i->other_normal);
    i->other_normal = NULL;
    next(i, k + 1);
}

static void
next(struct infer *i, size_t k)
{
    char lang[LANG_CODE_BYTES];
    struct router_route route;

    if (*i->stopping || !find(i, &k, lang, &route)) {
        infer_start_round(i);
        return;
    }
    i->other = k;
    i->other_normal = normal_new(doc_segment(i->doc, k), span_of(lang));
    normal_complete(i->other_normal);
    i->job = (struct router_job){.done = on_other_done,
        .user = i,
        .gate = i->gate,
        .background = i->background};
    router_translate(i->router, &route, normal_text(i->other_normal), &i->job);
}

void
infer_start_others(struct infer *i)
{
    next(i, 0);
}
