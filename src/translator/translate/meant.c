/* SPDX-License-Identifier: ISC */
#include "translator/translate/meant.h"

#include "base/buf.h"

static bool
differs(const struct doc *doc, char *const *says, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        if (says[k] && !span_eqz(doc_segment(doc, k), says[k]))
            return true;
    }
    return false;
}

char *
meant_text(const struct doc *doc, struct span text, const struct doc_opts *opts,
    char *const *says, size_t n)
{
    struct doc_opts same = *opts;
    struct buf out = {0};
    struct doc *meant;
    bool ok;

    if (!differs(doc, says, n))
        return NULL;
    same.target = opts->source; /* its numbers stay in their words */
    meant = doc_new(text, &same);
    for (size_t k = 0; k < n; k++)
        doc_put(meant, k, says[k] ? span_of(says[k]) : doc_segment(meant, k));
    ok = doc_assemble(meant, &out, NULL);
    doc_free(meant);
    if (ok)
        return buf_take(&out);
    buf_free(&out);
    return NULL;
}
