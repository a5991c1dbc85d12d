/* SPDX-License-Identifier: ISC */
#include "text/mention.h"

#include <string.h>

#include "text/scan.h"

/* Behind what begins at i: something that is scanned as a whole, or one
 * character. */
static size_t
step(struct span line, size_t i, bool *ret_mention)
{
    struct span rest = {line.p + i, line.len - i};
    struct scan_hit hit;
    size_t n;

    *ret_mention = false;
    if (scan_at(line, i, &hit)) {
        *ret_mention = hit.kind == SCAN_MENTION;
        return i + hit.len;
    }
    n = utf8_first(rest);
    return i + (n ? n : 1);
}

bool
mention_next(struct span text, size_t *at, struct span *ret_name)
{
    while (*at < text.len && memchr(text.p + *at, '@', text.len - *at)) {
        size_t begin = *at;
        bool mention;
        *at = step(text, begin, &mention);
        if (!mention)
            continue;
        *ret_name = (struct span){text.p + begin + 1, *at - begin - 1};
        return true;
    }
    *at = text.len;
    return false;
}
