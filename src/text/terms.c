/* SPDX-License-Identifier: ISC */
#include "text/terms.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "text/uni.h"

enum { BUCKETS = 256 };

/* Entries ordered by bucket (of the folded first code point), then the longest
 * first, exact case before any case.  heads[b] is where bucket b starts. */
struct terms {
    struct buf bytes; /* what the spans of the entries point into */
    size_t n;
    size_t heads[BUCKETS + 1];
    struct entry {
        struct span source, target;
        struct span capital; /* target with a capital first; or absent */
        bool any_case;
    } entries[];
};

static size_t
bucket(struct span s, size_t i)
{
    size_t n;

    return (size_t)uni_fold(uni_at(s, i, &n)) % BUCKETS;
}

static int
compare(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    size_t p = bucket(a->source, 0), q = bucket(b->source, 0);

    if (p != q)
        return p < q ? -1 : 1;
    if (a->source.len != b->source.len)
        return a->source.len > b->source.len ? -1 : 1;
    if (a->any_case != b->any_case)
        return a->any_case ? 1 : -1;
    return memcmp(a->source.p, b->source.p, a->source.len);
}

static bool
is_line(struct span s)
{
    return s.len <= TERM_BYTES_MAX && utf8_valid(s) &&
           (s.len == 0 ||
               (!memchr(s.p, '\n', s.len) && !memchr(s.p, '\r', s.len)));
}

static struct span
copy(struct terms *t, struct span s)
{
    char *p = t->bytes.p + t->bytes.len;

    if (!s.p)
        return s;
    buf_adds(&t->bytes, s);
    return (struct span){p, s.len};
}

/* For a term in lower case that stands where it has a capital. */
static struct span
capitalise(struct terms *t, struct span source, struct span target)
{
    char *p = t->bytes.p + t->bytes.len, first[UNI_BYTES_MAX];
    size_t n, len;

    if (!uni_lower(uni_at(source, 0, &n)) || target.len == 0)
        return (struct span){NULL, 0};
    len = uni_put(uni_to_upper(uni_at(target, 0, &n)), first);
    buf_add(&t->bytes, first, len);
    buf_add(&t->bytes, target.p + n, target.len - n);
    return (struct span){p, len + target.len - n};
}

struct terms *
terms_new(const struct term *list, size_t n, struct err *err)
{
    struct terms *t;
    size_t bytes = 1;

    if (n > TERMS_MAX) {
        err_set(err, FAIL_TOO_LARGE, "more than %d terms", TERMS_MAX);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        if (span_trim(list[i].source).len == 0 || !is_line(list[i].source) ||
            !is_line(list[i].target)) {
            err_set(err, FAIL_BAD_INPUT, "term %zu is not one short line", i);
            return NULL;
        }
        bytes += list[i].source.len + 2 * list[i].target.len + UNI_BYTES_MAX;
    }
    t = xcalloc(1, sizeof(*t) + n * sizeof(t->entries[0]));
    t->n = n;
    buf_reserve(&t->bytes, bytes);
    for (size_t i = 0; i < n; i++) {
        t->entries[i].source = copy(t, span_trim(list[i].source));
        t->entries[i].target = copy(t, list[i].target);
        t->entries[i].any_case = list[i].any_case;
        if (list[i].any_case)
            t->entries[i].capital =
                capitalise(t, t->entries[i].source, t->entries[i].target);
    }
    if (n > 0)
        qsort(t->entries, n, sizeof(t->entries[0]), compare);
    for (size_t i = 0; i < n; i++)
        t->heads[bucket(t->entries[i].source, 0) + 1] = i + 1;
    for (size_t b = 1; b <= BUCKETS; b++) {
        if (t->heads[b] < t->heads[b - 1])
            t->heads[b] = t->heads[b - 1];
    }
    return t;
}

void
terms_free(struct terms *t)
{
    if (!t)
        return;
    buf_free(&t->bytes);
    free(t);
}

/* May a term end between these two code points? */
static bool
is_edge(int32_t inside, int32_t outside)
{
    return !uni_word(inside) || !uni_word(outside) || uni_wide(inside);
}

static size_t
match(const struct entry *term, struct span line, size_t i)
{
    struct span rest = {line.p + i, line.len - i};
    size_t len = term->source.len, n;

    if (term->any_case)
        len = uni_match(rest, term->source);
    else if (!span_starts(rest, term->source))
        return 0;
    if (len == 0 || !is_edge(uni_at(rest, 0, &n), uni_before(line, i)) ||
        !is_edge(uni_before(rest, len), uni_at(rest, len, &n)))
        return 0;
    return len;
}

bool
terms_at(
    const struct terms *t, struct span line, size_t i, struct terms_hit *ret)
{
    size_t b = bucket(line, i), n;
    int32_t c = uni_at(line, i, &n);

    if (uni_word(c) && uni_word(uni_before(line, i)) && !uni_wide(c))
        return false;
    for (size_t k = t->heads[b]; k < t->heads[b + 1]; k++) {
        size_t len = match(&t->entries[k], line, i);

        if (len > 0) {
            *ret = (struct terms_hit){len, t->entries[k].target};
            if (t->entries[k].capital.p && uni_upper(c))
                ret->target = t->entries[k].capital;
            return true;
        }
    }
    return false;
}
