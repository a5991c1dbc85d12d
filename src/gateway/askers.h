/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_ASKERS_H
#define GATEWAY_ASKERS_H

#include "gateway/hub.h"

/*
 * askers - who asked for a message in a language and waits for it.  Readers of
 * a language get its translations anyway; these get the one they asked for,
 * whatever they read.  Bounded: who has waited longest is forgotten first, and
 * may ask again.  Loop thread only.
 */
enum { ASKERS_MAX = 4096 };

struct askers;

struct askers *askers_new(void);
void askers_free(struct askers *a); /* NULL is fine */

/* Takes a reference to the client.  Asking twice is asking once. */
void askers_add(struct askers *a, struct span message_id, struct span language,
    struct client *c);

/* They wait no longer: call each for those who are still connected. */
void askers_take(struct askers *a, struct span message_id, struct span language,
    void (*each)(struct client *c, void *ctx), void *ctx);

size_t askers_len(const struct askers *a);

#endif
