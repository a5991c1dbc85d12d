/* SPDX-License-Identifier: ISC */
#ifndef TEXT_NAMES_DATA_H
#define TEXT_NAMES_DATA_H

#include <stddef.h>

/* The list of names.c: names with a space on either side, ordered by bytes. */
extern const char names_given[];
extern const size_t n_names_given; /* bytes */

#endif
