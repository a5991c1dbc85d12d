/* SPDX-License-Identifier: ISC */
#include "base/public.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

/* What IANA's registries of special-purpose addresses say is not reached from
 * everywhere, with multicast and what is reserved. */
static const struct {
    uint32_t net;
    int bits;
} closed4[] = {
    {0x00000000, 8}, /* this network */
    {0x0a000000, 8}, /* private */
    {0x64400000, 10}, /* of providers' translation */
    {0x7f000000, 8}, /* this machine */
    {0xa9fe0000, 16}, /* this link */
    {0xac100000, 12}, /* private */
    {0xc0000000, 24}, {0xc0000200, 24}, /* for documents */
    {0xc0586300, 24}, /* 6to4 */
    {0xc0a80000, 16}, /* private */
    {0xc6120000, 15}, /* for measuring */
    {0xc6336400, 24}, /* for documents */
    {0xcb007100, 24}, /* for documents */
    {0xe0000000, 3}, /* multicast and reserved */
};

static bool
is_public4(uint32_t address)
{
    for (size_t i = 0; i < sizeof(closed4) / sizeof(closed4[0]); i++)
        if ((address ^ closed4[i].net) >> (32 - closed4[i].bits) == 0)
            return false;
    return true;
}

static uint32_t
four_of(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

/* Of all of IPv6 only 2000::/3 is given out; of that not what stands for
 * something else. */
static bool
is_public6(const unsigned char a[16])
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    static const unsigned char nat64[12] = {0x00, 0x64, 0xff, 0x9b};

    if (memcmp(a, mapped, sizeof(mapped)) == 0 ||
        memcmp(a, nat64, sizeof(nat64)) == 0)
        return is_public4(four_of(a + 12));
    if (a[0] >> 5 != 1)
        return false;
    if (a[0] == 0x20 && a[1] == 0x02) /* 6to4 */
        return is_public4(four_of(a + 2));
    if (a[0] == 0x20 && a[1] == 0x01) /* Teredo and others; for documents */
        return a[2] >= 0x02 && !(a[2] == 0x0d && a[3] == 0xb8);
    return !(a[0] == 0x3f && a[1] == 0xff && a[2] < 0x10); /* for documents */
}

bool
address_is_public(const struct sockaddr *address)
{
    struct sockaddr_in6 six;
    struct sockaddr_in four;

    switch (address->sa_family) {
    case AF_INET:
        memcpy(&four, address, sizeof(four));
        return is_public4(ntohl(four.sin_addr.s_addr));
    case AF_INET6:
        memcpy(&six, address, sizeof(six));
        return is_public6(six.sin6_addr.s6_addr);
    default:
        return false;
    }
}
