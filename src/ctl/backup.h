/* SPDX-License-Identifier: ISC */
#ifndef CTL_BACKUP_H
#define CTL_BACKUP_H

#include "base/err.h"

/*
 * backup - a copy of a database that the gateway goes on using.  The copy is
 * one moment of it, whole, checked, and on disk when this returns true.
 */
enum { BACKUP_BUSY_MS_MAX = 30 * 1000 };

/* from may begin with "sqlite:".  to must not exist yet: nothing is ever
 * overwritten; a copy that fails leaves nothing behind. */
bool backup_make(const char *from, const char *to, struct err *err);

#endif
