/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_FILES_IMPL_H
#define GATEWAY_FILES_IMPL_H

#include <ev.h>
#include <pthread.h>

#include "gateway/files.h"

/* The inside of files: files.c (folder, thread), files_sweep.c (what nothing
 * names any more). */
struct files {
    struct gateway *g;
    char *folder;
    struct bq *queue;
    pthread_t thread;
    bool stopped;
    ev_timer sweep; /* every minute, or soon */
    bool sweeping;
    int64_t count_at_ms; /* when bytes are counted anew */
    int64_t bytes;
    int uploads, downloads;
};

void files_sweep_start(struct files *f);
void files_sweep_stop(struct files *f);

#endif
