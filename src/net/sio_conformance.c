/* SPDX-License-Identifier: ISC */
/*
 * sio-conformance - what the official protocol test suites expect of a server:
 *
 *   sio-conformance [--engine | --socket | --bench] [--calm]
 *                   [--port N] [--host H] [--tls FILE]
 *
 * --engine echoes Engine.IO messages on /engine.io/; --socket has the
 * namespaces / and /custom on /socket.io/; --bench has rooms for load
 * generators.  --calm takes a product's heartbeat instead of the hasty one of
 * the suites.  Prints the port.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "net/eio_server.h"
#include "net/sio_server.h"
#include "wire/json.h"

struct program {
    const char *host, *tls;
    int port;
    bool engine, bench, calm;
    struct sio_server *sio;
    struct eio_server *eio;
    struct map *rooms; /* --bench: struct room */
};

/* --bench */
enum { ROOMS_MAX = 100 * 1000 };

struct member {
    struct sio_socket *socket;
    struct room *room;
    struct member *prev, *next;
};

struct room {
    struct member *first;
};

/* --engine */
static void
on_open(struct eio_session *s, void *ctx)
{
    (void)s;
    (void)ctx;
}

static void
on_message(struct eio_session *s, bool binary, struct span data, void *ctx)
{
    struct eio_frame *f = eio_frame_new(binary, data);

    (void)ctx;
    eio_send(s, f);
    eio_frame_unref(f);
}

static void
on_close(struct eio_session *s, const char *reason, void *ctx)
{
    (void)s;
    (void)reason;
    (void)ctx;
}

static const struct eio_handler echo = {on_open, on_message, on_close};

/* --socket */
static void
on_connect(struct sio_socket *s, const json_t *auth, void *ctx)
{
    const struct program *program = ctx;
    struct buf payload = {0};

    sio_accept(s);
    if (program->bench)
        return;
    json_put(&payload, auth);
    sio_emit(s, "auth", buf_span(&payload));
    buf_free(&payload);
}

static void
leave(struct sio_socket *s)
{
    struct member *m = sio_user(s);

    if (!m)
        return;
    if (m->prev)
        m->prev->next = m->next;
    else
        m->room->first = m->next;
    if (m->next)
        m->next->prev = m->prev;
    free(m);
    sio_set_user(s, NULL);
}

static void
join(struct program *program, struct sio_socket *s, struct span name)
{
    struct room *room = map_get(program->rooms, name);
    struct member *m;

    if (!name.p || map_len(program->rooms) > ROOMS_MAX)
        return;
    if (!room) {
        room = xcalloc(1, sizeof(*room));
        map_put(program->rooms, name, room);
    }
    leave(s);
    m = xcalloc(1, sizeof(*m));
    m->socket = s;
    m->room = room;
    m->next = room->first;
    if (m->next)
        m->next->prev = m;
    room->first = m;
    sio_set_user(s, m);
}

static void
say(struct sio_socket *s, const json_t *message)
{
    struct member *m = sio_user(s);
    struct buf payload = {0};
    struct sio_frame *f;

    if (!m)
        return;
    json_put(&payload, message);
    f = sio_frame_event("/", "message:new", buf_span(&payload));
    for (m = m->room->first; m; m = m->next)
        sio_send(m->socket, f);
    sio_frame_unref(f);
    buf_free(&payload);
}

static void
on_bench_event(
    struct program *program, struct sio_socket *s, const struct sio_event *e)
{
    const json_t *arg = json_array_get(e->args, 0);

    sio_ack(s, e->ack_id,
        SPAN("{\"success\":true,\"data\":{\"messageId\":\"1\"}}"));
    if (span_eqz(e->name, "conversation:join"))
        join(program, s, json_get_str(arg, "conversationId"));
    else if (span_eqz(e->name, "message:send"))
        say(s, arg);
}

static void
on_event(struct sio_socket *s, const struct sio_event *e, void *ctx)
{
    struct program *program = ctx;

    if (program->bench)
        on_bench_event(program, s, e);
    else if (span_eqz(e->name, "message"))
        sio_emit_args(
            s, "message-back", e->args, e->n_attachments, e->attachments);
    else if (span_eqz(e->name, "message-with-ack") || span_eqz(e->name, "echo"))
        sio_ack_args(s, e->ack_id, e->args, e->n_attachments, e->attachments);
}

