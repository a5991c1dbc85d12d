/* SPDX-License-Identifier: ISC */
#include "oidc/provider.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "link/client.h"
#include "oidc/jwt.h"
#include "wire/json.h"

enum { SECRET_BYTES = 32, SHA256_BYTES = 32, SECOND_MS = 1000 };

struct provider {
    struct provider_cfg cfg;
    struct client *client;
    /* Of the document; valid until read_ms + PROVIDER_KEPT_MS. */
    char authorize[PROVIDER_URL_BYTES], token[PROVIDER_URL_BYTES],
        jwks[PROVIDER_URL_BYTES];
    bool basic; /* the secret goes into a header, not into the body */
    int64_t read_ms; /* clock_mono_ms; 0: never */
    struct jwt_keys *keys; /* valid as long */
    int64_t keys_ms;
    int64_t away_ms; /* when it last did not answer; 0: never */
};

/* ---- one sign-in ---- */

static void
to_text(const unsigned char *bytes, size_t n, char ret[PROVIDER_SECRET_BYTES])
{
    sodium_bin2base64(ret, PROVIDER_SECRET_BYTES, bytes, n,
        sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void
derive(const unsigned char secret[SECRET_BYTES], const char *what,
    char ret[PROVIDER_SECRET_BYTES])
{
    unsigned char out[SECRET_BYTES];

    crypto_generichash(out, sizeof(out), (const unsigned char *)what,
        strlen(what), secret, SECRET_BYTES);
    to_text(out, sizeof(out), ret);
}

static void
flow_from(const unsigned char secret[SECRET_BYTES], struct provider_flow *ret)
{
    to_text(secret, SECRET_BYTES, ret->secret);
    derive(secret, "state", ret->state);
    derive(secret, "nonce", ret->nonce);
    derive(secret, "verifier", ret->verifier);
}

void
provider_flow_new(struct provider_flow *ret)
{
    unsigned char secret[SECRET_BYTES];

    randombytes_buf(secret, sizeof(secret));
    flow_from(secret, ret);
}

bool
provider_flow_of(struct span text, struct provider_flow *ret)
{
    unsigned char secret[SECRET_BYTES];
    size_t len = 0;
    const char *end;

    if (sodium_base642bin(secret, sizeof(secret), text.p, text.len, NULL, &len,
            &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        len != sizeof(secret) || end != text.p + text.len)
        return false;
    flow_from(secret, ret);
    return true;
}

/* ---- addresses ---- */

bool
provider_url_check(const char *url, struct err *err)
{
    static const char *const here[] = {
        "http://127.0.0.1", "http://localhost", "http://[::1]"};
    size_t len;

    for (const char *c = url; *c; c++)
        if (*c <= ' ' || *c == 0x7f || *c == '@' || *c == '"')
            return err_set(err, FAIL_BAD_INPUT, "that is no plain address");
    if (strlen(url) >= PROVIDER_URL_BYTES)
        return err_set(err, FAIL_BAD_INPUT, "the address is too long");
    if (strncmp(url, "https://", 8) == 0 && url[8])
        return true;
    for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
        len = strlen(here[i]);
        if (strncmp(url, here[i], len) == 0 && strchr(":/", url[len]))
            return true;
    }
    return err_set(err, FAIL_BAD_INPUT,
        "the address has to begin with https://, or with http:// on this "
        "machine");
}

static void
put_escaped(struct buf *b, struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x80 && (isalnum(c) || strchr("-._~", c)))
            buf_addc(b, (char)c);
        else
            buf_addf(b, "%%%02X", c);
    }
}

/* "&key=value", or without the & where nothing is before it. */
static void
put_field(struct buf *b, const char *key, struct span value)
{
    if (b->len > 0 && b->p[b->len - 1] != '?')
        buf_addc(b, '&');
    buf_addf(b, "%s=", key);
    put_escaped(b, value);
}

/* ---- asking it ---- */

struct provider *
provider_new(const struct provider_cfg *cfg, struct err *err)
{
    struct client *client = client_new(PROVIDER_TIMEOUT_MS, err);
    struct provider *p;

    if (!client)
        return NULL;
    p = xcalloc(1, sizeof(*p));
    p->cfg = *cfg;
    p->client = client;
    return p;
}

void
provider_free(struct provider *p)
{
    if (!p)
        return;
    client_free(p->client);
    jwt_keys_free(p->keys);
    free(p);
}

static bool
is_fresh(int64_t at_ms, int64_t kept_ms)
{
    return at_ms && clock_mono_ms() - at_ms < kept_ms;
}

