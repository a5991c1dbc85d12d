/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "ctl/bar.h"
#include "ctl/cmd.h"
#include "memory/tmx.h"

enum { NAME_BYTES_MAX = 64 };

/* The next of the folders "DIR:DIR", owned by the caller; NULL at the end. */
static char *
next_folder(struct span *rest)
{
    struct span dir = {NULL, 0};

    while (rest->p && dir.len == 0)
        dir = span_cut(rest, ':');
    return dir.len > 0 ? span_dup(dir) : NULL;
}

static char *
join(const char *dir, const char *name, const char *ending)
{
    struct buf b = {0};

    buf_addf(&b, "%s/%s%s", dir, name, ending);
    return buf_take(&b);
}

/* ---- list ---- */

static int
is_table(const struct dirent *e)
{
    size_t n = strlen(e->d_name);

    return e->d_name[0] != '.' && n > 4 && !strcmp(e->d_name + n - 4, ".tsv");
}

static void
put_table(struct buf *b, const char *name, const char *path)
{
    struct err err = {0};
    struct table *t = table_open(path, &err);
    struct buf size = {0};

    if (!t) {
        buf_addf(b, "  %-24s unusable: %s\n", name, err.text);
        return;
    }
    bar_bytes(&size, table_size(t));
    buf_addf(b, "  %-24s %8zu meanings %10.*s ", name, table_lines(t),
        SPAN_ARG(buf_span(&size)));
    for (size_t n = 0; n < table_columns(t); n++)
        buf_addf(b, " %s", table_language(t, n));
    buf_addc(b, '\n');
    buf_free(&size);
    table_free(t);
}

static size_t
list_folder(struct buf *b, const char *dir)
{
    struct dirent **list;
    int n = scandir(dir, &list, is_table, alphasort);

    if (n > 0)
        buf_addf(b, "%s\n", dir);
    for (int i = 0; i < n; i++) {
        char *path = join(dir, list[i]->d_name, "");

        put_table(b, list[i]->d_name, path);
        free(path);
        free(list[i]);
    }
    if (n >= 0)
        free(list);
    return n > 0 ? (size_t)n : 0;
}

bool
cmd_memory_list(struct client *c, const struct opts *o, struct err *err)
{
    struct span rest = span_of(o->memory);
    struct buf b = {0};
    size_t n = 0;
    char *dir;

    (void)c;
    (void)err;
    while ((dir = next_folder(&rest)) != NULL) {
        n += list_folder(&b, dir);
        free(dir);
    }
    if (n == 0)
        buf_addf(&b, "no translation memory in %s\n", o->memory);
    fwrite(b.p, 1, b.len, stdout);
    buf_free(&b);
    return true;
}

/* ---- import ---- */

/* A pipe too: memory import <(xz -dc table.tmx.xz). */
static bool
read_input(struct buf *b, const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok;

    if (fd < 0)
        return err_set(err, FAIL_NOT_FOUND, "open %s: %m", path);
    ok = file_read_all(fd, path, TMX_BYTES_MAX, b, err);
    close(fd);
    return ok;
}

static bool
ends(const char *path, const char *ending)
{
    size_t n = strlen(path), m = strlen(ending);

    return n > m && strcasecmp(path + n - m, ending) == 0;
}

/* The file's name without its folder and ending, as a table is called. */
static bool
name_it(const char *path, char ret[NAME_BYTES_MAX], struct err *err)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const char *base = strrchr(path, '/');
    size_t n;

    base = base ? base + 1 : path;
    n = strlen(base) - 4;
    if (n >= NAME_BYTES_MAX || base[0] == '.' || strspn(base, letters) < n)
        return err_set(err, FAIL_BAD_INPUT,
            "a file's name has letters, digits and ._- and at most %d of them",
            NAME_BYTES_MAX - 1);
    memcpy(ret, base, n);
    ret[n] = '\0';
    return true;
}

/* All of it or nothing: what runs sees the old table or the new one. */
static bool
install(const char *path, struct span text, struct err *err)
{
    struct buf name = {0};
    char *part;
    FILE *f;
    bool ok;

    buf_addf(&name, "%s.part", path);
    part = buf_take(&name);
    f = fopen(part, "we");
    ok = f && fwrite(text.p, 1, text.len, f) == text.len && fflush(f) == 0 &&
         fsync(fileno(f)) == 0;
    if (f && fclose(f) != 0)
        ok = false;
    ok = ok && rename(part, path) == 0;
    if (!ok) {
        err_set(err, FAIL_SYSTEM, "write %s: %m", path);
        unlink(part);
    }
    free(part);
    return ok;
}

/* Make the text of a table from the file. */
static bool
convert(const char *path, struct buf *text, size_t *left_out, struct err *err)
{
    struct tmx_count count = {0};
    struct buf file = {0};
    bool ok;

    *left_out = 0;
    if (ends(path, ".tsv"))
        return read_input(text, path, err);
    ok = read_input(&file, path, err) &&
         tmx_read(buf_span(&file), text, &count, err);
    *left_out = count.left_out;
    buf_free(&file);
    return ok;
}

static bool
make_folder(const char *dir, struct err *err)
{
    return mkdir(dir, 0755) == 0 || errno == EEXIST ||
           err_set(err, FAIL_SYSTEM, "make the folder %s: %m", dir);
}

bool
cmd_memory_import(struct client *c, const struct opts *o, struct err *err)
{
    struct span rest = span_of(o->memory);
    char name[NAME_BYTES_MAX], *dir = next_folder(&rest), *path = NULL;
    struct table *t = NULL;
    struct buf text = {0};
    size_t left_out;
    bool ok = dir && (ends(o->args[0], ".tsv") || ends(o->args[0], ".tmx"));

    (void)c;
    if (!ok)
        err_set(err, FAIL_BAD_INPUT, "a FILE.tmx or FILE.tsv is needed");
    ok = ok && name_it(o->args[0], name, err) &&
         convert(o->args[0], &text, &left_out, err) &&
         (t = table_read(buf_span(&text), err)) != NULL &&
         make_folder(dir, err);
    if (ok)
        path = join(dir, name, ".tsv");
    ok = ok && install(path, buf_span(&text), err);
    if (ok)
        printf(
            "%s: %zu meanings, %zu left out\n", path, table_lines(t), left_out);
    table_free(t);
    buf_free(&text);
    free(path);
    free(dir);
    return ok;
}

/* ---- export ---- */

bool
cmd_memory_export(struct client *c, const struct opts *o, struct err *err)
{
    struct span rest = span_of(o->memory);
    struct err why = {.kind = FAIL_NOT_FOUND};
    struct table *t = NULL;
    char *dir;

    (void)c;
    if (strchr(o->args[0], '/'))
        return err_set(err, FAIL_BAD_INPUT, "a name as memory list says");
    while (!t && (dir = next_folder(&rest)) != NULL) {
        char *path =
            join(dir, o->args[0], ends(o->args[0], ".tsv") ? "" : ".tsv");

        if (access(path, F_OK) == 0)
            t = table_open(path, &why);
        free(path);
        free(dir);
    }
    if (!t && why.kind != FAIL_NOT_FOUND)
        return err_set(err, why.kind, "%s", why.text);
    if (!t)
        return err_set(err, FAIL_NOT_FOUND, "there is no table %s", o->args[0]);
    tmx_write(t, stdout);
    table_free(t);
    return fflush(stdout) == 0 || err_set(err, FAIL_SYSTEM, "write: %m");
}
