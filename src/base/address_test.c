/* SPDX-License-Identifier: ISC */
#include "base/address.h"

#include <string.h>

#include "base/tap.h"

static bool
address_is(const char *client, const char *want)
{
    char got[ADDRESS_BYTES];

    address_of(client, got);
    if (strcmp(got, want) != 0)
        printf("# %s\n", got);
    return strcmp(got, want) == 0;
}

static void
an_address_is_what_its_owner_cannot_change(void)
{
    CHECK(address_is("192.0.2.1", "192.0.2.1"));
    CHECK(address_is("::ffff:192.0.2.1", "192.0.2.1"));
    CHECK(address_is("2001:db8:1:2:3::4", "2001:0db8:0001:0002"));
    CHECK(address_is("2001:db8:1:2:9::", "2001:0db8:0001:0002"));
}

int
main(void)
{
    RUN(an_address_is_what_its_owner_cannot_change);
    return tap_end();
}
