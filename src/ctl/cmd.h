/* SPDX-License-Identifier: ISC */
#ifndef CTL_CMD_H
#define CTL_CMD_H

#include "base/err.h"
#include "ctl/opts.h"
#include "link/client.h"

/*
 * cmd - the commands of meeshyctl.  Each writes its answer to standard output
 * and returns true, or fills err.  The client is borrowed.
 */
bool cmd_top(struct client *c, const struct opts *o, struct err *err);
bool cmd_pools(struct client *c, const struct opts *o, struct err *err);
bool cmd_pools_resize(struct client *c, const struct opts *o, struct err *err);
bool cmd_restart_workers(
    struct client *c, const struct opts *o, struct err *err);
bool cmd_drain(struct client *c, const struct opts *o, struct err *err);
bool cmd_glossary_get(struct client *c, const struct opts *o, struct err *err);
bool cmd_glossary_put(struct client *c, const struct opts *o, struct err *err);
bool cmd_models_list(struct client *c, const struct opts *o, struct err *err);
bool cmd_models_available(
    struct client *c, const struct opts *o, struct err *err);
bool cmd_models_pull(struct client *c, const struct opts *o, struct err *err);
bool cmd_models_add(struct client *c, const struct opts *o, struct err *err);
bool cmd_models_verify(struct client *c, const struct opts *o, struct err *err);
bool cmd_models_quantise(
    struct client *c, const struct opts *o, struct err *err);
bool cmd_models_bench(struct client *c, const struct opts *o, struct err *err);
bool cmd_models_measure(
    struct client *c, const struct opts *o, struct err *err);
bool cmd_models_remove(struct client *c, const struct opts *o, struct err *err);
bool cmd_memory_list(struct client *c, const struct opts *o, struct err *err);
bool cmd_memory_import(struct client *c, const struct opts *o, struct err *err);
bool cmd_memory_export(struct client *c, const struct opts *o, struct err *err);
bool cmd_backup(struct client *c, const struct opts *o, struct err *err);
bool cmd_restore(struct client *c, const struct opts *o, struct err *err);
bool cmd_keys_add(struct client *c, const struct opts *o, struct err *err);
bool cmd_keys_list(struct client *c, const struct opts *o, struct err *err);
bool cmd_keys_pair(struct client *c, const struct opts *o, struct err *err);
bool cmd_keys_public(struct client *c, const struct opts *o, struct err *err);
bool cmd_keys_revoke(struct client *c, const struct opts *o, struct err *err);
bool cmd_database_copy(struct client *c, const struct opts *o, struct err *err);
bool cmd_database_vacuum(
    struct client *c, const struct opts *o, struct err *err);
bool cmd_import_slack(struct client *c, const struct opts *o, struct err *err);
bool cmd_import_meeshy(struct client *c, const struct opts *o, struct err *err);
bool cmd_export(struct client *c, const struct opts *o, struct err *err);
bool cmd_check_config(struct client *c, const struct opts *o, struct err *err);
bool cmd_rehearse(struct client *c, const struct opts *o, struct err *err);

/* A secret: given, or the first line of the file.  The caller owns it; NULL
 * with err filled when there is neither. */
char *cmd_secret(
    const char *given, const char *file, const char *what, struct err *err);

#endif
