/* SPDX-License-Identifier: ISC */
#include "net/backlog.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "net/frame.h"

enum { CUTS_PER_TURN = 64 }; /* each looks at all that are behind */

struct backlog {
    size_t bytes_max, own;
    LIST_HEAD(, backlog_entry) behind;
};

struct backlog *
backlog_new(size_t bytes_max)
{
    struct backlog *b = xcalloc(1, sizeof(*b));

    b->bytes_max = bytes_max;
    LIST_INIT(&b->behind);
    return b;
}

void
backlog_free(struct backlog *b)
{
    assert(!b || LIST_EMPTY(&b->behind));
    free(b);
}

void
backlog_note(
    struct backlog *b, struct backlog_entry *e, size_t bytes, size_t own)
{
    if (bytes && !e->bytes)
        LIST_INSERT_HEAD(&b->behind, e, link);
    else if (!bytes && e->bytes)
        LIST_REMOVE(e, link);
    b->own = b->own - e->own + own;
    e->bytes = bytes;
    e->own = own;
}

size_t
backlog_bytes(const struct backlog *b)
{
    return b->own + frame_bytes();
}

static struct backlog_entry *
furthest(const struct backlog *b)
{
    struct backlog_entry *e, *most = LIST_FIRST(&b->behind);

    LIST_FOREACH(e, &b->behind, link)
    if (e->bytes > most->bytes)
        most = e;
    return most;
}

unsigned
backlog_shed(struct backlog *b)
{
    struct backlog_entry *e;
    unsigned n = 0;

    while (b->bytes_max && backlog_bytes(b) > b->bytes_max &&
           n < CUTS_PER_TURN && (e = furthest(b))) {
        backlog_note(b, e, 0, 0);
        e->cut(e);
        n++;
    }
    return n;
}
