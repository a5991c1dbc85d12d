/* SPDX-License-Identifier: ISC */
#include <libgen.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "ctl/cmd.h"

enum { PATH_BYTES_MAX = 4096 };

/* The program as it is installed beside us, or as it was built. */
static char *
find_program(const char *name)
{
    char own[PATH_BYTES_MAX];
    ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);
    const char *dir;

    if (n < 0)
        return NULL;
    own[n] = '\0';
    dir = dirname(own);
    for (int built = 0; built < 2; built++) {
        struct buf b = {0};
        char *path;

        if (built)
            buf_addf(&b, "%s/../%s/meeshy-%s", dir, name, name);
        else
            buf_addf(&b, "%s/meeshy-%s", dir, name);
        path = buf_take(&b);
        if (access(path, X_OK) == 0)
            return path;
        free(path);
    }
    return NULL;
}

static bool
run(char *program, struct err *err)
{
    char flag[] = "--check-config";
    char *argv[] = {program, flag, NULL};
    pid_t child;
    int status = 0;

    fflush(stdout);
    if (posix_spawn(&child, program, NULL, NULL, argv, environ) != 0 ||
        waitpid(child, &status, 0) != child)
        return err_set(err, FAIL_SYSTEM, "cannot run %s", program);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool
cmd_check_config(struct client *c, const struct opts *o, struct err *err)
{
    static const char *const names[] = {"gateway", "translator"};
    int found = 0, bad = 0;

    (void)c;
    (void)o;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *program = find_program(names[i]);

        if (!program)
            continue;
        printf("%s== %s\n", found++ ? "\n" : "", names[i]);
        *err = (struct err){0};
        bad += !run(program, err);
        free(program);
        if (err->kind != FAIL_NONE)
            return false;
    }
    if (found == 0)
        return err_set(
            err, FAIL_NOT_FOUND, "no program of Meeshy is beside me");
    return bad == 0 || err_set(err, FAIL_BAD_INPUT,
                           "%d of %d programs would not start", bad, found);
}