/* Others must not wait for it in turn as long as this one did. */
static bool
ask(struct provider *p, const struct client_call *call, struct buf *ret,
    struct err *err)
{
    if (is_fresh(p->away_ms, PROVIDER_AWAY_MS))
        return err_set(err, FAIL_BUSY, "it did not answer a moment ago");
    p->away_ms = 0;
    if (!client_do(p->client, call, ret, err)) {
        if (err->kind == FAIL_SYSTEM) {
            p->away_ms = clock_mono_ms();
            err->kind = FAIL_BUSY;
        }
        return false;
    }
    return ret->len <= PROVIDER_ANSWER_BYTES_MAX ||
           err_set(err, FAIL_BUSY, "it answered too much");
}

/* An address as it stands, also with a slash at its end. */
static struct client_call
call_of(const char *method, const char *url)
{
    const char *host = strstr(url, "://") + 3; /* provider_url_check */
    const char *path = host + strcspn(host, "/?");

    return (struct client_call){
        .method = method, .base = {url, (size_t)(path - url)}, .path = path};
}

static bool
take_url(const json_t *doc, const char *key, char ret[PROVIDER_URL_BYTES],
    struct err *err)
{
    struct span url = json_get_str(doc, key);
    struct err why;

    if (url.len == 0 || url.len >= PROVIDER_URL_BYTES)
        return err_set(err, FAIL_BUSY, "its document lacks %s", key);
    snprintf(ret, PROVIDER_URL_BYTES, "%.*s", SPAN_ARG(url));
    return provider_url_check(ret, &why) ||
           err_set(err, FAIL_BUSY, "%s of its document: %s", key, why.text);
}

/* A header is what everybody must understand who does not say other. */
static bool
wants_basic(const json_t *doc)
{
    const json_t *ways =
        json_object_get(doc, "token_endpoint_auth_methods_supported");

    for (size_t i = 0; i < json_array_size(ways); i++)
        if (span_eqz(json_str(json_array_get(ways, i)), "client_secret_basic"))
            return true;
    return !ways;
}

static bool
take_document(struct provider *p, const json_t *doc, struct err *err)
{
    if (!span_eqz(json_get_str(doc, "issuer"), p->cfg.issuer))
        return err_set(err, FAIL_BUSY,
            "its document names another issuer than OIDC_ISSUER; write that as "
            "it stands there");
    if (!take_url(doc, "authorization_endpoint", p->authorize, err) ||
        !take_url(doc, "token_endpoint", p->token, err) ||
        !take_url(doc, "jwks_uri", p->jwks, err))
        return false;
    p->basic = wants_basic(doc);
    p->read_ms = clock_mono_ms();
    return true;
}

static bool
need_document(struct provider *p, struct err *err)
{
    struct client_call call = {.method = "GET",
        .base = span_of(p->cfg.issuer),
        .path = "/.well-known/openid-configuration"};
    struct buf body = {0};
    json_t *doc = NULL;
    bool ok;

    if (is_fresh(p->read_ms, PROVIDER_KEPT_MS))
        return true;
    p->read_ms = 0;
    if (ask(p, &call, &body, err) && !(doc = json_read(buf_span(&body), err)))
        err_set(err, FAIL_BUSY, "its document is no JSON");
    buf_free(&body);
    ok = doc && take_document(p, doc, err);
    json_decref(doc);
    return ok;
}

static bool
need_keys(struct provider *p, int64_t kept_ms, struct err *err)
{
    struct client_call call = call_of("GET", p->jwks);
    struct buf body = {0};
    struct jwt_keys *fresh = NULL;

    if (p->keys && is_fresh(p->keys_ms, kept_ms))
        return true;
    if (ask(p, &call, &body, err)) {
        fresh = jwt_keys_read(buf_span(&body), err);
        if (!fresh)
            err->kind = FAIL_BUSY;
    }
    buf_free(&body);
    if (!fresh)
        return false;
    jwt_keys_free(p->keys);
    p->keys = fresh;
    p->keys_ms = clock_mono_ms();
    return true;
}

bool
provider_url(struct provider *p, const struct provider_flow *flow,
    struct buf *ret, struct err *err)
{
    unsigned char hash[SHA256_BYTES];
    char challenge[PROVIDER_SECRET_BYTES];

    if (!need_document(p, err))
        return false;
    EVP_Digest(
        flow->verifier, strlen(flow->verifier), hash, NULL, EVP_sha256(), NULL);
    to_text(hash, sizeof(hash), challenge);
    buf_addz(ret, p->authorize);
    if (!strchr(p->authorize, '?'))
        buf_addc(ret, '?');
    put_field(ret, "response_type", SPAN("code"));
    put_field(ret, "scope", SPAN("openid profile email"));
    put_field(ret, "client_id", span_of(p->cfg.client_id));
    put_field(ret, "redirect_uri", span_of(p->cfg.redirect));
    put_field(ret, "state", span_of(flow->state));
    put_field(ret, "nonce", span_of(flow->nonce));
    put_field(ret, "code_challenge", span_of(challenge));
    put_field(ret, "code_challenge_method", SPAN("S256"));
    return true;
}

