/* SPDX-License-Identifier: ISC */
#include "translator/identify.h"

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
