/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/clock.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/session.h"
#include "store/people.h"

/* One's sessions: where one is signed in, and ending that from elsewhere. */

struct look {
    struct cmd_trip *trip;
    unsigned char found[STORE_TOKEN_HASH_BYTES];
    bool is_found;
};

/* ---- session.list ---- */

static void
list_row(const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t created_ms,
    int64_t expires_ms, void *ctx)
{
    struct look *l = ctx;
    char id[SESSION_ID_BYTES];
    char created[CLOCK_ISO_BYTES], expires[CLOCK_ISO_BYTES];

    session_id(hash, id);
    clock_iso(created_ms, created);
    clock_iso(expires_ms, expires);
    cmd_trip_next(l->trip);
    buf_addf(&l->trip->out,
        "{\"id\":\"%s\",\"createdAt\":\"%s\",\"expiresAt\":\"%s\","
        "\"current\":%s}",
        id, created, expires,
        memcmp(hash, l->trip->session, STORE_TOKEN_HASH_BYTES) == 0 ? "true"
                                                                    : "false");
}

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct look l = {.trip = t};

    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(t,
        store_sessions(s, span_of(t->user_id), t->now_ms, list_row, &l, err));
}

static void
list(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, list_work));
}

const struct cmd cmd_session_list = {
    .name = "session.list",
    .summary = "Where one is signed in",
    .routes = {{HTTP_GET, "/auth/sessions"}},
    .act = CHAT_USE,
    .rate = CMD_ASKS,
    .reply = "SessionList",
    .run = list,
};

/* ---- session.revoke ---- */

static void
revoke_row(const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t created_ms,
    int64_t expires_ms, void *ctx)
{
    struct look *l = ctx;
    char id[SESSION_ID_BYTES];

    (void)created_ms;
    (void)expires_ms;
    session_id(hash, id);
    if (!span_eqz(l->trip->text[0], id))
        return;
    memcpy(l->found, hash, STORE_TOKEN_HASH_BYTES);
    l->is_found = true;
}

/* The hash waits in out for the loop. */
static bool
revoke_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct look l = {.trip = t};

    if (!store_sessions(s, span_of(t->user_id), t->now_ms, revoke_row, &l, err))
        return false;
    if (!l.is_found)
        return err_set(err, FAIL_NOT_FOUND, "no such session");
    buf_add(&t->out, l.found, sizeof(l.found));
    return store_session_remove(s, l.found, err);
}

static void
revoke_after(struct cmd_trip *t)
{
    unsigned char hash[STORE_TOKEN_HASH_BYTES];

    memcpy(hash, t->out.p, sizeof(hash));
    buf_reset(&t->out);
    session_ended(t->call->g, t->call->user, hash);
}

static void
revoke_session(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, revoke_work);

    t->after = revoke_after;
    cmd_trip_write(t);
}

const struct cmd cmd_session_revoke = {
    .name = "session.revoke",
    .summary = "End one of one's sessions, and its connections",
    .routes = {{HTTP_DELETE, "/auth/sessions/:sessionId"}},
    .args = {{"sessionId", CMD_ID, .required = true}},
    .act = CHAT_USE,
    .rate = CMD_WRITES,
    .run = revoke_session,
};
