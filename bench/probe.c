/* SPDX-License-Identifier: ISC */
/*
 * probe - how quiet the machine is right now, as one line of JSON: the share
 * of each of two cores that a busy loop gets, and how many 4 KiB writes with
 * fdatasync DIR's disk takes in a second.  A figure measured beside a noisy
 * probe says little.
 *
 *     probe DIR MS
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/span.h"

enum { BLOCK_BYTES = 4096, BLOCKS = 256, MS_MAX = 10 * 1000 };

static int64_t
own_cpu_us(void)
{
    struct rusage use;

    getrusage(RUSAGE_SELF, &use);
    return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000ll +
           use.ru_utime.tv_usec + use.ru_stime.tv_usec;
}

/* The share of the CPU we get, or -1 where there is no such CPU. */
static double
cpu_share(int cpu, int ms)
{
    int64_t begin_us, begin_cpu_us, now_us;
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof(set), &set) < 0)
        return -1;
    begin_us = clock_mono_us();
    begin_cpu_us = own_cpu_us();
    do
        now_us = clock_mono_us();
    while (now_us < begin_us + ms * 1000ll);
    return (double)(own_cpu_us() - begin_cpu_us) / (double)(now_us - begin_us);
}

/* Writes a second that reach the disk, or -1. */
static double
syncs_per_s(const char *dir, int ms)
{
    static char block[BLOCK_BYTES];
    char path[4096];
    int64_t begin_us, now_us;
    double n = 0;
    int fd;

    snprintf(path, sizeof(path), "%s/probe.XXXXXX", dir);
    fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return -1;
    unlink(path);
    /* Overwrite allocated blocks, as a recycled WAL does. */
    for (int i = 0; i < BLOCKS; i++)
        if (write(fd, block, sizeof(block)) != sizeof(block))
            n = -1;
    fsync(fd);
    begin_us = now_us = clock_mono_us();
    while (n >= 0 && now_us < begin_us + ms * 1000ll) {
        off_t at = (off_t)n % BLOCKS * BLOCK_BYTES;
        if (pwrite(fd, block, sizeof(block), at) != sizeof(block) ||
            fdatasync(fd) < 0)
            n = -1;
        else
            n++;
        now_us = clock_mono_us();
    }
    close(fd);
    return n < 0 ? -1 : n * 1e6 / (double)(now_us - begin_us);
}

int
main(int argc, char **argv)
{
    long long ms;
    double first, second;

    if (argc != 3 || !span_int(span_of(argv[2]), 1, MS_MAX, &ms)) {
        fputs("usage: probe DIR MS\n", stderr);
        return 2;
    }
    first = cpu_share(0, (int)ms);
    second = cpu_share(1, (int)ms);
    printf("{\"share\":[%.3f,%.3f],\"fdatasync_per_s\":%.0f}\n", first, second,
        syncs_per_s(argv[1], (int)ms));
    return 0;
}
