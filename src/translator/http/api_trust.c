/* SPDX-License-Identifier: ISC */
#include "translator/http/api_impl.h"

#include "wire/json.h"

/* How far one translation may be trusted; what needed none is as it should
 * be. */
static struct trust
trust_of(const struct translate_request *r)
{
    if (r->outcome == TRANSLATE_OK)
        return r->trust;
    if (r->outcome == TRANSLATE_SKIPPED)
        return (struct trust){.confidence = 1, .quality = QUALITY_SURE};
    return (struct trust){.quality = QUALITY_NONE};
}

const struct translate_request *
api_worst(const struct desk_item *items, size_t n)
{
    const struct translate_request *worst = NULL;

    for (size_t i = 0; i < n; i++) {
        const struct translate_request *r = &items[i].request;

        if (!worst || trust_of(r).quality < trust_of(worst).quality)
            worst = r;
    }
    return worst;
}

static void
put_quality(struct buf *b, const struct translate_request *r)
{
    json_put_str(
        b, span_of(quality_name(r ? trust_of(r).quality : QUALITY_SURE)));
}

static void
put_confidence(struct buf *b, const struct translate_request *r)
{
    buf_addf(b, "%.3f", r ? trust_of(r).confidence : 1);
}

static void
put_engine(struct buf *b, const struct translate_request *r)
{
    json_put_str(
        b, span_of(r && r->outcome == TRANSLATE_OK ? r->model : "none"));
}

static void
put_doubt(struct buf *b, const struct translate_request *r)
{
    if (r && trust_of(r).doubt[0])
        json_put_str(b, span_of(trust_of(r).doubt));
    else
        buf_addz(b, "null");
}

void
api_put_trust(struct buf *b, const struct translate_request *const *worst,
    size_t n, bool many)
{
    static const struct {
        const char *key;
        void (*put)(struct buf *b, const struct translate_request *r);
    } fields[] = {{"quality", put_quality}, {"confidence", put_confidence},
        {"engine", put_engine}, {"doubt", put_doubt}};

    for (size_t k = 0; k < sizeof(fields) / sizeof(fields[0]); k++) {
        buf_addf(b, ",\"%s\":%s", fields[k].key, many ? "[" : "");
        for (size_t i = 0; i < n; i++) {
            buf_addz(b, i ? "," : "");
            fields[k].put(b, worst[i]);
        }
        buf_addz(b, many ? "]" : "");
    }
}
