/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_CHAIN_H
#define ENGINE_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/*
 * chain - running programs, each one's output piped into the next one's input.
 *
 * They form a process group of their own, see nothing of our environment but
 * PATH and a UTF-8 locale, hold no descriptor but their three, write errors to
 * /dev/null, and are killed by the kernel when the thread that started them
 * ends: no process outlives the program, however it dies.
 *
 * Owned by one thread, which lives as long as the chain does.
 */
enum { CHAIN_MAX = 32 };

struct chain {
    size_t n; /* 0: not running */
    pid_t pids[CHAIN_MAX];
    int in, out; /* our ends, non-blocking, when running */
};

/* Start n <= CHAIN_MAX programs.  argv[i][0] is a path.  On false nothing
 * runs.  A program that cannot be executed shows as the end of out. */
bool chain_start(
    struct chain *c, char **const *argv, size_t n, struct err *err);

/* Kill and reap all of it; fine when it is not running. */
void chain_kill(struct chain *c);

#endif
