/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_CLUSTER_H
#define GATEWAY_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "link/link.h"

/*
 * cluster - the translators as the gateway sees them, and which of them gets
 * the next task.  Pure state: it is told what happens, and asked.  One owner.
 */
enum balance {
    BALANCE_LEAST, /* the one with the fewest tasks outstanding */
    BALANCE_ROUND_ROBIN,
};

struct translator {
    bool listed, alive;
    char name[LINK_NAME_BYTES];
    char *session, *languages; /* NULL: it does not say */
    size_t outstanding; /* tasks sent and not finished */
    uint64_t sent; /* tasks in all */
};

struct cluster {
    enum balance balance;
    int next; /* where round-robin goes on */
    struct translator members[LINK_PEERS_MAX];
};

bool cluster_init(struct cluster *c, const char *balance, struct err *err);
void cluster_fini(struct cluster *c);

/* Take over what the link says.  True when what this translator has must be
 * asked for again: it died, left, or is another run of itself. */
bool cluster_update(struct cluster *c, const struct link_peer *p);

/* The id for the next task; -1 when none is alive. */
int cluster_choose(struct cluster *c);

size_t cluster_alive(const struct cluster *c);

/* Every language that some living translator writes, "ca,en,es"; appends
 * nothing when none says. */
void cluster_languages(const struct cluster *c, struct buf *out);

#endif
