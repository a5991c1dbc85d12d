/* SPDX-License-Identifier: ISC */
#ifndef TEXT_SENSE_DATA_H
#define TEXT_SENSE_DATA_H

#include <stddef.h>

/* The table of sense.c, lists as words.h has them: a source with one of words,
 * one of also (NULL: no matter) and none of unless (NULL: no matter), whose
 * translation has one of wrong, was perhaps misunderstood. */
struct sense_row {
    const char *from, *to;
    const char *words, *also, *unless, *wrong;
};

extern const struct sense_row sense_rows[];
extern const size_t sense_rows_n;

#endif
