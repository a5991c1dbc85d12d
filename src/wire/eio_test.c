/* SPDX-License-Identifier: ISC */
#include "wire/eio.h"

#include "base/tap.h"

static bool
parses(const char *text, enum eio_type type, const char *data)
{
    struct eio_packet p = {0};

    return eio_parse(span_of(text), &p) && p.type == type && !p.binary &&
           span_eqz(p.data, data);
}

static void
packet_is_a_type_digit_and_its_data(void)
{
    CHECK(parses("0{\"sid\":\"x\"}", EIO_OPEN, "{\"sid\":\"x\"}"));
    CHECK(parses("1", EIO_CLOSE, ""));
    CHECK(parses("2probe", EIO_PING, "probe"));
    CHECK(parses("3", EIO_PONG, ""));
    CHECK(parses("4hello", EIO_MESSAGE, "hello"));
    CHECK(parses("5", EIO_UPGRADE, ""));
    CHECK(parses("6", EIO_NOOP, ""));
}

static void
unknown_and_empty_packets_are_refused(void)
{
    struct eio_packet p;

    CHECK(!eio_parse(SPAN(""), &p));
    CHECK(!eio_parse((struct span){NULL, 0}, &p));
    CHECK(!eio_parse(SPAN("7"), &p));
    CHECK(!eio_parse(SPAN("abc"), &p));
    CHECK(!eio_parse(SPAN("bAQ=="), &p));
}

static void
payload_yields_its_packets_in_order(void)
{
    struct span payload = SPAN("4hello\x1e"
                               "2\x1e"
                               "bAQIDBA==");
    struct buf scratch = {0};
    struct eio_packet p;

    CHECK(eio_payload_next(&payload, &scratch, &p));
    CHECK(p.type == EIO_MESSAGE && span_eqz(p.data, "hello"));
    CHECK(eio_payload_next(&payload, &scratch, &p));
    CHECK(p.type == EIO_PING && p.data.len == 0);
    CHECK(eio_payload_next(&payload, &scratch, &p));
    CHECK(p.type == EIO_MESSAGE && p.binary);
    CHECK(span_eq(p.data, SPAN("\1\2\3\4")));
    CHECK(!payload.p);
    buf_free(&scratch);
}

static bool
payload_refused(const char *text)
{
    struct span payload = span_of(text);
    struct buf scratch = {0};
    struct eio_packet p;
    bool ok = true;

    while (ok && payload.p)
        ok = eio_payload_next(&payload, &scratch, &p);
    buf_free(&scratch);
    return !ok;
}

static void
malformed_payloads_are_refused(void)
{
    CHECK(payload_refused(""));
    CHECK(payload_refused("abc"));
    CHECK(payload_refused("4a\x1e"));
    CHECK(payload_refused("\x1e"
                          "4a"));
    CHECK(payload_refused("4a\x1e\x1e"
                          "4b"));
    CHECK(payload_refused("bA"));
    CHECK(payload_refused("bAQ*="));
    CHECK(payload_refused("b=AQI"));
    CHECK(!payload_refused("b"));
    CHECK(!payload_refused("bAQ"));
    CHECK(!payload_refused("4"));
}

static void
binary_survives_the_way_through_base64(void)
{
    for (size_t len = 0; len < 70; len++) {
        char data[70];
        struct buf text = {0}, scratch = {0};
        struct eio_packet p = {0};
        struct span payload;

        for (size_t i = 0; i < len; i++)
            data[i] = (char)(i * 37 + len);
        eio_put_binary(&text, (struct span){data, len});
        payload = buf_span(&text);
        CHECK(eio_payload_next(&payload, &scratch, &p) && p.binary);
        CHECK(span_eq(p.data, (struct span){data, len}) && !payload.p);
        buf_free(&text);
        buf_free(&scratch);
    }
}

int
main(void)
{
    RUN(packet_is_a_type_digit_and_its_data);
    RUN(unknown_and_empty_packets_are_refused);
    RUN(payload_yields_its_packets_in_order);
    RUN(malformed_payloads_are_refused);
    RUN(binary_survives_the_way_through_base64);
    return tap_end();
}
