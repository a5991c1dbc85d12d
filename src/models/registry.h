/* SPDX-License-Identifier: ISC */
#ifndef MODELS_REGISTRY_H
#define MODELS_REGISTRY_H

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "models/manifest.h"

/*
 * registry - which models somebody offers: Mozilla's models.json
 *
 *     {"baseUrl":"https://...","models":{"en-fr":[{"architecture":"tiny",
 *      "releaseStatus":"Release","files":{
 *        "model":{"path":"models/en-fr/v7/exported/model.enfr.bin.gz",
 *                 "uncompressedSize":17140961,"uncompressedHash":"0678..."},
 *        "vocab":{"path":...},"lexicalShortlist":{"path":...}}}]}}
 *
 * and the older registry.json of mozilla/firefox-translations-models.  A file
 * may also have size and hash as it is sent, an entry (or the whole) license
 * and attribution.  Mozilla gives hashes of models only.
 *
 * A stranger wrote it: every field is checked, and a path is only ever a part
 * of a URL.  An entry with something wrong is kept with the reason and cannot
 * be had; the others can.  Immutable once made.
 */
enum {
    REGISTRY_BYTES_MAX = 16 * 1024 * 1024,
    REGISTRY_ENTRIES_MAX = 20000,
    REGISTRY_PATH_LEN_MAX = 400,
    REGISTRY_URL_LEN_MAX = 600, /* of the base */
    REGISTRY_STATUS_BYTES = 32,
    REGISTRY_WHY_BYTES = 120,
};

struct registry_file {
    char *path; /* NULL: the model has no such file */
    uint64_t packed_bytes; /* as it is sent; 0: not said */
    char packed_sha256[MANIFEST_SHA256_BYTES]; /* empty: not said */
    uint64_t bytes; /* unpacked; 0: not said */
    char sha256[MANIFEST_SHA256_BYTES]; /* empty: not said */
};

struct registry_entry {
    char name[MANIFEST_NAME_BYTES]; /* "en-fr" */
    char source[MANIFEST_LANG_BYTES], target[MANIFEST_LANG_BYTES];
    char version[MANIFEST_WORD_BYTES];
    char architecture[MANIFEST_WORD_BYTES];
    char licence[MANIFEST_WORD_BYTES];
    char attribution[MANIFEST_TEXT_BYTES];
    char status[REGISTRY_STATUS_BYTES]; /* "Release"; empty: not released */
    char why[REGISTRY_WHY_BYTES]; /* not empty: this one is refused */
    struct registry_file files[MANIFEST_ROLES];
};

struct registry {
    char *base; /* URL without a final slash, or the folder */
    bool is_folder; /* of models as models/depot.h has them */
    struct registry_entry *entries;
    size_t n_entries;
    size_t n_strange; /* that do not even name a pair of languages */
};

/* Parse what came from url, which stands in for a missing baseUrl.  NULL with
 * err filled. */
struct registry *registry_parse(
    struct span json, const char *url, struct err *err);
/* What a folder of models offers.  NULL with err filled when it has none. */
struct registry *registry_of_folder(const char *dir, struct err *err);
void registry_free(struct registry *r); /* NULL is fine */

/* The entry to take for a pair: with that architecture where one is named,
 * released before others, and of equals the first.  NULL with err filled when
 * there is none, or the one there is was refused. */
const struct registry_entry *registry_find(const struct registry *r,
    struct span name, const char *architecture, struct err *err);

/* The URL of a file, owned by the caller. */
char *registry_url(const struct registry *r, const struct registry_file *f);

/* All sizes that are said, unpacked. */
uint64_t registry_bytes(const struct registry_entry *e);

/* May models come from url?  https, http from this very machine, file. */
bool registry_url_valid(struct span url);

#endif
