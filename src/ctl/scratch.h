/* SPDX-License-Identifier: ISC */
#ifndef CTL_SCRATCH_H
#define CTL_SCRATCH_H

#include "base/err.h"

/*
 * scratch - a folder for a while, which only its owner may open.
 */

/* "BESIDE.XXXXXX", owned by the caller; NULL with err filled. */
char *scratch_make(const char *beside, struct err *err);
/* With all that is in it; NULL is fine.  Frees dir. */
void scratch_remove(char *dir);

/* "DIR/NAME", owned by the caller. */
char *scratch_path(const char *dir, const char *name);

/* What was renamed in the folder of path is on disk. */
bool scratch_sync_folder_of(const char *path, struct err *err);

#endif
