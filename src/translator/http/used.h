/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_USED_H
#define TRANSLATOR_USED_H

#include "base/buf.h"
#include "translator/http/keys.h"

/*
 * used - what keys have used of their day, in a file over restarts:
 *
 *     {"day":20779,"keys":{"name":{"requests":3,"characters":120}}}
 *
 * with days of UTC since 1970.  The file is replaced as a whole; after a crash
 * it may be a little behind.
 */
enum { USED_FILE_BYTES_MAX = KEYS_MAX * 512 };

/* What was used on that day. */
void used_format(struct buf *out, const struct keys *k, int64_t day);
/* Keys that are not in k are passed over.  False with nothing changed. */
bool used_parse(struct keys *k, struct span json, struct err *err);

bool used_save(
    const struct keys *k, int64_t day, const char *path, struct err *err);
/* A file that is not there is fine. */
bool used_load(struct keys *k, const char *path, struct err *err);

#endif
