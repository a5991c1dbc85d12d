/* SPDX-License-Identifier: ISC */
#ifndef BASE_TEST_REDIS_H
#define BASE_TEST_REDIS_H

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/tap.h"

/* For tests: a real Redis.  It dies with the program that started it. */

/* A server of our own, at a socket in a directory of our own. */
struct server {
    char dir[32], socket[64], url[80];
    pid_t pid;
};

/* False when there is no redis-server on this machine. */
static inline bool
server_start(struct server *s)
{
    int failed[2];
    char byte;
    bool ok;

    CHECK(pipe2(failed, O_CLOEXEC) == 0);
    s->pid = fork();
    if (s->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(open("/dev/null", O_RDWR | O_CLOEXEC), STDOUT_FILENO);
        execlp("redis-server", "redis-server", "--port", "0", "--unixsocket",
            s->socket, "--save", "", "--dir", s->dir, (char *)NULL);
        _exit(write(failed[1], "!", 1) != 1);
    }
    close(failed[1]);
    ok = read(failed[0], &byte, 1) == 0; /* closed by a successful exec */
    close(failed[0]);
    if (!ok)
        waitpid(s->pid, NULL, 0);
    return ok;
}

static inline bool
server_open(struct server *s)
{
    *s = (struct server){.dir = "/tmp/meeshy-redis-XXXXXX"};
    if (!CHECK(mkdtemp(s->dir)))
        return false;
    snprintf(s->socket, sizeof(s->socket), "%s/s", s->dir);
    snprintf(s->url, sizeof(s->url), "unix:%s", s->socket);
    if (server_start(s))
        return true;
    rmdir(s->dir);
    return false;
}

static inline void
server_kill(struct server *s)
{
    if (s->pid > 0) {
        kill(s->pid, SIGKILL);
        waitpid(s->pid, NULL, 0);
    }
    s->pid = 0;
    unlink(s->socket);
}

static inline void
server_close(struct server *s)
{
    server_kill(s);
    rmdir(s->dir);
}

#endif
