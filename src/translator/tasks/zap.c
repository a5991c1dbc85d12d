/* SPDX-License-Identifier: ISC */
#include "translator/tasks/zap.h"

#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/mem.h"
#include "base/span.h"

enum {
    KEY_BYTES = 32,
    KEY_LEN = 40, /* in Z85 */
    PARTS = 7, /* of a question: version, id, domain, address, routing id,
                  mechanism, key */
    ID_BYTES_MAX = 255,
    QUESTIONS_PER_TURN = 64,
};

struct zap {
    void *socket;
    unsigned char (*keys)[KEY_BYTES];
    int n_keys;
    unsigned n_refused;
};

/* One that ZeroMQ has asked. */
struct question {
    char id[ID_BYTES_MAX];
    size_t id_len;
    bool may; /* its key is one of ours */
};

static bool
next_key(struct span *list, unsigned char out[KEY_BYTES], struct err *err)
{
    struct span one = {NULL, 0};
    char text[KEY_LEN + 1] = "";

    while (list->p && one.len == 0)
        one = span_trim(span_cut(list, ','));
    if (one.len == 0)
        return false;
    if (one.len == KEY_LEN)
        memcpy(text, one.p, KEY_LEN);
    if (one.len != KEY_LEN || !zmq_z85_decode(out, text))
        return err_set(err, FAIL_BAD_INPUT,
            "ZMQ_GATEWAY_KEYS: a public key has 40 characters of Z85");
    return true;
}

static bool
read_keys(struct zap *z, const char *keys, struct err *err)
{
    struct span rest = span_of(keys);
    struct err bad = {.kind = FAIL_NONE};

    z->keys = xmalloc(KEY_BYTES * (rest.len / KEY_LEN + 1));
    while (next_key(&rest, z->keys[z->n_keys], &bad))
        z->n_keys++;
    return bad.kind == FAIL_NONE || err_set(err, bad.kind, "%s", bad.text);
}

struct zap *
zap_new(void *zmq, const char *keys, struct err *err)
{
    struct zap *z = xcalloc(1, sizeof(*z));

    if (!read_keys(z, keys, err))
        goto fail;
    z->socket = zmq_socket(zmq, ZMQ_REP);
    if (z->socket && zmq_bind(z->socket, "inproc://zeromq.zap.01") == 0)
        return z;
    err_set(
        err, FAIL_SYSTEM, "zmq authentication: %s", zmq_strerror(zmq_errno()));
fail:
    zap_free(z);
    return NULL;
}

void
zap_free(struct zap *z)
{
    if (!z)
        return;
    if (z->socket)
        zmq_close(z->socket);
    free(z->keys);
    free(z);
}

void *
zap_socket(struct zap *z)
{
    return z->socket;
}

static bool
is_known(const struct zap *z, const void *key, size_t len)
{
    for (int i = 0; len == KEY_BYTES && i < z->n_keys; i++)
        if (memcmp(z->keys[i], key, KEY_BYTES) == 0)
            return true;
    return false;
}

/* The parts come from ZeroMQ itself and in this order. */
static bool
take(struct zap *z, struct question *q)
{
    bool curve = false;

    *q = (struct question){.may = false};
    for (int i = 0; i < PARTS; i++) {
        zmq_msg_t part;
        const char *p;
        size_t n;
        zmq_msg_init(&part);
        if (zmq_msg_recv(&part, z->socket, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&part);
            return false;
        }
        p = zmq_msg_data(&part);
        n = zmq_msg_size(&part);
        if (i == 1 && n <= ID_BYTES_MAX) {
            memcpy(q->id, p, n);
            q->id_len = n;
        } else if (i == 5) {
            curve = span_eqz((struct span){p, n}, "CURVE");
        } else if (i == 6) {
            q->may = curve && is_known(z, p, n);
        }
        zmq_msg_close(&part);
    }
    return true;
}

static void
answer(struct zap *z, const struct question *q)
{
    const struct span parts[] = {SPAN("1.0"), {q->id, q->id_len},
        q->may ? SPAN("200") : SPAN("400"),
        q->may ? SPAN("OK") : SPAN("unknown key"), SPAN(""), SPAN("")};
    const int n = sizeof(parts) / sizeof(parts[0]);

    for (int i = 0; i < n; i++)
        zmq_send(z->socket, parts[i].p, parts[i].len,
            ZMQ_DONTWAIT | (i < n - 1 ? ZMQ_SNDMORE : 0));
    z->n_refused += !q->may;
}

void
zap_serve(struct zap *z)
{
    struct question q;

    for (int i = 0; i < QUESTIONS_PER_TURN && take(z, &q); i++)
        answer(z, &q);
}

bool
zap_check(const char *keys, struct err *err)
{
    struct zap z = {0};
    bool ok = read_keys(&z, keys, err);

    free(z.keys);
    return ok;
}

unsigned
zap_refused(struct zap *z)
{
    unsigned n = z->n_refused;

    z->n_refused = 0;
    return n;
}
