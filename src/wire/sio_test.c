/* SPDX-License-Identifier: ISC */
#include "wire/sio.h"

#include <string.h>

#include "base/tap.h"

static bool
parses(const char *text, struct sio_packet want, const char *payload)
{
    struct sio_packet p;

    return sio_parse(span_of(text), &p, NULL) && p.type == want.type &&
           p.attachments == want.attachments && p.ack_id == want.ack_id &&
           span_eq(p.nsp, want.nsp) &&
           (payload ? span_eqz(p.payload, payload) : !p.payload.p);
}

static void
every_part_of_the_head_is_optional(void)
{
    struct span root = SPAN("/"), custom = SPAN("/custom");

    CHECK(
        parses("0", (struct sio_packet){SIO_CONNECT, 0, root, -1, {0}}, NULL));
    CHECK(parses("0{\"token\":1}",
        (struct sio_packet){SIO_CONNECT, 0, root, -1, {0}}, "{\"token\":1}"));
    CHECK(parses("0/custom",
        (struct sio_packet){SIO_CONNECT, 0, custom, -1, {0}}, NULL));
    CHECK(parses("0/custom,{}",
        (struct sio_packet){SIO_CONNECT, 0, custom, -1, {0}}, "{}"));
    CHECK(parses("1/custom,",
        (struct sio_packet){SIO_DISCONNECT, 0, custom, -1, {0}}, NULL));
    CHECK(parses("2[\"a\"]", (struct sio_packet){SIO_EVENT, 0, root, -1, {0}},
        "[\"a\"]"));
    CHECK(parses("2456[\"a\"]",
        (struct sio_packet){SIO_EVENT, 0, root, 456, {0}}, "[\"a\"]"));
    CHECK(parses("2/custom,0[\"a\"]",
        (struct sio_packet){SIO_EVENT, 0, custom, 0, {0}}, "[\"a\"]"));
    CHECK(parses("30[]", (struct sio_packet){SIO_ACK, 0, root, 0, {0}}, "[]"));
    CHECK(parses("52-/custom,7[\"a\"]",
        (struct sio_packet){SIO_BINARY_EVENT, 2, custom, 7, {0}}, "[\"a\"]"));
    CHECK(parses("61-789[1]",
        (struct sio_packet){SIO_BINARY_ACK, 1, root, 789, {0}}, "[1]"));
}

static bool
refused(const char *text)
{
    struct sio_packet p;
    struct err err = {0};

    return !sio_parse(span_of(text), &p, &err) && err.text[0];
}

static void
malformed_heads_are_refused(void)
{
    char long_nsp[SIO_NAMESPACE_LEN_MAX + 3];

    CHECK(refused(""));
    CHECK(refused("7"));
    CHECK(refused("abc"));
    CHECK(refused("5[\"a\"]")); /* no number of attachments */
    CHECK(refused("5-[\"a\"]"));
    CHECK(refused("52[\"a\"]"));
    CHECK(refused("5-1-[\"a\"]"));
    CHECK(refused("511-[\"a\"]")); /* one more than the maximum */
    CHECK(refused("5999999999999999999999-[]"));
    CHECK(refused("2999999999999999999999[\"a\"]"));
    CHECK(refused("3[]")); /* an ack of nothing */
    CHECK(refused("3/custom,[]"));
    memset(long_nsp, 'a', sizeof(long_nsp) - 1);
    memcpy(long_nsp, "0/", 2);
    long_nsp[sizeof(long_nsp) - 1] = '\0';
    CHECK(refused(long_nsp));
}

static void
head_is_written_as_it_is_read(void)
{
    struct buf b = {0};

    sio_put_head(&b, SIO_EVENT, 0, SPAN("/"), -1);
    CHECK(span_eqz(buf_span(&b), "2"));
    buf_reset(&b);
    sio_put_head(&b, SIO_BINARY_ACK, 3, SPAN("/custom"), 12);
    CHECK(span_eqz(buf_span(&b), "63-/custom,12"));
    buf_reset(&b);
    sio_put_head(&b, SIO_ACK, 0, SPAN("/"), 0);
    CHECK(span_eqz(buf_span(&b), "30"));
    buf_free(&b);
}

static bool
mends(const char *json, const char *to)
{
    struct buf b = {0};
    bool mended = sio_mend(span_of(json), &b);
    bool same = span_eqz(buf_span(&b), to ? to : json) && mended == !!to;

    buf_free(&b);
    return same;
}

static void
what_jansson_refuses_becomes_a_replacement_character(void)
{
    CHECK(mends("[\"a\\n\\u00e9\\ud83c\\udf89\\\\u0000\"]", NULL));
    CHECK(mends("[\"a\\u0000b\"]", "[\"a\\ufffdb\"]"));
    CHECK(mends("[\"\\ud83c\"]", "[\"\\ufffd\"]"));
    CHECK(mends("[\"\\uD83Cx\\uDF89\"]", "[\"\\ufffdx\\ufffd\"]"));
    CHECK(mends("[\"\\ud83c\\ud83c\\udf89\"]", "[\"\\ufffd\\ud83c\\udf89\"]"));
    CHECK(mends("[\"\\ud83c\\n\"]", "[\"\\ufffd\\n\"]"));
    CHECK(mends("[\"\\u00\"]", NULL)); /* malformed stays malformed */
    CHECK(mends("[\"\\", NULL));
    CHECK(mends("", NULL));
}

int
main(void)
{
    RUN(every_part_of_the_head_is_optional);
    RUN(malformed_heads_are_refused);
    RUN(head_is_written_as_it_is_read);
    RUN(what_jansson_refuses_becomes_a_replacement_character);
    return tap_end();
}
