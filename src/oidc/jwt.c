/* SPDX-License-Identifier: ISC */
#include "oidc/jwt.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "wire/json.h"

enum {
    PART_BYTES_MAX = JWT_BYTES_MAX,
    NUMBER_BYTES_MAX = 1024, /* of a key, so up to 8192 bits */
    P256_BYTES = 32,
    AUDIENCES_MAX = 32,
};

enum alg { ALG_NONE, ALG_RS256, ALG_ES256 };

struct key {
    char kid[JWT_KID_BYTES]; /* "": it has no name */
    enum alg alg;
    EVP_PKEY *pkey;
};

struct jwt_keys {
    size_t n;
    struct key key[JWT_KEYS_MAX];
};

/* False when text is no base64url of at most max bytes. */
static bool
decode(struct span text, unsigned char *ret, size_t max, size_t *ret_len)
{
    const char *end;

    return text.len > 0 &&
           sodium_base642bin(ret, max, text.p, text.len, NULL, ret_len, &end,
               sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
           end == text.p + text.len;
}

/* ---- keys ---- */

static EVP_PKEY *
make_key(const char *type, OSSL_PARAM_BLD *bld)
{
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(bld);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *pkey = NULL;

    if (params && ctx && EVP_PKEY_fromdata_init(ctx) > 0)
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params);
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    return pkey;
}

static EVP_PKEY *
rsa_key(const json_t *jwk)
{
    unsigned char n[NUMBER_BYTES_MAX], e[NUMBER_BYTES_MAX];
    size_t n_len, e_len;
    OSSL_PARAM_BLD *bld;
    EVP_PKEY *pkey = NULL;
    BIGNUM *bn_n, *bn_e;

    if (!decode(json_get_str(jwk, "n"), n, sizeof(n), &n_len) ||
        !decode(json_get_str(jwk, "e"), e, sizeof(e), &e_len))
        return NULL;
    bld = OSSL_PARAM_BLD_new();
    bn_n = BN_bin2bn(n, (int)n_len, NULL);
    bn_e = BN_bin2bn(e, (int)e_len, NULL);
    if (bld && bn_n && bn_e && BN_num_bits(bn_n) >= JWT_RSA_BITS_MIN &&
        OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, bn_n) &&
        OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, bn_e))
        pkey = make_key("RSA", bld);
    OSSL_PARAM_BLD_free(bld);
    BN_free(bn_n);
    BN_free(bn_e);
    return pkey;
}

static EVP_PKEY *
ec_key(const json_t *jwk)
{
    unsigned char point[1 + 2 * P256_BYTES] = {POINT_CONVERSION_UNCOMPRESSED};
    size_t x_len, y_len;
    OSSL_PARAM_BLD *bld;
    EVP_PKEY *pkey = NULL;

    if (!span_eqz(json_get_str(jwk, "crv"), "P-256") ||
        !decode(json_get_str(jwk, "x"), point + 1, P256_BYTES, &x_len) ||
        !decode(json_get_str(jwk, "y"), point + 1 + P256_BYTES, P256_BYTES,
            &y_len) ||
        x_len != P256_BYTES || y_len != P256_BYTES)
        return NULL;
    bld = OSSL_PARAM_BLD_new();
    if (bld &&
        OSSL_PARAM_BLD_push_utf8_string(
            bld, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) &&
        OSSL_PARAM_BLD_push_octet_string(
            bld, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)))
        pkey = make_key("EC", bld);
    OSSL_PARAM_BLD_free(bld);
    return pkey;
}

/* A key for signatures of this algorithm, and for nothing else? */
static bool
is_for(const json_t *jwk, const char *type, const char *alg)
{
    struct span named = json_get_str(jwk, "alg");
    struct span use = json_get_str(jwk, "use");

    return span_eqz(json_get_str(jwk, "kty"), type) &&
           (!named.p || span_eqz(named, alg)) &&
           (!use.p || span_eqz(use, "sig"));
}

