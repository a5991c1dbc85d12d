/* SPDX-License-Identifier: ISC */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * file - regular files, opened, read or mapped as a whole.  Their names come
 * from folders that others fill, so a pipe or a device in such a place is
 * refused: opening one could wait for ever.
 *
 * All fail with NOT_FOUND when there is no such file, BAD_INPUT when it is
 * something else, TOO_LARGE above the bound, and SYSTEM.
 */

/* A descriptor to read it, or -1.  Close it. */
int file_open(const char *path, uint64_t *ret_bytes, struct err *err);

/* Append what is in the file, at most `max` bytes.  What was read stays in
 * `ret` when it fails, too. */
bool file_read(const char *path, size_t max, struct buf *ret, struct err *err);

/* The same of an open descriptor, which may be a pipe; `name` is for errors. */
bool file_read_all(
    int fd, const char *name, size_t max, struct buf *ret, struct err *err);

/* What is in the file, only to be read, or NULL; an empty file is BAD_INPUT.
 * munmap it with *ret_bytes. */
void *file_map(
    const char *path, uint64_t max, size_t *ret_bytes, struct err *err);

#endif
