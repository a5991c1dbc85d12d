/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_CMD_ARGS_H
#define GATEWAY_CMD_ARGS_H

#include "gateway/cmd.h"

/*
 * cmd_args - arguments of commands, checked against their rows.  Pure; values
 * borrow from what they were read from.
 */

/* Read one argument from a JSON value, or from text (of a path or a query).
 * NULL and JSON's null are no value.  False: err says what is wrong with it. */
bool cmd_arg_json(const struct cmd_arg *a, const json_t *value,
    struct cmd_value *ret, struct err *err);
bool cmd_arg_text(const struct cmd_arg *a, struct span value,
    struct cmd_value *ret, struct err *err);

/* Read what is not there yet from an object, by name or alias.  An obj of
 * another type, NULL included, has no fields. */
bool cmd_args_json(const struct cmd *cmd, const json_t *obj,
    struct cmd_value *ret, struct err *err);

/* Is all there that is required? */
bool cmd_args_complete(
    const struct cmd *cmd, const struct cmd_value *values, struct err *err);

#endif
