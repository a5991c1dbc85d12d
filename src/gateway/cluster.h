/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_CLUSTER_H
#define GATEWAY_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "link/link.h"
#include "wire/pairs.h"

/*
 * cluster - the translators as the gateway sees them, and which of them gets
 * the next task.  Pure state: it is told what happens, and asked.  One owner.
 */
enum { CLUSTER_PAIRS_MAX = 16384 }; /* of all translators; more are not told */

enum balance {
    BALANCE_LEAST, /* the one with the fewest tasks outstanding */
    BALANCE_ROUND_ROBIN,
};

struct translator {
    bool listed, alive;
    char name[LINK_NAME_BYTES];
    char *session, *languages, *pairs; /* NULL: it does not say */
    size_t outstanding; /* tasks sent and not finished */
    uint64_t sent; /* tasks in all */
    bool accepts; /* it has said "accepted" once */
    uint64_t version; /* of all that its translations depend on; 0: unknown */
};

struct cluster {
    enum balance balance;
    int next; /* where round-robin goes on */
    struct translator members[LINK_PEERS_MAX];
    char *pairs; /* all that the living ones say, as in wire/pairs.h; or NULL */
};

bool cluster_init(struct cluster *c, const char *balance, struct err *err);
void cluster_fini(struct cluster *c);

/* Take over what the link says.  True when what this translator has must be
 * asked for again: it died, left, or is another run of itself. */
bool cluster_update(struct cluster *c, const struct link_peer *p);

/* What a task asks for. */
struct cluster_want {
    struct span source; /* "auto" or none of theirs: whatever it may be */
    const struct span *targets;
    size_t n_targets;
};

/* The id for the next task: of those who can translate most of what it wants,
 * by balance; -1 when none is alive. */
int cluster_choose(struct cluster *c, const struct cluster_want *want);

/* Does this translator say that it can, or say nothing of what it can? */
bool cluster_can(
    const struct cluster *c, int id, struct span source, struct span target);

/* May some translator of ours, also one that is away, be able to? */
bool cluster_may(
    const struct cluster *c, struct span source, struct span target);

/* Of all that a translation between the two would depend on, if all who can
 * make one agree about it; else 0.  Those that are away count with what they
 * said last. */
uint64_t cluster_version(
    const struct cluster *c, struct span source, struct span target);

size_t cluster_alive(const struct cluster *c);

/* Every language that some living translator writes, "ca,en,es"; appends
 * nothing when none says. */
void cluster_languages(const struct cluster *c, struct buf *out);

/* Every pair that some living translator says it has, as in wire/pairs.h, with
 * the best class of each; "" when none says.  Borrowed until the next update. */
struct span cluster_pairs(const struct cluster *c);

#endif
