/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "net/proxy_head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is understood lies within the bytes, is an address or nothing, and is
 * the same whatever follows. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = {(const char *)data, size};
    unsigned char address[sizeof(struct in6_addr)];
    char client[ADDRESS_BYTES], again[ADDRESS_BYTES];
    size_t len = 0, again_len = 0;

    if (proxy_head_parse(in, client, &len) != PROXY_OK)
        return 0;
    assert(len > 0 && len <= size && len <= PROXY_HEAD_BYTES_MAX);
    assert(!*client || inet_pton(AF_INET, client, address) == 1 ||
           inet_pton(AF_INET6, client, address) == 1);
    assert(proxy_head_parse((struct span){in.p, len}, again, &again_len) ==
           PROXY_OK);
    assert(len == again_len && strcmp(client, again) == 0);
    return 0;
}
