/* SPDX-License-Identifier: ISC */
#include "gateway/range.h"

enum range_rc
range_read(struct span header, int64_t len, int64_t *ret_from, int64_t *ret_end)
{
    struct span unit = span_cut(&header, '='), rest = header, first;
    long long from = 0, last = len - 1, n;

    first = span_trim(span_cut(&rest, '-'));
    if (!span_eqz(span_trim(unit), "bytes") || !rest.p)
        return RANGE_ALL;
    rest = span_trim(rest);
    if (first.len == 0) { /* so many at the end */
        if (!span_int(rest, 0, INT64_MAX, &n))
            return RANGE_ALL;
        if (n == 0)
            return RANGE_OUTSIDE;
        from = n < len ? len - n : 0;
    } else {
        if (!span_int(first, 0, INT64_MAX, &from) ||
            (rest.len && !span_int(rest, from, INT64_MAX, &last)))
            return RANGE_ALL;
        if (from >= len)
            return RANGE_OUTSIDE;
    }
    *ret_from = from;
    *ret_end = last < len ? last + 1 : len;
    return RANGE_PART;
}
