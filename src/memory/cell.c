/* SPDX-License-Identifier: ISC */
#include "memory/cell.h"

#include <string.h>

#include "text/phrase.h"
#include "text/uni.h"

/* Append s with a blank for each run of them, so a tab or a line end too. */
static void
add_line(struct buf *line, struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!ascii_space(s.p[i]))
            buf_addc(line, s.p[i]);
        else if (line->len > 0 && line->p[line->len - 1] != ' ')
            buf_addc(line, ' ');
    }
}

bool
cell_add(struct buf *cell, struct span text, struct span language)
{
    struct span s = span_trim(text);
    struct buf line = {0};
    struct phrase p;
    size_t n = 0, m;
    int32_t c;

    if (s.len == 0 || memchr(">#+", s.p[0], 3) || memchr(s.p, '|', s.len) ||
        !phrase_read(s, language, &p))
        return false;
    add_line(&line, s);
    s = span_trim(buf_span(&line));
    while (s.len > 0 && (s.p[s.len - 1] == '.' || s.p[s.len - 1] == '!'))
        s.len--;
    if (cell->len > 0)
        buf_addc(cell, '|');
    c = uni_at(s, 0, &n);
    if (uni_upper(c) && uni_lower(uni_at(s, n, &m)) &&
        !span_eqz(language, "de")) {
        char small[UNI_BYTES_MAX];

        buf_add(cell, small, uni_put(uni_fold(c), small));
        s.p += n;
        s.len -= n;
    }
    buf_adds(cell, s);
    buf_free(&line);
    return true;
}
