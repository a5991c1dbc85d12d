/* SPDX-License-Identifier: ISC */
#include "gateway/page.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "gateway/view.h"

enum { ROWS_FIRST = 16 };

void
page_message(const struct store_message *m, void *ctx)
{
    struct page *p = ctx;
    struct page_row *row;

    if (p->n == p->cap) {
        p->cap = p->cap ? 2 * p->cap : ROWS_FIRST;
        p->rows = xrealloc(p->rows, p->cap * sizeof(p->rows[0]));
    }
    row = &p->rows[p->n++];
    *row = (struct page_row){.seq = m->seq};
    snprintf(row->id, sizeof(row->id), "%.*s", SPAN_ARG(m->id));
    snprintf(row->room_id, sizeof(row->room_id), "%.*s",
        SPAN_ARG(m->conversation_id));
    view_message(&row->json, m, m->client_message_id, VIEW_OPEN);
    p->bytes += row->json.len;
}

void
page_translation(const struct store_translation *t, void *ctx)
{
    struct page *p = ctx;
    struct page_row *row;
    size_t before;

    while (p->at < p->n && !span_eqz(t->message_id, p->rows[p->at].id))
        p->at++;
    if (p->at == p->n || p->rows[p->at].dropped)
        return;
    row = &p->rows[p->at];
    before = row->json.len;
    if (row->n_translations++)
        buf_addc(&row->json, ',');
    view_translation(&row->json, t);
    p->bytes += row->json.len - before;
}

void
page_drop(struct page *p, size_t i)
{
    p->bytes -= p->rows[i].json.len;
    p->rows[i].dropped = true;
    buf_free(&p->rows[i].json);
}

void
page_put(struct buf *b, const struct page *p)
{
    const char *comma = "";

    buf_addc(b, '[');
    for (size_t i = 0; i < p->n; i++) {
        if (p->rows[i].dropped)
            continue;
        buf_addz(b, comma);
        buf_adds(b, buf_span(&p->rows[i].json));
        buf_addz(b, "]}");
        comma = ",";
    }
    buf_addc(b, ']');
}

void
page_free(struct page *p)
{
    for (size_t i = 0; i < p->n; i++)
        buf_free(&p->rows[i].json);
    free(p->rows);
    *p = (struct page){0};
}
