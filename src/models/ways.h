/* SPDX-License-Identifier: ISC */
#ifndef MODELS_WAYS_H
#define MODELS_WAYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * ways - how good ways of translation were found to be: the file ways.tsv beside
 * the models.
 *
 *     # way                              short  long   sure
 *     apertium:en-es                     52.1   44.0   -
 *     neural:en-pt+apertium:pt-es        58.3   50.0   91.0
 *
 * A way is called as a router's path is (engine/router.h).  Each line gives the
 * chrF2 of its output, 0 to 100, on short lines as people chat and on long
 * prose; "-" is not measured.  The last number may be missing: from this
 * confidence on, in percent, 95 of 100 translations were found to say what the
 * source says; "-" where no confidence tells.  Tabs or blanks stand between them, # begins a
 * comment.  What a model alone is worth may also stand in its model.json; this
 * table counts more.
 *
 * A table belongs to one thread.
 */
enum {
    WAYS_LABEL_BYTES = 64,
    WAYS_MAX = 4096, /* in one table */
    WAYS_BYTES_MAX = 256 * 1024, /* of a file */
    WAYS_SHORT_WORDS_MAX = 12,
};

struct ways_row {
    char label[WAYS_LABEL_BYTES];
    double quality_short, quality_long; /* 0..1; 0: not measured */
    double sure_from; /* confidence; 0: not measured */
};

/* Is it a short line, as people chat: WAYS_SHORT_WORDS_MAX words or fewer? */
bool ways_is_short(struct span line);

struct ways;

struct ways *ways_new(void);
void ways_free(struct ways *w); /* NULL is fine */

/* Add what text has; rows that are there already stay as they are.  False with
 * err naming the line, and w as before. */
bool ways_parse(struct ways *w, struct span text, struct err *err);

/* ways.tsv of each folder of "DIR:DIR", the first one's word counting most.  A
 * file that cannot be used is left out, and why is said in the log.  Never
 * NULL; folders may be. */
struct ways *ways_load(const char *folders);

size_t ways_len(const struct ways *w);
const struct ways_row *ways_at(const struct ways *w, size_t i);
/* NULL: there is none. */
const struct ways_row *ways_find(const struct ways *w, const char *label);

/* Put a row in the place of the one of its name, or behind the others. */
void ways_set(struct ways *w, const struct ways_row *row);

/* Write ways.tsv in dir, in one step. */
bool ways_save(const struct ways *w, const char *dir, struct err *err);

#endif
