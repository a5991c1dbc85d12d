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
 * other).  The file is given by --config F or PREFIX_CONFIG; without either it
 * is SYSCONFDIR/meeshy/prefix.conf, where that is there.  A string may also be
 * the first line of the file that PREFIX_NAME_FILE names.
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

/* Where a value came from: "default", "/etc/meeshy/gateway.conf line 3",
 * "environment GATEWAY_PORT", "command line". */
enum { CFG_SOURCE_BYTES = 160 };
struct cfg_source {
    char from[CFG_SOURCE_BYTES];
};

/* As cfg_load, but all mistakes at once, each as a line "error: ..."; returns
 * how many.  sources has n.  Free with cfg_free. */
int cfg_examine(const struct cfg_row *rows, size_t n, const char *prefix,
    int argc, char **argv, void *out, struct cfg_source *sources,
    FILE *complaints);

/* One line a row: name, value, source.  Secrets are hidden. */
void cfg_show(const struct cfg_row *rows, size_t n, const void *out,
    const struct cfg_source *sources, FILE *to);

/* What --check-config does: show all settings on standard output and all
 * mistakes on standard error, those that settle finds in *out, too.  True when
 * there are none.  *out is zeroed; free it with cfg_free. */
bool cfg_check(const struct cfg_row *rows, size_t n, const char *prefix,
    int argc, char **argv, void *out,
    bool (*settle)(void *out, struct err *err));

/* A string setting of another program, from its variables and its file; owned
 * by the caller, NULL when there is none. */
char *cfg_find(const char *prefix, const char *name);

/* Take a flag of main's own out of the line; was it there? */
bool cfg_take_flag(int *argc, char **argv, const char *flag);

/* One line a row: flag, default, help. */
void cfg_usage(const struct cfg_row *rows, size_t n, FILE *to);

#endif
