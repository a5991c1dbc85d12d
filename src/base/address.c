/* SPDX-License-Identifier: ISC */
#include "base/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

void
address_of(const char *client, char ret[ADDRESS_BYTES])
{
    static const unsigned char mapped[12] = {
        [10] = 0xff, [11] = 0xff}; /* ::ffff:0:0/96 */
    struct span from = span_of(client);
    unsigned char six[16];
    char text[INET6_ADDRSTRLEN] = "";

    if (from.len < sizeof(text))
        memcpy(text, from.p, from.len);
    if (inet_pton(AF_INET6, text, six) != 1)
        snprintf(ret, ADDRESS_BYTES, "%s", text);
    else if (memcmp(six, mapped, sizeof(mapped)) == 0)
        inet_ntop(AF_INET, six + sizeof(mapped), ret, ADDRESS_BYTES);
    else
        snprintf(ret, ADDRESS_BYTES, "%02x%02x:%02x%02x:%02x%02x:%02x%02x",
            six[0], six[1], six[2], six[3], six[4], six[5], six[6], six[7]);
}
