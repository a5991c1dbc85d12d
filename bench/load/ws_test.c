/* SPDX-License-Identifier: ISC */
#include "load/ws.h"

#include <string.h>

#include "base/tap.h"

/* What a server would send: the same frame without a mask. */
static void
put_unmasked(struct buf *b, struct span payload)
{
    buf_addc(b, (char)0x81);
    if (payload.len < 126) {
        buf_addc(b, (char)payload.len);
    } else if (payload.len < 65536) {
        buf_addc(b, 126);
        buf_addc(b, (char)(payload.len >> 8));
        buf_addc(b, (char)payload.len);
    } else {
        buf_addc(b, 127);
        for (int shift = 56; shift >= 0; shift -= 8)
            buf_addc(b, (char)((uint64_t)payload.len >> shift));
    }
    buf_adds(b, payload);
}

static const size_t boundaries[] = {0, 1, 125, 126, 127, 65535, 65536, 70000};

static void
frame_of_every_length_form_is_read_whole(void)
{
    static char text[70000];

    for (size_t i = 0; i < sizeof(boundaries) / sizeof(boundaries[0]); i++) {
        struct buf b = {0};
        struct ws_frame f;
        size_t used = 0;

        put_unmasked(&b, (struct span){text, boundaries[i]});
        CHECK(ws_parse(buf_span(&b), &f, &used) == WS_FRAME);
        CHECK(used == b.len && f.payload.len == boundaries[i]);
        CHECK(f.fin && f.opcode == WS_TEXT);
        buf_free(&b);
    }
}

static void
frame_cut_anywhere_asks_for_more(void)
{
    static char text[300];
    struct buf b = {0};
    struct ws_frame f;
    size_t used;

    put_unmasked(&b, (struct span){text, sizeof(text)});
    for (size_t n = 0; n < b.len; n++)
        CHECK(ws_parse((struct span){b.p, n}, &f, &used) == WS_MORE);
    buf_free(&b);
}

static void
masked_reserved_and_huge_frames_are_broken(void)
{
    struct ws_frame f;
    size_t used;

    CHECK(ws_parse(SPAN("\x81\x80"), &f, &used) == WS_BROKEN);
    CHECK(ws_parse(SPAN("\xc1\x00"), &f, &used) == WS_BROKEN);
    CHECK(ws_parse(SPAN("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"), &f,
              &used) == WS_BROKEN);
}

static void
sent_frame_unmasks_to_its_payload(void)
{
    static char text[70000], back[70000];
    static const size_t head[] = {6, 6, 6, 8, 8, 8, 14, 14};
    const uint32_t mask = 0x12345678;

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)i;
    for (size_t i = 0; i < sizeof(boundaries) / sizeof(boundaries[0]); i++) {
        struct buf b = {0};
        size_t len = boundaries[i];

        ws_put(&b, WS_TEXT, (struct span){text, len}, mask);
        CHECK(b.len == head[i] + len);
        CHECK((b.p[1] & 0x80) != 0);
        CHECK(memcmp(b.p + head[i] - 4, &mask, 4) == 0);
        for (size_t k = 0; k < len; k++)
            back[k] = (char)(b.p[head[i] + k] ^ b.p[head[i] - 4 + (k & 3)]);
        CHECK(memcmp(back, text, len) == 0);
        buf_free(&b);
    }
}

int
main(void)
{
    RUN(frame_of_every_length_form_is_read_whole);
    RUN(frame_cut_anywhere_asks_for_more);
    RUN(masked_reserved_and_huge_frames_are_broken);
    RUN(sent_frame_unmasks_to_its_payload);
    return tap_end();
}
