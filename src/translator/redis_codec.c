/* SPDX-License-Identifier: ISC */
#include "translator/redis_codec.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/json.h"

enum { HASH_BYTES = 20, PORT_MAX = 65535, DB_MAX = 1 << 20 };

/* The number changes with the format of key or value. */
#define PREFIX "meeshy:translation:1:"

static bool
parse_login(struct span login, struct redis_address *a)
{
    struct span user = span_cut(&login, ':');

    if (!login.p)
        return false;
    a->user = user.len ? span_dup(user) : NULL;
    a->password = span_dup(login);
    return true;
}

static bool
parse_host(struct span host, struct redis_address *a)
{
    long long port = REDIS_PORT;
    struct span name;

    if (host.len > 0 && host.p[0] == '[') { /* an IPv6 address */
        host = (struct span){host.p + 1, host.len - 1};
        name = span_cut(&host, ']');
        if (!host.p || (host.len > 0 && host.p[0] != ':'))
            return false;
        span_cut(&host, ':');
    } else {
        name = span_cut(&host, ':');
    }
    if (name.len == 0 || (host.p && !span_int(host, 1, PORT_MAX, &port)))
        return false;
    a->host = span_dup(name);
    a->port = (int)port;
    return true;
}

static bool
parse_tcp(struct span rest, struct redis_address *a)
{
    const char *at = memrchr(rest.p, '@', rest.len);
    struct span host;
    long long db;

    if (at) {
        size_t n = (size_t)(at - rest.p);
        if (!parse_login((struct span){rest.p, n}, a))
            return false;
        rest = (struct span){at + 1, rest.len - n - 1};
    }
    host = span_cut(&rest, '/');
    if (rest.len > 0) {
        if (!span_int(rest, 0, DB_MAX, &db))
            return false;
        a->db = span_dup(rest);
    }
    return parse_host(host, a);
}

bool
redis_address_parse(struct span url, struct redis_address *ret, struct err *err)
{
    const struct span tcp = SPAN("redis://"), local = SPAN("unix:");
    bool ok = false;

    *ret = (struct redis_address){0};
    if (span_starts(url, local) && url.len > local.len) {
        url = (struct span){url.p + local.len, url.len - local.len};
        ret->path = span_dup(url);
        return true;
    }
    if (span_starts(url, tcp)) {
        url = (struct span){url.p + tcp.len, url.len - tcp.len};
        ok = parse_tcp(url, ret);
    }
    /* The URL itself may hold a password: it is not repeated. */
    return ok || err_set(err, FAIL_BAD_INPUT,
                     "REDIS_URL must be redis://[user:password@]host[:port]"
                     "[/db] or unix:path");
}

void
redis_address_fini(struct redis_address *a)
{
    free(a->path);
    free(a->host);
    free(a->user);
    free(a->password);
    free(a->db);
    *a = (struct redis_address){0};
}

size_t
redis_name(struct span key, char ret[REDIS_NAME_BYTES])
{
    unsigned char hash[HASH_BYTES];
    size_t n = sizeof(PREFIX) - 1;

    _Static_assert(sizeof(PREFIX) + 2 * HASH_BYTES <= REDIS_NAME_BYTES, "");
    crypto_generichash(
        hash, sizeof(hash), (const unsigned char *)key.p, key.len, NULL, 0);
    memcpy(ret, PREFIX, n);
    sodium_bin2hex(ret + n, REDIS_NAME_BYTES - n, hash, sizeof(hash));
    return n + 2 * HASH_BYTES;
}

void
redis_format(struct buf *b, struct span key, const struct cached *v)
{
    buf_addc(b, '{');
    json_put_field(b, "key", key);
    buf_addc(b, ',');
    json_put_field(b, "text", (struct span){v->text, v->len});
    buf_addc(b, ',');
    json_put_field(b, "model", span_of(v->model));
    buf_addf(b, ",\"confidence\":%.4f}", v->confidence);
}

struct cached *
redis_parse(struct span value, struct span key)
{
    struct cached *v = NULL;
    struct span text, model;
    double confidence;
    char *name;
    json_t *obj;

    if (value.len > REDIS_VALUE_BYTES_MAX || !(obj = json_read(value, NULL)))
        return NULL;
    text = json_get_str(obj, "text");
    model = json_get_str(obj, "model");
    if (text.p && model.p && span_eq(json_get_str(obj, "key"), key) &&
        json_get_num(obj, "confidence", &confidence) && confidence >= 0 &&
        confidence <= 1) {
        name = span_dup(model);
        v = cached_new(text, name, confidence);
        free(name);
    }
    json_decref(obj);
    return v;
}
