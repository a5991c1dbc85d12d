/* SPDX-License-Identifier: ISC */
#include <libwebsockets.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/http_impl.h"
#include "net/proxy_head.h"

/*
 * The bytes of a connection between its socket and http_conn: as they are, or
 * through TLS.
 *
 * DESIGN: a handshake costs as much as a hundred requests, so none is worked
 * on where its bytes arrive.  They wait in a queue in which addresses take
 * turns, and a turn of the loop gives all of them SHAKES_US together; who
 * sends many delays themselves, and nobody who is connected by more than that.
 */
enum {
    SHAKES_US = 1000,
    RAW_BYTES_MAX = 8 * 1024, /* waiting for a turn; then nothing is read */
    KEEP_BYTES_MAX = 256 * 1024, /* of the buffers that all share */
};

void
conn_note_unread(struct http_conn *c)
{
    size_t queued = c->ws ? ws_queued(c->ws) : 0;

    if (!c->doomed)
        backlog_note(c->server->backlog, &c->behind, c->rest + queued, c->rest);
}

static bool
write_raw(struct http_conn *c, const void *p, size_t n)
{
    /* lws_write does not change the bytes of a raw connection. */
    if (lws_write(c->wsi, (unsigned char *)p, n, LWS_WRITE_RAW) < 0) {
        conn_doom(c);
        return false;
    }
    if (lws_partial_buffered(c->wsi)) {
        c->stuck = true;
        c->rest = n;
        conn_note_unread(c);
        conn_adjust_flow(c); /* lws would not read, but spin */
    }
    return true;
}

static void
empty(struct buf *b)
{
    if (b->cap > KEEP_BYTES_MAX)
        buf_free(b);
    else
        buf_reset(b);
}

/* Write what TLS has put into the buffer for it. */
static bool
write_sealed(struct http_conn *c)
{
    struct buf *sealed = &c->server->sealed;
    bool ok = sealed->len == 0 || write_raw(c, sealed->p, sealed->len);

    empty(sealed);
    return ok;
}

bool
conn_write(struct http_conn *c, const void *p, size_t n)
{
    if (!c->tls)
        return write_raw(c, p, n);
    if (tls_seal(c->tls, (struct span){p, n}, &c->server->sealed))
        return write_sealed(c);
    empty(&c->server->sealed);
    conn_doom(c);
    return false;
}

void
conn_goodbye(struct http_conn *c)
{
    if (c->tls) {
        tls_goodbye(c->tls, &c->server->sealed);
        write_sealed(c);
    }
    shutdown(lws_get_socket_fd(c->wsi), SHUT_WR);
}

bool
conn_is_mute(const struct http_conn *c)
{
    return c->secret && (!c->tls || !tls_shaken(c->tls));
}

/* Give TLS what has arrived, the peer what TLS has to say, and http what the
 * peer said. */
static void
open_records(struct http_conn *c, struct span in)
{
    struct http_server *s = c->server;
    struct buf *plain = &s->opened;
    bool shaking = !tls_shaken(c->tls);
    bool ok = tls_take(c->tls, in, plain, &s->sealed);

    write_sealed(c);
    if (shaking && tls_shaken(c->tls)) {
        s->counts.handshakes++;
        dl_start(&s->headers, &c->deadline, clock_mono_ms());
    }
    if (plain->len)
        conn_received(c, plain->p, plain->len);
    empty(plain);
    if (ok) {
        conn_settle(c);
        return;
    }
    s->counts.handshakes_failed += shaking;
    conn_finish(c);
}

static void
shake(struct http_conn *c)
{
    struct buf raw = c->raw;

    c->raw = (struct buf){0};
    if (!c->tls)
        c->tls = tls_new(c->server->keys);
    open_records(c, buf_span(&raw));
    buf_free(&raw);
}

bool
wire_shake(struct http_server *s)
{
    int64_t now_us = clock_mono_us(), end_us = now_us + SHAKES_US;
    struct fair_turn turn;

    while (now_us < end_us &&
           fair_pop(s->shakes, &(struct fair_now){now_us, 1}, &turn)) {
        struct http_conn *c = turn.item;

        fair_done(s->shakes, &turn);
        c->shake_turn = NULL;
        if (!c->doomed && !c->ending)
            shake(c);
        now_us = clock_mono_us();
    }
    return fair_len(s->shakes) > 0;
}

/* Somebody speaks HTTP at the port of HTTPS, or nothing that we know. */
static void
refuse_plain(struct http_conn *c, char first)
{
    c->secret = false;
    c->server->counts.handshakes_failed++;
    if (first >= 'A' && first <= 'Z')
        conn_refuse(c, 400, "this port speaks HTTPS");
    else
        conn_doom(c);
}

/* A proxy says whose bytes follow. */
static void
take_herald(struct http_conn *c, char *p, size_t n)
{
    char client[ADDRESS_BYTES] = "";
    size_t len = 0;
    enum proxy_rc rc;
    struct buf raw;

    buf_add(&c->raw, p, n);
    rc = proxy_head_parse(buf_span(&c->raw), client, &len);
    if (rc == PROXY_MORE) {
        conn_settle(c);
        return;
    }
    raw = c->raw;
    c->raw = (struct buf){0};
    c->heralded = false;
    if (rc == PROXY_BAD)
        conn_doom(c);
    conn_is_from(c, client);
    conn_arrived(c, raw.p + len, raw.len - len);
    buf_free(&raw);
}

void
conn_arrived(struct http_conn *c, char *p, size_t n)
{
    struct http_server *s = c->server;

    if (c->ending || c->doomed || n == 0)
        return;
    if (c->heralded) {
        take_herald(c, p, n);
    } else if (!c->secret) {
        conn_received(c, p, n);
    } else if (c->tls && tls_shaken(c->tls)) {
        open_records(c, (struct span){p, n});
    } else if (!c->tls && !c->raw.len && p[0] != TLS_HANDSHAKE_RECORD) {
        refuse_plain(c, p[0]);
    } else {
        buf_add(&c->raw, p, n);
        if (!c->shake_turn)
            c->shake_turn =
                fair_push(s->shakes, span_of(c->peer), c, clock_mono_us());
        if (!c->shake_turn)
            conn_doom(c); /* one more than there may be connections */
        conn_settle(c);
    }
}

size_t
wire_held(const struct http_conn *c)
{
    return c->raw.cap + (c->tls ? tls_held(c->tls) : 0);
}

bool
wire_is_full(const struct http_conn *c)
{
    return c->raw.len > RAW_BYTES_MAX;
}

void
wire_close(struct http_conn *c)
{
    if (c->shake_turn)
        fair_remove(c->server->shakes, c->shake_turn);
    tls_free(c->tls);
    buf_free(&c->raw);
}

bool
http_set_tls(
    struct http_server *s, const char *cert, const char *key, struct err *err)
{
    struct tls_keys *keys = tls_keys_load(cert, key && *key ? key : cert, err);

    if (!keys)
        return false;
    tls_keys_free(s->keys);
    s->keys = keys;
    log_info("certificate loaded file=%s days=%lld", cert,
        (long long)(tls_keys_end_s(keys) - clock_wall_ms() / 1000) / 86400);
    return true;
}
