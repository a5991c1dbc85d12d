/* SPDX-License-Identifier: ISC */
#include "base/proc.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/tap.h"

enum { MEGABYTES = 32, BYTES = MEGABYTES << 20 };

static void
a_child_is_found_with_the_memory_that_it_uses(void)
{
    pid_t found[8], child;
    struct proc_use use = {0};
    int told[2];
    char byte;

    CHECK(proc_children(found, 8) == 0);
    CHECK(pipe(told) == 0);
    child = fork();
    if (child == 0) {
        char *memory = malloc(BYTES);

        memset(memory, 1, BYTES);
        if (write(told[1], memory, 1) == 1)
            pause();
        _exit(0);
    }
    CHECK(read(told[0], &byte, 1) == 1);
    CHECK(proc_children(found, 8) == 1 && found[0] == child);
    CHECK(proc_children(found, 0) == 0);
    CHECK(proc_use(child, &use) && use.bytes >= BYTES);
    CHECK(use.cpu_us >= 0);
#ifndef __SANITIZE_THREAD__ /* which keeps as much again about it */
    CHECK(use.bytes < 2 * (int64_t)BYTES);
#endif
    kill(child, SIGKILL);
    CHECK(waitpid(child, NULL, 0) == child);
    CHECK(!proc_use(child, &use));
    close(told[0]);
    close(told[1]);
}

static void
what_this_process_worked_is_seen(void)
{
    struct proc_use before, after;
    volatile unsigned n = 0;

    CHECK(proc_use(getpid(), &before));
    after = before;
    while (after.cpu_us == before.cpu_us && proc_use(getpid(), &after))
        for (int i = 0; i < 1000000; i++)
            n += (unsigned)i;
    CHECK(after.cpu_us > before.cpu_us);
}

static void
a_program_of_ours_is_found_beside_this_one(void)
{
    char *beside = proc_helper("nowhere", "proc_test");
    char *in_folder = proc_helper("base", "proc_test");

    CHECK(beside && access(beside, X_OK) == 0);
    CHECK(in_folder != NULL);
    CHECK(!proc_helper("base", "no_such_program"));
    free(beside);
    free(in_folder);
}

int
main(void)
{
    RUN(a_program_of_ours_is_found_beside_this_one);
    RUN(a_child_is_found_with_the_memory_that_it_uses);
    RUN(what_this_process_worked_is_seen);
    return tap_end();
}
