/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "text/normal.h"
#include "translator/translate/aside.h"
#include "translator/translate/infer_impl.h"
#include "translator/translate/meant.h"

enum { OPENER_BYTES_MIN = 4 }; /* of a shorter one a letter is too much */

/* The segments of a text: what engines are asked of them, and what is put in
 * their places. */

void
infer_forget_round(struct infer *i)
{
    for (size_t k = 0; k < i->n_normals; k++)
        normal_free(i->normals[k]);
    for (size_t k = 0; k < i->n_normals; k++)
        aside_free(&i->asides[k]);
    free(i->normals);
    free(i->asides);
    i->normals = NULL;
    i->asides = NULL;
    i->n_normals = 0;
}

struct doc_opts
infer_options(const struct infer *i)
{
    return (struct doc_opts){
        .source = i->source,
        .target = i->target,
        .terms = i->terms,
        .plain = i->plain,
    };
}

size_t
infer_next_waiting(const struct infer *i, size_t k)
{
    while (k < i->first + i->n && doc_is_settled(i->doc, k))
        k++;
    return k;
}

/* Are they the same but for one letter at most? */
static bool
almost_same(struct span a, struct span b)
{
    size_t longer = a.len > b.len ? a.len : b.len;
    size_t shorter = a.len + b.len - longer, front = 0, back = 0;

    while (front < shorter && strncasecmp(a.p + front, b.p + front, 1) == 0)
        front++;
    while (back < shorter - front &&
           a.p[a.len - 1 - back] == b.p[b.len - 1 - back])
        back++;
    return longer - front - back <= 1;
}

/* "Parfait, we'll meet there": the first clause came back as it was, or as good
 * as ("Shade, ..." for "Schade, ...").  The memory may have it. */
static void
translate_opener(struct infer *i, struct span segment, struct buf *out)
{
    struct span rest = segment, opener = span_cut(&rest, ',');
    struct span behind = buf_span(out), said = span_cut(&behind, ',');
    struct buf b = {0};

    if (i->memory && rest.p && behind.p && opener.len >= OPENER_BYTES_MIN &&
        almost_same(opener, said) &&
        memory_find(i->memory, opener, i->source, i->target, &b)) {
        buf_add(&b, out->p + said.len, out->len - said.len);
        buf_free(out);
        *out = b;
        return;
    }
    buf_free(&b);
}

/* Segment k is translated: give back what its normal took away. */
static void
put(struct infer *i, size_t k, struct span translation)
{
    struct buf out = {0};

    normal_restore(i->normals[k - i->first], translation, i->target, &out);
    aside_put(&i->asides[k - i->first], &out);
    translate_opener(i, doc_segment(i->doc, k), &out);
    doc_put(i->doc, k, buf_span(&out));
    buf_free(&out);
}

bool
infer_put_lines(struct infer *i, struct span lines)
{
    size_t k = infer_next_waiting(i, i->first), end = i->first + i->n;

    for (; lines.p && k < end; k = infer_next_waiting(i, k + 1))
        put(i, k, span_cut(&lines, '\n'));
    return k == end && !lines.p;
}

/* Is segment k, by what is meant, a sentence that the memory has? */
static bool
recall_meant(struct infer *i, size_t k, struct span meant)
{
    struct buf found = {0}, out = {0};
    bool ok = i->memory && doc_is_plain(i->doc, k) &&
              !span_eq(meant, doc_segment(i->doc, k)) &&
              memory_find(i->memory, meant, i->source, i->target, &found);

    if (ok) {
        normal_restore(
            i->normals[k - i->first], buf_span(&found), i->target, &out);
        aside_put(&i->asides[k - i->first], &out);
        doc_put_known(i->doc, k, buf_span(&out));
    }
    i->remembered += ok;
    buf_free(&out);
    buf_free(&found);
    return ok;
}

/* What engines are to be asked of segment k. */
static struct normal *
new_normal(struct infer *i, size_t k)
{
    struct span segment = doc_segment(i->doc, k);
    struct buf rest = {0};
    struct normal *n;

    if (i->gate && doc_is_plain(i->doc, k) && doc_is_sentence(i->doc, k) &&
        aside_take(i->memory, segment, i->source, i->target,
            &i->asides[k - i->first], &rest))
        segment = buf_span(&rest);
    n = normal_new(segment, i->source);
    buf_free(&rest);
    return n;
}

/* What the text means, for the gate. */
static char *
whole_meant(struct infer *i)
{
    struct doc_opts opts = infer_options(i);
    char **says = xcalloc(i->n, sizeof(*says)), *meant;

    for (size_t k = 0; k < i->n; k++) {
        struct buf b = {0};

        if (!i->normals[k])
            continue;
        buf_adds(&b, normal_text(i->normals[k]));
        aside_put_source(&i->asides[k], &b);
        says[k] = buf_take(&b);
    }
    meant = meant_text(i->doc, i->text, &opts, says, i->n);
    for (size_t k = 0; k < i->n; k++)
        free(says[k]);
    free(says);
    return meant;
}

void
infer_normalise(struct infer *i)
{
    size_t end = i->first + i->n;

    i->normals = xcalloc(i->n, sizeof(*i->normals));
    i->asides = xcalloc(i->n, sizeof(*i->asides));
    i->n_normals = i->n;
    for (size_t k = infer_next_waiting(i, i->first); k < end;
         k = infer_next_waiting(i, k + 1)) {
        struct normal *n = new_normal(i, k);
        struct span meant = normal_text(n);

        i->normals[k - i->first] = n;
        if (meant.len == 0)
            put(i, k, meant);
        else
            recall_meant(i, k, meant);
    }
    if (i->first == 0)
        i->meant = whole_meant(i);
}

void
infer_recall(struct infer *i)
{
    size_t n = doc_len(i->doc);
    struct buf found = {0};

    i->remembered = 0;
    for (size_t k = 0; k < n && i->memory; k++) {
        if (!doc_is_plain(i->doc, k) ||
            !memory_find(i->memory, doc_segment(i->doc, k), i->source,
                i->target, &found))
            continue;
        doc_put_known(i->doc, k, buf_span(&found));
        buf_reset(&found);
        i->remembered++;
    }
    buf_free(&found);
}
