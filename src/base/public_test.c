/* SPDX-License-Identifier: ISC */
#include "base/public.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "base/tap.h"

static bool
is_public(const char *text)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
        return address_is_public((struct sockaddr *)&four);
    CHECK(inet_pton(AF_INET6, text, &six.sin6_addr) == 1);
    return address_is_public((struct sockaddr *)&six);
}

static void
what_everybody_reaches_is_public(void)
{
    static const char *const all[] = {"1.1.1.1", "9.255.255.255", "11.0.0.0",
        "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
        "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255",
        "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
        "2606:4700:4700::1111", "2a00::1", "2001:200::1", "::ffff:1.1.1.1",
        "64:ff9b::1.1.1.1", "2002:0101:0101::1"};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (!CHECK(is_public(all[i])))
            printf("# %s\n", all[i]);
}

static void
machines_networks_and_what_stands_for_them_are_not(void)
{
    static const char *const all[] = {"0.0.0.0", "0.1.2.3", "10.0.0.1",
        "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1",
        "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
        "192.0.0.1", "192.0.2.1", "192.168.0.1", "198.18.0.1", "198.19.255.255",
        "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3",
        "::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "100::1", "2001::1",
        "2001:db8::1", "2002:7f00:1::1", "2002:0a00:0001::1", "3fff::1",
        "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1"};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (!CHECK(!is_public(all[i])))
            printf("# %s\n", all[i]);
}

static void
a_path_is_no_address(void)
{
    struct sockaddr_un path = {.sun_family = AF_UNIX};

    CHECK(!address_is_public((struct sockaddr *)&path));
}

int
main(void)
{
    RUN(what_everybody_reaches_is_public);
    RUN(machines_networks_and_what_stands_for_them_are_not);
    RUN(a_path_is_no_address);
    return tap_end();
}
