/* SPDX-License-Identifier: ISC */
#include "net/sio_server.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tap.h"
#include "net/testpeer.h"
#include "wire/json.h"

static atomic_int n_connect, n_disconnect, n_acked;
static char last_reason[64], last_ack[64];
static struct sio_socket *waiting; /* connected with {"wait":true} */
static struct sio_counts counts;

static void
on_connect(struct sio_socket *s, const json_t *auth, void *ctx)
{
    struct span origin = sio_handshake_header(s, "origin");

    (void)ctx;
    n_connect++;
    CHECK(strcmp(sio_address(s), "127.0.0.1") == 0 && strlen(sio_id(s)) == 26);
    CHECK(!origin.p || span_eqz(origin, "http://here"));
    if (json_get_str(auth, "refuse").p)
        sio_refuse(s, "no \"entry\"");
    else if (json_get_bool(auth, "wait", false))
        waiting = s;
    else
        sio_accept(s);
}

static void
on_acked(const json_t *args, void *ctx)
{
    struct buf text = {0};

    CHECK(ctx == &n_acked);
    if (args)
        json_put(&text, args);
    else
        buf_addz(&text, "none");
    snprintf(last_ack, sizeof(last_ack), "%.*s", SPAN_ARG(buf_span(&text)));
    buf_free(&text);
    n_acked++;
}

static void
on_event(struct sio_socket *s, const struct sio_event *e, void *ctx)
{
    (void)ctx;
    if (span_eqz(e->name, "echo"))
        sio_ack_args(s, e->ack_id, e->args, e->n_attachments, e->attachments);
    else if (span_eqz(e->name, "back"))
        sio_emit_args(s, "back", e->args, e->n_attachments, e->attachments);
    else if (span_eqz(e->name, "accept") && waiting)
        sio_accept(waiting);
    else if (span_eqz(e->name, "leave"))
        sio_disconnect(s, false);
    else if (span_eqz(e->name, "hang up"))
        sio_disconnect(s, true);
    else if (span_eqz(e->name, "ask me"))
        sio_emit_ack(s, "question", SPAN("42"), 10000, on_acked, &n_acked);
    else if (span_eqz(e->name, "ask briefly"))
        sio_emit_ack(s, "question", SPAN("42"), 20, on_acked, &n_acked);
    else if (span_eqz(e->name, "how many acks"))
        sio_emit(s, "acks", n_acked ? SPAN("1") : SPAN("0"));
}

static void
on_disconnect(struct sio_socket *s, const char *reason, void *ctx)
{
    (void)ctx;
    if (waiting == s)
        waiting = NULL;
    snprintf(last_reason, sizeof(last_reason), "%s", reason);
    n_disconnect++;
}

static const struct sio_handler handler = {on_connect, on_event, on_disconnect};

static void
serve(int connect_timeout_ms, void (*body)(int port))
{
    struct http_cfg http_cfg = {.host = "127.0.0.1",
        .body_bytes_max = 1000,
        .connections_max = 100,
        .header_timeout_ms = 10000,
        .body_timeout_ms = 10000,
        .cors_origin = "*",
        .tls_cert = testpeer_certificate()};
    struct sio_cfg cfg = {.path = "/socket.io/",
        .ping_interval_ms = 25000,
        .ping_timeout_ms = 20000,
        .connect_timeout_ms = connect_timeout_ms,
        .max_payload = 10000,
        .out_bytes_max = 1000000,
        .packets_per_turn = 3};
    struct err err = {0};
    struct loop *l = loop_new(&err);
    struct http_server *http = http_new(l, &http_cfg, NULL, 0, NULL, &err);
    struct sio_server *sio = sio_server_new(http, &cfg, &err);

    sio_server_namespace(sio, "/", &handler, NULL);
    sio_server_namespace(sio, "/custom", &handler, NULL);
    n_connect = n_disconnect = n_acked = 0;
    testpeer_run(l, http_port(http), body);
    counts = sio_server_counts(sio);
    sio_server_free(sio);
    CHECK(n_connect == n_disconnect);
    http_free(http);
    loop_free(l);
}

static void
open_ws(struct testpeer *p, int port)
{
    struct buf b = {0};

    testpeer_open(p, port);
    CHECK(testpeer_upgrade(p, "/socket.io/?EIO=4&transport=websocket") == 101);
    CHECK(testpeer_next(p, &b) == 1 && b.p[0] == '0');
    buf_free(&b);
}

/* Send text and see the beginning of the answer. */
static bool
answers(struct testpeer *p, const char *text, const char *beginning)
{
    struct buf b = {0};
    bool ok;

    testpeer_say(p, text);
    ok = testpeer_next(p, &b) == 1 &&
         span_starts(buf_span(&b), span_of(beginning));
    if (!ok)
        printf("# %s: %.*s\n", text, SPAN_ARG(buf_span(&b)));
    buf_free(&b);
    return ok;
}

