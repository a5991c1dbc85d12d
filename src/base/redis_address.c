/* SPDX-License-Identifier: ISC */
#include "base/redis_address.h"

#include <stdlib.h>
#include <string.h>

enum { PORT_MAX = 65535, DB_MAX = 1 << 20 };

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
                     "a Redis is redis://[user:password@]host[:port]"
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
