/* SPDX-License-Identifier: ISC */
#include "webpush/webpush.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <sodium.h>
#include <string.h>

enum {
    HASH_BYTES = 32,
    CEK_BYTES = 16,
    NONCE_BYTES = 12,
    TAG_BYTES = 16,
    SIGNATURE_BYTES = 2 * WEBPUSH_SCALAR_BYTES,
    DER_BYTES_MAX = 80, /* of such a signature */
    INFO_BYTES_MAX = 160,
    LAST_RECORD = 2, /* RFC 8188: the delimiter of the last record */
    HEADER_BYTES = WEBPUSH_SALT_BYTES + 4 + 1 + WEBPUSH_POINT_BYTES,
};
_Static_assert(WEBPUSH_TEXT_BYTES_MAX + HEADER_BYTES + 1 + TAG_BYTES ==
                   WEBPUSH_BODY_BYTES_MAX,
    "a text and what is around it fill a body");

static const char curve[] = "prime256v1";

/* ---- base64url ---- */

static void
encode(struct buf *ret, const unsigned char *bytes, size_t len)
{
    size_t room = sodium_base64_encoded_len(
        len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

    buf_reserve(ret, room);
    sodium_bin2base64(ret->p + ret->len, room, bytes, len,
        sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    ret->len += room - 1; /* its NUL */
}

/* Exactly len bytes; browsers' libraries may pad. */
static bool
decode(struct span text, unsigned char *ret, size_t len)
{
    const char *end;
    size_t n;

    while (text.len > 0 && text.p[text.len - 1] == '=')
        text.len--;
    return text.len > 0 &&
           sodium_base642bin(ret, len, text.p, text.len, NULL, &n, &end,
               sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
           end == text.p + text.len && n == len;
}

/* ---- keys ---- */

static bool
failed(struct err *err)
{
    return err_set(err, FAIL_SYSTEM, "OpenSSL refuses");
}

/* Of a point, and where it is not NULL its scalar; NULL: it is none. */
static EVP_PKEY *
key_of(const unsigned char *point, const unsigned char *scalar)
{
    OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    BIGNUM *number =
        scalar ? BN_bin2bn(scalar, WEBPUSH_SCALAR_BYTES, NULL) : NULL;
    OSSL_PARAM *params = NULL;
    EVP_PKEY *key = NULL;

    if (bld &&
        OSSL_PARAM_BLD_push_utf8_string(
            bld, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) &&
        OSSL_PARAM_BLD_push_octet_string(
            bld, OSSL_PKEY_PARAM_PUB_KEY, point, WEBPUSH_POINT_BYTES) &&
        (!scalar ||
            OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_PRIV_KEY, number)))
        params = OSSL_PARAM_BLD_to_param(bld);
    if (params && ctx && EVP_PKEY_fromdata_init(ctx) > 0)
        EVP_PKEY_fromdata(
            ctx, &key, scalar ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(bld);
    EVP_PKEY_CTX_free(ctx);
    BN_clear_free(number);
    return key;
}

bool
webpush_keys_new(struct webpush_keys *ret, struct err *err)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
    unsigned char point[WEBPUSH_POINT_BYTES], scalar[WEBPUSH_SCALAR_BYTES];
    BIGNUM *number = NULL;
    size_t n = 0;
    bool ok = key &&
              EVP_PKEY_get_octet_string_param(
                  key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &n) &&
              n == sizeof(point) &&
              EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) &&
              BN_bn2binpad(number, scalar, sizeof(scalar)) > 0;

    if (ok) {
        sodium_bin2base64(ret->public_key, sizeof(ret->public_key), point,
            sizeof(point), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        sodium_bin2base64(ret->secret_key, sizeof(ret->secret_key), scalar,
            sizeof(scalar), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    }
    sodium_memzero(scalar, sizeof(scalar));
    BN_clear_free(number);
    EVP_PKEY_free(key);
    return ok || failed(err);
}

/* Our own; *ret_point is what others see of it. */
static EVP_PKEY *
own_key(const struct webpush_keys *own, unsigned char *ret_point)
{
    unsigned char scalar[WEBPUSH_SCALAR_BYTES];
    EVP_PKEY *key = NULL;

    if (decode(span_of(own->public_key), ret_point, WEBPUSH_POINT_BYTES) &&
        decode(span_of(own->secret_key), scalar, sizeof(scalar)))
        key = key_of(ret_point, scalar);
    sodium_memzero(scalar, sizeof(scalar));
    return key;
}

bool
webpush_reader_parse(struct span p256dh, struct span auth,
    struct webpush_reader *ret, struct err *err)
{
    EVP_PKEY *key = NULL;

    if (decode(p256dh, ret->point, sizeof(ret->point)) &&
        ret->point[0] == POINT_CONVERSION_UNCOMPRESSED)
        key = key_of(ret->point, NULL);
    EVP_PKEY_free(key);
    if (!key)
        return err_set(err, FAIL_BAD_INPUT, "p256dh is no key of P-256");
    return decode(auth, ret->auth, sizeof(ret->auth)) ||
           err_set(err, FAIL_BAD_INPUT, "auth is not of 16 bytes");
}

/* ---- a text for one browser ---- */

static bool
share(EVP_PKEY *own, EVP_PKEY *other, unsigned char ret[HASH_BYTES])
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(own, NULL);
    size_t n = HASH_BYTES;
    bool ok = ctx && EVP_PKEY_derive_init(ctx) > 0 &&
              EVP_PKEY_derive_set_peer(ctx, other) > 0 &&
              EVP_PKEY_derive(ctx, ret, &n) > 0 && n == HASH_BYTES;

    EVP_PKEY_CTX_free(ctx);
    return ok;
}

static bool
hkdf(struct span salt, struct span secret, struct span info, unsigned char *ret,
    size_t ret_len)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(
            OSSL_KDF_PARAM_SALT, (void *)salt.p, salt.len),
        OSSL_PARAM_construct_octet_string(
            OSSL_KDF_PARAM_KEY, (void *)secret.p, secret.len),
        OSSL_PARAM_construct_octet_string(
            OSSL_KDF_PARAM_INFO, (void *)info.p, info.len),
        OSSL_PARAM_construct_end()};
    bool ok = ctx && EVP_KDF_derive(ctx, ret, ret_len, params) > 0;

    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    return ok;
}

