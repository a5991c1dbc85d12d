/* SPDX-License-Identifier: ISC */
#include "translator/translate/mixed.h"

#include <stdlib.h>
#include <string.h>

#include "text/langid.h"
#include "text/untranslated.h"

/* The text as a whole is in source: a sentence has to be clear to be in another
 * language, and have no words of the source's: "quién canta get ready". */
static const double source_nats = 5;
static const double threshold = 0.9;

/* The language of the sentence, if it is for sure not source. */
static bool
find_other(struct span sentence, struct span source, struct langid *ret)
{
    struct langid_prior prior = {source, source_nats};
    struct langid_opts opts = {
        .priors = &prior, .n_priors = 1, .threshold = threshold};

    return langid_guess(sentence, &opts, ret) &&
           !lang_same(span_of(ret->code), source) &&
           !untranslated_word(sentence, sentence, source, span_of(ret->code));
}

size_t
mixed_keep(struct doc *doc, struct span source, struct span target)
{
    size_t n = doc_len(doc), kept = 0;

    for (size_t k = 0; k < n; k++) {
        struct span sentence = doc_segment(doc, k);
        struct langid got;
        char *copy;

        if (doc_is_settled(doc, k) || doc_is_hint(doc, k) ||
            !find_other(sentence, source, &got) ||
            !lang_same(span_of(got.code), target))
            continue;
        copy = span_dup(sentence); /* doc_put may move it */
        kept += doc_put(doc, k, span_of(copy));
        free(copy);
    }
    return kept;
}

bool
mixed_next_other(const struct doc *doc, struct span source, struct span target,
    size_t *k, char lang[LANG_CODE_BYTES])
{
    struct langid got;

    if (doc_stats(doc).segments < 2)
        return false; /* the text is in what it is said to be in */
    for (; *k < doc_len(doc); ++*k) {
        if (!doc_is_sentence(doc, *k) || doc_is_settled(doc, *k) ||
            !find_other(doc_segment(doc, *k), source, &got) ||
            lang_same(span_of(got.code), target))
            continue;
        memcpy(lang, got.code, LANG_CODE_BYTES);
        return true;
    }
    return false;
}
