/* SPDX-License-Identifier: ISC */
#ifndef CTL_RESTORE_H
#define CTL_RESTORE_H

#include "ctl/backup.h"
#include "store/store.h"

/*
 * restore - a backup in the place of what is there, or somewhere else to see
 * whether that would work.
 *
 * A backup is unpacked beside the database and compared with its inventory
 * before anything is touched.  The gateway must have stopped, and cannot start
 * meanwhile: the database's claim is held, and a mark beside it
 * (store/claim.h) stays when the restore is broken off, so that no gateway
 * takes half of it.  What was there is renamed, with its write-ahead log, which
 * would else be replayed over the backup.  The restored database has no epoch,
 * so its readers read anew.
 */
struct restored {
    struct inventory inv;
    char aside[256]; /* path of the database that was there; "": none */
};

/* fd: the backup.  told is called with a line for each other file, what was
 * done with it.  ret is freed by inventory_free(&ret->inv) either way. */
bool restore_make(int fd, const char *secret, const struct backup_places *to,
    void (*told)(const char *name, const char *what), struct restored *ret,
    struct err *err);

/* Into a folder beside scratch, which goes again: unpack, compare every file
 * and every table, bring the schema up to date as the gateway would, and count
 * through the gateway's own store. */
bool restore_rehearse(int fd, const char *secret, const char *scratch,
    struct inventory *ret, struct store_totals *ret_totals, struct err *err);

#endif
