/* SPDX-License-Identifier: ISC */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdint.h>

#include "base/span.h"

/*
 * map - byte strings to pointers.  Open addressing, seeded per process so that
 * a peer cannot choose colliding keys.  Keys are copied; values are borrowed,
 * never NULL.  One owner thread.  The owner bounds its size.
 */
struct map;

struct map *map_new(void);
void map_free(struct map *m); /* NULL is fine; values are not touched */
/* With all values, each by drop, as free. */
void map_free_all(struct map *m, void (*drop)(void *value));

void *map_get(const struct map *m, struct span key); /* NULL when missing */

/* Set key to value and return the value it had, or NULL. */
void *map_put(struct map *m, struct span key, void *value);

/* Remove key and return its value, or NULL. */
void *map_remove(struct map *m, struct span key);

size_t map_len(const struct map *m);

/* Visit every entry: start with *pos = 0; NULL ends.  No put while visiting;
 * removing the entry just returned is fine.  key_out may be NULL; the key is
 * borrowed until its entry is removed. */
void *map_next(const struct map *m, size_t *pos, struct span *key_out);

#endif
