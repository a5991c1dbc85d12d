/* SPDX-License-Identifier: ISC */
#include "gateway/pictures.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bq.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "picture/usher.h"

enum {
    WAIT_MS = 10 * 1000, /* for one; it is ended before (CAGE_WALL_S) */
    LOOK_MS = 200, /* how soon who waits notices the end */
};

struct pictures {
    struct loop *loop;
    int socket; /* to the program; -1: there is none */
    pid_t pid;
    struct bq *queue;
    pthread_t threads[PICTURES_THREADS];
    bool running;
    atomic_bool stopping, lost;
    atomic_uint_fast64_t made, failed;
};

/* ---- the program ---- */

static bool
spawn(const char *path, int socket, pid_t *ret_pid, struct err *err)
{
    char *argv[] = {(char *)"meeshy-thumbnail", NULL}, *env[] = {NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none;
    int rc;

    sigemptyset(&none);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, socket, STDIN_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    rc = posix_spawn(ret_pid, path, &files, &attr, argv, env);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attr);
    errno = rc;
    return rc == 0 || err_set(err, FAIL_SYSTEM, "start %s: %m", path);
}

static bool
start_program(struct pictures *p, struct err *err)
{
    char *path = proc_helper("picture", "meeshy-thumbnail");
    int pair[2];
    bool ok;

    if (!path)
        return err_set(err, FAIL_NOT_FOUND, "meeshy-thumbnail is missing");
    ok = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0 ||
         err_set(err, FAIL_SYSTEM, "socketpair: %m");
    if (ok) {
        ok = spawn(path, pair[1], &p->pid, err);
        close(pair[1]);
        if (ok)
            p->socket = pair[0];
        else
            close(pair[0]);
    }
    free(path);
    return ok;
}

/* ---- asking ---- */

static void
lose(struct pictures *p, const char *why)
{
    if (atomic_exchange(&p->lost, true))
        return;
    log_error("pictures have no small copies from now on: %s", why);
    if (p->pid > 0)
        waitpid(p->pid, NULL, WNOHANG);
}

static bool
send_request(struct pictures *p, int picture, int answer, uint8_t shape)
{
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(USHER_FDS * sizeof(int))];
    } control = {.bytes = {0}};
    struct iovec iov = {&shape, 1};
    struct msghdr m = {.msg_iov = &iov,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof(control)};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    int fds[USHER_FDS] = {picture, answer};

    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(fds));
    memcpy(CMSG_DATA(c), fds, sizeof(fds));
    if (sendmsg(p->socket, &m, MSG_NOSIGNAL) == 1)
        return true;
    lose(p, "meeshy-thumbnail has ended");
    return false;
}

/* Exactly n bytes, in time. */
static bool
take(const struct pictures *p, int fd, void *out, size_t n, int64_t until_ms)
{
    char *at = out;

    while (n > 0 && clock_mono_ms() < until_ms && !atomic_load(&p->stopping)) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        ssize_t got;
        if (poll(&wait, 1, LOOK_MS) <= 0)
            continue;
        got = read(fd, at, n);
        if (got <= 0)
            break;
        at += got;
        n -= (size_t)got;
    }
    return n == 0;
}

static bool
head_is_sane(const struct usher_head *h)
{
    return h->magic == USHER_MAGIC && h->width > 0 && h->height > 0 &&
           h->width <= PICTURE_SIDE_MAX && h->height <= PICTURE_SIDE_MAX &&
           h->len > 0 && h->len <= PICTURE_THUMB_BYTES_MAX;
}

/* Writes the copy where it belongs. */
static bool
keep(struct picture_job *job, const char *bytes, size_t n)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    int fd = open(job->to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, bytes, n) == (ssize_t)n && fsync(fd) == 0;

    if (!ok)
        log_warn("a small copy cannot be saved: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    if (!ok)
        unlink(job->to);
    crypto_hash_sha256(hash, (const unsigned char *)bytes, n);
    sodium_bin2hex(job->sha256, sizeof(job->sha256), hash, sizeof(hash));
    return ok;
}

