/* SPDX-License-Identifier: ISC */
#include "ctl/bar.h"

#include <stdio.h>
#include <string.h>

enum {
    BAR_COLUMNS_MIN = 10,
    BAR_COLUMNS_MAX = 40,
    WORDS_COLUMNS = 48, /* what stands beside the bar */
    RATE_AFTER_MS = 500,
};

void
bar_bytes(struct buf *ret, uint64_t bytes)
{
    if (bytes >= 1000000)
        buf_addf(ret, "%.1f MB", (double)bytes / 1e6);
    else if (bytes >= 1000)
        buf_addf(ret, "%.0f kB", (double)bytes / 1e3);
    else
        buf_addf(ret, "%d B", (int)bytes);
}

static int
percent_of(uint64_t done, uint64_t total)
{
    return done >= total ? 100 : (int)(done * 100 / total);
}

static void
put_bar(const struct bar *b, struct buf *ret, int percent)
{
    int columns = b->columns - WORDS_COLUMNS;

    if (columns < BAR_COLUMNS_MIN)
        return;
    if (columns > BAR_COLUMNS_MAX)
        columns = BAR_COLUMNS_MAX;
    buf_addc(ret, '[');
    for (int i = 0; i < columns; i++)
        buf_addc(ret, i * 100 < percent * columns ? '#' : ' ');
    buf_addz(ret, "] ");
}

void
bar_put(struct bar *b, struct buf *ret, const char *file, uint64_t done,
    uint64_t total, int64_t now_ms)
{
    bool same = strcmp(b->file, file) == 0;

    if (b->since_ms == 0) {
        b->since_ms = now_ms;
        b->first = done;
    }
    if (!same)
        snprintf(b->file, sizeof(b->file), "%s", file);
    if (b->plain) {
        if (!same)
            buf_addf(ret, "fetching %s\n", file);
        return;
    }
    buf_addf(ret, "\r\033[K%-12s ", file);
    if (total > 0) {
        put_bar(b, ret, percent_of(done, total));
        buf_addf(ret, "%3d %%  ", percent_of(done, total));
    }
    bar_bytes(ret, done);
    if (now_ms - b->since_ms >= RATE_AFTER_MS && done > b->first) {
        buf_addz(ret, "  ");
        bar_bytes(
            ret, (done - b->first) * 1000 / (uint64_t)(now_ms - b->since_ms));
        buf_addz(ret, "/s");
    }
}

void
bar_end(struct bar *b, struct buf *ret)
{
    if (!b->plain && b->file[0])
        buf_addz(ret, "\r\033[K");
    b->file[0] = '\0';
}
