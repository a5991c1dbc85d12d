/* SPDX-License-Identifier: ISC */
#include "picture/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/tap.h"

/* How a process ends that does this in a cage. */
static int
end_of(bool (*work)(void))
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        if (!cage_enter())
            _exit(99);
        _exit(work() ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    return status;
}

static bool
works(bool (*work)(void))
{
    int status = end_of(work);

    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool
has_memory(void)
{
    char *p = malloc(64 << 20);

    if (!p)
        return false;
    p[1 << 20] = 1;
    free(p);
    return true;
}

static bool
opens_nothing(void)
{
    return open("/etc/passwd", O_RDONLY) < 0 && open("/dev/null", O_WRONLY) < 0;
}

static bool
connects_nothing(void)
{
    int pair[2];

    return socket(AF_INET, SOCK_STREAM, 0) < 0 &&
           socket(AF_UNIX, SOCK_STREAM, 0) < 0 &&
           socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0;
}

static bool
starts_nothing(void)
{
    execl("/bin/true", "true", (char *)NULL);
    return fork() < 0;
}

static bool
harms_nobody(void)
{
    return kill(getppid(), 0) < 0 && kill(1, 0) < 0;
}

static bool
runs_no_memory(void)
{
    int rwx = PROT_READ | PROT_WRITE | PROT_EXEC;
    void *p = mmap(NULL, 4096, rwx, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return p == MAP_FAILED &&
           mprotect((void *)((uintptr_t)&p & ~(uintptr_t)4095), 4096, rwx) < 0;
}

static bool
maps_no_file(void)
{
    return mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 0, 0) == MAP_FAILED;
}

static bool
gets_no_more_than_its_memory(void)
{
    return malloc((size_t)(CAGE_MEMORY_MB + 1) << 20) == NULL;
}

static bool
computes_for_ever(void)
{
    for (volatile bool ever = true; ever;)
        ;
    return false;
}

static void
a_caged_process_has_memory_and_nothing_else(void)
{
    CHECK(works(has_memory));
    CHECK(works(opens_nothing));
    CHECK(works(connects_nothing));
    CHECK(works(starts_nothing));
    CHECK(works(harms_nobody));
    CHECK(works(runs_no_memory));
    CHECK(works(maps_no_file));
    CHECK(works(gets_no_more_than_its_memory));
}

/* Of the processor's time, so a busy machine changes nothing. */
static void
who_computes_for_ever_is_ended(void)
{
    int status = end_of(computes_for_ever);

    CHECK(WIFSIGNALED(status) &&
          (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGXCPU ||
              WTERMSIG(status) == SIGALRM));
}

int
main(void)
{
    RUN(a_caged_process_has_memory_and_nothing_else);
    RUN(who_computes_for_ever_is_ended);
    return tap_end();
}
