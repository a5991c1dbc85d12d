/* SPDX-License-Identifier: ISC */
#include "memory/current.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

struct current {
    char *folders;
    pthread_t thread;
    pthread_mutex_t looking; /* one reads the folders at a time */
    uint64_t seen; /* fingerprint; guarded by looking */

    pthread_mutex_t lock; /* guards what follows; held for moments */
    pthread_cond_t wake;
    bool closing;
    struct memory *memory;
};

static void
replace(struct current *c, struct memory *m)
{
    struct memory_size size = memory_size(m);
    struct memory *old;

    pthread_mutex_lock(&c->lock);
    old = c->memory;
    c->memory = m;
    pthread_mutex_unlock(&c->lock);
    memory_unref(old);
    log_info("translation memory tables=%zu meanings=%zu bytes=%zu",
        size.tables, size.meanings, size.bytes);
}

/* The fingerprint is taken first: what changes while the files are read is
 * found the next time. */
void
current_look(struct current *c)
{
    uint64_t now;

    pthread_mutex_lock(&c->looking);
    now = memory_fingerprint(c->folders);
    if (now != c->seen || !c->memory)
        replace(c, memory_load(c->folders));
    c->seen = now;
    pthread_mutex_unlock(&c->looking);
}

static void *
run(void *arg)
{
    struct current *c = arg;
    struct timespec until;

    pthread_mutex_lock(&c->lock);
    while (!c->closing) {
        until = clock_after(CURRENT_LOOK_MS);
        pthread_cond_timedwait(&c->wake, &c->lock, &until);
        if (c->closing)
            break;
        pthread_mutex_unlock(&c->lock);
        current_look(c);
        pthread_mutex_lock(&c->lock);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

static void
dispose(struct current *c)
{
    memory_unref(c->memory);
    pthread_cond_destroy(&c->wake);
    pthread_mutex_destroy(&c->lock);
    pthread_mutex_destroy(&c->looking);
    free(c->folders);
    free(c);
}

struct current *
current_open(const char *folders, struct err *err)
{
    struct current *c = xcalloc(1, sizeof(*c));

    pthread_mutex_init(&c->looking, NULL);
    pthread_mutex_init(&c->lock, NULL);
    clock_cond_init(&c->wake);
    c->folders = xstrdup(folders);
    current_look(c);
    if (pthread_create(&c->thread, NULL, run, c) == 0)
        return c;
    err_set(err, FAIL_SYSTEM, "cannot start a thread: %m");
    dispose(c);
    return NULL;
}

void
current_close(struct current *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->closing = true;
    pthread_cond_signal(&c->wake);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
    dispose(c);
}

struct memory *
current_get(struct current *c)
{
    struct memory *m;

    pthread_mutex_lock(&c->lock);
    m = memory_ref(c->memory);
    pthread_mutex_unlock(&c->lock);
    return m;
}
