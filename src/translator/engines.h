/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_ENGINES_H
#define TRANSLATOR_ENGINES_H

#include "engine/engine.h"
#include "translator/conf.h"

/* The engine that the settings ask for.  NULL with err filled when it has no
 * language at all. */
struct engine *engines_open(const struct conf *c, struct err *err);

#endif