static void
open_socket(struct testpeer *p, int port)
{
    open_ws(p, port);
    CHECK(answers(p, "40", "40{\"sid\":\""));
}

static void
namespace_body(int port)
{
    struct testpeer p;

    open_ws(&p, port);
    CHECK(answers(
        &p, "40/nowhere", "44/nowhere,{\"message\":\"Invalid namespace\"}"));
    CHECK(answers(
        &p, "40{\"refuse\":\"x\"}", "44{\"message\":\"no \\\"entry\\\"\"}"));
    CHECK(answers(&p, "40", "40{\"sid\":\""));
    CHECK(answers(&p, "40/custom,{}", "40/custom,{\"sid\":\""));
    CHECK(answers(&p, "42/custom,1[\"echo\",1]", "43/custom,1[1]"));
    testpeer_say(&p, "40"); /* again: of no effect */
    CHECK(answers(&p, "422[\"echo\",2]", "432[2]"));
    testpeer_say(&p, "41/custom");
    CHECK(answers(&p, "423[\"echo\"]", "433[]"));
    CHECK(n_disconnect == 2); /* the refused one, and /custom */
    CHECK(answers(&p, "42[\"leave\"]", "41"));
    testpeer_say(&p, "42[\"echo\"]"); /* to where we are no more */
    CHECK(testpeer_close_code(&p) == 1000);
    testpeer_close(&p);
}

static void
a_client_is_in_several_namespaces(void)
{
    serve(10000, namespace_body);
}

static void
early_body(int port)
{
    struct testpeer p, other;
    struct buf b = {0};

    open_socket(&other, port);
    open_ws(&p, port);
    testpeer_say(&p, "40{\"wait\":true}");
    testpeer_say(&p, "421[\"echo\",\"early\"]");
    testpeer_say(&p, "451-2[\"echo\",{\"_placeholder\":true,\"num\":0}]");
    testpeer_frame(&p, 2, SPAN("raw"));
    while (n_connect < 2)
        CHECK(answers(&other, "429[\"echo\"]", "439[]"));
    testpeer_say(&other, "42[\"accept\"]");
    CHECK(testpeer_next(&p, &b) == 1 && span_starts(buf_span(&b), SPAN("40{")));
    CHECK(testpeer_hears(&p, "431[\"early\"]"));
    CHECK(testpeer_hears(&p, "461-2[{\"_placeholder\":true,\"num\":0}]"));
    CHECK(testpeer_next(&p, &b) == 2 && span_eqz(buf_span(&b), "raw"));
    testpeer_close(&p);

    open_ws(&p, port); /* more than may wait */
    testpeer_say(&p, "40{\"wait\":true}");
    for (int i = 0; i < 200; i++)
        testpeer_say(&p, "421[\"echo\",\"early\"]");
    CHECK(testpeer_close_code(&p) == 1000);
    testpeer_close(&p);
    testpeer_close(&other);
    buf_free(&b);
}

static void
events_wait_until_the_socket_is_accepted(void)
{
    serve(10000, early_body);
}

static void
order_body(int port)
{
    struct testpeer p;
    struct buf b = {0};

    open_socket(&p, port);
    for (int i = 0; i < 500; i++) { /* packets_per_turn is 3 */
        char text[32];
        snprintf(text, sizeof(text), "42%d[\"echo\"]", i);
        testpeer_say(&p, text);
    }
    for (int i = 0; i < 500; i++) {
        char text[32];
        snprintf(text, sizeof(text), "43%d[]", i);
        CHECK(testpeer_hears(&p, text));
    }
    buf_free(&b);
    testpeer_close(&p);
}

static void
a_burst_is_answered_in_order(void)
{
    serve(10000, order_body);
    CHECK(counts.packets_in == 501);
}

static void
binary_body(int port)
{
    struct testpeer p;
    struct buf b = {0};

    open_socket(&p, port);
    testpeer_say(&p, "452-[\"back\",{\"_placeholder\":true,\"num\":1},"
                     "[{\"_placeholder\":true,\"num\":0}]]");
    testpeer_frame(&p, 2, SPAN("\0a"));
    testpeer_frame(&p, 2, SPAN(""));
    CHECK(testpeer_hears(&p, "452-[\"back\",{\"_placeholder\":true,\"num\":1},"
                             "[{\"_placeholder\":true,\"num\":0}]]"));
    CHECK(testpeer_next(&p, &b) == 2 && span_eq(buf_span(&b), SPAN("\0a")));
    CHECK(testpeer_next(&p, &b) == 2 && b.len == 0);
    CHECK(answers(&p, "450-7[\"echo\",1]", "437[1]"));
    CHECK(answers(&p, "428[\"echo\",\"a\\u0000\\ud83c\"]",
        "438[\"a\xef\xbf\xbd\xef\xbf\xbd\"]"));
    buf_free(&b);
    testpeer_close(&p);
}

