/* SPDX-License-Identifier: ISC */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "load/run.h"

enum { SLACK_S = 30 };

/* The last line of defence: a run that outlives all its deadlines together,
 * or the harness that started it, is ended by the kernel. */
static void
bound_in_time(const struct opts *o)
{
    int phases_ms = o->connect_max_ms + o->settle_ms + o->warmup_ms +
                    o->duration_ms + o->drain_ms;

    alarm((unsigned)(phases_ms / 1000 + SLACK_S));
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static void
allow_many_files(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

static void
pin(int cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof(set), &set) < 0)
        perror("load: --cpu");
}

int
main(int argc, char **argv)
{
    struct opts opts;
    struct err err = {0};
    struct stats *stats;
    uint64_t bytes_in;
    bool ok;

    if (!opts_parse(argc, argv, &opts, &err)) {
        fprintf(stderr, "load: %s\n\n", err.text);
        opts_usage(stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    bound_in_time(&opts);
    allow_many_files();
    if (opts.cpu >= 0)
        pin(opts.cpu);

    stats = xcalloc(1, sizeof(*stats));
    ok = run(&opts, stats, &bytes_in, &err);
    if (ok)
        stats_print(stats, &opts, bytes_in, stdout);
    else
        fprintf(stderr, "load: %s\n", err.text);
    free(stats);
    return ok ? 0 : 1;
}
