/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_APERTIUM_MODE_H
#define ENGINE_APERTIUM_MODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * apertium_mode - the programs of a mode file, ready to be executed.
 *
 * A mode file is one line of shell: programs joined by "|", arguments in
 * quotes, $1 for the generator's options and $2 for the tagger's.  We read
 * that much of the shell and no more; anything else in the file is an error.
 * Every program gets -z (flush at each NUL) as its first argument.
 *
 * apertium-tagger -g is replaced by meeshy-tagger, which says the same and does
 * not remember the texts before (tagger.cc).
 */
enum {
    MODE_PROGRAMS_MAX = 32,
    MODE_ARGS_MAX = 16, /* of one program, -z and its name included */
    MODE_FILE_BYTES_MAX = 64 * 1024,
};

/* argv[i] is NULL-terminated and owned, argv[i][0] the program's name. */
struct apertium_mode {
    size_t n;
    char **argv[MODE_PROGRAMS_MAX];
};

/* Parse text.  On false ret is empty. */
bool apertium_mode_parse(
    struct span text, struct apertium_mode *ret, struct err *err);

/* Parse the file at path, replace the programs' names by their paths, and
 * check that they can be executed and the files they name can be read. */
bool apertium_mode_load(
    const char *path, struct apertium_mode *ret, struct err *err);

/* A number that changes with the size or the time of a program or file that a
 * loaded mode names, and with their order. */
uint64_t apertium_mode_version(const struct apertium_mode *m);

void apertium_mode_free(struct apertium_mode *m); /* zeroed is fine */

#endif
