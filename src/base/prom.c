/* SPDX-License-Identifier: ISC */
#include "base/prom.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Bounds of the latency histograms. */
static const uint64_t bounds_us[] = {500, 1000, 2500, 5000, 10000, 25000, 50000,
    100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000, 30000000};

void
prom_head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_addf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void
prom_hist(
    struct buf *b, const char *name, const char *labels, const struct hist *h)
{
    const char *comma = *labels ? "," : "";
    const char *open = *labels ? "{" : "", *close = *labels ? "}" : "";

    for (size_t i = 0; i < sizeof(bounds_us) / sizeof(bounds_us[0]); i++)
        buf_addf(b, "%s_bucket{%s%sle=\"%g\"} %llu\n", name, labels, comma,
            (double)bounds_us[i] / 1e6,
            (unsigned long long)hist_at_most(h, bounds_us[i]));
    buf_addf(b, "%s_bucket{%s%sle=\"+Inf\"} %llu\n", name, labels, comma,
        (unsigned long long)h->count);
    buf_addf(b, "%s_sum%s%s%s %.6f\n", name, open, labels, close,
        (double)h->sum / 1e6);
    buf_addf(b, "%s_count%s%s%s %llu\n", name, open, labels, close,
        (unsigned long long)h->count);
}

void
prom_build_info(struct buf *b, const char *program)
{
    buf_addf(b,
        "# HELP %s_build_info What runs.\n# TYPE %s_build_info gauge\n"
        "%s_build_info{version=\"%s\"} 1\n",
        program, program, program, MEESHY_VERSION);
}

/* ---- the process ---- */

static void
put(struct buf *b, const char *name, const char *type, const char *help,
    double value)
{
    prom_head(b, name, type, help);
    buf_addf(b, "%s %.10g\n", name, value);
}

static void
read_statm(double *virtual_bytes, double *resident_bytes)
{
    double page = (double)sysconf(_SC_PAGESIZE);
    long size = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "re");

    if (f) {
        if (fscanf(f, "%ld %ld", &size, &resident) != 2)
            size = resident = 0;
        fclose(f);
    }
    *virtual_bytes = (double)size * page;
    *resident_bytes = (double)resident * page;
}

double
prom_resident_bytes(void)
{
    double virtual_bytes, resident;

    read_statm(&virtual_bytes, &resident);
    return resident;
}

static double
cpu_s(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static int
open_fds(void)
{
    DIR *d = opendir("/proc/self/fd");
    int n = 0;

    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n > 3 ? n - 3 : 0; /* "." and ".." and the folder's own */
}

/* Field 22 of /proc/self/stat, in ticks since the machine started.  The second
 * field is the name, which may have blanks and brackets. */
static double
start_s(void)
{
    char line[1024];
    FILE *f = fopen("/proc/self/stat", "re");
    const char *at =
        f && fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
    unsigned long long ticks = 0;
    struct timespec wall, boot;

    if (f)
        fclose(f);
    if (!at || sscanf(at,
                   ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u "
                   "%*u %*d %*d %*d %*d %*d %*d %llu",
                   &ticks) != 1)
        return 0;
    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_BOOTTIME, &boot);
    return (double)(wall.tv_sec - boot.tv_sec) +
           (double)(wall.tv_nsec - boot.tv_nsec) / 1e9 +
           (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

void
prom_process(struct buf *b)
{
    struct rlimit fds = {0};
    double virtual_bytes, resident;

    read_statm(&virtual_bytes, &resident);
    getrlimit(RLIMIT_NOFILE, &fds);
    put(b, "process_cpu_seconds_total", "counter",
        "Time of processors, user and system.", cpu_s());
    put(b, "process_resident_memory_bytes", "gauge", "Resident memory.",
        resident);
    put(b, "process_virtual_memory_bytes", "gauge", "Virtual memory.",
        virtual_bytes);
    put(b, "process_open_fds", "gauge", "Open descriptors.", open_fds());
    put(b, "process_max_fds", "gauge", "Descriptors that may be open.",
        (double)fds.rlim_cur);
    put(b, "process_start_time_seconds", "gauge",
        "When it started, since 1970.", start_s());
}
