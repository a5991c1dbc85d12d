/* SPDX-License-Identifier: ISC */
#include "base/proxies.h"

#include <string.h>

#include "base/tap.h"

static bool
client_is(const char *trust, const char *peer, const char *forwarded,
    const char *want)
{
    struct err err = {0};
    struct proxies *p = proxies_new(trust, &err);
    char got[ADDRESS_BYTES] = "";

    if (p)
        proxies_client(p, peer, span_of(forwarded), got);
    if (strcmp(got, want) != 0)
        printf("# %s %s\n", got, err.text);
    proxies_free(p);
    return strcmp(got, want) == 0;
}

static void
nobody_is_believed_unless_told(void)
{
    CHECK(client_is("false", "192.0.2.1", "198.51.100.1", "192.0.2.1"));
}

static void
behind_one_proxy_its_word_counts(void)
{
    const char *forged = "203.0.113.7, 198.51.100.1 ";

    CHECK(client_is("true", "192.0.2.1", forged, "198.51.100.1"));
    CHECK(client_is("true", "192.0.2.1", NULL, "192.0.2.1"));
    CHECK(client_is("true", "192.0.2.1", "", "192.0.2.1"));
    CHECK(client_is("true", "192.0.2.1", "unknown", "192.0.2.1"));
}

#define CDN "10.0.0.0/8, 192.0.2.7,2001:db8::/33"

static void
a_chain_is_followed_as_far_as_it_is_trusted(void)
{
    CHECK(client_is(CDN, "10.1.2.3", "203.0.113.7, 198.51.100.1, 10.9.9.9",
        "198.51.100.1"));
    CHECK(client_is(CDN, "192.0.2.8", "203.0.113.7", "192.0.2.8"));
    CHECK(client_is(CDN, "192.0.2.7", "203.0.113.7", "203.0.113.7"));
    CHECK(client_is(CDN, "::ffff:10.1.1.1", "203.0.113.7", "203.0.113.7"));
    CHECK(client_is(CDN, "2001:db8:7fff::1", "203.0.113.7", "203.0.113.7"));
    CHECK(
        client_is(CDN, "2001:db8:8000::1", "203.0.113.7", "2001:db8:8000::1"));
    /* All of them are ours: the first is the client. */
    CHECK(client_is(CDN, "10.1.1.1", "10.2.2.2,10.3.3.3", "10.2.2.2"));
    CHECK(client_is(CDN, "10.1.1.1", "203.0.113.7, nonsense", "10.1.1.1"));
}

static void
ports_are_no_part_of_an_address(void)
{
    CHECK(client_is("true", "::1", "192.0.2.9:4711", "192.0.2.9"));
    CHECK(client_is("true", "::1", "[2001:db8::9]:4711", "2001:db8::9"));
    CHECK(client_is("true", "::1", "2001:db8::9", "2001:db8::9"));
}

static void
nonsense_is_refused(void)
{
    static const char *const bad[] = {"yes please", "10.0.0.0/33", "10.0.0",
        "::1/129", "10.0.0.0/8,", "", "10.0.0.0/-1"};
    struct err err;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(!proxies_new(bad[i], &err) && err.kind == FAIL_BAD_INPUT);
}

int
main(void)
{
    RUN(nobody_is_believed_unless_told);
    RUN(behind_one_proxy_its_word_counts);
    RUN(a_chain_is_followed_as_far_as_it_is_trusted);
    RUN(ports_are_no_part_of_an_address);
    RUN(nonsense_is_refused);
    return tap_end();
}
