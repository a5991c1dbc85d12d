/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "text/normal.h"
#include "text/wordlist.h"
#include "translator/translate/back.h"
#include "translator/translate/infer_impl.h"

/* One round after the other through engines, and back again. */

/* The round's job is done, and its translation looked at. */
static void
end_round(struct infer *i)
{
    struct router_job *job = &i->forth;
    char *translation = job->translation;
    bool ok = job->ok;

    free(i->lines);
    i->lines = NULL;
    if (!ok)
        i->err = job->err;
    else if (!infer_put_lines(i, span_of(translation)))
        ok = err_set(&i->err, FAIL_SYSTEM, "the engine broke a sentence");
    else if (job->confidence < i->trust.confidence)
        i->trust.confidence = job->confidence;
    i->sure = i->sure && job->sure;
    if (job->doubt > i->doubt)
        i->doubt = job->doubt;
    i->rerouted = i->rerouted || job->rerouted;
    if (i->first == 0)
        memcpy(i->label, job->label, sizeof(i->label));
    infer_forget_round(i);
    i->first += i->n;
    if (ok)
        infer_start_round(i);
    else
        infer_fail(i);
    free(translation);
}

/* Translated back, a short text that says what its source says becomes the
 * source again, word for word. */
static void
on_back_done(struct router_job *job)
{
    struct infer *i = job->user;

    i->forth.sure =
        job->ok && job->doubt == ENGINE_SURE &&
        back_agrees(span_of(i->lines), span_of(job->translation), i->source);
    free(job->translation);
    end_round(i);
}

/* May the way back tell more than the confidence, which lacks little? */
static bool
wants_back(struct infer *i, struct router_route *back)
{
    const struct router_job *job = &i->forth;

    return i->gate && job->ok && !job->sure && i->sure && !*i->stopping &&
           job->lacking < BACK_LACKING_MAX &&
           strlen(i->lines) <= BACK_BYTES_MAX &&
           wordlist_covers(i->source, span_of(i->lines)) &&
           wordlist_covers(i->target, span_of(job->translation)) &&
           router_find(i->router, i->target, i->source, back);
}

static void
on_round_done(struct router_job *job)
{
    struct infer *i = job->user;
    struct router_route back;

    i->forth = *job;
    if (!wants_back(i, &back)) {
        end_round(i);
        return;
    }
    i->job = (struct router_job){
        .done = on_back_done, .user = i, .background = i->background};
    router_translate(i->router, &back, span_of(i->forth.translation), &i->job);
}

void
infer_start_round(struct infer *i)
{
    struct buf lines = {0};
    size_t n;

    i->n = doc_len(i->doc) - i->first;
    infer_normalise(i);
    n = infer_next_waiting(i, i->first);
    if (n == i->first + i->n) {
        infer_forget_round(i);
        i->first += i->n;
        if (i->first < doc_len(i->doc))
            infer_start_round(i);
        else
            infer_conclude(i);
        return;
    }
    i->asked = true;
    if (*i->stopping) {
        err_set(&i->err, FAIL_BUSY, "the translator stops");
        infer_fail(i);
        return;
    }
    for (; n < i->first + i->n; n = infer_next_waiting(i, n + 1)) {
        struct normal *normal = i->normals[n - i->first];

        if (lines.len > 0)
            buf_addc(&lines, '\n');
        /* An engine that is not judged is none: an echo, in tests. */
        if (doc_is_sentence(i->doc, n) && i->gate && !i->as_typed)
            i->completed |= normal_complete(normal);
        buf_adds(&lines, normal_text(normal));
    }
    n = lines.len;
    i->lines = buf_take(&lines);
    i->job = (struct router_job){.done = on_round_done,
        .user = i,
        .gate = i->gate,
        .background = i->background};
    router_translate(i->router, i->is_second ? &i->rest : i->route,
        (struct span){i->lines, n}, &i->job);
}
