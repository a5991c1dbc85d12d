/* SPDX-License-Identifier: ISC */
#include "net/frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "wire/eio.h"

enum {
    RING_MIN = 4,
    RING_KEEP_MAX = 16, /* a larger ring is freed when it runs empty */
    FIN = 0x80,
    FIN_TEXT = 0x81,
    FIN_BINARY = 0x82,
};

static size_t all_bytes; /* loop thread only, as the frames */

size_t
frame_bytes(void)
{
    return all_bytes;
}

static struct eio_frame *
frame_alloc(bool binary, size_t payload_len)
{
    unsigned head_len = payload_len < 126 ? 2 : payload_len < 65536 ? 4 : 10;
    struct eio_frame *f = xmalloc(sizeof(*f) + head_len + payload_len);

    all_bytes += head_len + payload_len;
    f->refs = 1;
    f->binary = binary;
    f->head_len = head_len;
    f->len = head_len + payload_len;
    f->bytes[0] = binary ? FIN_BINARY : FIN_TEXT;
    f->bytes[1] = (unsigned char)(head_len == 2   ? payload_len
                                  : head_len == 4 ? 126
                                                  : 127);
    for (unsigned i = 2; i < head_len; i++)
        f->bytes[i] = (unsigned char)(payload_len >> 8 * (head_len - 1 - i));
    return f;
}

struct eio_frame *
frame_text(char type, const struct span *parts, int n)
{
    struct eio_frame *f;
    unsigned char *to;
    size_t len = 1;

    for (int i = 0; i < n; i++)
        len += parts[i].len;
    f = frame_alloc(false, len);
    to = f->bytes + f->head_len;
    *to++ = (unsigned char)type;
    for (int i = 0; i < n; i++) {
        if (parts[i].len)
            memcpy(to, parts[i].p, parts[i].len);
        to += parts[i].len;
    }
    return f;
}

struct eio_frame *
frame_control(unsigned opcode, struct span payload)
{
    struct eio_frame *f = eio_frame_new(true, payload);

    f->bytes[0] = (unsigned char)(FIN | opcode);
    return f;
}

struct eio_frame *
eio_frame_new(bool binary, struct span data)
{
    struct eio_frame *f;

    if (!binary)
        return frame_text('4', &data, 1);
    f = frame_alloc(true, data.len);
    if (data.len)
        memcpy(f->bytes + f->head_len, data.p, data.len);
    return f;
}

struct eio_frame *
eio_frame_ref(struct eio_frame *f)
{
    f->refs++;
    return f;
}

void
eio_frame_unref(struct eio_frame *f)
{
    if (!f || --f->refs > 0)
        return;
    all_bytes -= f->len;
    free(f);
}

struct span
frame_payload(const struct eio_frame *f)
{
    return (struct span){
        (const char *)f->bytes + f->head_len, f->len - f->head_len};
}

void
frame_put_polling(struct buf *b, const struct eio_frame *f)
{
    if (b->len)
        buf_addc(b, EIO_SEPARATOR);
    if (f->binary)
        eio_put_binary(b, frame_payload(f));
    else
        buf_adds(b, frame_payload(f));
}

void
frameq_push(struct frameq *q, struct eio_frame *f)
{
    if (q->n == q->cap) {
        unsigned cap = q->cap ? q->cap * 2 : RING_MIN;
        struct eio_frame **ring = xmalloc(cap * sizeof(struct eio_frame *));
        for (unsigned i = 0; i < q->n; i++)
            ring[i] = q->ring[(q->head + i) & (q->cap - 1)];
        free(q->ring);
        q->ring = ring;
        q->cap = cap;
        q->head = 0;
    }
    q->ring[(q->head + q->n++) & (q->cap - 1)] = eio_frame_ref(f);
    q->bytes += f->len;
}

struct eio_frame *
frameq_first(const struct frameq *q)
{
    return q->n ? q->ring[q->head] : NULL;
}

void
frameq_drop(struct frameq *q)
{
    struct eio_frame *f = q->ring[q->head];

    q->head = (q->head + 1) & (q->cap - 1);
    q->n--;
    q->bytes -= f->len;
    eio_frame_unref(f);
    if (q->n == 0 && q->cap > RING_KEEP_MAX)
        frameq_clear(q);
}

void
frameq_clear(struct frameq *q)
{
    while (q->n) {
        eio_frame_unref(q->ring[q->head]);
        q->head = (q->head + 1) & (q->cap - 1);
        q->n--;
    }
    free(q->ring);
    *q = (struct frameq){0};
}
