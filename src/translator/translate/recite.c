/* SPDX-License-Identifier: ISC */
#include "translator/translate/recite.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "text/doc.h"
#include "translator/translate/infer.h"

/* Every segment of the document that is to be said, from memory. */
static bool
recall(const struct memory *m, struct doc *d, struct span source,
    struct span target)
{
    struct buf found = {0};
    bool ok = true;

    for (size_t k = 0; k < doc_len(d) && ok; k++) {
        if (doc_is_hint(d, k))
            continue;
        ok = doc_is_plain(d, k) &&
             memory_find(m, doc_segment(d, k), source, target, &found);
        if (ok)
            doc_put_known(d, k, buf_span(&found));
        buf_reset(&found);
    }
    buf_free(&found);
    return ok;
}

/* A room's own words may stand inside any sentence: then nothing is known by
 * heart. */
static bool
say(const struct memory *m, struct translate_request *r, const char *target)
{
    struct span source = span_of(r->source_code), to = span_of(target);
    struct doc_opts opts = {.source = source, .target = to, .plain = r->plain};
    struct buf out = {0};
    struct doc *d;
    bool ok;

    if (!m || !target[0] || (r->glossary && r->glossary->n_terms > 0))
        return false;
    d = doc_new(r->text, &opts);
    ok = doc_len(d) > 0 && recall(m, d, source, to) &&
         doc_assemble(d, &out, &r->err);
    doc_free(d);
    if (ok) {
        r->translation = buf_take(&out);
        r->trust = (struct trust){.confidence = 1, .quality = QUALITY_SURE};
        snprintf(
            r->model, sizeof(r->model), "memory:%s-%s", r->source_code, target);
    }
    buf_free(&out);
    return ok;
}

void
recite(const struct memory *m, struct translate_request *r, const char *target)
{
    const char *why = infer_skip(r->text, r->plain);

    r->outcome = TRANSLATE_FAILED;
    if (why) {
        r->outcome = TRANSLATE_SKIPPED;
        err_set(&r->err, FAIL_NONE, "%s", why);
    } else if (!r->source_code[0] && span_eqz(r->source, "auto")) {
        err_set(&r->err, FAIL_BAD_INPUT, "language not recognised");
    } else if (!r->source_code[0]) {
        err_set(&r->err, FAIL_BAD_INPUT, "unsupported language %.*s",
            SPAN_ARG(r->source));
    } else if (say(m, r, target)) {
        r->outcome = TRANSLATE_OK;
    } else {
        err_set(&r->err, FAIL_BAD_INPUT, "unsupported language pair %s-%.*s",
            r->source_code, SPAN_ARG(r->target));
    }
}
