/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ctl/cmd.h"
#include "ctl/look.h"

enum { EXIT_USAGE = 2, SECRET_BYTES_MAX = 1024 };

char *
cmd_secret(
    const char *given, const char *file, const char *what, struct err *err)
{
    char line[SECRET_BYTES_MAX];
    struct span secret;
    FILE *f;
    bool ok;

    if (given && given[0])
        return xstrdup(given);
    if (!file) {
        err_set(
            err, FAIL_UNAUTHORIZED, "%s is needed: see meeshyctl help", what);
        return NULL;
    }
    f = fopen(file, "re");
    ok = f && fgets(line, sizeof(line), f);
    if (!ok)
        err_set(err, FAIL_UNAUTHORIZED, "%s: cannot read %s", what, file);
    if (f)
        fclose(f);
    secret = ok ? span_trim(span_of(line)) : (struct span){NULL, 0};
    return span_dup(secret);
}

static bool
help(struct client *c, const struct opts *o, struct err *err)
{
    (void)c;
    (void)o;
    (void)err;
    opts_usage(stdout);
    return true;
}

static bool (*const commands[])(
    struct client *c, const struct opts *o, struct err *err) = {
    [CTL_HELP] = help,
    [CTL_TOP] = cmd_top,
    [CTL_POOLS] = cmd_pools,
    [CTL_POOLS_RESIZE] = cmd_pools_resize,
    [CTL_RESTART_WORKERS] = cmd_restart_workers,
    [CTL_DRAIN] = cmd_drain,
    [CTL_GLOSSARY_GET] = cmd_glossary_get,
    [CTL_GLOSSARY_PUT] = cmd_glossary_put,
    [CTL_MODELS_LIST] = cmd_models_list,
    [CTL_MODELS_AVAILABLE] = cmd_models_available,
    [CTL_MODELS_PULL] = cmd_models_pull,
    [CTL_MODELS_ADD] = cmd_models_add,
    [CTL_MODELS_VERIFY] = cmd_models_verify,
    [CTL_MODELS_QUANTISE] = cmd_models_quantise,
    [CTL_MODELS_BENCH] = cmd_models_bench,
    [CTL_MODELS_MEASURE] = cmd_models_measure,
    [CTL_MODELS_REMOVE] = cmd_models_remove,
    [CTL_MEMORY_LIST] = cmd_memory_list,
    [CTL_MEMORY_IMPORT] = cmd_memory_import,
    [CTL_MEMORY_EXPORT] = cmd_memory_export,
    [CTL_BACKUP] = cmd_backup,
    [CTL_RESTORE] = cmd_restore,
    [CTL_REHEARSE] = cmd_rehearse,
    [CTL_DATABASE_COPY] = cmd_database_copy,
    [CTL_DATABASE_VACUUM] = cmd_database_vacuum,
    [CTL_IMPORT_SLACK] = cmd_import_slack,
    [CTL_IMPORT_MEESHY] = cmd_import_meeshy,
    [CTL_EXPORT] = cmd_export,
    [CTL_CHECK_CONFIG] = cmd_check_config,
    [CTL_KEYS_ADD] = cmd_keys_add,
    [CTL_KEYS_LIST] = cmd_keys_list,
    [CTL_KEYS_PAIR] = cmd_keys_pair,
    [CTL_KEYS_PUBLIC] = cmd_keys_public,
    [CTL_KEYS_REVOKE] = cmd_keys_revoke,
};

int
main(int argc, char **argv)
{
    struct opts opts;
    struct err err = {0};
    struct client *client;
    bool ok;

    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("meeshyctl %s\n", MEESHY_VERSION);
        return EXIT_SUCCESS;
    }
    if (!opts_parse(argc, argv, &opts, &err)) {
        fprintf(stderr, "meeshyctl: %s\n", err.text);
        fprintf(stderr, "meeshyctl help lists commands and options\n");
        return EXIT_USAGE;
    }
    client = client_new(LOOK_TIMEOUT_MS, &err);
    ok = client && commands[opts.command](client, &opts, &err);
    if (!ok)
        fprintf(stderr, "meeshyctl: %s\n", err.text);
    client_free(client);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
