/* SPDX-License-Identifier: ISC */
#include "net/tls.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    RECORD_BYTES =
        17 * 1024, /* OpenSSL's buffer of a record that is not whole */
    SHAKING_BYTES =
        48 * 1024, /* of a connection whose handshake is under way */
    PLAIN_BYTES = 16 * 1024, /* in a record, at most */
};

/* DESIGN: a BIO of our own lends OpenSSL the caller's bytes for the time of a
 * call and appends what it writes to the caller's buffer.  OpenSSL's memory
 * BIOs would copy both, and keep their largest size. */
struct tls {
    SSL *ssl;
    struct span in; /* of the call that runs */
    struct buf *out;
    size_t n_shaking; /* bytes taken before the handshake was done */
};

struct tls_keys {
    SSL_CTX *ctx;
    int64_t end_s;
};

static BIO_METHOD *bio_method; /* made once, by the first keys */

static int
bio_read(BIO *b, char *to, int n)
{
    struct tls *t = BIO_get_data(b);

    BIO_clear_retry_flags(b);
    if (t->in.len == 0) {
        BIO_set_retry_read(b);
        return -1;
    }
    if ((size_t)n > t->in.len)
        n = (int)t->in.len;
    memcpy(to, t->in.p, (size_t)n);
    t->in.p += n;
    t->in.len -= (size_t)n;
    return n;
}

static int
bio_write(BIO *b, const char *p, int n)
{
    struct tls *t = BIO_get_data(b);

    BIO_clear_retry_flags(b);
    buf_add(t->out, p, (size_t)n);
    return n;
}

static long
bio_ctrl(BIO *b, int what, long n, void *p)
{
    (void)b;
    (void)n;
    (void)p;
    return what == BIO_CTRL_FLUSH;
}

static bool
make_bio_method(void)
{
    if (bio_method)
        return true;
    bio_method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "meeshy");
    return bio_method && BIO_meth_set_read(bio_method, bio_read) &&
           BIO_meth_set_write(bio_method, bio_write) &&
           BIO_meth_set_ctrl(bio_method, bio_ctrl);
}

/* A key with a passphrase would ask for it on the terminal. */
static int
no_passphrase(char *to, int n, int writing, void *ctx)
{
    (void)to;
    (void)n;
    (void)writing;
    (void)ctx;
    return -1;
}

/* We speak one protocol; who does not ask, or asks for others, gets it too. */
static int
on_alpn(SSL *ssl, const unsigned char **ret, unsigned char *ret_len,
    const unsigned char *offered, unsigned offered_len, void *ctx)
{
    static const unsigned char ours[] = "\x08http/1.1";

    (void)ssl;
    (void)ctx;
    if (SSL_select_next_proto((unsigned char **)ret, ret_len, ours,
            sizeof(ours) - 1, offered, offered_len) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    return SSL_TLSEXT_ERR_OK;
}

static bool
set_up(SSL_CTX *ctx)
{
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ctx, 1);
    SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);
    SSL_CTX_set_alpn_select_cb(ctx, on_alpn, NULL);
    return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) &&
           SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20");
}

static bool
failed(struct err *err, const char *what, const char *path)
{
    char why[160] = "it cannot be used";
    unsigned long code = ERR_peek_error();

    if (ERR_GET_LIB(code) == ERR_LIB_SYS)
        snprintf(why, sizeof(why), "%s", strerror(ERR_GET_REASON(code)));
    else if (ERR_reason_error_string(code))
        snprintf(why, sizeof(why), "%s", ERR_reason_error_string(code));
    ERR_clear_error();
    return err_set(err, FAIL_BAD_INPUT, "%s %s: %s", what, path, why);
}

static bool
load(SSL_CTX *ctx, const char *cert, const char *key, struct err *err)
{
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(ctx, cert) != 1)
        return failed(err, "certificate", cert);
    if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(ctx) != 1)
        return failed(err, "key", key);
    return true;
}

static int64_t
end_of(const X509 *cert)
{
    struct tm tm;

    if (!cert || !ASN1_TIME_to_tm(X509_get0_notAfter(cert), &tm))
        return 0;
    return (int64_t)timegm(&tm);
}

struct tls_keys *
tls_keys_load(const char *cert, const char *key, struct err *err)
{
    struct tls_keys *k = xcalloc(1, sizeof(*k));

    k->ctx = SSL_CTX_new(TLS_server_method());
    if (!k->ctx || !make_bio_method() || !set_up(k->ctx)) {
        failed(err, "OpenSSL", "does not start");
    } else if (load(k->ctx, cert, key, err)) {
        k->end_s = end_of(SSL_CTX_get0_certificate(k->ctx));
        return k;
    }
    tls_keys_free(k);
    return NULL;
}

void
tls_keys_free(struct tls_keys *k)
{
    if (!k)
        return;
    SSL_CTX_free(k->ctx);
    free(k);
}

int64_t
tls_keys_end_s(const struct tls_keys *k)
{
    return k->end_s;
}

struct tls *
tls_new(const struct tls_keys *k)
{
    struct tls *t = xcalloc(1, sizeof(*t));
    BIO *bio = BIO_new(bio_method);

    t->ssl = SSL_new(k->ctx);
    assert(t->ssl && bio); /* they want memory only */
    BIO_set_data(bio, t);
    BIO_set_init(bio, 1);
    SSL_set_bio(t->ssl, bio, bio);
    SSL_set_accept_state(t->ssl);
    return t;
}

void
tls_free(struct tls *t)
{
    if (!t)
        return;
    SSL_free(t->ssl);
    free(t);
}

/* Has it merely read all there is, or what ends a connection well? */
static bool
is_well(const struct tls *t, int rc)
{
    int why = SSL_get_error(t->ssl, rc);

    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_ZERO_RETURN;
}

bool
tls_take(struct tls *t, struct span in, struct buf *plain, struct buf *out)
{
    int n;

    if (!tls_shaken(t)) {
        if (t->n_shaking > TLS_HANDSHAKE_BYTES_MAX)
            return false;
        t->n_shaking += in.len;
    }
    t->in = in;
    t->out = out;
    ERR_clear_error();
    do {
        char *to = buf_reserve(plain, PLAIN_BYTES);
        n = SSL_read(t->ssl, to, PLAIN_BYTES);
        if (n > 0)
            plain->len += (size_t)n;
    } while (n > 0);
    t->in = (struct span){NULL, 0};
    return is_well(t, n);
}

bool
tls_shaken(const struct tls *t)
{
    return SSL_is_init_finished(t->ssl);
}

bool
tls_seal(struct tls *t, struct span plain, struct buf *out)
{
    size_t n = 0;

    assert(tls_shaken(t));
    t->out = out;
    ERR_clear_error();
    return plain.len == 0 || SSL_write_ex(t->ssl, plain.p, plain.len, &n) == 1;
}

void
tls_goodbye(struct tls *t, struct buf *out)
{
    if (!tls_shaken(t))
        return;
    t->out = out;
    ERR_clear_error();
    SSL_shutdown(t->ssl);
    ERR_clear_error();
}

size_t
tls_held(const struct tls *t)
{
    if (!tls_shaken(t))
        return SHAKING_BYTES;
    return SSL_has_pending(t->ssl) ? RECORD_BYTES : 0;
}
