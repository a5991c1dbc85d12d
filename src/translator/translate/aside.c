/* SPDX-License-Identifier: ISC */
#include "translator/translate/aside.h"

#include <stdlib.h>

#include "text/uni.h"

/* Where the final marks of a text begin, with the space that French has in front
 * of them. */
static size_t
marks_at(struct span text)
{
    size_t i = uni_end_marks_at(text);

    if (i == text.len)
        return i;
    while (i > 0 && uni_space(uni_before(text, i)))
        i -= uni_bytes_before(text, i);
    return i;
}

static size_t
words(struct span text)
{
    size_t n = 0;

    while (text.p)
        n += span_cut(&text, ' ').len > 0;
    return n;
}

bool
aside_take(const struct memory *m, struct span segment, struct span source,
    struct span target, struct aside *ret, struct buf *rest)
{
    size_t marks = marks_at(segment), comma;
    struct span head;
    struct buf said = {0};

    *ret = (struct aside){0};
    comma = m ? memory_find_aside(m, segment, source, target, &said) : 0;
    head = (struct span){segment.p, comma};
    if (comma == 0 || words(head) < ASIDE_WORDS_MIN) {
        buf_free(&said);
        return false;
    }
    ret->source = span_dup((struct span){segment.p + comma, marks - comma});
    ret->said = buf_take(&said);
    buf_adds(rest, head);
    buf_add(rest, segment.p + marks, segment.len - marks);
    return true;
}

void
aside_free(struct aside *a)
{
    free(a->source);
    free(a->said);
}

/* In front of the final marks. */
static void
put(struct buf *text, const char *comma, const char *aside)
{
    size_t at = marks_at(buf_span(text));
    struct buf marks = {0};

    buf_add(&marks, text->p + at, text->len - at);
    text->len = at;
    buf_addz(text, comma);
    buf_addz(text, aside);
    buf_adds(text, buf_span(&marks));
    buf_free(&marks);
}

void
aside_put(const struct aside *a, struct buf *translation)
{
    if (a->said)
        put(translation, ", ", a->said);
}

void
aside_put_source(const struct aside *a, struct buf *rest)
{
    if (a->source)
        put(rest, "", a->source);
}
