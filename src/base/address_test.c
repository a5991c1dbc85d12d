/* SPDX-License-Identifier: ISC */
#include "base/address.h"

#include <string.h>

#include "base/tap.h"

static bool
address_is(const char *peer, const char *forwarded, const char *want)
{
    char got[ADDRESS_BYTES];

    address_of(peer, span_of(forwarded), got);
    if (strcmp(got, want) != 0)
        printf("# %s\n", got);
    return strcmp(got, want) == 0;
}

static void
an_address_is_what_its_owner_cannot_change(void)
{
    const char *forged = "203.0.113.7, 198.51.100.1 ";

    CHECK(address_is("192.0.2.1", NULL, "192.0.2.1"));
    CHECK(address_is("192.0.2.1", forged, "198.51.100.1"));
    CHECK(address_is("192.0.2.1", "", "192.0.2.1"));
    CHECK(address_is("::ffff:192.0.2.1", NULL, "192.0.2.1"));
    CHECK(address_is("2001:db8:1:2:3::4", NULL, "2001:0db8:0001:0002"));
    CHECK(address_is("2001:db8:1:2:9::", NULL, "2001:0db8:0001:0002"));
}

int
main(void)
{
    RUN(an_address_is_what_its_owner_cannot_change);
    return tap_end();
}
