/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_NEURAL_SCAN_H
#define ENGINE_NEURAL_SCAN_H

#include "engine/engine.h"
#include "models/manifest.h"

/*
 * neural_scan - which models are in some folders (models/depot.h), one for each
 * pair of languages.
 */
struct neural_found {
    struct engine_pair pair; /* cost is the caller's */
    const char *folder; /* borrowed from the caller */
    char name[MANIFEST_NAME_BYTES];
    char version[MANIFEST_WORD_BYTES];
    double sure_from; /* see manifest.h */
    struct engine_quality quality;
    int beam;
    bool keeps_names;
    uint64_t bytes; /* of its files */
    uint64_t ident; /* changes with everything that it is made of */
    char why[256]; /* not empty: it cannot be used, and pair says nothing */
};

/* How many there are; *ret is owned by the caller: free().  Of two models for
 * one pair the first is found: by folder, then by name. */
size_t neural_scan(
    const char *const *folders, size_t n_folders, struct neural_found **ret);

/* A number that changes with the files ways.tsv in the folders. */
uint64_t neural_scan_ways(const char *const *folders, size_t n_folders);

#endif
