/* SPDX-License-Identifier: ISC */
#include "translator/translate/infer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "text/doc.h"
#include "text/gate.h"
#include "translator/translate/infer_impl.h"
#include "translator/translate/mixed.h"

static void start_route(struct infer *i);

static void
forget_doc(struct infer *i)
{
    infer_forget_round(i);
    doc_free(i->doc);
    i->doc = NULL;
    free(i->meant);
    i->meant = NULL;
}

static void
finish(struct infer *i, enum translate_outcome outcome)
{
    i->outcome = outcome;
    forget_doc(i);
    i->done(i);
}

static void
name_model(struct infer *i)
{
    struct buf b = {0};

    if (i->asked || i->remembered == 0)
        buf_addf(&b, "%s%s", i->remembered ? "memory+" : "", i->label);
    else
        buf_addf(
            &b, "memory:%.*s-%.*s", SPAN_ARG(i->source), SPAN_ARG(i->target));
    snprintf(i->model, sizeof(i->model), "%.*s", SPAN_ARG(buf_span(&b)));
    buf_free(&b);
}

/* What no engine had a part in is sure, and so is what engines are sure of and
 * nobody doubts. */
static void
weigh(struct infer *i)
{
    const char *why = i->why_rough;

    if (!why && i->asked && !i->sure)
        why = "unsure";
    i->trust.quality = why ? QUALITY_ROUGH : QUALITY_SURE;
    snprintf(i->trust.doubt, sizeof(i->trust.doubt), "%s", why ? why : "");
}

static void
succeed(struct infer *i, char *translation)
{
    i->translation = translation;
    name_model(i);
    finish(i, TRANSLATE_OK);
}

/* Is there a rest of the route to follow? */
static bool
has_rest(struct infer *i)
{
    return !i->is_second && !*i->stopping &&
           router_find_rest(i->route, &i->rest);
}

static void
follow_rest(struct infer *i)
{
    forget_doc(i);
    i->is_second = i->rerouted = true;
    start_route(i);
}

/* The text may be no whole sentence: "bin in 5 min wieder da". */
static void
start_as_typed(struct infer *i)
{
    forget_doc(i);
    i->completed = false;
    i->as_typed = true;
    start_route(i);
}

/* What was kept is better than nothing, or than what is doubted, too. */
static void
take_kept(struct infer *i)
{
    char *kept = i->kept;

    i->kept = NULL;
    i->trust = i->kept_trust;
    memcpy(i->label, i->kept_label, sizeof(i->label));
    succeed(i, kept);
}

void
infer_fail(struct infer *i)
{
    if (i->kept)
        take_kept(i);
    else if (i->err.kind == FAIL_SYSTEM && has_rest(i))
        follow_rest(i);
    else if (i->err.kind == FAIL_SYSTEM && i->completed && !*i->stopping)
        start_as_typed(i);
    else
        finish(i, TRANSLATE_FAILED);
}

/* May the translation be shown?  What no engine has seen may, and with a room's
 * own words in it, it may look like the source. */
static bool
pass(struct infer *i, struct span translation)
{
    struct gate gate;

    if (!i->gate || !i->asked)
        return true;
    if (i->doubt > ENGINE_UNSURE)
        return err_set(&i->err, FAIL_SYSTEM, "translation refused: %s",
            i->doubt == ENGINE_LOOP ? gate_reason_name(GATE_LOOP) : "cut off");
    gate = gate_check(i->meant ? span_of(i->meant) : i->text, translation,
        i->source, i->target);
    if (gate.verdict == GATE_DOUBTED) {
        i->doubted = true;
        i->why_rough = gate_reason_name(gate.reason);
    }
    if (gate.verdict != GATE_REFUSED) {
        i->trust.confidence *= gate.score;
        return true;
    }
    if (gate.reason == GATE_COPIED && i->terms)
        return true;
    return err_set(&i->err, FAIL_SYSTEM, "translation refused: %s",
        gate_reason_name(gate.reason));
}

void
infer_conclude(struct infer *i)
{
    struct buf out = {0};
    bool torn = doc_stats(i->doc).doubtful > 0; /* no router knows that */

    i->doubted = torn;
    i->why_rough = torn ? "doubtful numbers" : NULL;
    if (!doc_assemble(i->doc, &out, &i->err) || !pass(i, buf_span(&out))) {
        buf_free(&out);
        infer_fail(i);
    } else if (i->kept && i->doubted) {
        buf_free(&out);
        take_kept(i);
    } else if (i->gate && torn && has_rest(i)) {
        weigh(i);
        i->kept = buf_take(&out);
        i->kept_trust = i->trust;
        memcpy(i->kept_label, i->label, sizeof(i->label));
        follow_rest(i);
    } else {
        free(i->kept);
        weigh(i);
        succeed(i, buf_take(&out));
    }
}

static void
start_route(struct infer *i)
{
    struct doc_opts opts = infer_options(i);
    const char *skip;
    size_t kept;

    i->trust = (struct trust){.confidence = 1};
    i->sure = true;
    i->doubt = ENGINE_SURE;
    i->asked = false;
    i->first = 0;
    i->doc = doc_new(i->text, &opts);
    skip = doc_skip(i->doc);
    if (skip) {
        err_set(&i->err, FAIL_NONE, "%s", skip);
        finish(i, TRANSLATE_SKIPPED);
        return;
    }
    infer_recall(i);
    kept = mixed_keep(i->doc, i->source, i->target);
    if (kept > 0 && kept == doc_stats(i->doc).segments) {
        err_set(&i->err, FAIL_NONE, "%s", TRANSLATE_SAME_LANGUAGE);
        finish(i, TRANSLATE_SKIPPED);
        return;
    }
    if (!i->is_second && !i->as_typed)
        i->begun(i);
    infer_start_others(i);
}

void
infer_start(struct infer *i)
{
    i->translation = i->kept = NULL;
    i->is_second = i->rerouted = false;
    i->completed = i->as_typed = false;
    memcpy(i->label, i->route->of[ENGINE_SHORT].way[0].label, sizeof(i->label));
    start_route(i);
}

const char *
infer_skip(struct span text, bool plain)
{
    struct doc_opts opts = {.plain = plain};
    struct doc *d = doc_new(text, &opts);
    const char *skip = doc_skip(d);

    doc_free(d);
    return skip;
}
