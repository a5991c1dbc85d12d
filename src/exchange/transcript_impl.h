/* SPDX-License-Identifier: ISC */
#ifndef EXCHANGE_TRANSCRIPT_IMPL_H
#define EXCHANGE_TRANSCRIPT_IMPL_H

#include "base/buf.h"
#include "store/store.h"

/* The parts of transcript: each appends its piece.  What a message's
 * translations appended comes back as done. */
struct transcript_writer {
    void (*head)(const struct store_conversation *c, struct buf *out);
    void (*member)(const struct store_member *m, bool first, struct buf *out);
    void (*members_end)(struct buf *out);
    void (*translation)(
        const struct store_translation *t, bool first, struct buf *out);
    void (*message)(
        const struct store_message *m, struct span done, struct buf *out);
    void (*tail)(struct buf *out);
};

extern const struct transcript_writer transcript_jsonl, transcript_html;

#endif