/* ---- the code ---- */

/* "Basic ..." of the two, escaped first (RFC 6749 2.3.1); owned by the caller. */
static char *
basic(const struct provider_cfg *cfg)
{
    struct buf plain = {0}, ret = {0};
    size_t n;
    char *text;

    put_escaped(&plain, span_of(cfg->client_id));
    buf_addc(&plain, ':');
    put_escaped(&plain, span_of(cfg->client_secret));
    n = sodium_base64_encoded_len(plain.len, sodium_base64_VARIANT_ORIGINAL);
    text = xmalloc(n);
    sodium_bin2base64(text, n, (const unsigned char *)plain.p, plain.len,
        sodium_base64_VARIANT_ORIGINAL);
    buf_addf(&ret, "Basic %s", text);
    free(text);
    buf_free(&plain);
    return buf_take(&ret);
}

/* The provider's answer, with an ID token in it. */
static json_t *
exchange(struct provider *p, const struct provider_flow *flow, struct span code,
    struct err *err)
{
    bool secret = p->cfg.client_secret[0] != '\0';
    char *header = secret && p->basic ? basic(&p->cfg) : NULL;
    struct client_call call = call_of("POST", p->token);
    struct buf form = {0}, body = {0};
    json_t *tree = NULL;

    call.authorization = header;
    call.type = "application/x-www-form-urlencoded";
    put_field(&form, "grant_type", SPAN("authorization_code"));
    put_field(&form, "code", code);
    put_field(&form, "redirect_uri", span_of(p->cfg.redirect));
    put_field(&form, "code_verifier", span_of(flow->verifier));
    if (!header)
        put_field(&form, "client_id", span_of(p->cfg.client_id));
    if (secret && !header)
        put_field(&form, "client_secret", span_of(p->cfg.client_secret));
    call.body = buf_span(&form);
    if (ask(p, &call, &body, err)) {
        tree = json_read(buf_span(&body), err);
        if (!tree)
            err_set(err, FAIL_BUSY, "its answer is no JSON");
    } else if (err->kind != FAIL_BUSY) {
        err->kind = FAIL_UNAUTHORIZED; /* the code is used, old or another's */
    }
    sodium_memzero(form.p, form.len);
    buf_free(&form);
    buf_free(&body);
    free(header);
    return tree;
}

static void
copy(char *ret, size_t size, struct span s)
{
    snprintf(ret, size, "%.*s", s.len < size ? (int)s.len : 0, s.p ? s.p : "");
}

static bool
take_person(const json_t *claims, struct provider_person *ret, struct err *err)
{
    struct span subject = json_get_str(claims, "sub");

    if (subject.len >= sizeof(ret->subject))
        return err_set(
            err, FAIL_UNAUTHORIZED, "the token names somebody too long");
    memset(ret, 0, sizeof(*ret));
    copy(ret->subject, sizeof(ret->subject), subject);
    copy(ret->name, sizeof(ret->name), json_get_str(claims, "name"));
    copy(ret->username, sizeof(ret->username),
        json_get_str(claims, "preferred_username"));
    copy(ret->email, sizeof(ret->email), json_get_str(claims, "email"));
    ret->email_verified = json_get_bool(claims, "email_verified", false);
    return true;
}

/* With the keys there are; a key that is not among them may be new. */
static json_t *
check(struct provider *p, struct span token, const struct jwt_want *want,
    struct err *err)
{
    json_t *claims;

    if (!need_keys(p, PROVIDER_KEPT_MS, err))
        return NULL;
    claims = jwt_check(p->keys, token, want, err);
    if (!claims && err->kind == FAIL_NOT_FOUND &&
        !is_fresh(p->keys_ms, PROVIDER_KEYS_AGAIN_MS)) {
        if (!need_keys(p, 0, err))
            return NULL;
        claims = jwt_check(p->keys, token, want, err);
    }
    if (!claims && err->kind == FAIL_NOT_FOUND)
        err->kind = FAIL_UNAUTHORIZED;
    return claims;
}

bool
provider_redeem(struct provider *p, const struct provider_flow *flow,
    struct span code, struct provider_person *ret, struct err *err)
{
    struct jwt_want want = {.issuer = span_of(p->cfg.issuer),
        .audience = span_of(p->cfg.client_id),
        .nonce = span_of(flow->nonce),
        .now_s = clock_wall_ms() / SECOND_MS};
    json_t *answer, *claims = NULL;
    bool ok;

    if (!need_document(p, err))
        return false;
    answer = exchange(p, flow, code, err);
    if (!answer)
        return false;
    claims = check(p, json_get_str(answer, "id_token"), &want, err);
    ok = claims && take_person(claims, ret, err);
    json_decref(claims);
    json_decref(answer);
    return ok;
}
