/* SPDX-License-Identifier: ISC */
#include "net/ws_head.h"

#include <string.h>

#include "base/tap.h"

static struct ws_head h;

#define PARSE(bytes) ws_head_parse(SPAN(bytes), &h)

static void
heads_of_each_length_are_understood(void)
{
    CHECK(PARSE("\x81\x83\1\2\3\4abc") == WS_OK);
    CHECK(h.opcode == WS_TEXT && h.fin && h.len == 6 && h.payload_len == 3);
    CHECK(memcmp(h.mask, "\1\2\3\4", 4) == 0);
    CHECK(PARSE("\x02\xfe\1\2\1\2\3\4") == WS_OK);
    CHECK(h.opcode == WS_BINARY && !h.fin && h.len == 8);
    CHECK(h.payload_len == 258);
    CHECK(PARSE("\x80\xff\0\0\0\1\0\0\0\0\1\2\3\4") == WS_OK);
    CHECK(h.opcode == WS_CONTINUATION && h.len == 14);
    CHECK(h.payload_len == 1ULL << 32);
    CHECK(PARSE("\x89\x80\1\2\3\4") == WS_OK && h.opcode == WS_PING);
}

static void
half_a_head_waits_for_the_rest(void)
{
    static const char *const heads[] = {"\x81\x83\1\2\3\4",
        "\x81\xfe\1\2\1\2\3\4", "\x81\xff\1\1\1\1\1\1\1\1\1\2\3\4"};

    for (int i = 0; i < 3; i++)
        for (size_t n = 0; n < strlen(heads[i]); n++)
            CHECK(ws_head_parse((struct span){heads[i], n}, &h) == WS_MORE);
}

static void
violations_are_seen_as_early_as_possible(void)
{
    CHECK(PARSE("\xc1") == WS_BAD); /* reserved bits */
    CHECK(PARSE("\xa1") == WS_BAD);
    CHECK(PARSE("\x91") == WS_BAD);
    CHECK(PARSE("\x83") == WS_BAD); /* reserved opcodes */
    CHECK(PARSE("\x8b") == WS_BAD);
    CHECK(PARSE("\x09") == WS_BAD); /* a fragmented ping */
    CHECK(PARSE("\x81\x03") == WS_BAD); /* unmasked */
    CHECK(PARSE("\x89\xfe") == WS_BAD); /* a long ping */
    CHECK(PARSE("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\2\3\4") == WS_BAD);
}

static void
masking_is_undone_at_any_length(void)
{
    static const unsigned char mask[4] = {0x11, 0x22, 0x33, 0x44};
    char bytes[40];

    for (size_t n = 0; n <= sizeof(bytes); n++) {
        for (size_t i = 0; i < n; i++)
            bytes[i] = (char)(i ^ mask[i & 3]);
        ws_unmask(bytes, n, mask);
        for (size_t i = 0; i < n; i++)
            CHECK(bytes[i] == (char)i);
    }
}

static void
close_payloads_are_judged(void)
{
    CHECK(ws_close_verdict(SPAN("")) == 0);
    CHECK(ws_close_verdict(SPAN("\x03\xe8")) == 0); /* 1000 */
    CHECK(ws_close_verdict(SPAN("\x03\xe8"
                                "bye")) == 0);
    CHECK(ws_close_verdict(SPAN("\x0b\xb8")) == 0); /* 3000 */
    CHECK(ws_close_verdict(SPAN("\x13\x87")) == 0); /* 4999 */
    CHECK(ws_close_verdict(SPAN("x")) == 1002);
    CHECK(ws_close_verdict(SPAN("\x03\xe7")) == 1002); /* 999 */
    CHECK(ws_close_verdict(SPAN("\x03\xed")) == 1002); /* 1005 */
    CHECK(ws_close_verdict(SPAN("\x0b\xb7")) == 1002); /* 2999 */
    CHECK(ws_close_verdict(SPAN("\x13\x88")) == 1002); /* 5000 */
    CHECK(ws_close_verdict(SPAN("\x03\xe8\xff")) == 1007);
}

static void
accept_key_is_that_of_the_standard(void)
{
    char out[WS_ACCEPT_BYTES];

    ws_accept_key(SPAN("dGhlIHNhbXBsZSBub25jZQ=="), out);
    CHECK(strcmp(out, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") == 0);
}

int
main(void)
{
    RUN(heads_of_each_length_are_understood);
    RUN(half_a_head_waits_for_the_rest);
    RUN(violations_are_seen_as_early_as_possible);
    RUN(masking_is_undone_at_any_length);
    RUN(close_payloads_are_judged);
    RUN(accept_key_is_that_of_the_standard);
    return tap_end();
}
