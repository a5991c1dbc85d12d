/* SPDX-License-Identifier: ISC */
#ifndef CTL_VACUUM_H
#define CTL_VACUUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/*
 * vacuum - writes an SQLite database anew, without the room that deleted rows
 * left behind, and without what they said.  All of it happens or nothing.
 *
 * The caller holds its claim.  It needs room for two copies beside the database
 * while it lasts.
 */
struct vacuum {
    int64_t before, after; /* bytes of the file */
};

/* FAIL_TOO_LARGE: there is no room for it. */
bool vacuum_run(const char *path, struct vacuum *ret, struct err *err);

/* Room that it needs for a file of so many bytes. */
int64_t vacuum_needs(int64_t bytes);

#endif
