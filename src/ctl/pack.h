/* SPDX-License-Identifier: ISC */
#ifndef CTL_PACK_H
#define CTL_PACK_H

#include "base/span.h"
#include "ctl/inventory.h"

/*
 * pack - files in one: tar, packed by zstd, sealed when there is a secret
 * (seal.h), so that tar --zstd -xf opens what is not.  The last file is
 * manifest.json, the inventory of the others; without it the archive is not
 * whole.  Names are relative, with at most one folder.
 */
struct pack;

/* fd is borrowed.  NULL with err filled. */
struct pack *pack_new(int fd, const char *secret, struct err *err);
/* Add a file, and to the inventory what it was. */
bool pack_file(struct pack *p, const char *name, const char *path,
    struct inventory *inv, struct err *err);
bool pack_bytes(struct pack *p, const char *name, struct span bytes,
    struct inventory *inv, struct err *err);
/* Add the inventory; nothing may follow. */
bool pack_end(struct pack *p, const struct inventory *inv, struct err *err);
void pack_free(struct pack *p); /* NULL is fine */

/* Put all files into dir, which exists and is empty, and compare them with
 * the inventory, which is freed by inventory_free either way. */
bool pack_extract(int fd, const char *secret, const char *dir,
    struct inventory *ret, struct err *err);

#endif
