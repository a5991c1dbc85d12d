/* SPDX-License-Identifier: ISC */
#include "exchange/source.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "wire/json.h"

struct rows {
    const char *path;
    source_row_fn *told;
    void *ctx;
    int64_t n;
};

/* One more, of text; a failure says where it was. */
static bool
tell_row(struct rows *r, const json_t *row, struct err *err)
{
    struct err why;

    r->n++;
    if (r->told(row, r->ctx, &why))
        return true;
    return err_set(err, why.kind, "%s: the object %lld: %s", r->path,
        (long long)r->n, why.text);
}

static bool
tell_text(struct rows *r, struct span text, struct err *err)
{
    struct err why;
    json_t *row = utf8_valid(text) ? json_read(text, &why) : NULL;
    bool ok = row && tell_row(r, row, err);

    if (!row)
        err_set(err, FAIL_BAD_INPUT, "%s: the object %lld is damaged", r->path,
            (long long)r->n + 1);
    json_decref(row);
    return ok;
}

static bool
read_lines(struct rows *r, FILE *f, struct err *err)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    bool ok = true;

    while (ok && (n = getline(&line, &cap, f)) > 0) {
        struct span text = span_trim((struct span){line, (size_t)n});

        ok = !text.len || tell_text(r, text, err);
    }
    free(line);
    return ok;
}

static bool
read_list(struct rows *r, FILE *f, size_t bytes, struct err *err)
{
    struct buf text = {0};
    struct err why;
    json_t *list, *row;
    size_t i;
    bool ok;

    if (bytes > SOURCE_FILE_BYTES_MAX)
        return err_set(err, FAIL_BAD_INPUT, "%s is larger than %d MB", r->path,
            SOURCE_FILE_BYTES_MAX >> 20);
    text.len = fread(buf_reserve(&text, bytes), 1, bytes, f);
    list =
        utf8_valid(buf_span(&text)) ? json_read(buf_span(&text), &why) : NULL;
    ok = json_is_array(list) ||
         err_set(err, FAIL_BAD_INPUT, "%s is no list in JSON", r->path);
    json_array_foreach(list, i, row) ok = ok && tell_row(r, row, err);
    json_decref(list);
    buf_free(&text);
    return ok;
}

static char *
path_of(const char *dir, const char *name)
{
    struct buf b = {0};

    buf_addf(&b, "%s/%s", dir, name);
    return buf_take(&b);
}

bool
source_rows(const char *dir, const char *name, source_row_fn *told, void *ctx,
    struct err *err)
{
    char *path = path_of(dir, name);
    struct rows r = {.path = name, .told = told, .ctx = ctx};
    FILE *f = fopen(path, "re");
    struct stat st;
    bool ok = f && fstat(fileno(f), &st) == 0;
    int c = EOF;

    if (!ok)
        err_set(err, errno == ENOENT ? FAIL_NOT_FOUND : FAIL_BAD_INPUT,
            "open %s: %m", path);
    while (ok && (c = getc(f)) != EOF && ascii_space((char)c))
        ;
    if (c != EOF) {
        ungetc(c, f);
        ok = c == '[' ? read_list(&r, f, (size_t)st.st_size, err)
                      : read_lines(&r, f, err);
    }
    if (f)
        fclose(f);
    free(path);
    return ok;
}

static int
is_json(const struct dirent *d)
{
    size_t n = strlen(d->d_name);

    return n > 5 && strcmp(d->d_name + n - 5, ".json") == 0;
}

bool
source_each(const char *dir, const char *folder,
    bool (*told)(const char *name, void *ctx, struct err *err), void *ctx,
    struct err *err)
{
    char *path = path_of(dir, folder);
    struct dirent **list = NULL;
    bool ok = true;
    int n = scandir(path, &list, is_json, alphasort);

    if (n < 0 && errno != ENOENT)
        ok = err_set(err, FAIL_BAD_INPUT, "read %s: %m", path);
    for (int i = 0; i < n; i++) {
        ok = ok && told(list[i]->d_name, ctx, err);
        free(list[i]);
    }
    free(list);
    free(path);
    return ok;
}

void
source_copy(char *to, size_t cap, struct span s, size_t max)
{
    struct span rest = s, fits;

    for (size_t n = 0; n < max && rest.len; n++)
        utf8_take(&rest);
    fits = utf8_fit((struct span){s.p, s.len - rest.len}, cap - 1);
    if (fits.len)
        memcpy(to, fits.p, fits.len);
    to[fits.len] = '\0';
}

int64_t
source_ms(struct span seconds)
{
    struct span after = seconds, whole = span_cut(&after, '.');
    long long s, ms = 0;

    if (!span_int(whole, 0, INT64_MAX / 1000 - 1, &s))
        return 0;
    for (size_t i = 0; i < 3; i++) {
        char c = i < after.len ? after.p[i] : '0';

        if (c < '0' || c > '9')
            return 0;
        ms = 10 * ms + (c - '0');
    }
    return 1000 * s + ms;
}
