/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_LIKEN_H
#define GATEWAY_LIKEN_H

#include "gateway/gateway.h"

/* Find out what the names of accounts look like that were made before anybody
 * asked (likeness.h).  Once, at the start; costs nothing when there are none. */
void liken_start(struct gateway *g);

#endif
