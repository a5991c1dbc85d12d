/* SPDX-License-Identifier: ISC */
#include "base/machine.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define CGROUPS "/sys/fs/cgroup"

static bool
read_line(const char *path, char *line, int size)
{
    FILE *f = fopen(path, "re");
    bool ok = f && fgets(line, size, f);

    if (f)
        fclose(f);
    line[ok ? strcspn(line, "\n") : 0] = '\0';
    return ok;
}

/* What the group of this process may have; its parents' limits are met by
 * walking up.  SIZE_MAX: none that we can see. */
static size_t
cgroup_memory(void)
{
    char group[PATH_MAX], path[PATH_MAX + 64], line[64], *end;
    size_t least = SIZE_MAX;

    if (!read_line("/proc/self/cgroup", group, sizeof(group)) ||
        strncmp(group, "0::", 3) != 0)
        return SIZE_MAX;
    do {
        unsigned long long n;
        end = strrchr(group + 3, '/');
        snprintf(path, sizeof(path), CGROUPS "%s/memory.max", group + 3);
        if (read_line(path, line, sizeof(line)) &&
            sscanf(line, "%llu", &n) == 1 && n < least)
            least = (size_t)n;
        if (end)
            *end = '\0';
    } while (end);
    return least;
}

size_t
machine_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    size_t least = cgroup_memory();
    struct rlimit space;

    if (pages > 0 && page > 0 && (size_t)pages * (size_t)page < least)
        least = (size_t)pages * (size_t)page;
    if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur < least)
        least = (size_t)space.rlim_cur;
    return least;
}
