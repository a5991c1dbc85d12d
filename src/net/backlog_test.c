/* SPDX-License-Identifier: ISC */
#include "net/backlog.h"

#include "base/tap.h"
#include "net/frame.h"

static char order[8];
static int n_order;

struct reader {
    struct backlog_entry behind;
    char name;
};

static void
on_cut(struct backlog_entry *e)
{
    order[n_order++] = ((struct reader *)e)->name;
    order[n_order] = '\0';
}

static void
who_is_furthest_behind_goes_first_and_no_more_than_needed(void)
{
    struct backlog *b = backlog_new(100);
    struct reader readers[] = {{.name = 'a'}, {.name = 'b'}, {.name = 'c'}};

    for (int i = 0; i < 3; i++)
        readers[i].behind.cut = on_cut;
    backlog_note(b, &readers[0].behind, 40, 40);
    backlog_note(b, &readers[1].behind, 50, 50);
    CHECK(backlog_shed(b) == 0);
    backlog_note(b, &readers[2].behind, 30, 30);
    CHECK(backlog_bytes(b) == 120);
    CHECK(backlog_shed(b) == 1);
    CHECK(span_eqz(span_of(order), "b"));
    backlog_note(b, &readers[0].behind, 10, 10); /* it has read on */
    backlog_note(b, &readers[1].behind, 95, 95); /* it is back */
    CHECK(backlog_shed(b) == 1);
    CHECK(span_eqz(span_of(order), "bb"));
    backlog_note(b, &readers[0].behind, 0, 0);
    backlog_note(b, &readers[2].behind, 0, 0);
    CHECK(backlog_bytes(b) == 0);
    backlog_free(b);
}

static void
what_many_share_is_held_once(void)
{
    struct backlog *b = backlog_new(1000);
    struct reader readers[3] = {{.name = 'a'}};
    struct eio_frame *f = eio_frame_new(true, SPAN("for everybody"));

    for (int i = 0; i < 3; i++)
        backlog_note(b, &readers[i].behind, 500, 0);
    CHECK(backlog_bytes(b) == f->len);
    CHECK(backlog_shed(b) == 0);
    for (int i = 0; i < 3; i++)
        backlog_note(b, &readers[i].behind, 0, 0);
    eio_frame_unref(f);
    CHECK(backlog_bytes(b) == 0);
    backlog_free(b);
}

int
main(void)
{
    RUN(who_is_furthest_behind_goes_first_and_no_more_than_needed);
    RUN(what_many_share_is_held_once);
    return tap_end();
}