static void
read_key(struct jwt_keys *keys, const json_t *jwk)
{
    struct span kid = json_get_str(jwk, "kid");
    struct key *k = &keys->key[keys->n];

    if (keys->n == JWT_KEYS_MAX || kid.len >= sizeof(k->kid))
        return;
    if (is_for(jwk, "RSA", "RS256")) {
        k->alg = ALG_RS256;
        k->pkey = rsa_key(jwk);
    } else if (is_for(jwk, "EC", "ES256")) {
        k->alg = ALG_ES256;
        k->pkey = ec_key(jwk);
    }
    if (!k->pkey)
        return;
    snprintf(k->kid, sizeof(k->kid), "%.*s", SPAN_ARG(kid));
    keys->n++;
}

struct jwt_keys *
jwt_keys_read(struct span json, struct err *err)
{
    json_t *tree = json_read(json, err), *list;
    struct jwt_keys *keys;

    if (!tree)
        return NULL;
    list = json_object_get(tree, "keys");
    keys = xcalloc(1, sizeof(*keys));
    for (size_t i = 0; i < json_array_size(list); i++)
        read_key(keys, json_array_get(list, i));
    json_decref(tree);
    if (keys->n > 0)
        return keys;
    err_set(err, FAIL_SYSTEM, "it has no keys for RS256 or ES256");
    jwt_keys_free(keys);
    return NULL;
}

void
jwt_keys_free(struct jwt_keys *keys)
{
    if (!keys)
        return;
    for (size_t i = 0; i < keys->n; i++)
        EVP_PKEY_free(keys->key[i].pkey);
    free(keys);
}

/* ---- the signature ---- */

/* The two numbers of an ES256 signature as OpenSSL wants them; OPENSSL_free. */
static unsigned char *
to_der(const unsigned char *sig, size_t len, int *ret_len)
{
    ECDSA_SIG *s = len == 2 * P256_BYTES ? ECDSA_SIG_new() : NULL;
    unsigned char *der = NULL;
    BIGNUM *r, *t;

    if (!s)
        return NULL;
    r = BN_bin2bn(sig, P256_BYTES, NULL);
    t = BN_bin2bn(sig + P256_BYTES, P256_BYTES, NULL);
    if (r && t && ECDSA_SIG_set0(s, r, t)) {
        *ret_len = i2d_ECDSA_SIG(s, &der);
    } else {
        BN_free(r);
        BN_free(t);
    }
    ECDSA_SIG_free(s);
    return der;
}

static bool
verify(EVP_PKEY *pkey, struct span said, const unsigned char *sig, size_t len)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx &&
              EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, pkey) > 0 &&
              EVP_DigestVerify(
                  ctx, sig, len, (const unsigned char *)said.p, said.len) == 1;

    EVP_MD_CTX_free(ctx);
    return ok;
}

static bool
is_signed_by(
    const struct key *k, struct span said, const unsigned char *sig, size_t len)
{
    unsigned char *der;
    int der_len = 0;
    bool ok;

    if (k->alg == ALG_RS256)
        return verify(k->pkey, said, sig, len);
    der = to_der(sig, len, &der_len);
    ok = der && der_len > 0 && verify(k->pkey, said, der, (size_t)der_len);
    OPENSSL_free(der);
    return ok;
}

static json_t *
read_part(struct span text, struct err *err)
{
    unsigned char *bytes = xmalloc(PART_BYTES_MAX);
    size_t len = 0;
    json_t *tree = NULL;

    if (decode(text, bytes, PART_BYTES_MAX, &len))
        tree = json_read((struct span){(const char *)bytes, len}, err);
    free(bytes);
    if (!tree)
        err_set(err, FAIL_UNAUTHORIZED, "that is no token");
    return tree;
}

