/* SPDX-License-Identifier: ISC */
#include "store/store_ops.h"

/* Lists within a row, in one span: what a row has few of, and any database can
 * join to a text. */

bool
store_reaction_next(struct span *reactions, struct store_reaction *ret)
{
    long long count = 0;

    if (reactions->len == 0)
        return false;
    ret->emoji = span_cut(reactions, ' ');
    span_int(span_cut(reactions, ' '), 0, INT64_MAX, &count);
    ret->count = count;
    ret->own = span_eqz(span_cut(reactions, ' '), "1");
    return true;
}

/* No text in a message or a translation has a NUL. */
void
store_quote_pack(
    struct buf *b, struct span language, struct span doubt, struct span text)
{
    buf_adds(b, language);
    buf_addc(b, '\0');
    buf_adds(b, doubt);
    buf_addc(b, '\0');
    buf_adds(b, text);
    buf_addc(b, '\0');
}

void
store_quote_into(struct store_quote *q, struct span language)
{
    struct span rest = q->texts;

    q->text = q->text_language = q->doubt = (struct span){NULL, 0};
    while (rest.len) {
        struct span into = span_cut(&rest, '\0');
        struct span doubt = span_cut(&rest, '\0');
        struct span text = span_cut(&rest, '\0');
        if (!span_eq(into, language))
            continue;
        q->text = text;
        q->text_language = into;
        if (doubt.len)
            q->doubt = doubt;
        return;
    }
}
