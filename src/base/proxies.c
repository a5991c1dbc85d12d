/* SPDX-License-Identifier: ISC */
#include "base/proxies.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BITS = 128, MAPPED_BITS = 96, WORD_BYTES = 64 };

/* IPv4 as ::ffff:a.b.c.d, so that there is one kind of address. */
struct net {
    unsigned char address[16];
    int bits;
};

struct proxies {
    bool anybody;
    size_t n;
    struct net nets[PROXIES_MAX];
};

static bool
parse_address(struct span s, unsigned char ret[16], bool *four)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    char text[WORD_BYTES];

    if (s.len == 0 || s.len >= sizeof(text))
        return false;
    memcpy(text, s.p, s.len);
    text[s.len] = '\0';
    *four = inet_pton(AF_INET, text, ret + sizeof(mapped)) == 1;
    if (*four)
        memcpy(ret, mapped, sizeof(mapped));
    return *four || inet_pton(AF_INET6, text, ret) == 1;
}

static bool
parse_net(struct span s, struct net *ret)
{
    struct span bits = s, address = span_cut(&bits, '/');
    long long n;
    bool four;

    if (!parse_address(address, ret->address, &four))
        return false;
    ret->bits = BITS;
    if (!bits.p)
        return true;
    if (!span_int(bits, 0, four ? BITS - MAPPED_BITS : BITS, &n))
        return false;
    ret->bits = (int)n + (four ? MAPPED_BITS : 0);
    return true;
}

static bool
is_word(const char *text, const char *const words[4])
{
    for (int i = 0; i < 4; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

struct proxies *
proxies_new(const char *text, struct err *err)
{
    static const char *const yes[] = {"true", "1", "yes", "on"};
    static const char *const no[] = {"false", "0", "no", "off"};
    struct proxies *p = xcalloc(1, sizeof(*p));
    struct span rest = span_of(text);

    p->anybody = is_word(text, yes);
    if (p->anybody || is_word(text, no))
        return p;
    while (rest.p) {
        struct span one = span_trim(span_cut(&rest, ','));

        if (p->n < PROXIES_MAX && parse_net(one, &p->nets[p->n])) {
            p->n++;
            continue;
        }
        err_set(err, FAIL_BAD_INPUT,
            "must be true, false or at most %d addresses as 10.0.0.0/8, with "
            "commas: %.*s",
            PROXIES_MAX, SPAN_ARG(one));
        proxies_free(p);
        return NULL;
    }
    return p;
}

void
proxies_free(struct proxies *p)
{
    free(p);
}

static bool
is_in(const struct net *net, const unsigned char address[16])
{
    int whole = net->bits / 8, rest = net->bits % 8;
    int mask = 0xff00 >> rest & 0xff;

    return memcmp(net->address, address, (size_t)whole) == 0 &&
           (rest == 0 || ((net->address[whole] ^ address[whole]) & mask) == 0);
}

static bool
is_trusted(const struct proxies *p, struct span s)
{
    unsigned char address[16];
    bool four;

    if (!parse_address(s, address, &four))
        return false;
    for (size_t i = 0; i < p->n; i++)
        if (is_in(&p->nets[i], address))
            return true;
    return false;
}

/* The last word of a list with commas, which becomes shorter. */
static struct span
take_last(struct span *list)
{
    const char *comma = list->len ? memrchr(list->p, ',', list->len) : NULL;
    struct span last = *list;

    if (comma) {
        last.p = comma + 1;
        last.len = (size_t)(list->p + list->len - last.p);
        list->len = (size_t)(comma - list->p);
    } else {
        *list = (struct span){NULL, 0};
    }
    return span_trim(last);
}

/* Some write "192.0.2.1:4711" and "[2001:db8::1]:4711". */
static struct span
without_port(struct span s)
{
    const char *colon = s.len ? memchr(s.p, ':', s.len) : NULL;
    const char *bracket = s.len ? memchr(s.p, ']', s.len) : NULL;

    if (s.len && s.p[0] == '[' && bracket)
        return (struct span){s.p + 1, (size_t)(bracket - s.p) - 1};
    if (colon && !memchr(colon + 1, ':', s.len - (size_t)(colon + 1 - s.p)))
        return (struct span){s.p, (size_t)(colon - s.p)};
    return s;
}

bool
proxies_are_listed(const struct proxies *p)
{
    return p->n > 0;
}

bool
proxies_trust(const struct proxies *p, const char *peer)
{
    return p->anybody || is_trusted(p, span_of(peer));
}

void
proxies_client(const struct proxies *p, const char *peer, struct span forwarded,
    char ret[ADDRESS_BYTES])
{
    struct span client = span_of(peer);
    unsigned char unused[16];
    bool four, hop = p->anybody;

    while (forwarded.p && (hop || is_trusted(p, client))) {
        struct span before = without_port(take_last(&forwarded));

        if (!parse_address(before, unused, &four))
            break;
        client = before;
        hop = false;
    }
    snprintf(ret, ADDRESS_BYTES, "%.*s", SPAN_ARG(client));
}