static struct span
bytes(const unsigned char *p, size_t len)
{
    return (struct span){(const char *)p, len};
}

struct secrets {
    unsigned char key[CEK_BYTES], nonce[NONCE_BYTES];
};

/* RFC 8291, 3.4. */
static bool
derive(const struct webpush_reader *to, EVP_PKEY *own,
    const unsigned char *own_point, const unsigned char *salt,
    struct secrets *ret)
{
    static const char what[] = "WebPush: info"; /* with its NUL, as all three */
    static const char key_info[] = "Content-Encoding: aes128gcm";
    static const char nonce_info[] = "Content-Encoding: nonce";
    EVP_PKEY *other = key_of(to->point, NULL);
    unsigned char shared[HASH_BYTES], secret[HASH_BYTES];
    unsigned char info[INFO_BYTES_MAX], *at = info;
    struct span own_salt = bytes(salt, WEBPUSH_SALT_BYTES);
    struct span from = bytes(secret, sizeof(secret));
    bool ok;

    memcpy(at, what, sizeof(what));
    at += sizeof(what);
    memcpy(at, to->point, WEBPUSH_POINT_BYTES);
    at += WEBPUSH_POINT_BYTES;
    memcpy(at, own_point, WEBPUSH_POINT_BYTES);
    at += WEBPUSH_POINT_BYTES;
    ok = other && share(own, other, shared) &&
         hkdf(bytes(to->auth, sizeof(to->auth)), bytes(shared, sizeof(shared)),
             bytes(info, (size_t)(at - info)), secret, sizeof(secret)) &&
         hkdf(own_salt, from, (struct span){key_info, sizeof(key_info)},
             ret->key, sizeof(ret->key)) &&
         hkdf(own_salt, from, (struct span){nonce_info, sizeof(nonce_info)},
             ret->nonce, sizeof(ret->nonce));
    sodium_memzero(shared, sizeof(shared));
    sodium_memzero(secret, sizeof(secret));
    EVP_PKEY_free(other);
    return ok;
}

