/* SPDX-License-Identifier: ISC */
#ifndef CTL_MODELS_H
#define CTL_MODELS_H

#include "ctl/cmd.h"
#include "models/manifest.h"
#include "models/pull.h"

/* models - what the commands for models share. */

/* Can our engine use the model in the folder?  See pull.h. */
bool models_try_out(const char *folder, struct err *err);

/* DIR/NAME of an installed model, owned by the caller, and what it is.  NULL
 * with err filled. */
char *models_find(const struct opts *o, const char *name, struct manifest *ret,
    struct err *err);

/* Let the translators look at their folders now; one that is not reached will
 * find out by itself. */
void models_tell(struct client *c, const struct opts *o);

/* How to bring models into dir, without progress. */
struct pull_cfg models_pull_cfg(const struct opts *o, const char *dir);

void models_say_installed(
    const struct manifest *m, const char *dir, bool fresh);

#endif
