/* SPDX-License-Identifier: ISC */
#include "translator/identify.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool
identify(struct offer *o, struct span text, struct langid *ret)
{
    const struct offer_list *list = o ? offer_hold(o) : NULL;
    struct langid_opts opts = {0};
    bool sure;

    _Static_assert((int)ENGINE_LANG_BYTES == (int)LANG_CODE_BYTES, "one size");
    if (list) {
        opts.candidates = (const char(*)[LANG_CODE_BYTES])list->sources;
        opts.n_candidates = list->n_sources;
    }
    sure = langid_guess(text, &opts, ret);
    if (list)
        offer_release(o, list);
    return sure;
}

/* The sources of target, and target itself.  Returns how many; there is room
 * for all sources and one more. */
static size_t
sources_of(const struct offer_list *list, struct span target,
    char (*ret)[LANG_CODE_BYTES])
{
    size_t n = 0;

    if (lang_normalise(target, ret[0]))
        n++;
    for (size_t i = 0; n > 0 && i < list->n_pairs; i++)
        if (strcmp(list->pairs[i].target, ret[0]) == 0)
            memcpy(ret[n++], list->pairs[i].source, LANG_CODE_BYTES);
    return n;
}

void
identify_likely(
    struct offer *o, struct span text, struct span target, struct langid *ret)
{
    const struct offer_list *list;
    struct langid_opts opts = {0};
    char(*candidates)[LANG_CODE_BYTES];

    /* A language that is not on offer is no other either. */
    if (identify(o, text, ret) || langid_guess(text, NULL, ret))
        return;
    if (o) {
        list = offer_hold(o);
        candidates = xcalloc(list->n_sources + 1, sizeof(*candidates));
        opts.candidates = (const char(*)[LANG_CODE_BYTES])candidates;
        opts.n_candidates = sources_of(list, target, candidates);
        offer_release(o, list);
        langid_guess(text, &opts, ret);
        free(candidates);
    }
    if (!ret->code[0])
        *ret = (struct langid){.code = IDENTIFY_USUAL};
}