/* "kid" of a token need not be there if there is one key only. */
static bool
check_signature(const struct jwt_keys *keys, const json_t *head,
    struct span said, struct span signature, struct err *err)
{
    unsigned char sig[NUMBER_BYTES_MAX];
    struct span alg = json_get_str(head, "alg"),
                kid = json_get_str(head, "kid");
    enum alg wanted = span_eqz(alg, "RS256")   ? ALG_RS256
                      : span_eqz(alg, "ES256") ? ALG_ES256
                                               : ALG_NONE;
    size_t len;

    if (wanted == ALG_NONE || json_object_get(head, "crit"))
        return err_set(err, FAIL_UNAUTHORIZED,
            "the token is not signed by RS256 or ES256");
    if (!decode(signature, sig, sizeof(sig), &len))
        return err_set(err, FAIL_UNAUTHORIZED, "the token has no signature");
    for (size_t i = 0; i < keys->n; i++) {
        const struct key *k = &keys->key[i];
        if (k->alg != wanted || (kid.p && !span_eqz(kid, k->kid)))
            continue;
        if (is_signed_by(k, said, sig, len))
            return true;
        if (kid.p)
            return err_set(
                err, FAIL_UNAUTHORIZED, "the token's signature is wrong");
    }
    return err_set(
        err, FAIL_NOT_FOUND, "the token is signed with a key of nobody's");
}

/* ---- what it says ---- */

/* For us, and for nobody else who could pass it on. */
static bool
is_for_us(const json_t *claims, struct span us)
{
    const json_t *aud = json_object_get(claims, "aud");
    struct span azp = json_get_str(claims, "azp");
    size_t n = json_array_size(aud);
    bool named = json_is_string(aud) && span_eq(json_str(aud), us);

    for (size_t i = 0; i < n && i < AUDIENCES_MAX; i++)
        named = named || span_eq(json_str(json_array_get(aud, i)), us);
    return named && (azp.p ? span_eq(azp, us) : n <= 1);
}

static bool
check_claims(const json_t *c, const struct jwt_want *w, struct err *err)
{
    double until, since;

    if (!span_eq(json_get_str(c, "iss"), w->issuer))
        return err_set(
            err, FAIL_UNAUTHORIZED, "the token is of another provider");
    if (!is_for_us(c, w->audience))
        return err_set(
            err, FAIL_UNAUTHORIZED, "the token is for somebody else");
    if (!json_get_num(c, "exp", &until) || !json_get_num(c, "iat", &since) ||
        until + JWT_SKEW_S <= (double)w->now_s)
        return err_set(err, FAIL_UNAUTHORIZED, "the token is too old");
    if (since - JWT_SKEW_S > (double)w->now_s)
        return err_set(err, FAIL_UNAUTHORIZED,
            "the token is of the future: one of the two clocks is wrong");
    if (!w->nonce.len || !span_eq(json_get_str(c, "nonce"), w->nonce))
        return err_set(
            err, FAIL_UNAUTHORIZED, "the token is of another sign-in");
    return json_get_str(c, "sub").len > 0 ||
           err_set(
               err, FAIL_UNAUTHORIZED, "the token says not who it is about");
}

json_t *
jwt_check(const struct jwt_keys *keys, struct span token,
    const struct jwt_want *want, struct err *err)
{
    struct span rest = token, head_part, body_part, said;
    json_t *head, *claims = NULL;

    if (token.len > JWT_BYTES_MAX) {
        err_set(err, FAIL_UNAUTHORIZED, "the token is too long");
        return NULL;
    }
    head_part = span_cut(&rest, '.');
    body_part = span_cut(&rest, '.');
    if (!body_part.p || !rest.p) {
        err_set(err, FAIL_UNAUTHORIZED, "that is no token");
        return NULL;
    }
    said = (struct span){token.p, head_part.len + 1 + body_part.len};
    head = read_part(head_part, err);
    if (head && check_signature(keys, head, said, rest, err))
        claims = read_part(body_part, err);
    json_decref(head);
    if (!claims || check_claims(claims, want, err))
        return claims;
    json_decref(claims);
    return NULL;
}
