/* SPDX-License-Identifier: ISC */
#ifndef CTL_OPTS_H
#define CTL_OPTS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "ctl/keyfile.h"

/*
 * opts - the command line of meeshyctl: words and options in any order.  An
 * option that is not given comes from the environment where it has a variable.
 * Strings are borrowed from argv and environment.
 */
enum ctl_command {
    CTL_HELP,
    CTL_TOP,
    CTL_POOLS,
    CTL_POOLS_RESIZE,
    CTL_RESTART_WORKERS,
    CTL_DRAIN,
    CTL_GLOSSARY_GET,
    CTL_GLOSSARY_PUT,
    CTL_MODELS_LIST,
    CTL_MODELS_AVAILABLE,
    CTL_MODELS_PULL,
    CTL_MODELS_ADD,
    CTL_MODELS_VERIFY,
    CTL_MODELS_REMOVE,
    CTL_MODELS_QUANTISE,
    CTL_MODELS_BENCH,
    CTL_MODELS_MEASURE,
    CTL_MEMORY_LIST,
    CTL_MEMORY_IMPORT,
    CTL_MEMORY_EXPORT,
    CTL_BACKUP,
    CTL_RESTORE,
    CTL_REHEARSE,
    CTL_DATABASE_COPY,
    CTL_DATABASE_VACUUM,
    CTL_IMPORT_SLACK,
    CTL_IMPORT_MEESHY,
    CTL_EXPORT,
    CTL_CHECK_CONFIG,
    CTL_KEYS_ADD,
    CTL_KEYS_LIST,
    CTL_KEYS_PAIR,
    CTL_KEYS_PUBLIC,
    CTL_KEYS_REVOKE,
};

enum { CTL_ARGS_MAX = 16 };

/* The sizes that can be changed; 0: not given. */
struct ctl_sizes {
    int normal_workers, any_workers;
    int max_normal_workers, max_any_workers;
    int normal_pool_size, any_pool_size;
};

struct opts {
    enum ctl_command command;
    const char *args[CTL_ARGS_MAX]; /* words after the command's own */
    int n_args;

    const char *gateway; /* base URL */
    const char *translators; /* base URLs, separated by commas */
    const char *token, *token_file; /* a session of the gateway */
    const char *admin_token, *admin_token_file; /* of the translator */
    const char *database; /* sqlite:PATH or PATH */
    const char *key_file; /* of backups; NULL: they are not encrypted */
    const char *glossary, *api_keys; /* files of the programs; NULL: none */
    const char *files; /* a folder; NULL: beside the database */
    const char *models, *memory; /* folders, separated by colons */
    const char *registry; /* places, see models/pull.h; NULL: the usual */
    const char *language; /* of who is imported and does not say */
    const char *all_for; /* a language: all models from or into it */
    const char *among; /* languages with commas: all models between them */
    const char *architecture, *licence; /* NULL: any, unknown */
    const char *text; /* a file of sentences; NULL: ours */
    const char *precision; /* NULL: int8 */
    int beam; /* 0: the model's */
    int seconds; /* of each measurement */
    bool again; /* pull what is installed already */
    int interval_s, count; /* of top; count 0: until told to stop */
    bool plain;
    struct ctl_sizes sizes;
    struct keyfile_limits limits; /* of a new API key */
};

/* Fill *ret from the command line. */
bool opts_parse(int argc, char **argv, struct opts *ret, struct err *err);

void opts_usage(FILE *to);

#endif
