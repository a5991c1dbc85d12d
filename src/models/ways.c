/* SPDX-License-Identifier: ISC */
#include "models/ways.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "models/depot.h"

static const char file_name[] = "ways.tsv";

struct ways {
    struct ways_row *rows; /* owned */
    size_t n, cap;
};

bool
ways_is_short(struct span line)
{
    int words = 0;
    bool inside = false;

    for (size_t i = 0; i < line.len; i++) {
        bool blank = line.p[i] == ' ' || line.p[i] == '\t';

        words += !blank && !inside;
        inside = !blank;
    }
    return words <= WAYS_SHORT_WORDS_MAX;
}

struct ways *
ways_new(void)
{
    return xcalloc(1, sizeof(struct ways));
}

void
ways_free(struct ways *w)
{
    if (!w)
        return;
    free(w->rows);
    free(w);
}

size_t
ways_len(const struct ways *w)
{
    return w->n;
}

const struct ways_row *
ways_at(const struct ways *w, size_t i)
{
    return &w->rows[i];
}

const struct ways_row *
ways_find(const struct ways *w, const char *label)
{
    for (size_t i = 0; i < w->n; i++)
        if (strcmp(w->rows[i].label, label) == 0)
            return &w->rows[i];
    return NULL;
}

void
ways_set(struct ways *w, const struct ways_row *row)
{
    struct ways_row *old = (struct ways_row *)ways_find(w, row->label);

    if (old) {
        *old = *row;
        return;
    }
    if (w->n == w->cap) {
        w->cap = w->cap ? 2 * w->cap : 64;
        w->rows = xrealloc(w->rows, w->cap * sizeof(*w->rows));
    }
    w->rows[w->n++] = *row;
}

/* ---- reading ---- */

/* The next word of a line; empty at its end. */
static struct span
next_word(struct span *line)
{
    struct span word;

    *line = span_trim(*line);
    word = (struct span){line->p, 0};
    while (word.len < line->len && !strchr(" \t", line->p[word.len]))
        word.len++;
    line->p += word.len;
    line->len -= word.len;
    return word;
}

static bool
read_quality(struct span word, double *ret)
{
    char text[16], *end;

    *ret = 0;
    if (span_eqz(word, "-"))
        return true;
    if (word.len == 0 || word.len >= sizeof(text))
        return false;
    snprintf(text, sizeof(text), "%.*s", SPAN_ARG(word));
    *ret = strtod(text, &end) / 100;
    return *end == '\0' && *ret > 0 && *ret <= 1;
}

static bool
read_optional(struct span word, double *ret)
{
    *ret = 0;
    return word.len == 0 || read_quality(word, ret);
}

/* False with what is wrong in *ret_why.  A line without words has an empty
 * label. */
static bool
read_row(struct span line, struct ways_row *row, const char **ret_why)
{
    const char *comment = memchr(line.p, '#', line.len);
    struct span label;

    if (comment)
        line.len = (size_t)(comment - line.p);
    label = next_word(&line);
    *ret_why = "the way's name is too long";
    if (label.len >= sizeof(row->label))
        return false;
    snprintf(row->label, sizeof(row->label), "%.*s", SPAN_ARG(label));
    *ret_why =
        "a way, and two or three numbers above 0 up to 100 or -, are needed";
    return label.len == 0 ||
           (read_quality(next_word(&line), &row->quality_short) &&
               read_quality(next_word(&line), &row->quality_long) &&
               read_optional(next_word(&line), &row->sure_from) &&
               next_word(&line).len == 0);
}

bool
ways_parse(struct ways *w, struct span text, struct err *err)
{
    size_t before = w->n, number = 1;
    struct ways_row row;
    const char *why;

    for (; text.p; number++) {
        struct span line = span_cut(&text, '\n');

        if (!read_row(line, &row, &why)) {
            w->n = before;
            return err_set(
                err, FAIL_BAD_INPUT, "%s:%zu: %s", file_name, number, why);
        }
        if (row.label[0] && w->n < WAYS_MAX && !ways_find(w, row.label))
            ways_set(w, &row);
    }
    return true;
}

/* A file that is not there is empty. */
static bool
slurp(const char *path, struct buf *b, struct err *err)
{
    FILE *f = fopen(path, "re");
    bool ok;

    if (!f)
        return errno == ENOENT ||
               err_set(err, FAIL_SYSTEM, "open %s: %m", path);
    b->len += fread(buf_reserve(b, WAYS_BYTES_MAX), 1, WAYS_BYTES_MAX, f);
    ok = !ferror(f) || err_set(err, FAIL_SYSTEM, "read %s: %m", path);
    if (ok && fgetc(f) != EOF)
        ok = err_set(err, FAIL_TOO_LARGE, "%s is too large", path);
    fclose(f);
    return ok;
}

struct ways *
ways_load(const char *folders)
{
    struct ways *w = ways_new();
    struct span rest = span_of(folders);
    struct err err;
    char *dir;

    while (rest.p && (dir = depot_next_folder(&rest)) != NULL) {
        struct buf path = {0}, text = {0};

        buf_addf(&path, "%s/%s", dir, file_name);
        buf_addc(&path, '\0');
        if (!slurp(path.p, &text, &err) ||
            !ways_parse(w, buf_span(&text), &err))
            log_error("table of ways left out folder=%s reason=\"%s\"", dir,
                err.text);
        buf_free(&path);
        buf_free(&text);
        free(dir);
    }
    return w;
}

/* ---- writing ---- */

static void
put_quality(FILE *f, double quality)
{
    if (quality > 0)
        fprintf(f, "\t%.1f", 100 * quality);
    else
        fputs("\t-", f);
}

static bool
write_all(const struct ways *w, FILE *f)
{
    fputs("# chrF2 of what comes out of a way, on short lines and on long\n"
          "# prose, and the confidence from which on it is right; written by:\n"
          "# meeshyctl models measure\n",
        f);
    for (size_t i = 0; i < w->n; i++) {
        fputs(w->rows[i].label, f);
        put_quality(f, w->rows[i].quality_short);
        put_quality(f, w->rows[i].quality_long);
        put_quality(f, w->rows[i].sure_from);
        fputc('\n', f);
    }
    return fflush(f) == 0 && fsync(fileno(f)) == 0;
}

bool
ways_save(const struct ways *w, const char *dir, struct err *err)
{
    struct buf b = {0};
    char *path, *fresh;
    FILE *f;
    bool ok;

    buf_addf(&b, "%s/%s", dir, file_name);
    path = buf_take(&b);
    buf_addf(&b, "%s.new", path);
    fresh = buf_take(&b);
    f = fopen(fresh, "we");
    ok = f && write_all(w, f);
    if (f)
        ok = fclose(f) == 0 && ok;
    ok = ok && rename(fresh, path) == 0;
    if (!ok)
        err_set(err, FAIL_SYSTEM, "write %s: %m", path);
    free(path);
    free(fresh);
    return ok;
}
