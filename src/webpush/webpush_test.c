/* SPDX-License-Identifier: ISC */
#include "webpush/webpush.h"

#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>

#include "base/tap.h"

/* RFC 8291, 5 and appendix A. */
static const struct webpush_keys server = {
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
    "AC8wEqKK6PBru3jl7A8",
    "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"};
static const char p256dh[] =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8"
    "pZGH6SRpkNtoIAiw4";
static const char auth[] = "BTBZMqHH6r4Tts7J_aSIgg";
static const char salt_text[] = "DGv6ra1nlYgDCS1FRnbzlw";
static const char expected[] =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

enum { BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING, ROOM = 8192 };

static struct webpush_reader
reader(void)
{
    struct webpush_reader r = {.auth = {0}};

    CHECK(webpush_reader_parse(span_of(p256dh), span_of(auth), &r, NULL));
    return r;
}

static void
the_example_of_the_rfc_comes_out(void)
{
    struct webpush_reader to = reader();
    unsigned char salt[WEBPUSH_SALT_BYTES];
    char text[ROOM];
    struct buf body = {0};

    sodium_base642bin(salt, sizeof(salt), salt_text, strlen(salt_text), NULL,
        NULL, NULL, BASE64);
    CHECK(webpush_seal_with(&to,
        SPAN("When I grow up, I want to be a watermelon"), &server, salt, &body,
        NULL));
    sodium_bin2base64(
        text, sizeof(text), (unsigned char *)body.p, body.len, BASE64);
    CHECK(strcmp(text, expected) == 0);
    buf_free(&body);
}

static void
no_two_bodies_are_alike_and_the_longest_fits(void)
{
    static char longest[WEBPUSH_TEXT_BYTES_MAX];
    struct webpush_reader to = reader();
    struct span text = {longest, sizeof(longest)};
    struct buf one = {0}, two = {0};

    CHECK(webpush_seal(&to, text, &one, NULL));
    CHECK(webpush_seal(&to, text, &two, NULL));
    CHECK(one.len == WEBPUSH_BODY_BYTES_MAX && two.len == one.len);
    CHECK(memcmp(one.p, two.p, WEBPUSH_SALT_BYTES) != 0);
    CHECK(memcmp(one.p + 86, two.p + 86, one.len - 86) != 0);
    buf_free(&one);
    buf_free(&two);
}

static void
what_is_no_key_is_refused(void)
{
    struct webpush_reader r;
    struct err err;
    char off_curve[sizeof(p256dh)];

    memcpy(off_curve, p256dh, sizeof(p256dh));
    off_curve[20] = off_curve[20] == 'A' ? 'B' : 'A';
    CHECK(!webpush_reader_parse(SPAN(""), span_of(auth), &r, &err));
    CHECK(!webpush_reader_parse(SPAN("BCVx"), span_of(auth), &r, &err));
    CHECK(!webpush_reader_parse(span_of(off_curve), span_of(auth), &r, &err));
    CHECK(err.kind == FAIL_BAD_INPUT);
    CHECK(!webpush_reader_parse(span_of(p256dh), SPAN("BTBZ"), &r, &err));
    CHECK(!webpush_reader_parse(span_of(p256dh), SPAN("!!"), &r, &err));
    CHECK(webpush_reader_parse(
        span_of(p256dh), SPAN("BTBZMqHH6r4Tts7J_aSIgg=="), &r, &err));
}

static void
keys_are_new_each_time_and_can_be_used(void)
{
    struct webpush_keys one, two;
    struct webpush_reader to = reader();
    unsigned char salt[WEBPUSH_SALT_BYTES] = {0};
    struct buf body = {0};

    CHECK(webpush_keys_new(&one, NULL) && webpush_keys_new(&two, NULL));
    CHECK(strlen(one.public_key) == WEBPUSH_PUBLIC_CHARS - 1);
    CHECK(strlen(one.secret_key) == WEBPUSH_SECRET_CHARS - 1);
    CHECK(strcmp(one.secret_key, two.secret_key) != 0);
    CHECK(webpush_seal_with(&to, SPAN("hello"), &one, salt, &body, NULL));
    buf_free(&body);
}

/* The signature itself is checked by another implementation, in
 * test/integration/push.test.mjs. */
static void
a_service_is_told_who_we_are(void)
{
    static const char head[] = "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.";
    char claims[ROOM] = "";
    struct buf value = {0};
    struct span rest, part;

    CHECK(webpush_authorize(&server, SPAN("https://push.example.net"),
        SPAN("mailto:me@example.com"), 1453523768, &value, NULL));
    rest = buf_span(&value);
    CHECK(span_starts(rest, span_of(head)));
    rest.p += sizeof(head) - 1;
    rest.len -= sizeof(head) - 1;
    part = span_cut(&rest, '.');
    sodium_base642bin((unsigned char *)claims, sizeof(claims) - 1, part.p,
        part.len, NULL, NULL, NULL, BASE64);
    CHECK(strcmp(claims,
              "{\"aud\":\"https://push.example.net\",\"exp\":1453523768,"
              "\"sub\":\"mailto:me@example.com\"}") == 0);
    part = span_cut(&rest, ',');
    CHECK(part.len == 86);
    CHECK(span_eqz(span_cut(&rest, '='), " k"));
    CHECK(span_eqz(rest, server.public_key));
    buf_free(&value);
}

int
main(void)
{
    CHECK(sodium_init() >= 0);
    RUN(the_example_of_the_rfc_comes_out);
    RUN(no_two_bodies_are_alike_and_the_longest_fits);
    RUN(what_is_no_key_is_refused);
    RUN(keys_are_new_each_time_and_can_be_used);
    RUN(a_service_is_told_who_we_are);
    return tap_end();
}
