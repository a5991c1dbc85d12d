/* SPDX-License-Identifier: ISC */
#ifndef CTL_LOOK_H
#define CTL_LOOK_H

#include "ctl/opts.h"
#include "ctl/sample.h"
#include "link/client.h"

/* look - ask the programs for a sample.  What does not answer is not up and
 * says why; that is no failure. */
enum { LOOK_TIMEOUT_MS = 2000 }; /* of each call */

void look_all(struct client *c, const struct opts *o, struct sample *ret);

/* One translator, by its base URL. */
void look_translator(
    struct client *c, struct span base, struct sample_translator *ret);

#endif
