/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "picture/cage.h"
#include "picture/picture.h"
#include "picture/usher.h"

/*
 * meeshy-thumbnail - small copies of pictures (usher.h).  This process looks at
 * no picture: it lets each into a cage of its own, a copy of itself that ends
 * with it.
 */

static void
say(int fd, const void *bytes, size_t n)
{
    const char *p = bytes;

    while (n > 0) {
        ssize_t done = write(fd, p, n);
        if (done <= 0)
            _exit(EXIT_FAILURE);
        p += done;
        n -= (size_t)done;
    }
}

static void
answer(int fd, const struct picture *p)
{
    struct usher_head head = {.magic = USHER_MAGIC,
        .width = p->width,
        .height = p->height,
        .thumb_width = p->thumb_width,
        .thumb_height = p->thumb_height,
        .len = (uint32_t)p->len};

    say(fd, &head, sizeof(head));
    say(fd, p->webp, p->len);
}

/* Who has too little memory ends this and not the gateway. */
static void
be_first_to_go(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    if (fd >= 0 && write(fd, "1000", 4) == 4)
        close(fd);
}

/* The process of one picture.  It is there before the cage shuts: the file is
 * mapped, and the only descriptor left is the answer's. */
static void __attribute__((noreturn))
serve(const int fds[USHER_FDS], enum picture_shape shape)
{
    static const uint32_t no_cage = USHER_NO_CAGE;
    struct span bytes = {0};
    struct picture p;
    struct stat st;
    void *map = MAP_FAILED;

    be_first_to_go();
    if (fstat(fds[0], &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
        st.st_size <= PICTURE_BYTES_MAX)
        map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fds[0], 0);
    if (map == MAP_FAILED || dup2(fds[1], STDIN_FILENO) < 0 ||
        close_range(1, ~0U, 0) != 0)
        _exit(EXIT_FAILURE);
    if (!cage_enter()) {
        say(STDIN_FILENO, &no_cage, sizeof(no_cage));
        _exit(EXIT_FAILURE);
    }
    bytes = (struct span){map, (size_t)st.st_size};
    if (picture_shrink(bytes, shape, &p))
        answer(STDIN_FILENO, &p);
    _exit(EXIT_SUCCESS);
}

/* The next request; false at the end. */
static bool
next(int fds[USHER_FDS], uint8_t *ret_shape)
{
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(USHER_FDS * sizeof(int))];
    } control;
    struct iovec iov = {ret_shape, 1};
    struct msghdr m = {.msg_iov = &iov,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof(control)};
    const struct cmsghdr *c;
    ssize_t n;

    do {
        m.msg_controllen = sizeof(control);
        n = recvmsg(STDIN_FILENO, &m, MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    c = n == 1 ? CMSG_FIRSTHDR(&m) : NULL;
    if (!c || c->cmsg_type != SCM_RIGHTS ||
        c->cmsg_len != CMSG_LEN(USHER_FDS * sizeof(int)) ||
        *ret_shape >= PICTURE_SHAPES)
        return false;
    memcpy(fds, CMSG_DATA(c), USHER_FDS * sizeof(int));
    return true;
}

int
main(void)
{
    int fds[USHER_FDS];
    uint8_t shape;

    /* Who ends the gateway may end the whole group; it has to finish first. */
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGCHLD, SIG_IGN); /* nobody waits for them */
    if (chdir("/") != 0)
        return EXIT_FAILURE;
    while (next(fds, &shape)) {
        if (fork() == 0)
            serve(fds, (enum picture_shape)shape);
        close(fds[0]);
        close(fds[1]);
    }
    return EXIT_SUCCESS;
}
