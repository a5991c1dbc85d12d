/* SPDX-License-Identifier: ISC */
#include "net/frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tap.h"

static void
text_frame_is_what_a_server_puts_on_the_wire(void)
{
    struct eio_frame *f = eio_frame_new(false, SPAN("hi"));

    CHECK(span_eq((struct span){(char *)f->bytes, f->len}, SPAN("\x81\x03"
                                                                "4hi")));
    CHECK(span_eqz(frame_payload(f), "4hi"));
    eio_frame_unref(f);
}

static void
length_takes_the_shortest_form(void)
{
    static const struct {
        size_t payload;
        unsigned head;
        unsigned char bytes[10];
    } cases[] = {
        {0, 2, {0x82, 0}},
        {125, 2, {0x82, 125}},
        {126, 4, {0x82, 126, 0, 126}},
        {65535, 4, {0x82, 126, 0xff, 0xff}},
        {65536, 10, {0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}},
    };
    char *data = xcalloc(1, 65536);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct eio_frame *f =
            eio_frame_new(true, (struct span){data, cases[i].payload});
        CHECK(f->head_len == cases[i].head);
        CHECK(memcmp(f->bytes, cases[i].bytes, f->head_len) == 0);
        CHECK(f->len == f->head_len + cases[i].payload);
        eio_frame_unref(f);
    }
    free(data);
}

static void
polling_payload_joins_text_and_base64(void)
{
    struct eio_frame *text = eio_frame_new(false, SPAN("a"));
    struct eio_frame *raw = eio_frame_new(true, SPAN("\1\2\3\4"));
    struct buf b = {0};

    frame_put_polling(&b, text);
    frame_put_polling(&b, raw);
    CHECK(span_eqz(buf_span(&b), "4a\x1e"
                                 "bAQIDBA=="));
    buf_free(&b);
    eio_frame_unref(text);
    eio_frame_unref(raw);
}

static void
queue_keeps_order_and_counts_bytes_while_it_grows(void)
{
    struct eio_frame *f[40];
    struct frameq q = {0};
    size_t bytes = 0;

    for (int i = 0; i < 40; i++) {
        char c = (char)('0' + i);
        f[i] = eio_frame_new(false, (struct span){&c, 1});
        bytes += f[i]->len;
    }
    for (int round = 0; round < 3; round++) { /* wraps around */
        for (int i = 0; i < 3; i++)
            frameq_push(&q, f[i]);
        for (int i = 0; i < 3; i++) {
            CHECK(frameq_first(&q) == f[i]);
            frameq_drop(&q);
        }
    }
    for (int i = 0; i < 40; i++)
        frameq_push(&q, f[i]);
    CHECK(q.n == 40 && q.bytes == bytes && f[0]->refs == 2);
    for (int i = 0; i < 40; i++) {
        CHECK(frameq_first(&q) == f[i]);
        frameq_drop(&q);
    }
    CHECK(!frameq_first(&q) && q.bytes == 0 && !q.ring);
    frameq_push(&q, f[0]);
    frameq_clear(&q);
    CHECK(q.n == 0 && f[0]->refs == 1);
    for (int i = 0; i < 40; i++)
        eio_frame_unref(f[i]);
}

int
main(void)
{
    RUN(text_frame_is_what_a_server_puts_on_the_wire);
    RUN(length_takes_the_shortest_form);
    RUN(polling_payload_joins_text_and_base64);
    RUN(queue_keeps_order_and_counts_bytes_while_it_grows);
    return tap_end();
}
