/* SPDX-License-Identifier: ISC */
#include "gateway/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/events.h"
#include "gateway/gateway.h"
#include "gateway/seen.h"
#include "wire/json.h"

/* A socket from its CONNECT on.  Freed when it is both disconnected and no
 * longer being looked up. */
struct session {
    struct gateway *g;
    struct sio_socket *sock; /* NULL: disconnected */
    struct client *client; /* NULL: not (yet) accepted */
    bool looking;
    unsigned char hash[STORE_TOKEN_HASH_BYTES]; /* of its token */
};

/* The token: in the auth payload under the names clients use, or in a header
 * for those who can send one. */
static struct span
token_of(const struct sio_socket *s, const json_t *auth)
{
    static const char *const names[] = {"token", "authToken", "sessionToken"};
    struct span header = sio_handshake_header(s, "authorization");

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct span token = json_get_str(auth, names[i]);
        if (token.len)
            return token;
    }
    if (span_starts(header, SPAN("Bearer "))) {
        span_cut(&header, ' ');
        return header;
    }
    return sio_handshake_header(s, "x-session-token");
}

static void
on_found(struct user *user, const struct err *err, void *ctx)
{
    struct session *session = ctx;

    session->looking = false;
    if (!session->sock) {
        free(session);
    } else if (user) {
        session->client =
            hub_client_enter(session->g->hub, user, session->sock);
        session->client->session = session->hash;
        sio_accept(session->sock);
    } else if (err->kind == FAIL_UNAUTHORIZED) {
        sio_refuse(session->sock, "unauthorized");
    } else {
        /* A refused client would stay away, this one tries again. */
        sio_hang_up(session->sock, "busy");
    }
}

static void
on_connect(struct sio_socket *s, const json_t *auth, void *ctx)
{
    struct gateway *g = ctx;
    struct session *session = xcalloc(1, sizeof(*session));
    struct span token = token_of(s, auth);

    session->g = g;
    session->sock = s;
    session->looking = true;
    sio_set_user(s, session);
    auth_hash(token, session->hash);
    auth_find(g->auth, token, on_found, session);
}

static void
on_event(struct sio_socket *s, const struct sio_event *e, void *ctx)
{
    struct session *session = sio_user(s);

    ev_dispatch(ctx, session->client, e);
}

static void
on_disconnect(struct sio_socket *s, const char *reason, void *ctx)
{
    struct session *session = sio_user(s);
    struct gateway *g = ctx;

    (void)reason;
    session->sock = NULL;
    if (session->client) {
        seen_user(g->seen, session->client->user);
        hub_client_leave(g->hub, session->client);
    }
    if (!session->looking)
        free(session);
}

void
session_ended(struct user *u, const unsigned char hash[STORE_TOKEN_HASH_BYTES])
{
    for (struct client *c = u->clients, *next; c; c = next) {
        next = c->next;
        if (memcmp(c->session, hash, STORE_TOKEN_HASH_BYTES) == 0)
            sio_disconnect(c->sock, false);
    }
}

const struct sio_handler session_handler = {
    .on_connect = on_connect,
    .on_event = on_event,
    .on_disconnect = on_disconnect,
};
