/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_RANGE_H
#define GATEWAY_RANGE_H

#include <stdint.h>

#include "base/span.h"

/*
 * range - the header Range (RFC 9110 14).  Pure.
 */
enum range_rc {
    RANGE_ALL, /* none that we serve: several, of another unit, or malformed */
    RANGE_PART,
    RANGE_OUTSIDE, /* answer 416 */
};

/* Which of len > 0 bytes are asked for: from *ret_from up to *ret_end, which
 * change with RANGE_PART only. */
enum range_rc range_read(
    struct span header, int64_t len, int64_t *ret_from, int64_t *ret_end);

#endif
