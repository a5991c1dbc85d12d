/* SPDX-License-Identifier: ISC */
#include "base/network.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { BITS = 128, MAPPED_BITS = 96, CLIENT_BITS = 64 };

static const unsigned char mapped[MAPPED_BITS / 8] = {[10] = 0xff, [11] = 0xff};

static bool
is_four(const struct network *n)
{
    return n->bits >= MAPPED_BITS &&
           memcmp(n->address, mapped, sizeof(mapped)) == 0;
}

bool
network_parse_address(struct span s, struct network *ret)
{
    char text[NETWORK_BYTES];

    if (s.len == 0 || s.len >= sizeof(text))
        return false;
    memcpy(text, s.p, s.len);
    text[s.len] = '\0';
    ret->bits = BITS;
    if (inet_pton(AF_INET, text, ret->address + sizeof(mapped)) != 1)
        return inet_pton(AF_INET6, text, ret->address) == 1;
    memcpy(ret->address, mapped, sizeof(mapped));
    return true;
}

/* The network of so many bits that the address is in. */
static void
cut(struct network *n, int bits)
{
    n->bits = bits;
    if (bits % 8)
        n->address[bits / 8] &= (unsigned char)(0xff00 >> bits % 8);
    for (int i = (bits + 7) / 8; i < BITS / 8; i++)
        n->address[i] = 0;
}

bool
network_parse(struct span s, struct network *ret)
{
    struct span bits = s, address = span_cut(&bits, '/');
    bool four;
    long long n;

    if (!network_parse_address(address, ret))
        return false;
    if (!bits.p)
        return true;
    four = address.len && memchr(address.p, '.', address.len) && is_four(ret);
    if (!span_int(bits, 0, four ? BITS - MAPPED_BITS : BITS, &n))
        return false;
    cut(ret, (int)n + (four ? MAPPED_BITS : 0));
    return true;
}

bool
network_parse_client(const char *client, struct network *ret)
{
    char whole[NETWORK_BYTES];

    if (network_parse_address(span_of(client), ret))
        return true;
    snprintf(whole, sizeof(whole), "%s::", client);
    if (!network_parse_address(span_of(whole), ret))
        return false;
    cut(ret, CLIENT_BITS);
    return true;
}

void
network_text(const struct network *n, char ret[NETWORK_BYTES])
{
    bool four = is_four(n);
    int bits = four ? n->bits - MAPPED_BITS : n->bits;
    char text[INET6_ADDRSTRLEN];

    inet_ntop(four ? AF_INET : AF_INET6,
        four ? n->address + sizeof(mapped) : n->address, text, sizeof(text));
    if (n->bits == BITS)
        snprintf(ret, NETWORK_BYTES, "%s", text);
    else
        snprintf(ret, NETWORK_BYTES, "%s/%d", text, bits);
}

bool
network_has(const struct network *n, const struct network *inside)
{
    int whole = n->bits / 8, rest = n->bits % 8;
    int mask = 0xff00 >> rest & 0xff;

    return inside->bits >= n->bits &&
           memcmp(n->address, inside->address, (size_t)whole) == 0 &&
           (rest == 0 ||
               ((n->address[whole] ^ inside->address[whole]) & mask) == 0);
}
