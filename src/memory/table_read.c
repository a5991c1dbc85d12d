/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "memory/table_impl.h"

enum { CHUNK = 64 * 1024 };

static bool
bad(struct err *err, size_t number, const char *why)
{
    return err_set(err, FAIL_BAD_INPUT, "line %zu: %s", number, why);
}

static bool
read_header(struct table *t, struct span line, size_t number, struct err *err)
{
    while (line.p) {
        struct span name = span_trim(span_cut(&line, '\t'));
        char code[LANG_CODE_BYTES];

        if (t->n_columns == TABLE_COLUMNS_MAX)
            return bad(err, number, "too many languages");
        if (!lang_normalise(name, code))
            return bad(err, number, "the first line names the languages");
        if (table_column(t, span_of(code)) < t->n_columns)
            return bad(err, number, "a language has two columns");
        memcpy(t->columns[t->n_columns++].language, code, sizeof(code));
    }
    if (t->n_columns < 2)
        return bad(err, number, "two languages are needed");
    return true;
}

/* Counts what index_line is going to read. */
static bool
count_cell(struct table *t, size_t column, struct span text, size_t number,
    struct err *err)
{
    size_t n = text.len > 0;

    for (size_t i = 0; i < text.len; i++)
        n += text.p[i] == '|';
    t->columns[column].n += n;
    return t->columns[column].n <= TABLE_PHRASES_MAX ||
           bad(err, number, "too many phrases");
}

static bool
check_line(struct table *t, struct span line, size_t number, struct err *err)
{
    size_t filled = 0, n = 0;

    table_take_plus(&line);
    for (; line.p; n++) {
        struct span text = span_trim(span_cut(&line, '\t'));

        if (n == t->n_columns)
            return bad(err, number, "more cells than languages");
        filled += text.len > 0;
        if (!count_cell(t, n, text, number, err))
            return false;
    }
    t->n_lines++;
    return filled > 1 || bad(err, number, "only one language has a phrase");
}

/* Check all but the phrases, and count these. */
static bool
check(struct table *t, struct err *err)
{
    struct span rest = t->text;
    size_t number = 0;

    if (rest.len > TABLE_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "the file is too large");
    if (!utf8_valid(rest))
        return err_set(err, FAIL_BAD_INPUT, "the file is not UTF-8");
    while (rest.p) {
        struct span line = table_cut_line(&rest);

        number++;
        if (line.len == 0 || line.p[0] == '#')
            continue;
        if (line.len > TABLE_LINE_BYTES_MAX)
            return bad(err, number, "it is too long");
        if (!(t->n_columns == 0 ? read_header(t, line, number, err)
                                : check_line(t, line, number, err)))
            return false;
    }
    return t->n_columns > 0 || bad(err, 1, "the languages are missing");
}

static void
put(struct column *c, const struct phrase *p, size_t line)
{
    uint64_t hash = table_hash_phrase(p);
    size_t i = hash & c->mask;

    while (c->slots[i].line)
        i = (i + 1) & c->mask;
    c->slots[i] = (struct slot){(uint32_t)(hash >> 32), (uint32_t)line};
}

/* False when a phrase is none. */
static bool
index_line(struct table *t, size_t at)
{
    struct span line = table_line_at(t, at);

    table_take_plus(&line);
    for (size_t n = 0; line.p; n++) {
        struct column *c = &t->columns[n];
        struct span text = span_trim(span_cut(&line, '\t'));
        struct phrase p;
        bool given;

        while (text.p && text.len > 0) {
            struct span a = table_take_alternative(&text, &given);

            if (!phrase_read(a, span_of(c->language), &p))
                return false;
            if (!given)
                put(c, &p, at);
        }
    }
    return true;
}

/* Twice as many slots as alternatives at least, so that one is free. */
static void
make_slots(struct column *c)
{
    size_t size = 4;

    while (size < 2 * c->n)
        size *= 2;
    c->mask = size - 1;
    c->slots = xcalloc(size, sizeof(*c->slots));
}

static size_t
number_of(const struct table *t, size_t at)
{
    size_t n = 1;

    for (size_t i = 0; i < at; i++)
        n += t->text.p[i] == '\n';
    return n;
}

static bool
make_index(struct table *t, struct err *err)
{
    struct span line;
    size_t pos = 0, at;

    for (size_t n = 0; n < t->n_columns; n++)
        make_slots(&t->columns[n]);
    while ((line = table_next_line(t, &pos)).p) {
        at = (size_t)(line.p - t->text.p);
        if (!index_line(t, at))
            return bad(err, number_of(t, at),
                "a phrase is empty, too long or no words");
    }
    return true;
}

/* Takes t, which has its text. */
static struct table *
finish(struct table *t, struct err *err)
{
    if (!check(t, err) || !make_index(t, err)) {
        table_free(t);
        return NULL;
    }
    t->version = table_hash(t->text.p, t->text.len);
    return t;
}

struct table *
table_read(struct span text, struct err *err)
{
    struct table *t = xcalloc(1, sizeof(*t));

    t->text = (struct span){xmalloc(text.len + 1), text.len};
    if (text.len > 0)
        memcpy((char *)t->text.p, text.p, text.len);
    return finish(t, err);
}

/* The whole file: what changes later, changes nothing that is in use. */
static bool
load(struct table *t, FILE *f, const char *path, struct err *err)
{
    struct buf b = {0};
    size_t n = 1;

    if (!f)
        return err_set(err, FAIL_SYSTEM, "cannot open %s: %m", path);
    while (n > 0 && b.len <= TABLE_BYTES_MAX) {
        n = fread(buf_reserve(&b, CHUNK), 1, CHUNK, f);
        b.len += n;
    }
    t->text = (struct span){b.p, b.len};
    return !ferror(f) || err_set(err, FAIL_SYSTEM, "cannot read %s", path);
}

struct table *
table_open(const char *path, struct err *err)
{
    struct table *t = xcalloc(1, sizeof(*t));
    FILE *f = fopen(path, "re");
    bool ok = load(t, f, path, err);

    if (f)
        fclose(f);
    if (ok)
        return finish(t, err);
    table_free(t);
    return NULL;
}

void
table_free(struct table *t)
{
    if (!t)
        return;
    for (size_t n = 0; n < t->n_columns; n++)
        free(t->columns[n].slots);
    free((char *)t->text.p);
    free(t);
}
