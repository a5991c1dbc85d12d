/* SPDX-License-Identifier: ISC */
#ifndef BASE_BACKOFF_H
#define BASE_BACKOFF_H

#include <stdint.h>

/*
 * How long to wait before trying again after so many failures in a row: first_ms
 * after the first, then twice as long each time, most_ms at most.  first_ms is more
 * than 0.
 */
int64_t backoff_ms(int64_t first_ms, int64_t most_ms, int failures);

#endif