static void
on_disconnect(struct sio_socket *s, const char *reason, void *ctx)
{
    (void)reason;
    (void)ctx;
    leave(s);
}

static const struct sio_handler namespace = {
    on_connect, on_event, on_disconnect};

static bool
socket_new(struct program *program, struct http_server *http, struct err *err)
{
    struct sio_cfg cfg = {
        .path = "/socket.io/",
        .ping_interval_ms = program->calm ? 25000 : 300,
        .ping_timeout_ms = program->calm ? 20000 : 200,
        .connect_timeout_ms = program->calm ? 10000 : 1500,
        .max_payload = 1000000,
        .out_bytes_max = 1024 * 1024,
        .packets_per_turn = 64,
    };

    program->sio = sio_server_new(http, &cfg, err);
    if (!program->sio)
        return false;
    sio_server_namespace(program->sio, "/", &namespace, program);
    sio_server_namespace(program->sio, "/custom", &namespace, program);
    return true;
}

static bool
engine_new(struct program *program, struct http_server *http, struct err *err)
{
    struct eio_cfg cfg = {
        .path = "/engine.io/",
        .ping_interval_ms = program->calm ? 25000 : 300,
        .ping_timeout_ms = program->calm ? 20000 : 200,
        .max_payload = 1000000,
        .out_bytes_max = 4 * 1024 * 1024,
        .packets_per_turn = 64,
    };

    program->eio = eio_server_new(http, &cfg, &echo, NULL, err);
    return program->eio != NULL;
}

static bool
serve(struct program *program, struct err *err)
{
    struct http_cfg cfg = {
        .host = program->host,
        .port = program->port,
        .body_bytes_max = 1000000,
        .connections_max = 19000,
        .header_timeout_ms = 10000,
        .body_timeout_ms = 30000,
        .cors_origin = "*",
        .tls_cert = program->tls,
    };
    struct loop *l = loop_new(err);
    struct http_server *http = l ? http_new(l, &cfg, NULL, 0, NULL, err) : NULL;
    bool ok = http && (program->engine ? engine_new(program, http, err)
                                       : socket_new(program, http, err));

    if (ok) {
        printf("{\"port\":%d}\n", http_port(http));
        fflush(stdout);
        loop_run(l, true);
    }
    sio_server_free(program->sio);
    eio_server_free(program->eio);
    http_free(http);
    loop_free(l);
    return ok;
}

static bool
read_flags(struct program *program, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        long long n;
        if (strcmp(argv[i], "--port") == 0 && i + 1 < argc &&
            span_int(span_of(argv[i + 1]), 0, 65535, &n)) {
            program->port = (int)n;
            i++;
        } else if (strcmp(argv[i], "--host") == 0 && i + 1 < argc) {
            program->host = argv[++i];
        } else if (strcmp(argv[i], "--tls") == 0 && i + 1 < argc) {
            program->tls = argv[++i];
        } else if (strcmp(argv[i], "--engine") == 0) {
            program->engine = true;
        } else if (strcmp(argv[i], "--bench") == 0) {
            program->bench = program->calm = true;
        } else if (strcmp(argv[i], "--calm") == 0) {
            program->calm = true;
        } else if (strcmp(argv[i], "--socket") != 0) {
            return false;
        }
    }
    return true;
}

int
main(int argc, char **argv)
{
    struct program program = {.host = "127.0.0.1", .port = 3000};
    struct err err = {0};
    bool ok;

    log_open("sio-conformance", getenv("SIO_DEBUG") ? LOG_DEBUG : LOG_INFO);
    if (!read_flags(&program, argc, argv)) {
        fprintf(stderr,
            "usage: %s [--engine | --socket | --bench] [--calm] [--port N] "
            "[--host H] [--tls FILE]\n",
            argv[0]);
        return 2;
    }
    program.rooms = map_new();
    ok = serve(&program, &err);
    if (!ok)
        log_error("cannot start: %s", err.text);
    map_free_all(program.rooms, free);
    return ok ? 0 : 1;
}
