/* SPDX-License-Identifier: ISC */
#ifndef MEMORY_MEMORY_H
#define MEMORY_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * memory - translations that people made, of whole sentences, from the tables
 * (table.h) of some folders.
 *
 * A text is found when it has the words of a phrase, however it is written
 * (phrase.h), and never when it has others; or when all its parts are: clauses
 * between commas, and words that stand beside others ("sorry I'm late bro"); or
 * when it is a phrase with a place for each of its numbers (slots.h).  Of two
 * tables the one in the earlier folder counts, in a folder by the order of
 * their names.
 *
 * Constant and counted: any thread.
 */
struct memory;

enum {
    MEMORY_TABLES_MAX = 256,
    MEMORY_CLAUSES_MAX = 4,
    MEMORY_WORDS_MAX = 16, /* of a clause that is looked for in parts */
    MEMORY_BESIDE_WORDS = 3, /* of words that stand in front of others */
    MEMORY_DEPTH = 2, /* times that a clause is taken apart */
    MEMORY_ECHO_WORDS = 3, /* a statement so short may be asked, too */
};

/* What is in the folders "DIR:DIR", with the caller's reference.  A file
 * "*.tsv" that is no table is logged and left out. */
struct memory *memory_load(const char *folders);
struct memory *memory_ref(struct memory *m); /* NULL is fine */
void memory_unref(struct memory *m); /* NULL is fine */

/* Append the translation of the text and return true, or false and nothing:
 * it is not there.  Languages are codes of lang.h. */
bool memory_find(const struct memory *m, struct span text, struct span source,
    struct span target, struct buf *out);

/* What stands beside a sentence, behind its last comma: "we can't come, sorry",
 * "can you help me, bro?".  Append its translation, as behind a comma and without
 * final marks, and return where the comma is; 0 and nothing when there is none. */
size_t memory_find_aside(const struct memory *m, struct span text,
    struct span source, struct span target, struct buf *out);

/* Is there a phrase of source in target at all? */
bool memory_has_pair(
    const struct memory *m, struct span source, struct span target);

/* Changes with every table: a part of a cache's key.  0 of NULL. */
uint64_t memory_version(const struct memory *m);

struct memory_size {
    size_t tables, meanings, bytes;
};
struct memory_size memory_size(const struct memory *m);

/* A number that changes when a file of the folders does. */
uint64_t memory_fingerprint(const char *folders);

#endif
