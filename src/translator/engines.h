/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_ENGINES_H
#define TRANSLATOR_ENGINES_H

#include "engine/engine.h"
#include "translator/conf.h"

enum { ENGINES_MAX = 2 };

/* Open the engines that the settings ask for.  Returns how many there are; the
 * ones that could not be opened, as Apertium without a language, are logged:
 * without any we still run and say so, tasks get an answer, and the supervisor
 * has nothing to restart in vain. */
size_t engines_open(const struct conf *c, struct engine *ret[ENGINES_MAX]);

#endif
