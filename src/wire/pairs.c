/* SPDX-License-Identifier: ISC */
#include "wire/pairs.h"

#include <string.h>

static const char *const names[] = {
    [PAIR_NONE] = "none",
    [PAIR_BASIC] = "basic",
    [PAIR_FAIR] = "fair",
    [PAIR_GOOD] = "good",
};

const char *
pair_class_name(enum pair_class c)
{
    return names[c];
}

/* "en3" is a target and its class. */
static bool
read_target(struct span one, struct pairs_entry *ret)
{
    char class = one.len > 1 ? one.p[one.len - 1] : '0';

    if (class < '0' + PAIR_BASIC || class > '0' + PAIR_GOOD)
        return false;
    ret->target = (struct span){one.p, one.len - 1};
    ret->class = (enum pair_class)(class - '0');
    return true;
}

bool
pairs_next(struct span *rest, struct span *source, struct pairs_entry *ret)
{
    while (rest->p && rest->len > 0) {
        size_t n = 0;

        while (n < rest->len && !strchr(":,;", rest->p[n]))
            n++;
        struct span one = {rest->p, n};
        char mark = n < rest->len ? rest->p[n] : ';';

        *rest = (struct span){
            rest->p + n + (n < rest->len), rest->len - n - (n < rest->len)};
        if (mark == ':') {
            *source = one;
            continue;
        }
        ret->source = *source;
        if (mark == ';')
            *source = (struct span){0};
        if (ret->source.len > 0 && read_target(one, ret))
            return true;
    }
    return false;
}

/* The source that the last group of b has. */
static struct span
last_source(const struct buf *b)
{
    size_t start = b->len, end;

    while (start > 0 && b->p[start - 1] != ';')
        start--;
    for (end = start; end < b->len && b->p[end] != ':';)
        end++;
    return (struct span){b->p + start, end - start};
}

void
pairs_add(struct buf *b, const struct pairs_entry *p)
{
    if (b->len > 0 && span_eq(last_source(b), p->source)) {
        buf_addc(b, ',');
    } else {
        if (b->len > 0)
            buf_addc(b, ';');
        buf_adds(b, p->source);
        buf_addc(b, ':');
    }
    buf_adds(b, p->target);
    buf_addc(b, (char)('0' + p->class));
}

enum pair_class
pairs_find(struct span pairs, struct span source, struct span target)
{
    struct span at = {0};
    struct pairs_entry p;

    while (pairs_next(&pairs, &at, &p))
        if (span_eq(p.source, source) && span_eq(p.target, target))
            return p.class;
    return PAIR_NONE;
}
