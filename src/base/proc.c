/* SPDX-License-Identifier: ISC */
#include "base/proc.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 320, LINE_BYTES = 1024 };

static FILE *
open_of(pid_t pid, const char *name)
{
    char path[PATH_BYTES];

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    return fopen(path, "re");
}

static bool
read_memory(pid_t pid, int64_t *ret)
{
    FILE *f = open_of(pid, "statm");
    long long resident = 0, shared = 0;
    bool ok = f && fscanf(f, "%*s %lld %lld", &resident, &shared) == 2;

    if (f)
        fclose(f);
    *ret = (resident - shared) * sysconf(_SC_PAGESIZE);
    return ok;
}

/* The fields behind the name, which may have anything in it but the last ')'. */
static bool
read_cpu(pid_t pid, int64_t *ret)
{
    FILE *f = open_of(pid, "stat");
    unsigned long long user = 0, system = 0;
    char line[LINE_BYTES] = "";
    size_t n = f ? fread(line, 1, sizeof(line) - 1, f) : 0;
    const char *rest = memrchr(line, ')', n);
    bool ok = rest && sscanf(rest + 1,
                          " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u"
                          " %llu %llu",
                          &user, &system) == 2;

    if (f)
        fclose(f);
    *ret = (int64_t)(user + system) * 1000000 / sysconf(_SC_CLK_TCK);
    return ok;
}

bool
proc_use(pid_t pid, struct proc_use *ret)
{
    return read_memory(pid, &ret->bytes) && read_cpu(pid, &ret->cpu_us);
}

static size_t
children_of_thread(const char *tid, pid_t *ret, size_t max)
{
    char path[PATH_BYTES];
    size_t n = 0;
    int pid;
    FILE *f;

    snprintf(path, sizeof(path), "/proc/self/task/%s/children", tid);
    f = fopen(path, "re");
    while (f && n < max && fscanf(f, "%d", &pid) == 1)
        ret[n++] = pid;
    if (f)
        fclose(f);
    return n;
}

size_t
proc_children(pid_t *ret, size_t max)
{
    DIR *dir = opendir("/proc/self/task");
    struct dirent *thread;
    size_t n = 0;

    while (dir && (thread = readdir(dir)))
        if (thread->d_name[0] != '.')
            n += children_of_thread(thread->d_name, ret + n, max - n);
    if (dir)
        closedir(dir);
    return n;
}

char *
proc_helper(const char *folder, const char *name)
{
    char self[PATH_MAX], *path;
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self));
    const char *slash = len > 0 ? memrchr(self, '/', (size_t)len) : NULL;
    const char *const places[][2] = {
        {"", ""}, {"../", folder}, {"../", "libexec"}};

    for (size_t i = 0; slash && i < sizeof(places) / sizeof(places[0]); i++) {
        if (asprintf(&path, "%.*s/%s%s/%s", (int)(slash - self), self,
                places[i][0], places[i][1], name) < 0)
            return NULL;
        if (access(path, X_OK) == 0)
            return path;
        free(path);
    }
    return NULL;
}
