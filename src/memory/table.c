/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "memory/table_impl.h"

/* FNV-1a.  Texts that strangers send are only looked for: the longest cluster
 * is what whoever wrote the table made it. */
uint64_t
table_hash(const void *bytes, size_t n)
{
    uint64_t hash = 0xcbf29ce484222325;

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
    return hash ^ hash >> 29;
}

uint64_t
table_hash_phrase(const struct phrase *p)
{
    return table_hash(p->key, p->n) + p->asks;
}

struct span
table_line_at(const struct table *t, size_t at)
{
    struct span rest = {t->text.p + at, t->text.len - at};

    return span_cut(&rest, '\n');
}

struct span
table_cut_line(struct span *rest)
{
    struct span line = span_cut(rest, '\n');

    if (line.len > 0 && line.p[line.len - 1] == '\r')
        line.len--;
    return line;
}

struct span
table_next_line(const struct table *t, size_t *pos)
{
    struct span rest = {t->text.p + *pos, t->text.len - *pos}, line;
    bool header = *pos == 0;

    while (rest.len > 0) {
        line = table_cut_line(&rest);
        if (line.len == 0 || line.p[0] == '#')
            continue;
        if (!header) {
            *pos = rest.p ? (size_t)(rest.p - t->text.p) : t->text.len;
            return line;
        }
        header = false;
    }
    return (struct span){NULL, 0};
}

bool
table_take_plus(struct span *line)
{
    bool plus = line->len > 0 && line->p[0] == '+';

    line->p += plus;
    line->len -= plus;
    return plus;
}

struct span
table_take_alternative(struct span *cell, bool *given)
{
    struct span a = span_trim(span_cut(cell, '|'));

    *given = a.len > 0 && a.p[0] == '>';
    if (!*given)
        return a;
    return span_trim((struct span){a.p + 1, a.len - 1});
}

/* ---- looking ---- */

/* The n-th cell of a line; absent when it has none. */
static struct span
cell(struct span line, size_t n)
{
    struct span c = span_cut(&line, '\t');

    while (n-- > 0 && c.p)
        c = span_cut(&line, '\t');
    return c.p ? span_trim(c) : c;
}

static const size_t nowhere = (size_t)-1;

static bool
exclaims(const struct phrase *p)
{
    return p->n_marks > 0 && p->marks[p->n_marks - 1] == '!';
}

/* Which of the alternatives the phrase is, or nowhere; *clipped: the first has
 * more words.  "morgen!" counts as the first for who exclaims. */
static size_t
place(struct span alternatives, const struct phrase *p, struct span language,
    bool *clipped)
{
    struct phrase q;
    bool given;

    for (size_t n = 0; alternatives.p; n++) {
        struct span a = table_take_alternative(&alternatives, &given);

        if ((given && n > 0) || !phrase_read(a, language, &q))
            continue;
        if (n == 0)
            *clipped = q.words > p->words;
        if (!given && q.asks == p->asks && q.n == p->n &&
            memcmp(q.key, p->key, p->n) == 0)
            return exclaims(&q) && exclaims(p) ? 0 : n;
    }
    return nowhere;
}

struct table_hit
table_find(
    const struct table *t, const struct phrase *p, size_t source, size_t target)
{
    const struct column *c = &t->columns[source];
    struct span language = span_of(c->language);
    uint64_t hash = table_hash_phrase(p);
    struct table_hit best = {{NULL, 0}, false, false};

    for (size_t i = hash & c->mask; c->slots[i].line; i = (i + 1) & c->mask) {
        struct span line, found;
        struct table_hit hit = {{NULL, 0}, false, false};
        bool given;
        size_t n;

        if (c->slots[i].hash != hash >> 32)
            continue;
        line = table_line_at(t, c->slots[i].line);
        hit.beside = table_take_plus(&line);
        found = cell(line, target);
        n = found.len > 0 ? place(cell(line, source), p, language, &hit.clipped)
                          : nowhere;
        hit.text = table_take_alternative(&found, &given);
        if (n == 0)
            return hit;
        if (n != nowhere && !best.text.p)
            best = hit;
    }
    return best;
}

/* ---- what there is ---- */

size_t
table_columns(const struct table *t)
{
    return t->n_columns;
}

const char *
table_language(const struct table *t, size_t column)
{
    return t->columns[column].language;
}

size_t
table_column(const struct table *t, struct span language)
{
    size_t n = 0;

    while (n < t->n_columns && !span_eqz(language, t->columns[n].language))
        n++;
    return n;
}

size_t
table_lines(const struct table *t)
{
    return t->n_lines;
}

size_t
table_size(const struct table *t)
{
    size_t bytes = sizeof(*t) + t->text.len;

    for (size_t n = 0; n < t->n_columns; n++)
        bytes += (t->columns[n].mask + 1) * sizeof(struct slot);
    return bytes;
}

uint64_t
table_version(const struct table *t)
{
    return t->version;
}

bool
table_next(
    const struct table *t, size_t *pos, struct span cells[TABLE_COLUMNS_MAX])
{
    struct span line = table_next_line(t, pos);

    if (!line.p)
        return false;
    table_take_plus(&line);
    for (size_t n = 0; n < t->n_columns; n++) {
        struct span text = {NULL, 0};

        if (line.p)
            text = span_trim(span_cut(&line, '\t'));
        cells[n] = text.len > 0 ? text : (struct span){NULL, 0};
    }
    return true;
}
