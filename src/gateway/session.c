/* SPDX-License-Identifier: ISC */
#include "gateway/session.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/crowd.h"
#include "base/mem.h"
#include "gateway/actor.h"
#include "gateway/barred.h"
#include "gateway/cmd_door.h"
#include "gateway/gateway.h"
#include "gateway/others.h"
#include "gateway/push.h"
#include "gateway/seen.h"
#include "wire/json.h"

/* A socket from its CONNECT on.  Freed when it is both disconnected and no
 * longer being looked up. */
struct session {
    struct gateway *g;
    struct sio_socket *sock; /* NULL: disconnected */
    struct client *client; /* NULL: not (yet) accepted */
    bool looking;
    bool counted; /* in the crowds of its person and address */
    bool sharing; /* in the crowd of guests who have a share */
    bool reading; /* in the crowd of guests whose languages count */
    char *address;
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
session_free(struct session *session)
{
    free(session->address);
    free(session);
}

/* One more of this person and address, unless there are enough. */
static bool
take_place(struct session *session, const struct user *user)
{
    struct gateway *g = session->g;

    if (!crowd_enter(g->sockets.persons, span_of(user->id)))
        return false;
    session->counted =
        crowd_enter(g->sockets.addresses, span_of(session->address));
    if (!session->counted)
        crowd_leave(g->sockets.persons, span_of(user->id));
    return session->counted;
}

/* Who floods spends what their address may.  So that others there may still
 * talk, a little is each one's own: of every account, and of the guests who
 * came first. */
static void
give_share(struct session *session, struct user *user)
{
    struct gateway *g = session->g;
    bool first = crowd_count(g->sockets.persons, span_of(user->id)) == 1;

    if (!user->guest) {
        user->share = true;
    } else if (first) {
        session->sharing =
            crowd_enter(g->sockets.shares, span_of(session->address));
        user->share = session->sharing;
    }
}

static void
take_share(struct session *session)
{
    if (!session->sharing)
        return;
    session->client->user->share = false;
    crowd_leave(session->g->sockets.shares, span_of(session->address));
}

/* A guest's language costs everybody who writes in the public room, and takes
 * no account: of an address some count.  The others are translated for on
 * demand. */
static void
take_up(struct session *session, struct user *user)
{
    struct gateway *g = session->g;

    session->reading = user->guest && crowd_enter(g->sockets.readers,
                                          span_of(session->address));
    user->uncounted = user->guest && !user->recent && !session->reading;
    seen_user(g->seen, user);
}

static void
on_found(struct user *user, const struct err *err, void *ctx)
{
    struct session *session = ctx;

    session->looking = false;
    if (!session->sock) {
        session_free(session);
    } else if (user && !actor_may(user, NULL, CHAT_USE)) {
        sio_refuse(session->sock, "this token may not read");
    } else if (user && !user->admin &&
               barred_has(session->g->barred, session->address)) {
        sio_refuse(session->sock, "this address is kept out");
    } else if (user && !take_place(session, user)) {
        sio_refuse(session->sock, "too many connections");
    } else if (user) {
        session->client =
            hub_client_enter(session->g->hub, user, session->sock);
        session->client->session = session->hash;
        give_share(session, user);
        take_up(session, user);
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
    session->address = xstrdup(sio_address(s));
    sio_set_user(s, session);
    auth_hash(token, session->hash);
    if (drain_moves(&g->drain)) {
        session->looking = false;
        sio_hang_up(s, "moving");
        return;
    }
    auth_find(g->auth, token, on_found, session);
}

static void
on_event(struct sio_socket *s, const struct sio_event *e, void *ctx)
{
    struct session *session = sio_user(s);

    cmd_sio_call(ctx, session->client, e);
}

static void
on_disconnect(struct sio_socket *s, const char *reason, void *ctx)
{
    struct session *session = sio_user(s);
    struct gateway *g = ctx;

    (void)reason;
    session->sock = NULL;
    if (session->counted) {
        crowd_leave(g->sockets.persons, span_of(session->client->user->id));
        crowd_leave(g->sockets.addresses, span_of(session->address));
    }
    take_share(session);
    if (session->reading)
        crowd_leave(g->sockets.readers, span_of(session->address));
    if (session->client) {
        seen_user(g->seen, session->client->user);
        push_look(g, session->client, false);
        hub_client_leave(g->hub, session->client);
    }
    if (!session->looking)
        session_free(session);
}

void
session_id(const unsigned char hash[STORE_TOKEN_HASH_BYTES],
    char ret[SESSION_ID_BYTES])
{
    sodium_bin2hex(ret, SESSION_ID_BYTES, hash, (SESSION_ID_BYTES - 1) / 2);
}

void
session_ended_here(struct gateway *g, struct span user_id,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES])
{
    struct user *u = hub_user(g->hub, user_id);

    auth_forget(g->auth, hash);
    for (struct client *c = u ? u->clients : NULL, *next; c; c = next) {
        next = c->next;
        if (memcmp(c->session, hash, STORE_TOKEN_HASH_BYTES) == 0)
            sio_disconnect(c->sock, false);
    }
}

void
session_ended(struct gateway *g, struct user *u,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES])
{
    session_ended_here(g, span_of(u->id), hash);
    others_session_ended(g->others, span_of(u->id), hash);
}

static bool
is_barred(const struct client *c, void *ctx)
{
    struct gateway *g = ctx;

    return !c->user->admin && barred_has(g->barred, sio_address(c->sock));
}

void
session_bar(struct gateway *g)
{
    struct client **barred = NULL;
    size_t n = hub_clients(g->hub, is_barred, g, &barred);

    for (size_t i = 0; i < n; i++) {
        if (barred[i]->sock)
            sio_disconnect(barred[i]->sock, false);
        hub_client_unref(barred[i]);
    }
    free(barred);
}

void
session_hang_up(struct user *u)
{
    for (struct client *c = u->clients, *next; c; c = next) {
        next = c->next;
        sio_hang_up(c->sock, "busy");
    }
}

void
session_of_call(
    const struct cmd_call *c, unsigned char ret[STORE_TOKEN_HASH_BYTES])
{
    if (c->client && c->client->session)
        memcpy(ret, c->client->session, STORE_TOKEN_HASH_BYTES);
    else if (!auth_hash(c->token, ret))
        auth_no_hash(ret);
}

void
session_all_ended_here(
    struct gateway *g, struct span user_id, const unsigned char *except_hash)
{
    struct user *u = hub_user(g->hub, user_id);

    auth_forget_user(g->auth, user_id, except_hash);
    for (struct client *c = u ? u->clients : NULL, *next; c; c = next) {
        next = c->next;
        if (!except_hash ||
            memcmp(c->session, except_hash, STORE_TOKEN_HASH_BYTES) != 0)
            sio_disconnect(c->sock, false);
    }
}

void
session_all_ended(
    struct gateway *g, struct span user_id, const unsigned char *except_hash)
{
    session_all_ended_here(g, user_id, except_hash);
    others_sessions_ended(g->others, user_id, except_hash);
}

const struct sio_handler session_handler = {
    .on_connect = on_connect,
    .on_event = on_event,
    .on_disconnect = on_disconnect,
};
