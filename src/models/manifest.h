/* SPDX-License-Identifier: ISC */
#ifndef MODELS_MANIFEST_H
#define MODELS_MANIFEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * manifest - what an installed model is: the file model.json in its folder.
 *
 *     {"format":1,"name":"fr-en","source":"fr","target":"en",
 *      "version":"2026.1","architecture":"tiny","licence":"MPL-2.0",
 *      "attribution":"Mozilla, Firefox Translations","origin":"https://...",
 *      "sureFrom":0.75,"beam":2,"keepsNames":true,
 *      "quality":{"short":48.2,"long":25.9,"sure":66.1},
 *      "files":[{"role":"model","name":"model.bin","bytes":17140961,
 *                "sha256":"0678...61de"},...]}
 *
 * The folder is called as the model.  A file's name is one of those that its
 * role allows, so nothing from a network ever becomes a path.  attribution,
 * origin, sureFrom, beam, keepsNames and quality may be missing; members that we do not know are
 * passed over.  There is one model, and vocab or both srcvocab and trgvocab; the
 * rest is optional.
 *
 * A plain value without pointers: copy it, compare it, no free.
 */
enum {
    MANIFEST_FORMAT = 1,
    MANIFEST_BYTES_MAX = 64 * 1024, /* of model.json */
    MANIFEST_LANG_BYTES = 16, /* all sizes here include the final NUL */
    MANIFEST_NAME_BYTES = 64,
    MANIFEST_WORD_BYTES = 128, /* version, architecture, licence */
    MANIFEST_TEXT_BYTES = 1024, /* attribution, origin */
    MANIFEST_FILE_BYTES = 16,
    MANIFEST_SHA256_BYTES = 65,
    MANIFEST_BEAM_MAX = 6,
};

/* A model of the big families has 0.3 GB; the bound is against nonsense. */
#define MANIFEST_FILE_MAX ((uint64_t)4 * 1024 * 1024 * 1024)

enum manifest_role {
    MANIFEST_MODEL, /* model.bin or model.npz */
    MANIFEST_VOCAB, /* vocab.spm: of both languages */
    MANIFEST_SRCVOCAB, /* srcvocab.spm, or source.bpe of OPUS-MT */
    MANIFEST_TRGVOCAB, /* trgvocab.spm, or target.bpe */
    MANIFEST_LEX, /* lex.bin: the shortlist */
    MANIFEST_OPTIONS, /* decoder.yml: of a model.npz */
    MANIFEST_IDS, /* vocab.yml: pieces to ids, of OPUS-MT */
    MANIFEST_ROLES,
};

struct manifest_file {
    char name[MANIFEST_FILE_BYTES]; /* empty: the model has none */
    uint64_t bytes;
    char sha256[MANIFEST_SHA256_BYTES]; /* lower-case hex */
};

/* chrF2 of what it translates, measured; 0..1, 0: not measured. */
struct manifest_quality {
    double of_short; /* lines as people chat */
    double of_long; /* prose */
    double sure; /* what it says with a confidence of sure_from or more */
};

struct manifest {
    char name[MANIFEST_NAME_BYTES];
    char source[MANIFEST_LANG_BYTES], target[MANIFEST_LANG_BYTES];
    char version[MANIFEST_WORD_BYTES];
    char architecture[MANIFEST_WORD_BYTES]; /* "tiny", "base-memory", ... */
    char licence[MANIFEST_WORD_BYTES];
    char attribution[MANIFEST_TEXT_BYTES];
    char origin[MANIFEST_TEXT_BYTES]; /* URL or folder it came from */
    double sure_from; /* 0..1: a confidence below is a reason to ask another
                         engine, if there is one; 0: never */
    bool keeps_names; /* names that it does not know are to be put back where it
                         loses them: for small models */
    struct manifest_quality quality;
    int beam; /* 1..MANIFEST_BEAM_MAX, worth its time with this model; 0: not
                 said */
    struct manifest_file files[MANIFEST_ROLES];
};

/* Every field checked.  False with err filled and *ret unspecified. */
bool manifest_parse(struct span json, struct manifest *ret, struct err *err);

/* Parse DIR/model.json; the model must be called as the folder.  The files
 * are not looked at. */
bool manifest_load(const char *dir, struct manifest *ret, struct err *err);

/* Append the text of model.json, which manifest_parse reads back. */
void manifest_format(const struct manifest *m, struct buf *ret);

/* DIR/NAME of the file with that role, owned by the caller; NULL when the
 * model has none. */
char *manifest_path(
    const struct manifest *m, const char *dir, enum manifest_role role);

/* "model", "vocab", ... as in model.json. */
const char *manifest_role_name(enum manifest_role role);

/* All its files together. */
uint64_t manifest_bytes(const struct manifest *m);

/* Is s a language of a model: two or three lower-case letters, and perhaps a
 * script, as in "zh_hant"? */
bool manifest_lang_valid(struct span s);

/* Is s a model's name: 1 to 63 of [a-z0-9_.-], the first a letter or digit? */
bool manifest_name_valid(struct span s);

/* 64 digits of lower-case hex? */
bool manifest_sha256_valid(struct span s);

/* Name the file of a role as model.json does, the first that it allows. */
const char *manifest_role_file(enum manifest_role role);

/* That of path's kind: the one that it allows with the same ending, else the
 * first. */
const char *manifest_role_file_like(enum manifest_role role, const char *path);

#endif
