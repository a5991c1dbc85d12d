/* SPDX-License-Identifier: ISC */
#ifndef CTL_MODELS_H
#define CTL_MODELS_H

#include "ctl/cmd.h"
#include "models/manifest.h"

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

#endif
