/* SPDX-License-Identifier: ISC */
#ifndef MODELS_DEPOT_H
#define MODELS_DEPOT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "models/manifest.h"

/*
 * depot - the folder in which models are installed, each in a folder of its
 * name:
 *
 *     fr-en/model.json model.bin vocab.spm lex.bin
 *     .new/fr-en/...       what is being fetched; kept, to go on with it later
 *     .old/...             on its way out
 *     .lock                held by whoever changes something
 *
 * A model appears, is replaced, and goes by one rename, so whoever opens
 * NAME/model.json sees one whole model or none, whenever we are killed.
 * Reading needs no lock; one process changes at a time.
 */
struct depot;

enum { DEPOT_MODELS_MAX = 4096 };

/* Open the folder, made when it is not there, and take the lock.  NULL with
 * err filled; FAIL_BUSY when somebody else is changing it. */
struct depot *depot_open(const char *dir, struct err *err);
void depot_close(struct depot *d); /* NULL is fine */

/* The folder in which a new model is put together; it may hold files of an
 * earlier attempt.  Owned by the caller; NULL with err filled. */
char *depot_stage(struct depot *d, const char *name, struct err *err);

/* Write model.json, sync everything to disk, and put what is staged in the
 * place of NAME. */
bool depot_install(struct depot *d, const struct manifest *m, struct err *err);

/* Take a model away; a process that uses it keeps what it has open. */
bool depot_remove(struct depot *d, const char *name, struct err *err);

/* Forget what was staged for that name. */
void depot_forget(struct depot *d, const char *name);

/* Bytes that may still be written. */
bool depot_has_room(struct depot *d, uint64_t bytes, struct err *err);

/* ---- without a lock ---- */

/* The next folder of "DIR:DIR", owned by the caller; NULL after the last. */
char *depot_next_folder(struct span *rest);

/* The one in which models are installed, owned by the caller: the first. */
char *depot_first_folder(const char *folders);

struct depot_model {
    struct manifest manifest; /* of a damaged one, its name only */
    char why[200]; /* not empty: it is damaged */
};

/* All models in dir by name, owned by the caller.  A folder that is not there
 * has none. */
struct depot_model *depot_list(const char *dir, size_t *n);

/* Are all files of the model there with the sizes and hashes of model.json? */
bool depot_verify(const char *dir, const char *name, struct err *err);

#endif