static bool
receive(struct pictures *p, struct picture_job *job, int fd)
{
    int64_t until_ms = clock_mono_ms() + WAIT_MS;
    struct usher_head h;
    char *bytes;
    bool ok;

    if (!take(p, fd, &h.magic, sizeof(h.magic), until_ms))
        return false;
    if (h.magic == USHER_NO_CAGE)
        lose(p, "this kernel has no seccomp");
    if (!take(p, fd, (char *)&h + sizeof(h.magic), sizeof(h) - sizeof(h.magic),
            until_ms) ||
        !head_is_sane(&h))
        return false;
    bytes = xmalloc(h.len);
    ok = take(p, fd, bytes, h.len, until_ms) && keep(job, bytes, h.len);
    free(bytes);
    if (ok) {
        job->width = h.width;
        job->height = h.height;
        job->bytes = h.len;
    }
    return ok;
}

static void
work(struct pictures *p, struct picture_job *job)
{
    uint64_t bytes;
    int fd = file_open(job->from, &bytes, NULL), answer[2] = {-1, -1};
    bool ok = fd >= 0 && pipe2(answer, O_CLOEXEC) == 0 &&
              send_request(p, fd, answer[1], (uint8_t)job->shape);

    if (answer[1] >= 0)
        close(answer[1]); /* who ends without a word is noticed */
    ok = ok && receive(p, job, answer[0]);
    if (answer[0] >= 0)
        close(answer[0]);
    if (fd >= 0)
        close(fd);
    atomic_fetch_add(ok ? &p->made : &p->failed, 1);
}

/* ---- the threads ---- */

static void
deliver(struct loop_msg *msg)
{
    struct picture_job *job = (struct picture_job *)msg;

    job->done(job);
}

static void *
run(void *arg)
{
    struct pictures *p = arg;
    void *item;

    while (bq_pop(p->queue, &item, BQ_FOREVER) == BQ_OK) {
        struct picture_job *job = item;
        if (!atomic_load(&p->stopping) && !atomic_load(&p->lost))
            work(p, job);
        job->msg.run = deliver;
        loop_post(p->loop, &job->msg);
    }
    return NULL;
}

struct pictures *
pictures_start(struct loop *l)
{
    struct pictures *p = xcalloc(1, sizeof(*p));
    struct err err;

    p->loop = l;
    p->socket = -1;
    p->queue = bq_new(PICTURES_JOBS_MAX);
    if (!start_program(p, &err))
        lose(p, err.text);
    for (int i = 0; i < PICTURES_THREADS; i++)
        if (pthread_create(&p->threads[i], NULL, run, p) != 0)
            abort(); /* no thread at start: the machine is unusable */
    p->running = true;
    return p;
}

void
pictures_stop(struct pictures *p)
{
    if (!p || !p->running)
        return;
    atomic_store(&p->stopping, true);
    bq_close(p->queue);
    for (int i = 0; i < PICTURES_THREADS; i++)
        pthread_join(p->threads[i], NULL);
    p->running = false;
}

void
pictures_free(struct pictures *p)
{
    if (!p)
        return;
    pictures_stop(p);
    if (p->socket >= 0)
        close(p->socket); /* and the program ends */
    bq_free(p->queue);
    free(p);
}

bool
pictures_can(const struct pictures *p, struct span type, int64_t bytes)
{
    return !atomic_load(&p->lost) && bytes <= PICTURE_BYTES_MAX &&
           (span_eqz(type, "image/jpeg") || span_eqz(type, "image/png") ||
               span_eqz(type, "image/webp") || span_eqz(type, "image/gif"));
}

bool
pictures_submit(struct pictures *p, struct picture_job *job)
{
    return bq_push(p->queue, job, BQ_NOWAIT) == BQ_OK;
}

struct pictures_stats
pictures_stats(const struct pictures *p)
{
    return (struct pictures_stats){
        atomic_load(&p->made), atomic_load(&p->failed)};
}
