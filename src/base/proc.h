/* SPDX-License-Identifier: ISC */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* proc - what processes use, as Linux says in /proc.  Any thread. */

struct proc_use {
    int64_t bytes; /* resident, without what files of others share */
    int64_t cpu_us; /* since its start */
};

/* False when there is no such process, or it is none of ours. */
bool proc_use(pid_t pid, struct proc_use *ret);

/* Living children, of all threads of this process; at most max are written.
 * Returns how many. */
size_t proc_children(pid_t *ret, size_t max);

/* A program of ours that is no command, seen from the running one: beside it,
 * in FOLDER as built, or in libexec as installed; NULL: it is missing.  free it. */
char *proc_helper(const char *folder, const char *name);

#endif
