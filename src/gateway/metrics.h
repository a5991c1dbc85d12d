/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_METRICS_H
#define GATEWAY_METRICS_H

#include <jansson.h>

#include "base/buf.h"

/*
 * metrics - the gateway's counters and gauges: one table, which /stats and
 * /metrics both show.  Loop thread only.
 */
struct gateway;

/* "name":value, ... without braces. */
void metrics_put_json(struct buf *b, const struct gateway *g);
/* Those of these names, as they are now. */
void metrics_read(
    const struct gateway *g, const char *const *names, size_t n, double *ret);
/* "translators":[...], as the gateway sees them.  Where they are is for admins;
 * others see them numbered. */
void metrics_put_translators(
    struct buf *b, const struct gateway *g, bool with_addresses);
/* The text format of Prometheus, each under "meeshy_gateway_". */
void metrics_put_prometheus(struct buf *b, const struct gateway *g);
/* The JSON schema's properties of what metrics_put_json writes. */
json_t *metrics_schema(void);

#endif
