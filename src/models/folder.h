/* SPDX-License-Identifier: ISC */
#ifndef MODELS_FOLDER_H
#define MODELS_FOLDER_H

#include "models/pull.h"

/*
 * folder - models from a folder of this machine into the depot: one that has a
 * model.json, or Mozilla's or OPUS-MT's files by their own names
 *
 *     model.enfr.intgemm.alphas.bin.gz vocab.enfr.spm.gz lex.50.50.enfr...
 *     opus.npz decoder.yml source.spm target.spm opus.vocab.yml, or source.bpe
 *     and target.bpe
 *
 * The files are copied, gzip taken off; nothing else of the folder is.
 */

/* What model.json says of it, or of the languages in name ("en-fr") where
 * there is none; name may be NULL when there is one.  licence NULL: unknown. */
bool folder_install(const struct pull_cfg *cfg, const char *folder,
    const char *name, const char *licence, struct manifest *ret,
    struct err *err);

/* The file that plays the role in the folder, owned by the caller; NULL when
 * there is none. */
char *folder_find(const char *folder, enum manifest_role role);

#endif
