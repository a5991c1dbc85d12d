/* SPDX-License-Identifier: ISC */
#include "gateway/op.h"

void
op_set(struct op *op,
    bool (*run)(struct store *s, struct store_job *job, struct err *err),
    void (*finish)(struct op *op))
{
    *op = (struct op){.job.run = run, .finish = finish};
}

void
op_charge(struct op *op, struct shares *shares, const char *address)
{
    op->shares = shares;
    op->share = share_enter(shares, address);
}

/* Finish, which frees it, and show its events. */
static void
end(struct op *op)
{
    struct store_event *events = op->job.events;
    const struct bus *bus = op->bus;
    struct shares *shares = op->shares;
    struct share *share = op->share, *was = NULL;

    op->share = NULL; /* it may go on another trip */
    if (share)
        was = shares_work_for(shares, share);
    op->finish(op);
    for (struct store_event *e = events; e; e = e->next)
        bus->show(e, bus->ctx);
    store_events_free(events);
    if (share) {
        shares_work_for(shares, was);
        share_leave(shares, share);
    }
}

void
op_hold(struct op *op)
{
    op->holds++;
}

void
op_release(struct op *op)
{
    if (--op->holds == 0)
        end(op);
}

static void
follow(struct loop_msg *msg)
{
    struct op *op =
        (struct op *)(void *)((char *)msg - offsetof(struct op, msg));
    const struct bus *bus = op->bus;
    struct store_event **at = &op->job.events, *e;

    op->holds = 1;
    while ((e = *at)) {
        if (bus->apply(e, op, bus->ctx)) {
            at = &e->next;
            continue;
        }
        *at = e->next;
        e->next = NULL;
        store_events_free(e);
    }
    op_release(op);
}

void
op_on_batch(struct store_job *first, struct store_job *last, int n, void *ctx)
{
    struct loop_msg *head = NULL, **tail = &head;
    struct loop_msg *end = NULL;
    const struct bus *bus = ctx;

    (void)n;
    for (struct store_job *job = first;; job = job->next) {
        struct op *op = (struct op *)job;
        op->msg.run = follow;
        op->bus = bus;
        *tail = &op->msg;
        tail = &op->msg.next;
        end = &op->msg;
        if (job == last)
            break;
    }
    loop_post_chain(bus->loop, head, end);
}

static void
submit(struct writer *w, struct op *op,
    bool (*put)(struct writer *, struct store_job *, struct err *))
{
    struct err err;

    if (!w)
        err_set(&err, FAIL_BUSY, "the server is stopping");
    else if (put(w, &op->job, &err))
        return;
    op->job.ok = false;
    op->job.err = err;
    op->job.events = NULL;
    end(op);
}

void
op_write(struct writer *w, struct op *op)
{
    submit(w, op, writer_write);
}

void
op_read(struct writer *w, struct op *op)
{
    submit(w, op, writer_read);
}
