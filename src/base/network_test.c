/* SPDX-License-Identifier: ISC */
#include "base/network.h"

#include <string.h>

#include "base/address.h"
#include "base/tap.h"

static bool
has(const char *network, const char *address)
{
    struct network n, one;

    return CHECK(network_parse(span_of(network), &n)) &&
           CHECK(network_parse_address(span_of(address), &one)) &&
           network_has(&n, &one);
}

static bool
is_none(const char *text)
{
    struct network n;

    return !network_parse(span_of(text), &n);
}

static bool
says(const char *text, const char *as)
{
    char out[NETWORK_BYTES];
    struct network n;

    if (!CHECK(network_parse(span_of(text), &n)))
        return false;
    network_text(&n, out);
    return strcmp(out, as) == 0;
}

static void
a_network_has_its_addresses_and_no_others(void)
{
    CHECK(has("192.0.2.7", "192.0.2.7") && !has("192.0.2.7", "192.0.2.8"));
    CHECK(has("10.0.0.0/8", "10.255.0.1") && !has("10.0.0.0/8", "11.0.0.1"));
    CHECK(has("10.0.0.0/9", "10.127.0.1") && !has("10.0.0.0/9", "10.128.0.1"));
    CHECK(has("0.0.0.0/0", "192.0.2.7") && !has("0.0.0.0/0", "2001:db8::1"));
    CHECK(has("10.0.0.0/8", "::ffff:10.1.2.3"));
    CHECK(has("2001:db8::/33", "2001:db8:7fff::1"));
    CHECK(!has("2001:db8::/33", "2001:db8:8000::1"));
    CHECK(has("::/0", "2001:db8::1") && has("::/0", "192.0.2.7"));
}

static void
what_is_no_network_is_none(void)
{
    CHECK(is_none("") && is_none("10.0.0.0/33") && is_none("::/129"));
    CHECK(is_none("10.0.0.0/") && is_none("10.0.0.0/-1") && is_none("10.0.0"));
    CHECK(is_none("10.0.0.0/8/8") && is_none("example.org"));
}

static void
equal_networks_are_written_alike(void)
{
    CHECK(says("10.1.2.3/8", "10.0.0.0/8") && says("10.1.2.3", "10.1.2.3"));
    CHECK(says("10.1.2.3/32", "10.1.2.3") && says("0.0.0.0/0", "0.0.0.0/0"));
    CHECK(says("2001:DB8:0::1/32", "2001:db8::/32"));
    CHECK(says("2001:db8::1", "2001:db8::1"));
}

static bool
has_client(const char *network, const char *client)
{
    char counted[ADDRESS_BYTES];
    struct network n, one;

    address_of(client, counted);
    return CHECK(network_parse(span_of(network), &n)) &&
           CHECK(network_parse_client(counted, &one)) && network_has(&n, &one);
}

static void
a_client_is_found_as_limits_count_it(void)
{
    CHECK(has_client("192.0.2.0/24", "192.0.2.9"));
    CHECK(has_client("192.0.2.0/24", "::ffff:192.0.2.9"));
    CHECK(has_client("2001:db8::/32", "2001:db8:1:2:3::4"));
    CHECK(has_client("2001:db8:1:2::/64", "2001:db8:1:2:3::4"));
    CHECK(!has_client("2001:db8:1:3::/64", "2001:db8:1:2:3::4"));
}

int
main(void)
{
    RUN(a_network_has_its_addresses_and_no_others);
    RUN(what_is_no_network_is_none);
    RUN(equal_networks_are_written_alike);
    RUN(a_client_is_found_as_limits_count_it);
    return tap_end();
}
