/* SPDX-License-Identifier: ISC */
#ifndef EXCHANGE_SOURCE_H
#define EXCHANGE_SOURCE_H

#include <jansson.h>

#include "base/err.h"
#include "base/span.h"

/*
 * source - the files of another program's export, in one folder.
 */

typedef bool source_row_fn(const json_t *row, void *ctx, struct err *err);

enum { SOURCE_FILE_BYTES_MAX = 256 * 1024 * 1024 }; /* of a list */

/* The objects of DIR/NAME by told, until it is false: either a list, or an
 * object a line, which needs no memory for the others.  FAIL_NOT_FOUND when it
 * is not there, FAIL_BAD_INPUT, with its name, when it is damaged. */
bool source_rows(const char *dir, const char *name, source_row_fn *told,
    void *ctx, struct err *err);

/* NAMEs of DIR/FOLDER/NAME.json, in their order, by told, until it is false.  A
 * folder that is not there has none. */
bool source_each(const char *dir, const char *folder,
    bool (*told)(const char *name, void *ctx, struct err *err), void *ctx,
    struct err *err);

/* s in an array of cap bytes: its first characters, as many as max. */
void source_copy(char *to, size_t cap, struct span s, size_t max);

/* Three decimal places behind seconds, as "1700000000.123400" has them; 0 for
 * what is none. */
int64_t source_ms(struct span seconds);

#endif