static void
attachments_travel_both_ways(void)
{
    serve(10000, binary_body);
}

static void
ack_body(int port)
{
    struct testpeer p;

    open_socket(&p, port);
    CHECK(answers(&p, "42[\"ask me\"]", "420[\"question\",42]"));
    testpeer_say(&p, "439[\"nobody asked\"]");
    testpeer_say(&p, "430[\"yes\"]");
    testpeer_say(&p, "430[\"twice\"]");
    CHECK(answers(&p, "42[\"how many acks\"]", "42[\"acks\",1]"));
    CHECK(strcmp(last_ack, "[\"yes\"]") == 0);
    CHECK(answers(&p, "42[\"ask briefly\"]", "421[\"question\",42]"));
    while (n_acked < 2)
        CHECK(answers(&p, "42[\"how many acks\"]", "42[\"acks\",1]"));
    CHECK(strcmp(last_ack, "none") == 0);
    CHECK(answers(&p, "42[\"ask me\"]", "422[\"question\",42]"));
    testpeer_say(&p, "42[\"hang up\"]");
    CHECK(testpeer_hears(&p, "41"));
    CHECK(testpeer_close_code(&p) == 1000);
    CHECK(n_acked == 3 && strcmp(last_ack, "none") == 0);
    testpeer_close(&p);
}

static void
the_server_asks_and_always_hears_back_once(void)
{
    serve(10000, ack_body);
    CHECK(n_acked == 3);
}

static void
malformed_body(int port)
{
    static const char *const bad[] = {"4abc", "4", "42", "42{}", "42[]",
        "42[1]", "42\"x\"", "42[\"x\"", "42[\"x\"]x", "42[\"disconnect\"]",
        "42[\"connect\"]", "42abc[\"x\"]", "43[\"x\"]", "43abc[]", "430{}",
        "45[\"x\"]", "4511-[\"x\"]", "44{}", "40{", "40[]", "42/custom,[\"x\"]",
        "450-[\"x\",{\"_placeholder\":true,\"num\":0}]"};
    struct testpeer p;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        open_socket(&p, port);
        testpeer_say(&p, bad[i]);
        if (!CHECK(testpeer_close_code(&p) == 1000))
            printf("# %s\n", bad[i]);
        testpeer_close(&p);
    }
    open_socket(&p, port); /* binary out of place */
    testpeer_frame(&p, 2, SPAN("x"));
    CHECK(testpeer_close_code(&p) == 1000);
    testpeer_close(&p);
    open_socket(&p, port); /* text in place of binary */
    testpeer_say(&p, "451-[\"x\",{\"_placeholder\":true,\"num\":0}]");
    testpeer_say(&p, "42[\"echo\"]");
    CHECK(testpeer_close_code(&p) == 1000);
    testpeer_close(&p);
    open_socket(&p, port); /* wrong number */
    testpeer_say(&p, "451-[\"x\",{\"_placeholder\":true,\"num\":1}]");
    testpeer_frame(&p, 2, SPAN("x"));
    CHECK(testpeer_close_code(&p) == 1000);
    testpeer_close(&p);
    open_ws(&p, port); /* not CONNECT first */
    testpeer_say(&p, "42[\"echo\"]");
    CHECK(testpeer_close_code(&p) == 1000);
    testpeer_close(&p);
}

static void
malformed_packets_close_the_connection(void)
{
    serve(10000, malformed_body);
    CHECK(counts.closed_bad == 26);
}

static void
silent_body(int port)
{
    struct testpeer p;

    open_ws(&p, port);
    CHECK(testpeer_close_code(&p) == 1000);
    testpeer_close(&p);
}

static void
a_client_that_never_connects_is_closed(void)
{
    serve(30, silent_body);
    CHECK(counts.closed_timeout == 1 && n_connect == 0);
}

static void
gone_body(int port)
{
    struct testpeer p, other;

    open_socket(&other, port);
    open_socket(&p, port);
    testpeer_close(&p); /* without goodbye */
    while (n_disconnect == 0)
        CHECK(answers(&other, "421[\"echo\"]", "431[]"));
    CHECK(strcmp(last_reason, "transport close") == 0);
    open_socket(&p, port);
    testpeer_frame(&p, 8, SPAN("\x03\xe8"));
    CHECK(testpeer_close_code(&p) == 1000);
    testpeer_close(&p);
    testpeer_close(&other);
}

static void
a_vanished_client_is_noticed(void)
{
    serve(10000, gone_body);
}

int
main(void)
{
    RUN(a_client_is_in_several_namespaces);
    RUN(events_wait_until_the_socket_is_accepted);
    RUN(a_burst_is_answered_in_order);
    RUN(attachments_travel_both_ways);
    RUN(the_server_asks_and_always_hears_back_once);
    RUN(malformed_packets_close_the_connection);
    RUN(a_client_that_never_connects_is_closed);
    RUN(a_vanished_client_is_noticed);
    return tap_end();
}