static bool
encrypt(const struct secrets *by, struct span text, struct buf *ret)
{
    static const unsigned char last = LAST_RECORD;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    unsigned char *out;
    int n = 0, more = 0;
    bool ok;

    buf_reserve(ret, text.len + 1 + TAG_BYTES);
    out = (unsigned char *)ret->p + ret->len;
    ok =
        ctx &&
        EVP_EncryptInit_ex2(ctx, EVP_aes_128_gcm(), by->key, by->nonce, NULL) &&
        EVP_EncryptUpdate(
            ctx, out, &n, (const unsigned char *)text.p, (int)text.len) &&
        EVP_EncryptUpdate(ctx, out + n, &more, &last, 1) &&
        EVP_EncryptFinal_ex(ctx, out + n + more, &(int){0}) &&
        EVP_CIPHER_CTX_ctrl(
            ctx, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, out + n + more);
    if (ok)
        ret->len += (size_t)(n + more) + TAG_BYTES;
    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

bool
webpush_seal_with(const struct webpush_reader *to, struct span text,
    const struct webpush_keys *own,
    const unsigned char salt[WEBPUSH_SALT_BYTES], struct buf *ret,
    struct err *err)
{
    static const char record_bytes[] = {0, 0, 0x10, 0}; /* 4096 */
    unsigned char point[WEBPUSH_POINT_BYTES];
    EVP_PKEY *key = own_key(own, point);
    struct secrets secrets;
    bool ok;

    assert(text.len <= WEBPUSH_TEXT_BYTES_MAX);
    ok = key && derive(to, key, point, salt, &secrets);
    if (ok) {
        buf_add(ret, salt, WEBPUSH_SALT_BYTES);
        buf_add(ret, record_bytes, sizeof(record_bytes));
        buf_addc(ret, WEBPUSH_POINT_BYTES);
        buf_add(ret, point, sizeof(point));
        ok = encrypt(&secrets, text, ret);
    }
    sodium_memzero(&secrets, sizeof(secrets));
    EVP_PKEY_free(key);
    return ok || failed(err);
}

bool
webpush_seal(const struct webpush_reader *to, struct span text, struct buf *ret,
    struct err *err)
{
    unsigned char salt[WEBPUSH_SALT_BYTES];
    struct webpush_keys once;
    bool ok;

    randombytes_buf(salt, sizeof(salt));
    ok = webpush_keys_new(&once, err) &&
         webpush_seal_with(to, text, &once, salt, ret, err);
    sodium_memzero(&once, sizeof(once));
    return ok;
}

/* ---- who sends it ---- */

/* The two numbers of a signature side by side, as JOSE has them. */
static bool
flatten(const unsigned char *der, size_t len, unsigned char *ret)
{
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);
    bool ok =
        sig &&
        BN_bn2binpad(ECDSA_SIG_get0_r(sig), ret, WEBPUSH_SCALAR_BYTES) > 0 &&
        BN_bn2binpad(ECDSA_SIG_get0_s(sig), ret + WEBPUSH_SCALAR_BYTES,
            WEBPUSH_SCALAR_BYTES) > 0;

    ECDSA_SIG_free(sig);
    return ok;
}

static bool
sign(EVP_PKEY *key, struct span text, unsigned char ret[SIGNATURE_BYTES])
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    unsigned char der[DER_BYTES_MAX];
    size_t n = sizeof(der);
    bool ok = ctx &&
              EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) > 0 &&
              EVP_DigestSign(
                  ctx, der, &n, (const unsigned char *)text.p, text.len) > 0 &&
              flatten(der, n, ret);

    EVP_MD_CTX_free(ctx);
    return ok;
}

bool
webpush_authorize(const struct webpush_keys *own, struct span origin,
    struct span subject, int64_t until_s, struct buf *ret, struct err *err)
{
    static const char head[] = "{\"typ\":\"JWT\",\"alg\":\"ES256\"}";
    unsigned char point[WEBPUSH_POINT_BYTES], signature[SIGNATURE_BYTES];
    EVP_PKEY *key = own_key(own, point);
    struct buf claims = {0};
    size_t from;
    bool ok;

    /* Neither has anything that JSON would escape: both are checked addresses. */
    buf_addf(&claims, "{\"aud\":\"%.*s\",\"exp\":%lld,\"sub\":\"%.*s\"}",
        SPAN_ARG(origin), (long long)until_s, SPAN_ARG(subject));
    buf_addz(ret, "vapid t=");
    from = ret->len;
    encode(ret, (const unsigned char *)head, sizeof(head) - 1);
    buf_addc(ret, '.');
    encode(ret, (const unsigned char *)claims.p, claims.len);
    ok = key &&
         sign(key, (struct span){ret->p + from, ret->len - from}, signature);
    if (ok) {
        buf_addc(ret, '.');
        encode(ret, signature, sizeof(signature));
        buf_addf(ret, ", k=%s", own->public_key);
    }
    buf_free(&claims);
    EVP_PKEY_free(key);
    return ok || failed(err);
}
