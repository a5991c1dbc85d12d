/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/mem.h"
#include "text/doc_parts.h"
#include "text/figures.h"
#include "text/numbers.h"
#include "text/places.h"
#include "text/uni.h"

/* Numbers, figures and towns as the target language writes them. */

static bool
is_text(const struct part *p)
{
    return p->kind == SCAN_NONE;
}

/* A word at the start of a sentence has a capital. */
static void
match_case(struct span source, struct buf *word)
{
    size_t n, m;
    int32_t c = uni_at(source, 0, &n), first = uni_at(buf_span(word), 0, &m);
    char capital[UNI_BYTES_MAX];

    if (uni_upper(c) && uni_put(uni_to_upper(first), capital) == m)
        memcpy(word->p, capital, m);
}

/* Let the doc own what was written. */
static struct span
own(struct doc *d, struct buf *out)
{
    size_t len = out->len;

    if (d->n_written == d->cap_written) {
        d->cap_written = d->cap_written ? 2 * d->cap_written : 4;
        d->written = xrealloc(d->written, d->cap_written * sizeof(*d->written));
    }
    d->written[d->n_written] = buf_take(out);
    return (struct span){d->written[d->n_written++], len};
}

struct span
doc_write_number(struct doc *d, struct span source, const struct number *number)
{
    struct buf out = {0};

    if (!numbers_write(number, span_of(d->target), &out))
        return (struct span){NULL, 0};
    match_case(source, &out);
    return own(d, &out);
}

struct span
doc_write_figure(struct doc *d, struct span text, struct span figure)
{
    struct buf out = {0};

    return figures_localise(
               text, figure, span_of(d->lang), span_of(d->target), &out)
               ? own(d, &out)
               : (struct span){NULL, 0};
}

void
doc_localise(const struct doc *d, const struct segment *s,
    struct span translation, struct buf *out)
{
    struct standins standins = doc_standins(d, s);
    struct span lang = span_of(d->lang), target = span_of(d->target);
    struct buf source = {0}, towns = {0};

    for (size_t k = 0; k < standins.n; k++)
        if (is_text(&standins.parts[k]))
            buf_adds(&source, standins.parts[k].bytes);
    places_localise(buf_span(&source), lang, translation, target, &towns);
    figures_localise_all(
        buf_span(&source), lang, buf_span(&towns), target, out);
    buf_free(&towns);
    buf_free(&source);
}
