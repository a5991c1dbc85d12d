/* SPDX-License-Identifier: ISC */
#ifndef BASE_CFG_H
#define BASE_CFG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"

/*
 * Configuration as one table per program.  A row names a field of the
 * program's own struct; the name serves as environment variable, as a line
 * NAME=value of the configuration file and, lower case with dashes, as a
 * command-line flag.  Later sources win:
 *
 *   default < file < NAME < PREFIX_NAME < --name
 *
 * PREFIX_NAME exists because the names that the two daemons inherited collide
 * when they share one environment (ZMQ_PUB_PORT of one is ZMQ_SUB_PORT of the
 * other).  The file is given by --config F or PREFIX_CONFIG.
 */
enum cfg_type {
    CFG_STRING, /* char *, owned by the struct, never NULL */
    CFG_INT, /* int, within [min, max] */
    CFG_BOOL, /* bool: true false 1 0 yes no on off */
};

struct cfg_row {
    const char *name;
    enum cfg_type type;
    size_t offset; /* of the field in the program's struct */
    const char *def; /* as text; "" is a legal string */
    int min, max; /* CFG_INT only */
    const char *help;
};

/* Fill *out, a zeroed struct.  Unknown flags and file lines, and values out of
 * range, are errors that name the source.  Free with cfg_free either way. */
bool cfg_load(const struct cfg_row *rows, size_t n, const char *prefix,
    int argc, char **argv, void *out, struct err *err);

void cfg_free(const struct cfg_row *rows, size_t n, void *out);

/* One line a row: flag, default, help. */
void cfg_usage(const struct cfg_row *rows, size_t n, FILE *to);

#endif
