/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_SHELF_H
#define TRANSLATOR_SHELF_H

#include "base/buf.h"
#include "base/err.h"
#include "net/loop.h"

/*
 * shelf - work on the installed models that takes a disk or a network, each
 * piece on a thread of its own, few at once.  Answers come to the loop.
 *
 * A model is fetched in the background: there is one such at a time, and how
 * far it is can be asked.
 *
 * Loop thread only.  Life cycle: shelf_new, shelf_close, loop_drain,
 * shelf_free.
 */
struct shelf;

enum {
    SHELF_JOBS_MAX = 8,
    SHELF_NAME_BYTES = 64, /* of a model, or an architecture */
};

struct shelf_cfg {
    struct loop *loop; /* all borrowed */
    const char *folders; /* "DIR:DIR"; models are installed in the first */
    const char *registry; /* URL */
    /* Let the engine look at the folders; on a job's thread.  May be NULL. */
    void (*rescan)(void *ctx);
    /* Can the engine use the model of a folder?  May be NULL. */
    bool (*try_out)(const char *folder, struct err *err);
    void *ctx;
};

enum shelf_what {
    SHELF_LIST,
    SHELF_AVAILABLE,
    SHELF_PULL, /* answered when it has begun */
    SHELF_VERIFY,
    SHELF_REMOVE,
    SHELF_RESCAN,
};

struct shelf_ask {
    enum shelf_what what;
    char name[SHELF_NAME_BYTES]; /* of the model, where there is one */
    char architecture[SHELF_NAME_BYTES]; /* pull: or empty */
    bool again; /* pull what is installed already */

    /* Called once on the loop, with the members of a JSON object, each with a
     * comma before it, or with err. */
    void (*done)(void *user, struct span members, const struct err *err);
    void *user;
};

/* cfg is copied. */
struct shelf *shelf_new(const struct shelf_cfg *cfg);

/* Begin; ask is copied.  False with err filled, and done() never called, when
 * too much is going on. */
bool shelf_begin(struct shelf *s, const struct shelf_ask *ask, struct err *err);

/* Break off what can be and wait for the rest: seconds at most.  Then each
 * done() is in the loop's inbox.  NULL is fine. */
void shelf_close(struct shelf *s);

void shelf_free(struct shelf *s); /* closed and drained; NULL is fine */

#endif
