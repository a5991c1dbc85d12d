/* SPDX-License-Identifier: ISC */
#include "oidc/jwt.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <sodium.h>
#include <string.h>

#include "base/buf.h"
#include "base/tap.h"

enum { NOW = 1700000000, NUMBER_BYTES = 512, TEXT_BYTES = 1024 };

static EVP_PKEY *rsa, *small, *ec, *other;
static struct jwt_keys *keys;

#define CLAIMS                                                                 \
    "\"iss\":\"https://id.example.org\",\"sub\":\"248289\",\"aud\":\"us\","    \
    "\"nonce\":\"n-0S6\",\"iat\":1699999990"
#define GOOD "{" CLAIMS ",\"exp\":1700000600}"
#define RS256 "{\"alg\":\"RS256\",\"kid\":\"r1\"}"
#define ES256 "{\"alg\":\"ES256\",\"kid\":\"e1\"}"

static void
put64(struct buf *b, const void *bytes, size_t n)
{
    char text[2 * TEXT_BYTES];

    sodium_bin2base64(
        text, sizeof(text), bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    buf_addz(b, text);
}

static void
put_number(struct buf *b, const char *name, EVP_PKEY *key, const char *param)
{
    unsigned char bytes[NUMBER_BYTES];
    BIGNUM *n = NULL;
    int len;

    EVP_PKEY_get_bn_param(key, param, &n);
    len = strncmp(param, "q", 1) == 0 ? BN_bn2binpad(n, bytes, 32)
                                      : BN_bn2bin(n, bytes);
    buf_addf(b, ",\"%s\":\"", name);
    put64(b, bytes, (size_t)len);
    buf_addc(b, '"');
    BN_free(n);
}

static void
put_rsa(struct buf *b, const char *kid, EVP_PKEY *key, const char *more)
{
    buf_addf(b, "{\"kty\":\"RSA\",\"kid\":\"%s\"%s", kid, more);
    put_number(b, "n", key, OSSL_PKEY_PARAM_RSA_N);
    put_number(b, "e", key, OSSL_PKEY_PARAM_RSA_E);
    buf_addc(b, '}');
}

static void
put_ec(struct buf *b, const char *kid, EVP_PKEY *key)
{
    buf_addf(b, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"%s\"", kid);
    put_number(b, "x", key, OSSL_PKEY_PARAM_EC_PUB_X);
    put_number(b, "y", key, OSSL_PKEY_PARAM_EC_PUB_Y);
    buf_addc(b, '}');
}

/* As a provider publishes them, with some that are of no use to us. */
static void
make_keys(void)
{
    struct buf b = {0};

    rsa = EVP_RSA_gen(2048);
    small = EVP_RSA_gen(1024);
    ec = EVP_EC_gen("P-256");
    other = EVP_RSA_gen(2048);
    buf_addz(&b, "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"h1\"},");
    put_rsa(&b, "small", small, "");
    buf_addc(&b, ',');
    put_rsa(&b, "enc", other, ",\"use\":\"enc\"");
    buf_addc(&b, ',');
    put_rsa(&b, "r1", rsa, ",\"use\":\"sig\",\"alg\":\"RS256\"");
    buf_addc(&b, ',');
    put_ec(&b, "e1", ec);
    buf_addz(&b, "]}");
    keys = jwt_keys_read(buf_span(&b), NULL);
    buf_free(&b);
}

/* The two numbers in a row, as the RFC wants them. */
static size_t
from_der(unsigned char *sig, size_t len)
{
    const unsigned char *p = sig;
    ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &p, (long)len);

    BN_bn2binpad(ECDSA_SIG_get0_r(s), sig, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(s), sig + 32, 32);
    ECDSA_SIG_free(s);
    return 64;
}

static struct buf
signed_by(EVP_PKEY *key, const char *head, const char *claims)
{
    unsigned char sig[NUMBER_BYTES];
    size_t len = sizeof(sig);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    struct buf b = {0};

    put64(&b, head, strlen(head));
    buf_addc(&b, '.');
    put64(&b, claims, strlen(claims));
    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key);
    EVP_DigestSign(ctx, sig, &len, (const unsigned char *)b.p, b.len);
    if (key == ec)
        len = from_der(sig, len);
    buf_addc(&b, '.');
    put64(&b, sig, len);
    EVP_MD_CTX_free(ctx);
    return b;
}

/* "": good; else why not. */
static const char *
judge(struct buf token)
{
    static struct err err;
    struct jwt_want want = {.issuer = SPAN("https://id.example.org"),
        .audience = SPAN("us"),
        .nonce = SPAN("n-0S6"),
        .now_s = NOW};
    json_t *claims = jwt_check(keys, buf_span(&token), &want, &err);

    buf_free(&token);
    if (!claims)
        return err.text;
    json_decref(claims);
    return "";
}

static bool
says(const char *head, const char *claims, const char *why)
{
    return strcmp(judge(signed_by(rsa, head, claims)), why) == 0;
}

static void
a_token_of_the_provider_is_good(void)
{
    CHECK(keys);
    CHECK(says(RS256, GOOD, ""));
    CHECK(strcmp(judge(signed_by(ec, ES256, GOOD)), "") == 0);
    CHECK(says("{\"alg\":\"RS256\"}", GOOD, ""));
    CHECK(says(RS256,
        "{\"iss\":\"https://id.example.org\",\"sub\":\"1\",\"aud\":[\"us\"],"
        "\"nonce\":\"n-0S6\",\"iat\":1700000000,\"exp\":1700000001}",
        ""));
}

