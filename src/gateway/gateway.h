/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_GATEWAY_H
#define GATEWAY_GATEWAY_H

#include <sys/queue.h>

#include "gateway/audit.h"
#include <ev.h>

#include "base/buf.h"
#include "gateway/auth.h"
#include "gateway/bus.h"
#include "gateway/config.h"
#include "gateway/dispatch.h"
#include "gateway/drain.h"
#include "gateway/hub.h"
#include "gateway/password.h"
#include "link/link.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/sio_server.h"
#include "store/writer.h"

struct arrival;
struct askers;
struct claim;
struct courier;
struct budget;
struct cmd_http;
struct cmd_rates;
struct crowd;
struct files;
struct likeness;
struct ledger;
struct mailer;
struct load;
struct policy;
struct previews;
struct push;
struct oidc;
struct others;
struct pictures;
struct remote;
struct retention;
struct seen;
struct site;
struct telemetry;
struct trend;

/*
 * The gateway's parts, built by gateway_new in this order and torn down in
 * reverse.  Handlers get it as their context.  Loop thread only; the counters
 * too.
 */
struct gateway {
    const struct config *cfg;
    struct loop *loop;
    struct pictures *pictures;
    struct bus bus;
    struct claim *claim;
    struct writer *writer;
    struct hub *hub;
    struct load *load;
    struct others *others; /* the other gateways; NULL: it is alone */
    LIST_HEAD(, arrival) arrivals; /* see follow.c */
    const struct glossary *words; /* of the workspace; never NULL */
    struct likeness *likeness;
    struct policy *policy;
    struct barred *barred;
    struct seen *seen;
    struct auth *auth;
    struct password *password;
    struct files *files;
    struct cmd_rates *rates;
    struct budget *budget;
    struct {
        struct crowd *persons, *addresses;
        struct crowd *shares; /* guests of an address who have one */
        struct crowd *readers; /* guests of an address who are translated for */
    } sockets;
    struct map *events; /* of Socket.IO: commands by name */
    struct askers *askers;
    struct previews *previews;
    struct ledger *ledger;
    struct dispatch *dispatch; /* made by ledger */
    struct link *link;
    struct site *site;
    struct trace *trace; /* NULL: no traces */
    struct telemetry *telemetry;
    struct audit audit;
    struct trend *trend;
    struct remote *remote;
    struct courier *courier;
    struct mailer *mailer; /* NULL: no letters */
    struct push *push; /* NULL: no notifications */
    struct oidc *oidc; /* NULL: nobody signs in by another */
    struct retention *retention;
    struct cmd_http *rest;
    struct http_server *http;
    struct http_server *redirect; /* of HTTP to HTTPS; NULL: none */
    struct sio_server *sio;
    /* Written when they are first asked for: that takes many milliseconds. */
    struct {
        struct buf openapi, asyncapi;
    } documents;
    struct drain drain;
    ev_timer trim;
    ev_signal hup;
    int64_t started_ms; /* clock_mono_ms */
    bool (*reload)(struct config *fresh, void *ctx, struct err *err);
    void *reload_ctx;
    struct {
        uint64_t messages_saved, messages_refused, errors;
        uint64_t over_budget; /* messages that are translated on demand */
        uint64_t taken_over, leases_lost; /* see ledger.h */
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
