/* SPDX-License-Identifier: ISC */
#include "memory/proposals.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "memory/cell.h"

struct proposals {
    char *dir;
    size_t bytes; /* of its files: when it was opened, and what was added */
};

static size_t
bytes_of(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    struct stat st;
    size_t n = 0;

    while (d && (e = readdir(d)) != NULL)
        if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode))
            n += (size_t)st.st_size;
    if (d)
        closedir(d);
    return n;
}

struct proposals *
proposals_open(const char *dir, struct err *err)
{
    struct proposals *p;

    if ((mkdir(dir, 0750) != 0 && errno != EEXIST) ||
        access(dir, W_OK | X_OK) != 0) {
        err_set(err, FAIL_SYSTEM, "the folder of suggestions %s: %m", dir);
        return NULL;
    }
    p = xcalloc(1, sizeof(*p));
    p->dir = xstrdup(dir);
    p->bytes = bytes_of(dir);
    return p;
}

void
proposals_free(struct proposals *p)
{
    if (!p)
        return;
    free(p->dir);
    free(p);
}

/* Append to the table of the pair, which begins with its languages. */
static bool
append(struct proposals *p, const struct proposal *one, struct span line,
    struct err *err)
{
    struct buf path = {0}, all = {0};
    struct stat st;
    bool ok;
    int fd;

    buf_addf(&path, "%s/%.*s-%.*s.tsv", p->dir, SPAN_ARG(one->source),
        SPAN_ARG(one->target));
    buf_addc(&path, '\0');
    fd = open(
        path.p, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    ok = fd >= 0 && fstat(fd, &st) == 0;
    if (ok && st.st_size == 0)
        buf_addf(
            &all, "%.*s\t%.*s\n", SPAN_ARG(one->source), SPAN_ARG(one->target));
    buf_adds(&all, line);
    ok = ok && write(fd, all.p, all.len) == (ssize_t)all.len;
    if (ok)
        p->bytes += all.len;
    else
        err_set(err, FAIL_SYSTEM, "write %s: %m", path.p);
    if (fd >= 0)
        close(fd);
    buf_free(&path);
    buf_free(&all);
    return ok;
}

bool
proposals_add(struct proposals *p, const struct proposal *one, struct err *err)
{
    struct buf line = {0}, translation = {0};
    bool ok;

    if (p->bytes >= PROPOSALS_BYTES_MAX)
        return err_set(err, FAIL_BUSY,
            "nobody has looked through the suggestions that there are");
    ok = (cell_add(&line, one->text, one->source) &&
             cell_add(&translation, one->translation, one->target)) ||
         err_set(err, FAIL_BAD_INPUT,
             "a suggestion is of one sentence, without | and not beginning "
             "with > # or +");
    if (ok) {
        buf_addc(&line, '\t');
        buf_adds(&line, buf_span(&translation));
        buf_addc(&line, '\n');
        ok = append(p, one, buf_span(&line), err);
    }
    buf_free(&line);
    buf_free(&translation);
    return ok;
}
