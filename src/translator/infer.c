/* SPDX-License-Identifier: ISC */
#include "translator/infer.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "text/doc.h"
#include "text/gate.h"

static void start_path(struct infer *i, const struct router_path *path);

static void
finish(struct infer *i, enum translate_outcome outcome)
{
    i->outcome = outcome;
    doc_free(i->doc);
    i->doc = NULL;
    i->done(i);
}

static void
succeed(struct infer *i, char *translation)
{
    i->translation = translation;
    finish(i, TRANSLATE_OK);
}

/* err is filled.  What was wrong with the text or is busy now will be so on
 * another path. */
static void
fail(struct infer *i)
{
    if (i->kept) {
        i->taken = i->path;
        i->confidence = i->kept_confidence;
        succeed(i, i->kept);
        return;
    }
    if (i->err.kind != FAIL_SYSTEM || !i->other || i->taken == i->other ||
        *i->stopping) {
        finish(i, TRANSLATE_FAILED);
        return;
    }
    doc_free(i->doc);
    start_path(i, i->other);
}

/* May the translation be shown?  What no engine has seen may, and with a room's
 * own words in it, it may look like the source. */
static bool
pass(struct infer *i, struct span translation)
{
    struct gate gate;

    if (!i->gate || doc_len(i->doc) == 0)
        return true;
    if (i->doubt > ENGINE_UNSURE)
        return err_set(&i->err, FAIL_SYSTEM, "translation refused: %s",
            i->doubt == ENGINE_LOOP ? gate_reason_name(GATE_LOOP) : "cut off");
    gate = gate_check(i->text, translation, i->source, i->target);
    if (gate.reason == GATE_OK) {
        i->confidence *= gate.score;
        return true;
    }
    if (gate.reason == GATE_COPIED && i->terms)
        return true;
    return err_set(&i->err, FAIL_SYSTEM, "translation refused: %s",
        gate_reason_name(gate.reason));
}

/* Should another engine try too? */
static bool
is_unsure(const struct infer *i)
{
    return i->gate && i->doubt == ENGINE_UNSURE && i->other &&
           i->taken != i->other && !*i->stopping;
}

static void
conclude(struct infer *i)
{
    struct buf out = {0};

    if (!doc_assemble(i->doc, &out, &i->err) || !pass(i, buf_span(&out))) {
        buf_free(&out);
        fail(i);
        return;
    }
    if (is_unsure(i)) {
        i->kept = buf_take(&out);
        i->kept_confidence = i->confidence;
        doc_free(i->doc);
        start_path(i, i->other);
        return;
    }
    free(i->kept);
    succeed(i, buf_take(&out));
}

/* Every line is the translation of a segment; false when they do not match. */
static bool
put_lines(struct infer *i, struct span lines)
{
    size_t n = 0;

    while (lines.p && n < i->n)
        doc_put(i->doc, i->first + n++, span_cut(&lines, '\n'));
    return n == i->n && !lines.p;
}

static void start_round(struct infer *i);

static void
on_round_done(struct router_job *job)
{
    struct infer *i = job->user;
    char *translation = job->translation;
    bool ok = job->ok;

    free(i->lines);
    if (!ok)
        i->err = job->err;
    else if (!put_lines(i, span_of(translation)))
        ok = err_set(&i->err, FAIL_SYSTEM, "the engine broke a sentence");
    else if (job->confidence < i->confidence)
        i->confidence = job->confidence;
    if (job->doubt > i->doubt)
        i->doubt = job->doubt;
    i->first += i->n;
    if (ok)
        start_round(i);
    else
        fail(i);
    free(translation);
}

/* Send the segments that have no translation, as the lines of one text: the
 * router translates lines side by side.  Segments that went to pieces come in
 * the next round; pieces have no spans and stay whole. */
static void
start_round(struct infer *i)
{
    size_t n = doc_len(i->doc);
    struct buf lines = {0};

    if (i->first == n) {
        conclude(i);
        return;
    }
    if (*i->stopping) {
        err_set(&i->err, FAIL_BUSY, "the translator stops");
        fail(i);
        return;
    }
    for (size_t k = i->first; k < n; k++) {
        if (k > i->first)
            buf_addc(&lines, '\n');
        buf_adds(&lines, doc_segment(i->doc, k));
    }
    i->n = n - i->first;
    n = lines.len;
    i->lines = buf_take(&lines);
    i->job = (struct router_job){.done = on_round_done, .user = i};
    router_translate(i->router, i->taken, (struct span){i->lines, n}, &i->job);
}

static void
start_path(struct infer *i, const struct router_path *path)
{
    struct doc_opts opts = {
        .source = i->source, .terms = i->terms, .plain = i->plain};
    const char *skip;

    i->taken = path;
    i->confidence = 1;
    i->doubt = ENGINE_SURE;
    i->first = 0;
    i->doc = doc_new(i->text, &opts);
    skip = doc_skip(i->doc);
    if (skip) {
        err_set(&i->err, FAIL_NONE, "%s", skip);
        finish(i, TRANSLATE_SKIPPED);
        return;
    }
    if (path == i->path)
        i->begun(i);
    start_round(i);
}

void
infer_start(struct infer *i)
{
    i->translation = i->kept = NULL;
    start_path(i, i->path);
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
