/* SPDX-License-Identifier: ISC */
#ifndef MEMORY_PROPOSALS_H
#define MEMORY_PROPOSALS_H

#include "base/err.h"
#include "base/span.h"

/*
 * proposals - translations that people suggest, kept apart from the memory
 * until somebody has looked through them: in a folder, a table (table.h) for
 * each pair of languages, "en-es.tsv", which an editor mends and `meeshyctl
 * memory import` takes.
 *
 * A line is appended and not waited for: what was suggested in the last seconds
 * before a crash of the machine may be lost.  One owner thread.
 */
struct proposals;

enum {
    PROPOSALS_BYTES_MAX = 16 * 1024 * 1024, /* of the folder; then none more */
};

/* The folder is made if it is not there.  NULL with err filled. */
struct proposals *proposals_open(const char *dir, struct err *err);
void proposals_free(struct proposals *p); /* NULL is fine */

struct proposal {
    struct span source, target; /* codes of lang.h */
    struct span text, translation; /* valid UTF-8 */
};

/* False with err filled: FAIL_BAD_INPUT when a table cannot have it, FAIL_BUSY
 * when there are too many, FAIL_SYSTEM. */
bool proposals_add(
    struct proposals *p, const struct proposal *one, struct err *err);

#endif
