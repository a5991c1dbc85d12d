/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_GATEWAY_H
#define GATEWAY_GATEWAY_H

#include "base/rate.h"
#include "gateway/auth.h"
#include "gateway/config.h"
#include "gateway/hub.h"
#include "gateway/password.h"
#include "gateway/xlat.h"
#include "link/link.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/sio_server.h"
#include "store/writer.h"

struct claim;
struct seen;
struct site;

/*
 * The gateway's parts, built by gateway_new in this order and torn down in
 * reverse.  Handlers get it as their context.  Loop thread only; the counters
 * too.
 */
struct gateway {
    const struct config *cfg;
    struct loop *loop;
    struct claim *claim;
    struct writer *writer;
    struct hub *hub;
    const struct glossary *words; /* of the workspace; never NULL */
    struct seen *seen;
    struct auth *auth;
    struct password *password;
    struct rate *rate_guests, *rate_rooms, *rate_logins, *rate_posts;
    struct xlat *xlat;
    struct link *link;
    struct site *site;
    struct http_server *http;
    struct sio_server *sio;
    int64_t started_ms; /* clock_mono_ms */
    bool (*reload)(struct config *fresh, void *ctx, struct err *err);
    void *reload_ctx;
    struct {
        uint64_t messages_saved, messages_refused, errors;
    } count;
};

struct gateway *gateway_new(const struct config *cfg, struct err *err);
/* Serve until SIGTERM or SIGINT, then finish what was accepted.  On SIGHUP
 * reload fills a zeroed configuration anew; of it the list of translators is
 * taken over. */
void gateway_run(struct gateway *g,
    bool (*reload)(struct config *fresh, void *ctx, struct err *err),
    void *ctx);
void gateway_free(struct gateway *g);

#endif
