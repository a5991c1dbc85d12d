/* SPDX-License-Identifier: ISC */
#include "net/hosts.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/mem.h"

enum {
    HOST_BYTES = HOST_NAME_MAX + 1,
    PORT_MAX = 65535,
};

struct hosts {
    char *listen, *list;
    char own[HOST_BYTES], local[HOST_BYTES + sizeof(".local")];
};

struct hosts *
hosts_new(const char *listen, const char *list)
{
    struct hosts *h = xcalloc(1, sizeof(*h));

    h->listen = xstrdup(listen);
    h->list = xstrdup(list);
    if (gethostname(h->own, sizeof(h->own) - 1) != 0)
        h->own[0] = '\0';
    if (h->own[0])
        snprintf(h->local, sizeof(h->local), "%s.local", h->own);
    return h;
}

void
hosts_free(struct hosts *h)
{
    if (!h)
        return;
    free(h->listen);
    free(h->list);
    free(h);
}

/* Without the port, the brackets and the dot that ends a full name. */
static struct span
name_of(struct span host)
{
    const char *end;

    if (host.len && host.p[0] == '[') {
        end = memchr(host.p, ']', host.len);
        return end ? (struct span){host.p + 1, (size_t)(end - host.p) - 1}
                   : host;
    }
    end = memchr(host.p, ':', host.len);
    if (end)
        host.len = (size_t)(end - host.p);
    if (host.len > 1 && host.p[host.len - 1] == '.')
        host.len--;
    return host;
}

static bool
same(struct span a, struct span b)
{
    return a.len == b.len && a.len && strncasecmp(a.p, b.p, a.len) == 0;
}

/* Is name below domain, which begins with its dot? */
static bool
below(struct span name, struct span domain)
{
    return name.len > domain.len && strncasecmp(name.p + name.len - domain.len,
                                        domain.p, domain.len) == 0;
}

enum address { ADDRESS_NONE, ADDRESS_LOOPBACK, ADDRESS_OTHER };

static enum address
address_kind(struct span name)
{
    struct in_addr four;
    struct in6_addr six;
    char text[INET6_ADDRSTRLEN] = "";

    if (name.len >= sizeof(text))
        return ADDRESS_NONE;
    memcpy(text, name.p, name.len);
    if (inet_pton(AF_INET, text, &four) == 1)
        return ntohl(four.s_addr) >> 24 == IN_LOOPBACKNET ? ADDRESS_LOOPBACK
                                                          : ADDRESS_OTHER;
    if (inet_pton(AF_INET6, text, &six) == 1)
        return IN6_IS_ADDR_LOOPBACK(&six) ? ADDRESS_LOOPBACK : ADDRESS_OTHER;
    return ADDRESS_NONE;
}

static bool
is_listed(const struct hosts *h, struct span name)
{
    struct span rest = span_of(h->list);

    while (rest.p) {
        struct span one = span_trim(span_cut(&rest, ','));
        if (span_eqz(one, "*") || same(name, one) ||
            (span_starts(one, SPAN(".")) && below(name, one)))
            return true;
    }
    return false;
}

static bool
is_known(const struct hosts *h, struct span name)
{
    return same(name, SPAN("localhost")) || below(name, SPAN(".localhost")) ||
           address_kind(name) == ADDRESS_LOOPBACK ||
           same(name, span_of(h->listen)) || same(name, span_of(h->own)) ||
           same(name, span_of(h->local)) || is_listed(h, name);
}

bool
hosts_serve(const struct hosts *h, struct span host)
{
    struct span name = name_of(host);

    return address_kind(name) != ADDRESS_NONE || is_known(h, name);
}

bool
hosts_welcome(const struct hosts *h, struct span origin, struct span host,
    const char *cors)
{
    struct span rest = origin;
    struct span scheme = span_cut(&rest, ':');

    if (strcmp(cors, "*") == 0 || span_eqz(origin, cors))
        return true;
    if ((!same(scheme, SPAN("http")) && !same(scheme, SPAN("https"))) ||
        !span_starts(rest, SPAN("//")))
        return is_listed(h, SPAN("")); /* "null": whoever serves any name */
    rest = (struct span){rest.p + 2, rest.len - 2};
    return same(rest, host) || is_known(h, name_of(rest));
}

static bool
port_valid(struct span port)
{
    long long n;

    return port.len == 0 || (isdigit((unsigned char)port.p[0]) &&
                                span_int(port, 0, PORT_MAX, &n));
}

/* A registered name or an address of IPv4; what RFC 3986 allows beyond that
 * (percent signs, most marks) no name has. */
static bool
is_name_char(unsigned char c)
{
    return isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

bool
host_valid(struct span host)
{
    struct span port = host, name;

    if (host.len && host.p[0] == '[') {
        const char *end = memchr(host.p, ']', host.len);
        if (!end || address_kind(name_of(host)) == ADDRESS_NONE)
            return false;
        port = (struct span){end + 1, host.len - (size_t)(end + 1 - host.p)};
        return port.len == 0 ||
               (port.p[0] == ':' &&
                   port_valid((struct span){port.p + 1, port.len - 1}));
    }
    name = span_cut(&port, ':');
    for (size_t i = 0; i < name.len; i++)
        if (!is_name_char((unsigned char)name.p[i]))
            return false;
    return !port.p || port_valid(port);
}

struct span
host_name(struct span host)
{
    const char *end = host.len && host.p[0] == '['
                          ? memchr(host.p, ']', host.len)
                          : memchr(host.p, ':', host.len);

    if (end)
        host.len = (size_t)(end - host.p) + (*end == ']');
    return host;
}
