/* SPDX-License-Identifier: ISC */
#include "exchange/transcript.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "exchange/transcript_impl.h"

enum { PAGE = 200 };

struct walk {
    const struct transcript_writer *writer;
    struct buf out;
    struct map *translations; /* message ids to struct buf, of a page */
    int64_t seq, n;
    bool first;
};

static void
on_member(const struct store_member *m, void *ctx)
{
    struct walk *w = ctx;

    w->writer->member(m, w->first, &w->out);
    w->first = false;
}

static void
on_translation(const struct store_translation *t, void *ctx)
{
    struct walk *w = ctx;
    struct buf *b;

    if (t->state != STORE_READY)
        return;
    b = map_get(w->translations, t->message_id);
    if (!b) {
        b = xcalloc(1, sizeof(*b));
        map_put(w->translations, t->message_id, b);
    }
    w->writer->translation(t, b->len == 0, b);
}

static void
on_message(const struct store_message *m, void *ctx)
{
    struct walk *w = ctx;
    struct buf *b = map_get(w->translations, m->id);

    w->seq = m->seq;
    if (m->deleted_ms)
        return;
    w->n++;
    w->writer->message(m, b ? buf_span(b) : (struct span){NULL, 0}, &w->out);
}

static void
drop_text(void *value)
{
    buf_free(value);
    free(value);
}

static bool
flush(struct walk *w, FILE *to, struct err *err)
{
    bool ok = fwrite(w->out.p, 1, w->out.len, to) == w->out.len;

    buf_reset(&w->out);
    return ok || err_set(err, FAIL_SYSTEM, "write the transcript: %m");
}

static bool
write_page(struct walk *w, struct store *s, struct span room, FILE *to,
    struct err *err)
{
    static const struct span all = {NULL, 0};
    int64_t since = w->seq;
    bool ok;

    w->translations = map_new();
    ok = store_translations(
             s, room, since + 1, since + PAGE, all, on_translation, w, err) &&
         store_history(s, room, 0, since, PAGE, NULL, on_message, w, err) &&
         flush(w, to, err);
    map_free_all(w->translations, drop_text);
    return ok;
}

static bool
write_all(struct walk *w, struct store *s, struct span room, FILE *to,
    struct err *err)
{
    struct store_conversation c;
    int64_t before;

    if (!store_conversation_get(s, room, &c, err))
        return false;
    w->writer->head(&c, &w->out);
    w->first = true;
    if (!store_members(s, room, on_member, w, err))
        return false;
    w->writer->members_end(&w->out);
    do {
        before = w->seq;
        if (!write_page(w, s, room, to, err))
            return false;
    } while (w->seq > before);
    w->writer->tail(&w->out);
    return flush(w, to, err);
}

bool
transcript_write(struct store *s, struct span room,
    enum transcript_format format, FILE *to, int64_t *ret_n, struct err *err)
{
    struct walk w = {.writer = format == TRANSCRIPT_HTML ? &transcript_html
                                                         : &transcript_jsonl};
    bool ok = write_all(&w, s, room, to, err);

    buf_free(&w.out);
    *ret_n = w.n;
    return ok;
}
