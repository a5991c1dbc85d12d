/* SPDX-License-Identifier: ISC */
#ifndef MODELS_PULL_H
#define MODELS_PULL_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"
#include "models/depot.h"
#include "models/manifest.h"
#include "models/registry.h"

/*
 * pull - models from a registry into the depot.
 *
 * A model is visible when all of it was fetched, unpacked, has the size and
 * the SHA-256 that the registry says, and could be opened.  Until then, and
 * when anything fails, what was installed before stays.  Blocking calls for a
 * thread of their own; several at once refuse each other with FAIL_BUSY.
 */
#define PULL_REGISTRY_DEFAULT                                                  \
    "https://storage.googleapis.com/"                                          \
    "moz-fx-translations-data--303e-prod-translations-data/db/models.json"

/* In a list of places it stands for that one. */
#define PULL_MOZILLA "mozilla"

enum { PULL_PROGRESS_MS = 200, PULL_PLACES_MAX = 8 };

/* What is going on: copied for each report, strings borrowed for the call. */
struct pull_progress {
    const char *name; /* of the model */
    const char *file; /* "model.bin" */
    uint64_t done, total; /* of the model as sent; total 0: not known */
};

struct pull_cfg {
    const char *models; /* the depot's folder */
    /* Where models come from: places with blanks between, of which the first
     * that answers is taken.  A place is the URL of a list in Mozilla's format,
     * "mozilla", or a folder of models as data/models is one, its path beginning
     * with / or a dot. */
    const char *registry;
    const struct registry *known; /* what was got from there before; or NULL */
    /* Can the engine use it?  May be NULL: then nobody asks. */
    bool (*try_out)(const char *folder, struct err *err);
    /* At most every PULL_PROGRESS_MS, and at each file's end.  May be NULL. */
    void (*on_progress)(void *ctx, const struct pull_progress *p);
    void *ctx;
    const atomic_bool *cancel; /* true ends it soon; may be NULL */
    int tries, pause_ms; /* 0: as fetch.h says */
    bool again; /* also what is installed already */
};

/* What the first place that answers offers, owned by the caller; NULL with err
 * filled. */
struct registry *pull_registry(const struct pull_cfg *cfg, struct err *err);

/* Is that very model among those? */
bool pull_has(
    const struct registry_entry *e, const struct depot_model *list, size_t n);

/* Fetch and install a pair.  architecture may be NULL.  *ret is what is
 * installed then; *fresh is false when it was there before. */
bool pull_model(const struct pull_cfg *cfg, const char *name,
    const char *architecture, struct manifest *ret, bool *fresh,
    struct err *err);

/* The last step: try what lies staged and install it.  For others who stage
 * models. */
bool pull_install(const struct pull_cfg *cfg, struct depot *d,
    const char *stage, const struct manifest *m, struct err *err);

#endif
