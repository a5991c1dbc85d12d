/* SPDX-License-Identifier: ISC */
#ifndef CTL_SNAPSHOT_H
#define CTL_SNAPSHOT_H

#include "base/err.h"

/*
 * snapshot - a copy of a database that the gateway goes on using.  The copy is
 * one moment of it, whole, checked, and on disk when this returns true.
 */
enum { SNAPSHOT_BUSY_MS_MAX = 30 * 1000 };

/* from may begin with "sqlite:".  to must not exist yet: nothing is ever
 * overwritten; a copy that fails leaves nothing behind. */
bool snapshot_make(const char *from, const char *to, struct err *err);

#endif
