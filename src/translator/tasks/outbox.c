/* SPDX-License-Identifier: ISC */
#include "translator/tasks/outbox.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/bq.h"
#include "base/log.h"
#include "base/mem.h"

struct outbox {
    struct bq *queue; /* of struct answer */
    int fd; /* eventfd */
    atomic_bool wake_sent; /* spares all but the first write of a burst */
};

struct outbox *
outbox_new(struct err *err)
{
    struct outbox *o = xcalloc(1, sizeof(*o));

    o->queue = bq_new(OUTBOX_MAX);
    o->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (o->fd < 0) {
        err_set(err, FAIL_SYSTEM, "eventfd: %m");
        outbox_free(o);
        return NULL;
    }
    return o;
}

void
outbox_free(struct outbox *o)
{
    struct answer *a;

    if (!o)
        return;
    while (outbox_pop(o, &a, 1) > 0)
        answer_free(a);
    bq_free(o->queue);
    if (o->fd >= 0)
        close(o->fd);
    free(o);
}

void
answer_free(struct answer *a)
{
    free(a->frame);
    free(a->result);
    free(a);
}

void
outbox_wake(struct outbox *o)
{
    uint64_t one = 1;

    if (!atomic_exchange(&o->wake_sent, true) &&
        write(o->fd, &one, sizeof(one)) < 0)
        log_warn("front wake-up failed error=%m");
}

void
outbox_push(struct outbox *o, struct answer *a)
{
    bq_push(o->queue, a, BQ_FOREVER);
    outbox_wake(o);
}

int
outbox_fd(const struct outbox *o)
{
    return o->fd;
}

void
outbox_woken(struct outbox *o)
{
    uint64_t count;

    if (read(o->fd, &count, sizeof(count)) < 0)
        log_warn("front wake-up unreadable error=%m");
    /* Before the queue is looked at: a later push wakes again. */
    o->wake_sent = false;
}

size_t
outbox_pop(struct outbox *o, struct answer **ret, size_t n)
{
    enum bq_rc rc;

    return bq_pop_many(o->queue, (void **)ret, n, BQ_NOWAIT, &rc);
}
