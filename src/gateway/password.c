/* SPDX-License-Identifier: ISC */
#include "gateway/password.h"

#include <pthread.h>
#include <sodium.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/bq.h"
#include "base/mem.h"

_Static_assert(PASSWORD_HASH_BYTES >= crypto_pwhash_STRBYTES, "hash fits");

struct password {
    struct loop *loop;
    struct bq *queue;
    pthread_t thread;
};

static void
deliver(struct loop_msg *msg)
{
    struct password_job *job = (struct password_job *)msg;

    job->done(job);
}

static void
work(struct password_job *job)
{
    if (job->verify)
        job->ok = crypto_pwhash_str_verify(job->hash, job->text, job->len) == 0;
    else
        job->ok = crypto_pwhash_str(job->hash, job->text, job->len,
                      crypto_pwhash_OPSLIMIT_INTERACTIVE,
                      crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
    sodium_memzero(job->text, sizeof(job->text));
}

static void *
run(void *arg)
{
    struct password *p = arg;
    void *item;

    while (bq_pop(p->queue, &item, BQ_FOREVER) == BQ_OK) {
        struct password_job *job = item;
        work(job);
        job->msg.run = deliver;
        loop_post(p->loop, &job->msg);
    }
    return NULL;
}

struct password *
password_start(struct loop *l)
{
    struct password *p = xcalloc(1, sizeof(*p));

    p->loop = l;
    p->queue = bq_new(PASSWORD_QUEUE_MAX);
    if (pthread_create(&p->thread, NULL, run, p) != 0)
        abort(); /* no thread at start: the machine is unusable */
    return p;
}

void
password_stop(struct password *p)
{
    if (!p)
        return;
    bq_close(p->queue);
    pthread_join(p->thread, NULL);
    bq_free(p->queue);
    free(p);
}

bool
password_submit(struct password *p, struct password_job *job, struct err *err)
{
    if (!p || bq_push(p->queue, job, BQ_NOWAIT) != BQ_OK)
        return err_set(err, FAIL_BUSY, "too many sign-ins at once, try again");
    return true;
}
