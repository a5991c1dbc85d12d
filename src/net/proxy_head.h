/* SPDX-License-Identifier: ISC */
#ifndef NET_PROXY_HEAD_H
#define NET_PROXY_HEAD_H

#include <stddef.h>

#include "base/address.h"
#include "base/span.h"

/*
 * proxy_head - what a proxy says of its client before the client's own bytes:
 * HAProxy's PROXY protocol, versions 1 and 2.  Pure.
 */
enum {
    PROXY_HEAD_BYTES_MAX = 4096, /* with what version 2 may add (TLVs) */
};

enum proxy_rc {
    PROXY_NONE, /* it is something else */
    PROXY_MORE, /* not all there yet */
    PROXY_OK,
    PROXY_BAD,
};

/* On PROXY_OK *ret_len bytes of in are the head, and ret_client is the client's
 * address as text; "" where the proxy speaks for itself, or of a connection
 * that has no such address. */
enum proxy_rc proxy_head_parse(
    struct span in, char ret_client[ADDRESS_BYTES], size_t *ret_len);

#endif
