/* SPDX-License-Identifier: ISC */
#include "text/sense.h"

#include "text/sense_data.h"
#include "text/words.h"

static bool
is_mistaken(const struct sense_row *r, const struct folded_words *source,
    const struct folded_words *translation)
{
    return words_count_folded(source, r->words) > 0 &&
           words_count_folded(translation, r->wrong) > 0 &&
           (!r->also || words_count_folded(source, r->also) > 0) &&
           words_count_folded(source, r->unless) == 0;
}

bool
sense_mistaken(const struct folded_words *source,
    const struct folded_words *translation, struct span source_lang,
    struct span target_lang)
{
    for (size_t k = 0; k < sense_rows_n; k++) {
        const struct sense_row *r = &sense_rows[k];

        if (span_eqz(source_lang, r->from) && span_eqz(target_lang, r->to) &&
            is_mistaken(r, source, translation))
            return true;
    }
    return false;
}
