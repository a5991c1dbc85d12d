/* SPDX-License-Identifier: ISC */
#include "translator/translate/back.h"

#include <string.h>

#include "text/phrase.h"

static bool
is_same(struct span a, struct span b, struct span lang)
{
    struct phrase x, y;

    return phrase_read(a, lang, &x) && phrase_read(b, lang, &y) &&
           x.asks == y.asks && x.n == y.n && memcmp(x.key, y.key, x.n) == 0;
}

bool
back_agrees(struct span lines, struct span back, struct span lang)
{
    while (lines.p && back.p)
        if (!is_same(span_cut(&lines, '\n'), span_cut(&back, '\n'), lang))
            return false;
    return !lines.p && !back.p;
}
