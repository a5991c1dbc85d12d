/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_TESTING_H
#define ENGINE_TESTING_H

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/tap.h"
#include "engine/engine.h"

/*
 * What the tests of engines share: requests whose end can be waited for, and a
 * look at our child processes.
 */
enum { TEST_WAIT_MS = 60 * 1000 };

/* Instead of RUN, for what cannot be tested on this machine. */
static inline void
skip_test(const char *test, const char *why)
{
    printf("ok %d - %s # SKIP %s\n", ++tap_tests, test, why);
}

/* A set of requests.  done_order says in which order they ended. */
struct gather {
    pthread_mutex_t lock; /* guards n_done and done_order */
    pthread_cond_t changed;
    size_t n, n_done;
    struct engine_request *requests;
    char **texts;
    size_t *done_order;
};

static inline void
gather_on_done(struct engine_request *r)
{
    struct gather *g = r->user;

    pthread_mutex_lock(&g->lock);
    g->done_order[g->n_done++] = (size_t)(r - g->requests);
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}

static inline struct gather *
gather_new(size_t n)
{
    struct gather *g = xcalloc(1, sizeof(*g));

    pthread_mutex_init(&g->lock, NULL);
    clock_cond_init(&g->changed);
    g->n = n;
    g->requests = xcalloc(n, sizeof(*g->requests));
    g->texts = xcalloc(n, sizeof(*g->texts));
    g->done_order = xcalloc(n, sizeof(*g->done_order));
    return g;
}

static inline void
gather_free(struct gather *g)
{
    for (size_t i = 0; i < g->n; i++) {
        free(g->texts[i]);
        free(g->requests[i].translation);
    }
    free(g->requests);
    free(g->texts);
    free(g->done_order);
    pthread_mutex_destroy(&g->lock);
    pthread_cond_destroy(&g->changed);
    free(g);
}

/* Submit request i with a copy of text. */
static inline bool
gather_submit(struct gather *g, size_t i, struct engine *e, size_t pair,
    const char *text, struct err *err)
{
    struct engine_request *r = &g->requests[i];

    g->texts[i] = xstrdup(text);
    r->text = span_of(g->texts[i]);
    r->done = gather_on_done;
    r->user = g;
    return e->ops->submit(e, pair, r, err);
}

/* Wait until n requests are done; false after TEST_WAIT_MS. */
static inline bool
gather_wait(struct gather *g, size_t n)
{
    struct timespec deadline = clock_after(TEST_WAIT_MS);
    bool late = false, ok;

    pthread_mutex_lock(&g->lock);
    while (g->n_done < n && !late)
        late = pthread_cond_timedwait(&g->changed, &g->lock, &deadline) != 0;
    ok = g->n_done >= n;
    pthread_mutex_unlock(&g->lock);
    return ok;
}

/* The translation of one text, owned by the caller; NULL with *err. */
static inline char *
translate_one(struct engine *e, size_t pair, const char *text, struct err *err)
{
    struct gather *g = gather_new(1);
    char *translation = NULL;

    if (gather_submit(g, 0, e, pair, text, err) && gather_wait(g, 1)) {
        translation = g->requests[0].translation;
        g->requests[0].translation = NULL;
        if (!g->requests[0].ok)
            *err = g->requests[0].err;
    }
    gather_free(g);
    return translation;
}

/* The pair's index; e->pairs has it. */
static inline size_t
pair_index(const struct engine *e, const char *source, const char *target)
{
    const struct engine_pair *pairs;
    size_t n = e->ops->pairs(e, &pairs), i = 0;

    while (i < n && (strcmp(pairs[i].source, source) != 0 ||
                        strcmp(pairs[i].target, target) != 0))
        i++;
    return i;
}

/* State and parent of a process: '\0' when there is none. */
static inline char
process_state(pid_t pid, pid_t *ret_parent)
{
    char path[64], state = '\0';
    int parent = 0;
    FILE *f;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    f = fopen(path, "re");
    if (!f)
        return '\0';
    if (fscanf(f, "%*d (%*[^)]) %c %d", &state, &parent) != 2)
        state = '\0';
    fclose(f);
    if (ret_parent)
        *ret_parent = parent;
    return state;
}

/* Our child processes, zombies included. */
static inline size_t
children(pid_t *ret, size_t max)
{
    DIR *proc = opendir("/proc");
    struct dirent *entry;
    size_t n = 0;

    while (proc && (entry = readdir(proc))) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10), parent = 0;

        if (pid <= 0 || process_state(pid, &parent) == '\0' ||
            parent != getpid())
            continue;
        if (n < max)
            ret[n] = pid;
        n++;
    }
    closedir(proc);
    return n;
}

/* Wait until we have n children; false after TEST_WAIT_MS. */
static inline bool
wait_for_children(size_t n)
{
    int64_t deadline = clock_mono_ms() + TEST_WAIT_MS;

    while (children(NULL, 0) != n) {
        if (clock_mono_ms() > deadline)
            return false;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return true;
}

/* Make a directory with mode files in it: pairs of names and texts, NULL at
 * the end of names.  ret holds its path. */
static inline void
make_modes(char ret[32], const char *const *names, const char *const *texts)
{
    strcpy(ret, "/tmp/meeshy-modes.XXXXXX");
    if (!mkdtemp(ret))
        abort();
    for (size_t i = 0; names[i]; i++) {
        char path[128];
        FILE *f;

        snprintf(path, sizeof(path), "%s/%s", ret, names[i]);
        f = fopen(path, "we");
        if (!f)
            abort();
        fputs(texts[i], f);
        fclose(f);
    }
}

static inline void
remove_modes(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *entry;

    while (d && (entry = readdir(d))) {
        char path[512];

        snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
        unlink(path);
    }
    closedir(d);
    rmdir(dir);
}

#endif
