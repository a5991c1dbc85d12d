/* SPDX-License-Identifier: ISC */
#include "gateway/deliver.h"

#include "gateway/view.h"

void
deliver_room(const struct room *r, const char *event, struct span payload,
    const struct client *but)
{
    struct sio_frame *f;

    if (r->n_present == 0)
        return;
    f = sio_frame_event("/", event, payload);
    for (size_t i = r->n_present; i-- > 0;)
        if (r->present[i].client != but)
            sio_send(r->present[i].client->sock, f);
    sio_frame_unref(f);
}

void
deliver_readers(const struct room *r, struct span language, const char *event,
    struct span payload)
{
    struct sio_frame *f = NULL;

    for (size_t i = r->n_present; i-- > 0;) {
        if (!span_eqz(language, r->present[i].client->user->language))
            continue;
        if (!f)
            f = sio_frame_event("/", event, payload);
        sio_send(r->present[i].client->sock, f);
    }
    sio_frame_unref(f);
}

void
deliver_translation(struct gateway *g, const struct store_translation *t)
{
    struct room *r = hub_room(g->hub, t->conversation_id);
    struct buf b = {0};

    if (!r)
        return;
    if (t->state == STORE_FAILED) {
        view_translation_failed(&b, t);
        deliver_readers(r, t->language, "translation:failed", buf_span(&b));
    } else {
        view_translation_event(&b, t);
        deliver_readers(r, t->language, "message:translation", buf_span(&b));
    }
    buf_free(&b);
}
