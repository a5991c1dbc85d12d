/* SPDX-License-Identifier: ISC */
#include "load/opts.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"

enum {
    CONNS_MAX = 60 * 1000, /* loopback has about as many local ports */
    IN_FLIGHT_MAX = 4096,
    SIZE_MAX_BYTES = 900 * 1000, /* below the server's maxPayload */
    TIME_MAX_MS = 3600 * 1000,
};

enum opt_type {
    OPT_STRING,
    OPT_INT,
    OPT_SECONDS, /* given as decimal seconds, kept as milliseconds */
    OPT_FLAG, /* takes no value */
};

struct opt_row {
    const char *name;
    enum opt_type type;
    size_t offset;
    int min, max;
    const char *help;
};

#define FIELD(f) offsetof(struct opts, f)

static const struct opt_row rows[] = {
    {"--host", OPT_STRING, FIELD(host), 0, 0, "loopback address"},
    {"--port", OPT_INT, FIELD(port), 1, 65535, "port of the server"},
    {"--path", OPT_STRING, FIELD(path), 0, 0, "Engine.IO path"},
    {"--label", OPT_STRING, FIELD(label), 0, 0, "repeated in the report"},
    {"--auth", OPT_STRING, FIELD(auth), 0, 0, "JSON for CONNECT"},
    {"--auth-file", OPT_STRING, FIELD(auth_file), 0, 0, "one JSON a line"},
    {"--room-file", OPT_STRING, FIELD(room_file), 0, 0, "one id a line"},
    {"--text-file", OPT_STRING, FIELD(text_file), 0, 0, "one text a line"},
    {"--acked-file", OPT_STRING, FIELD(acked_file), 0, 0, "write acked ids"},
    {"--language", OPT_STRING, FIELD(language), 0, 0, "of the messages"},
    {"--conns", OPT_INT, FIELD(conns), 1, CONNS_MAX, "connections"},
    {"--rooms", OPT_INT, FIELD(rooms), 1, CONNS_MAX, "rooms c0, c1, ..."},
    {"--senders", OPT_INT, FIELD(senders), 0, CONNS_MAX, "first N send"},
    {"--inflight", OPT_INT, FIELD(in_flight), 1, IN_FLIGHT_MAX, "per sender"},
    {"--rate", OPT_INT, FIELD(rate), 1, 1000 * 1000, "messages/s, open loop"},
    {"--size", OPT_INT, FIELD(size_bytes), 20, SIZE_MAX_BYTES, "content bytes"},
    {"--warmup", OPT_SECONDS, FIELD(warmup_ms), 0, TIME_MAX_MS, "not measured"},
    {"--duration", OPT_SECONDS, FIELD(duration_ms), 1, TIME_MAX_MS, "measured"},
    {"--drain", OPT_SECONDS, FIELD(drain_ms), 0, TIME_MAX_MS, "wait for acks"},
    {"--settle", OPT_SECONDS, FIELD(settle_ms), 0, TIME_MAX_MS,
        "pause between connecting and traffic"},
    {"--pid", OPT_INT, FIELD(pid), 1, 1 << 22, "server, to read its /proc"},
    {"--cpu", OPT_INT, FIELD(cpu), -1, 1023, "pin to this CPU, -1: none"},
    {"--connect-par", OPT_INT, FIELD(connect_parallel), 1, CONNS_MAX,
        "connections being made at once"},
    {"--connect-max", OPT_SECONDS, FIELD(connect_max_ms), 1, TIME_MAX_MS,
        "until all connections must be there"},
    {"--stall", OPT_INT, FIELD(stall), 0, CONNS_MAX, "last N never read"},
    {"--rcvbuf", OPT_INT, FIELD(rcvbuf_bytes), 1, 1 << 30, "SO_RCVBUF"},
    {"--join-ack", OPT_FLAG, FIELD(join_ack), 0, 0, "wait for the join"},
    {"--await-translation", OPT_FLAG, FIELD(await_translation), 0, 0,
        "send the next message when the translation has come"},
};

enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

static bool
set_seconds(int *ret_ms, const char *text, const struct opt_row *row)
{
    char *end;
    double ms = strtod(text, &end) * 1000;

    if (end == text || *end || !(ms >= row->min && ms <= row->max))
        return false;
    *ret_ms = (int)lround(ms);
    return true;
}

static bool
set(struct opts *o, const struct opt_row *row, const char *text)
{
    char *field = (char *)o + row->offset;
    long long n;

    switch (row->type) {
    case OPT_STRING:
        *(const char **)field = text;
        return true;
    case OPT_INT:
        if (!span_int(span_of(text), row->min, row->max, &n))
            return false;
        *(int *)field = (int)n;
        return true;
    case OPT_SECONDS:
        return set_seconds((int *)field, text, row);
    case OPT_FLAG:
        *(bool *)field = true;
        return true;
    }
    return false;
}

static const struct opt_row *
row_find(const char *name)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

/* Rules that concern more than one option. */
static bool
check(struct opts *o, struct err *err)
{
    if (strncmp(o->host, "127.", 4) != 0)
        return err_set(err, FAIL_FORBIDDEN, "--host: loopback only");
    if (o->port == 0)
        return err_set(err, FAIL_BAD_INPUT, "--port is missing");
    if (o->senders < 0 || o->senders > o->conns)
        o->senders = o->conns;
    if (o->stall > o->conns)
        return err_set(err, FAIL_BAD_INPUT, "--stall exceeds --conns");
    if (o->await_translation && o->rate > 0)
        return err_set(err, FAIL_BAD_INPUT,
            "--await-translation is a closed loop, --rate an open one");
    return true;
}

bool
opts_parse(int argc, char **argv, struct opts *ret, struct err *err)
{
    *ret = (struct opts){
        .host = "127.0.0.1",
        .path = "/socket.io/",
        .label = "",
        .auth = "",
        .language = "en",
        .conns = 50,
        .rooms = 1,
        .senders = -1,
        .in_flight = 1,
        .size_bytes = 100,
        .connect_max_ms = 120 * 1000,
        .warmup_ms = 1500,
        .duration_ms = 5000,
        .drain_ms = 3000,
        .settle_ms = 500,
        .cpu = -1,
        .connect_parallel = 64,
    };
    for (int i = 1; i < argc; i++) {
        const struct opt_row *row = row_find(argv[i]);
        const char *text = NULL;

        if (!row)
            return err_set(err, FAIL_BAD_INPUT, "unknown: %s", argv[i]);
        if (row->type != OPT_FLAG && !(text = argv[++i]))
            return err_set(err, FAIL_BAD_INPUT, "%s: no value", row->name);
        if (!set(ret, row, text))
            return err_set(
                err, FAIL_BAD_INPUT, "%s: bad value %s", row->name, text);
    }
    return check(ret, err);
}

void
opts_usage(FILE *to)
{
    fputs(
        "load - Socket.IO load generator for servers on this machine\n\n", to);
    for (size_t i = 0; i < N_ROWS; i++)
        fprintf(to, "  %-20s %s\n", rows[i].name, rows[i].help);
}