static void
what_is_not_signed_as_it_says_is_refused(void)
{
    static const char none[] = "the token is not signed by RS256 or ES256";
    struct buf b = signed_by(rsa, RS256, GOOD);

    CHECK(says("{\"alg\":\"none\"}", GOOD, none));
    CHECK(says("{\"alg\":\"None\"}", GOOD, none));
    CHECK(says("{}", GOOD, none));
    CHECK(says("{\"alg\":\"HS256\",\"kid\":\"r1\"}", GOOD, none));
    CHECK(says(
        "{\"alg\":\"RS256\",\"crit\":[\"b64\"],\"kid\":\"r1\"}", GOOD, none));
    CHECK(says("{\"alg\":\"ES256\",\"kid\":\"r1\"}", GOOD,
        "the token is signed with a key of nobody's"));
    CHECK(says("{\"alg\":\"ES256\",\"kid\":\"e1\"}", GOOD,
        "the token's signature is wrong"));
    b.p[b.len - 4] = b.p[b.len - 4] == 'A' ? 'B' : 'A';
    CHECK(strcmp(judge(b), "the token's signature is wrong") == 0);
}

static void
only_the_provider_s_keys_for_signing_count(void)
{
    static const char nobody[] = "the token is signed with a key of nobody's";

    CHECK(strcmp(judge(signed_by(other, RS256, GOOD)),
              "the token's signature is wrong") == 0);
    CHECK(strcmp(judge(signed_by(
                     other, "{\"alg\":\"RS256\",\"kid\":\"enc\"}", GOOD)),
              nobody) == 0);
    CHECK(strcmp(judge(signed_by(
                     small, "{\"alg\":\"RS256\",\"kid\":\"small\"}", GOOD)),
              nobody) == 0);
}

static void
a_token_of_others_is_refused(void)
{
    static const char somebody[] = "the token is for somebody else";

    CHECK(says(RS256,
        "{\"iss\":\"https://evil.example.org\",\"sub\":\"1\",\"aud\":\"us\"}",
        "the token is of another provider"));
    CHECK(says(RS256,
        "{\"iss\":\"https://id.example.org\",\"sub\":\"1\",\"aud\":\"them\"}",
        somebody));
    CHECK(says(RS256,
        "{\"iss\":\"https://id.example.org\",\"sub\":\"1\","
        "\"aud\":[\"us\",\"them\"]}",
        somebody));
    CHECK(says(
        RS256, "{" CLAIMS ",\"azp\":\"them\",\"exp\":1700000600}", somebody));
}

static void
a_token_has_its_time_and_its_sign_in(void)
{
    CHECK(
        says(RS256, "{" CLAIMS ",\"exp\":1699999940}", "the token is too old"));
    CHECK(says(RS256, "{" CLAIMS "}", "the token is too old"));
    CHECK(says(RS256,
        "{\"iss\":\"https://id.example.org\",\"sub\":\"1\",\"aud\":\"us\","
        "\"nonce\":\"n-0S6\",\"iat\":1700000100,\"exp\":1700000600}",
        "the token is of the future: one of the two clocks is wrong"));
    CHECK(says(RS256,
        "{\"iss\":\"https://id.example.org\",\"sub\":\"1\",\"aud\":\"us\","
        "\"nonce\":\"other\",\"iat\":1700000000,\"exp\":1700000600}",
        "the token is of another sign-in"));
    CHECK(says(RS256,
        "{\"iss\":\"https://id.example.org\",\"sub\":\"1\",\"aud\":\"us\","
        "\"iat\":1700000000,\"exp\":1700000600}",
        "the token is of another sign-in"));
    CHECK(says(RS256,
        "{\"iss\":\"https://id.example.org\",\"aud\":\"us\","
        "\"nonce\":\"n-0S6\",\"iat\":1700000000,\"exp\":1700000600}",
        "the token says not who it is about"));
}

static void
what_is_no_token_is_refused(void)
{
    static const char *const odd[] = {
        "", ".", "..", "...", "a.b", "e30.e30.", "e30.e30.!", "\xff.\xff.\xff"};
    struct buf b;

    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        b = (struct buf){0};
        buf_addz(&b, odd[i]);
        CHECK(*judge(b));
    }
    b = (struct buf){0};
    for (int i = 0; i <= JWT_BYTES_MAX; i++)
        buf_addc(&b, '.');
    CHECK(strcmp(judge(b), "the token is too long") == 0);
    CHECK(!jwt_keys_read(SPAN("{\"keys\":[]}"), NULL));
    CHECK(!jwt_keys_read(SPAN("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
                              "\"x\":\"AAAA\",\"y\":\"AAAA\"},7]}"),
        NULL));
    CHECK(!jwt_keys_read(SPAN("[]"), NULL));
    CHECK(!jwt_keys_read(SPAN("<html>"), NULL));
}

int
main(void)
{
    make_keys();
    RUN(a_token_of_the_provider_is_good);
    RUN(what_is_not_signed_as_it_says_is_refused);
    RUN(only_the_provider_s_keys_for_signing_count);
    RUN(a_token_of_others_is_refused);
    RUN(a_token_has_its_time_and_its_sign_in);
    RUN(what_is_no_token_is_refused);
    jwt_keys_free(keys);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(small);
    EVP_PKEY_free(ec);
    EVP_PKEY_free(other);
    return tap_end();
}
