/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <string.h>

#include "translator/http/api_impl.h"
#include "wire/json.h"

#define NO_STORE "Cache-Control: no-store\r\n"

enum { WAYS_SHOWN_MAX = 12 };

static double
percent(double cost)
{
    return 100 * exp(-cost);
}

/* What a way is worth for the other kind of text. */
static double
cost_in(const struct router_path *list, size_t n, const char *label)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i].label, label) == 0)
            return list[i].cost;
    return INFINITY;
}

static size_t
list(const struct api *a, struct http_req *r, enum engine_text kind,
    struct router_path *ret, size_t max)
{
    size_t n = router_list(a->t->router, http_req_query(r, "source"),
        http_req_query(r, "target"), kind, ret, max);

    return n < max ? n : max;
}

void
api_on_ways(struct http_req *r, void *ctx)
{
    enum { LOOKED_AT_MAX = 256 };
    struct router_path shorts[WAYS_SHOWN_MAX], longs[LOOKED_AT_MAX];
    size_t n = list(ctx, r, ENGINE_SHORT, shorts, WAYS_SHOWN_MAX);
    size_t n_long = list(ctx, r, ENGINE_LONG, longs, LOOKED_AT_MAX);
    struct buf b = {0};

    buf_addc(&b, '[');
    for (size_t i = 0; i < n; i++) {
        buf_addz(&b, i ? ",{" : "{");
        json_put_field(&b, "way", span_of(shorts[i].label));
        api_put_real(&b, "short", percent(shorts[i].cost));
        api_put_real(
            &b, "long", percent(cost_in(longs, n_long, shorts[i].label)));
        buf_addc(&b, '}');
    }
    buf_addc(&b, ']');
    http_reply(r, 200, NULL, buf_span(&b), NO_STORE);
    buf_free(&b);
}
