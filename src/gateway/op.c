/* SPDX-License-Identifier: ISC */
#include "gateway/op.h"

static void
finish(struct loop_msg *msg)
{
    struct op *op =
        (struct op *)(void *)((char *)msg - offsetof(struct op, msg));

    op->finish(op);
}

void
op_on_batch(struct store_job *first, struct store_job *last, int n, void *ctx)
{
    struct loop_msg *head = NULL, **tail = &head;
    struct loop_msg *end = NULL;

    (void)n;
    for (struct store_job *job = first;; job = job->next) {
        struct op *op = (struct op *)job;
        op->msg.run = finish;
        *tail = &op->msg;
        tail = &op->msg.next;
        end = &op->msg;
        if (job == last)
            break;
    }
    loop_post_chain(ctx, head, end);
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
    op->finish(op);
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
