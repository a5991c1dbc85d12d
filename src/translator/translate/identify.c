/* SPDX-License-Identifier: ISC */
#include "translator/translate/identify.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

_Static_assert((int)ENGINE_LANG_BYTES == (int)LANG_CODE_BYTES, "one size");

bool
identify(struct offer *o, struct span text, struct langid *ret)
{
    const struct offer_list *list = o ? offer_hold(o) : NULL;
    struct langid_opts opts = {0};
    bool sure;

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

/* Of the languages that can become target, and target. */
static void
guess_for(
    struct offer *o, struct span text, struct span target, struct langid *ret)
{
    const struct offer_list *list = offer_hold(o);
    struct langid_opts opts = {0};
    char(*candidates)[LANG_CODE_BYTES];

    candidates = xcalloc(list->n_sources + 1, sizeof(*candidates));
    opts.candidates = (const char(*)[LANG_CODE_BYTES])candidates;
    opts.n_candidates = sources_of(list, target, candidates);
    offer_release(o, list);
    langid_guess(text, &opts, ret);
    free(candidates);
}

void
identify_likely(
    struct offer *o, struct span text, struct span target, struct langid *ret)
{
    struct langid any;

    if (identify(o, text, ret))
        return;
    langid_guess(text, NULL, &any);
    if (any.confidence >= IDENTIFY_STRANGER || !o)
        *ret = any;
    else
        guess_for(o, text, target, ret);
    if (ret->confidence < IDENTIFY_LEAST)
        *ret = (struct langid){.code = IDENTIFY_USUAL};
}
