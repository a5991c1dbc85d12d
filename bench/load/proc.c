/* SPDX-License-Identifier: ISC */
#include "load/proc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { TEXT_BYTES = 4096 };

/* The beginning of a small file, NUL-terminated; "" when unreadable. */
static void
read_text(const char *path, char text[TEXT_BYTES])
{
    FILE *f = fopen(path, "re");
    size_t n = f ? fread(text, 1, TEXT_BYTES - 1, f) : 0;

    text[n] = '\0';
    if (f)
        fclose(f);
}

/* The number after key, or -1. */
static long
number_after(const char *text, const char *key)
{
    const char *p = strstr(text, key);

    return p ? strtol(p + strlen(key), NULL, 10) : -1;
}

/* Fields 14 and 15 of stat; the name in field 2 may hold anything. */
static double
cpu_s(const char *stat)
{
    const char *after_name = strrchr(stat, ')');
    unsigned long user, system;

    if (!after_name ||
        sscanf(after_name + 1,
            " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
            &system) != 2)
        return -1;
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

struct proc_use
proc_use(int pid)
{
    struct proc_use use;
    char path[64], text[TEXT_BYTES];

    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    read_text(path, text);
    use.cpu_s = cpu_s(text);
    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    read_text(path, text);
    use.rss_kb = number_after(text, "VmRSS:");
    use.rss_peak_kb = number_after(text, "VmHWM:");
    return use;
}

long
proc_tcp_kb(void)
{
    char text[TEXT_BYTES];
    const char *tcp;
    long pages;

    read_text("/proc/net/sockstat", text);
    tcp = strstr(text, "TCP:");
    pages = tcp ? number_after(tcp, " mem ") : -1;
    return pages < 0 ? -1 : pages * (sysconf(_SC_PAGESIZE) / 1024);
}

double
proc_own_cpu_s(void)
{
    struct rusage use;

    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}
