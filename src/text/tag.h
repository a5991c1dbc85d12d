/* SPDX-License-Identifier: ISC */
#ifndef TEXT_TAG_H
#define TEXT_TAG_H

#include <stdbool.h>

#include "base/span.h"

/*
 * tag - questions that only ask for a yes: "isn't it?", "n'est-ce pas ?",
 * "oder?".  A model that does not understand the question behind a comma makes
 * one of these of it: "I haven't heard from him, is he ok?", "..., right?".
 *
 * A table of languages.  Pure, any thread.
 */

/* Does the translation end in such a question, and the source, whose last
 * clause asks something, does not? */
bool tag_invented(struct span source, struct span translation,
    struct span source_lang, struct span target_lang);

#endif
