/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_CMD_TABLE_H
#define GATEWAY_CMD_TABLE_H

#include "gateway/cmd.h"

/* cmd_table - all commands there are.  A new one is a line here. */
extern const struct cmd *const cmd_table[];
extern const size_t cmd_table_len;

/* How many arguments a command has. */
int cmd_n_args(const struct cmd *cmd);

/* The place of the argument that a ":name" in a route means; -1: none. */
int cmd_find_arg(const struct cmd *cmd, struct span name);

#endif
