/* SPDX-License-Identifier: ISC */
#include "ctl/chrf.h"

#include <stdint.h>
#include <stdlib.h>

/* The characters of a line, without blanks. */
struct chars {
    size_t n;
    uint32_t c[CHRF_CHARS_MAX];
};

static void
read_chars(struct span line, struct chars *ret)
{
    ret->n = 0;
    while (line.len > 0 && ret->n < CHRF_CHARS_MAX) {
        size_t len = utf8_first(line);
        uint32_t c = 0;

        len = len ? len : 1; /* broken: byte by byte */
        for (size_t i = 0; i < len; i++)
            c = c << 8 | (unsigned char)line.p[i];
        if (c != ' ')
            ret->c[ret->n++] = c;
        line.p += len;
        line.len -= len;
    }
}

static int
compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* The runs of so many characters, hashed and sorted; returns how many. */
static size_t
runs_of(const struct chars *s, size_t order, uint64_t ret[CHRF_CHARS_MAX])
{
    size_t n = s->n >= order ? s->n - order + 1 : 0;

    for (size_t i = 0; i < n; i++) {
        ret[i] = 0xcbf29ce484222325;
        for (size_t k = 0; k < order; k++)
            ret[i] = (ret[i] ^ s->c[i + k]) * 0x100000001b3;
    }
    qsort(ret, n, sizeof(*ret), compare);
    return n;
}

static size_t
common(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b)
{
    size_t i = 0, k = 0, n = 0;

    while (i < n_a && k < n_b) {
        if (a[i] == b[k])
            n++;
        if (a[i] < b[k])
            i++;
        else if (a[i] > b[k])
            k++;
        else
            i++, k++;
    }
    return n;
}

static struct chrf
count(const struct chars *translation, const struct chars *reference)
{
    static _Thread_local uint64_t a[CHRF_CHARS_MAX], b[CHRF_CHARS_MAX];
    struct chrf c = {.lines = 1};

    for (size_t order = 1; order <= CHRF_ORDER; order++) {
        size_t n_a = runs_of(translation, order, a);
        size_t n_b = runs_of(reference, order, b);

        c.matched[order - 1] = (double)common(a, n_a, b, n_b);
        c.said[order - 1] = (double)n_a;
        c.wanted[order - 1] = (double)n_b;
    }
    return c;
}

double
chrf_score(const struct chrf *c)
{
    double precision = 0, recall = 0;
    const double beta2 = 4;

    for (size_t i = 0; i < CHRF_ORDER; i++) {
        precision += c->said[i] > 0 ? c->matched[i] / c->said[i] : 0;
        recall += c->wanted[i] > 0 ? c->matched[i] / c->wanted[i] : 0;
    }
    precision /= CHRF_ORDER;
    recall /= CHRF_ORDER;
    if (precision + recall <= 0)
        return 0;
    return (1 + beta2) * precision * recall / (beta2 * precision + recall);
}

void
chrf_add(struct chrf *c, struct span translation, struct span references)
{
    static _Thread_local struct chars said, wanted;
    struct chrf best = {0}, one;

    read_chars(translation, &said);
    while (references.p) {
        read_chars(span_cut(&references, '\t'), &wanted);
        one = count(&said, &wanted);
        if (!best.lines || chrf_score(&one) > chrf_score(&best))
            best = one;
    }
    for (size_t i = 0; i < CHRF_ORDER; i++) {
        c->matched[i] += best.matched[i];
        c->said[i] += best.said[i];
        c->wanted[i] += best.wanted[i];
    }
    c->lines += best.lines;
}
