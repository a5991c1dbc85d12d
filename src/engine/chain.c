/* SPDX-License-Identifier: ISC */
#include "engine/chain.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Dictionaries are UTF-8 whatever the locale of the daemon. */
#define CHILD_LOCALE "LC_ALL=C.UTF-8"

enum { STDIO_FDS = 3, EXIT_NO_EXEC = 127 };

/* What a child needs to become a program; made by the parent, because the
 * child may not allocate. */
struct launch {
    char *const *argv;
    char *const *env;
    int in, out, err;
    pid_t parent, group; /* group 0: a new one */
};

/* When memory runs out the kernel shall take a program that we can start
 * again, not the translator or the gateway.  Failing does no harm. */
static void
volunteer(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    if (fd >= 0) {
        ssize_t ignored = write(fd, "500", 3);
        (void)ignored;
        close(fd);
    }
}

static _Noreturn void
become_program(const struct launch *l)
{
    sigset_t none;

    /* Set first and checked after: a parent that died in between is not
     * ours any more. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != l->parent)
        _exit(EXIT_NO_EXEC);
    setpgid(0, l->group);
    volunteer();
    if (dup2(l->in, STDIN_FILENO) < 0 || dup2(l->out, STDOUT_FILENO) < 0 ||
        dup2(l->err, STDERR_FILENO) < 0)
        _exit(EXIT_NO_EXEC);
    /* Not every library sets CLOEXEC, and our parent may not have either. */
    close_range(STDIO_FDS, ~0U, 0);
    signal(SIGPIPE, SIG_DFL); /* daemons ignore it, programs die of it */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(l->argv[0], l->argv, l->env);
    _exit(EXIT_NO_EXEC);
}

/* vfork, because a translator with mapped models pays for every page table
 * that fork copies, and posix_spawn knows no death signal.  The child shares
 * our memory until it executes, so no handler of ours may run in it. */
static pid_t
launch(const struct launch *l)
{
    sigset_t all, old;
    pid_t pid;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pid = vfork();
    if (pid == 0)
        become_program(l);
    if (pid > 0)
        setpgid(pid, l->group); /* vfork may be a fork, as under TSan */
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return pid;
}

static void
close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* A pipe with both ends out of the way of the child's 0, 1 and 2. */
static bool
make_pipe(int fds[2], struct err *err)
{
    if (pipe2(fds, O_CLOEXEC) != 0) {
        fds[0] = fds[1] = -1;
        return err_set(err, FAIL_SYSTEM, "pipe: %m");
    }
    if (fds[0] < STDIO_FDS || fds[1] < STDIO_FDS) {
        close_fd(&fds[0]);
        close_fd(&fds[1]);
        return err_set(err, FAIL_SYSTEM, "standard input or output is closed");
    }
    return true;
}

/* Start the programs from c->in to c->out; l has env and err set. */
static bool
start_all(struct chain *c, char **const *argv, size_t n, struct launch *l,
    struct err *err)
{
    int fds[2], from;
    bool ok = make_pipe(fds, err);

    from = fds[0];
    c->in = fds[1];
    while (ok && c->n < n) {
        pid_t pid;

        ok = make_pipe(fds, err);
        if (!ok)
            break;
        l->argv = argv[c->n];
        l->in = from;
        l->out = fds[1];
        l->group = c->n > 0 ? c->pids[0] : 0;
        pid = launch(l);
        if (pid < 0) {
            ok = err_set(err, FAIL_SYSTEM, "vfork: %m");
            close_fd(&fds[0]);
        } else {
            c->pids[c->n++] = pid;
        }
        close_fd(&from);
        close_fd(&fds[1]);
        from = fds[0];
    }
    if (ok)
        c->out = from;
    else
        close_fd(&from);
    return ok;
}

bool
chain_start(struct chain *c, char **const *argv, size_t n, struct err *err)
{
    const char *path = getenv("PATH");
    char *path_env = NULL;
    bool ok;

    assert(n > 0 && n <= CHAIN_MAX && c->n == 0);
    if (asprintf(&path_env, "PATH=%s", path ? path : "/usr/bin:/bin") < 0)
        abort();
    char locale[] = CHILD_LOCALE;
    char *env[] = {locale, path_env, NULL};
    struct launch l = {.env = env, .parent = getpid()};

    c->in = c->out = -1;
    l.err = open("/dev/null", O_WRONLY | O_CLOEXEC);
    ok = l.err >= 0 || err_set(err, FAIL_SYSTEM, "open /dev/null: %m");
    if (ok)
        ok = start_all(c, argv, n, &l, err);
    if (ok) {
        fcntl(c->in, F_SETFL, O_NONBLOCK);
        fcntl(c->out, F_SETFL, O_NONBLOCK);
    } else {
        chain_kill(c);
    }
    close_fd(&l.err);
    free(path_env);
    return ok;
}

void
chain_kill(struct chain *c)
{
    /* The group too: a program may be a script with children of its own.  Its
     * leader is not reaped yet, so the number still means our group. */
    if (c->n > 0)
        kill(-c->pids[0], SIGKILL);
    for (size_t i = 0; i < c->n; i++)
        kill(c->pids[i], SIGKILL);
    for (size_t i = 0; i < c->n; i++) {
        while (waitpid(c->pids[i], NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    if (c->n > 0 || c->in > 0 || c->out > 0) {
        close_fd(&c->in);
        close_fd(&c->out);
    }
    c->n = 0;
}
