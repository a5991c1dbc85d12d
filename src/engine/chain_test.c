/* SPDX-License-Identifier: ISC */
#include "engine/chain.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/tap.h"
#include "engine/testing.h"

/* A program given by its words; the last must be NULL. */
#define PROGRAM(...) ((char **)(const char *const[]){__VA_ARGS__, NULL})
#define SH(script) PROGRAM("/bin/sh", "-c", script)

static const char *stage_path;

/* Read until the end, or until the bytes end with until. */
static void
read_all(int fd, const char *until, struct buf *ret)
{
    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        struct span end = span_of(until);
        ssize_t n;

        if (end.p && ret->len >= end.len &&
            memcmp(ret->p + ret->len - end.len, end.p, end.len) == 0)
            return;
        if (!CHECK(poll(&wait, 1, TEST_WAIT_MS) == 1))
            return;
        n = read(fd, buf_reserve(ret, 256), 256);
        if (n <= 0)
            return;
        ret->len += (size_t)n;
    }
}

static bool
says(char **const *argv, size_t n, const char *want)
{
    struct chain c = {0};
    struct buf out = {0};
    struct err err;
    bool ok = chain_start(&c, argv, n, &err);

    if (ok)
        read_all(c.out, NULL, &out);
    chain_kill(&c);
    ok = ok && span_eqz(buf_span(&out), want);
    if (!ok)
        printf("# got %.*s\n", SPAN_ARG(buf_span(&out)));
    buf_free(&out);
    return ok;
}

static void
output_of_each_is_input_of_the_next(void)
{
    char **argv[] = {
        SH("echo abc"), PROGRAM("/bin/cat"), SH("read x; echo \"<$x>\"")};

    CHECK(says(argv, 3, "<abc>\n"));
    CHECK(children(NULL, 0) == 0);
}

static void
a_program_sees_no_environment_and_no_descriptor_of_ours(void)
{
    char **env[] = {SH("echo ${SECRET-none} $LC_ALL")};
    /* ls opens the directory itself; a leaked descriptor would be one more */
    char **fds[] = {PROGRAM("/bin/ls", "/proc/self/fd")};
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    setenv("SECRET", "x", 1);
    CHECK(says(env, 1, "none C.UTF-8\n"));
    CHECK(says(fds, 1, "0\n1\n2\n3\n"));
    close(fd);
}

static void
a_program_that_cannot_be_executed_ends_the_output(void)
{
    char **argv[] = {PROGRAM("/bin/cat"), PROGRAM("/no/such/program")};

    CHECK(says(argv, 2, ""));
}

static bool
is_gone(pid_t pid)
{
    int64_t deadline = clock_mono_ms() + TEST_WAIT_MS;
    char state;

    while ((state = process_state(pid, NULL)) != '\0' && state != 'Z') {
        if (clock_mono_ms() > deadline)
            return false;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return true;
}

static void
killing_leaves_no_process_and_no_descriptor(void)
{
    char **argv[] = {PROGRAM(stage_path), SH("sleep 1000 & echo $!; wait"),
        PROGRAM("/bin/cat")};
    struct chain c = {0};
    struct buf said = {0};
    struct err err;
    long long grandchild = 0;
    int before = open("/dev/null", O_RDONLY | O_CLOEXEC), after;

    close(before);
    CHECK(chain_start(&c, argv, 3, &err));
    CHECK(c.n == 3);
    CHECK(getpgid(c.pids[2]) == getpgid(c.pids[0]));
    CHECK(getpgid(c.pids[0]) != getpgrp());
    read_all(c.out, "\n", &said);
    CHECK(span_int(span_trim(buf_span(&said)), 1, 1 << 30, &grandchild));
    buf_free(&said);
    chain_kill(&c);
    CHECK(children(NULL, 0) == 0);
    CHECK(is_gone((pid_t)grandchild));
    chain_kill(&c);
    after = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(after);
    CHECK(before == after);
}

static void
no_descriptors_left_is_an_error_and_leaves_nothing(void)
{
    char **argv[] = {
        PROGRAM("/bin/cat"), PROGRAM("/bin/cat"), PROGRAM("/bin/cat")};
    struct chain c = {0};
    struct err err;
    int taken[4096], n = 0;

    while (n < 4096 && (taken[n] = open("/dev/null", O_CLOEXEC)) >= 0)
        n++;
    for (int spare = 0; spare < 6 && n > 0 && n < 4096; spare++) {
        CHECK(!chain_start(&c, argv, 3, &err));
        CHECK(c.n == 0 && err.kind == FAIL_SYSTEM);
        close(taken[--n]);
    }
    while (n > 0)
        close(taken[--n]);
    CHECK(children(NULL, 0) == 0);
    CHECK(chain_start(&c, argv, 3, &err));
    chain_kill(&c);
}

/* The child of a child: starts a chain whose programs do not look at their
 * input, tells their numbers, and waits to be killed. */
static _Noreturn void
start_and_wait(int out)
{
    char **argv[] = {SH("echo up; exec sleep 1000"), SH("cat; sleep 1000")};
    struct chain c = {0};
    struct buf said = {0};
    struct err err;

    if (!chain_start(&c, argv, 2, &err))
        _exit(1);
    read_all(c.out, "up\n", &said);
    if (write(out, c.pids, 2 * sizeof(pid_t)) < 0)
        _exit(1);
    for (;;)
        pause();
}

static void
programs_die_with_us_even_by_kill_9(void)
{
    pid_t pids[2] = {0}, child;
    int fds[2];

    CHECK(pipe2(fds, O_CLOEXEC) == 0);
    child = fork();
    if (child == 0)
        start_and_wait(fds[1]);
    close(fds[1]);
    CHECK(read(fds[0], pids, sizeof(pids)) == sizeof(pids));
    CHECK(pids[0] > 0 && !process_state(0, NULL));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    CHECK(is_gone(pids[0]));
    CHECK(is_gone(pids[1]));
    close(fds[0]);
}

int
main(int argc, char **argv)
{
    if (argc != 2)
        return 1;
    stage_path = argv[1];
    signal(SIGPIPE, SIG_IGN);
    RUN(output_of_each_is_input_of_the_next);
    RUN(a_program_sees_no_environment_and_no_descriptor_of_ours);
    RUN(a_program_that_cannot_be_executed_ends_the_output);
    RUN(killing_leaves_no_process_and_no_descriptor);
    RUN(no_descriptors_left_is_an_error_and_leaves_nothing);
    RUN(programs_die_with_us_even_by_kill_9);
    return tap_end();
}
