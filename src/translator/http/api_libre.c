/* SPDX-License-Identifier: ISC */
#include "text/lang.h"
#include "translator/http/api_impl.h"
#include "wire/json.h"

/* What is not here is refused in LibreTranslate's own words, which its clients
 * know. */
void
api_disabled(struct http_req *r, const char *what)
{
    struct err err;
    struct buf b = {0};

    err_set(&err, FAIL_FORBIDDEN, "%s disabled on this server.", what);
    peer_refuse(PEER_LIBRE, &b, 403, &err);
    http_reply(r, 403, NULL, buf_span(&b), NULL);
    buf_free(&b);
}

void
api_on_translate_file(struct http_req *r, void *ctx)
{
    (void)ctx;
    api_disabled(r, "Files translation are"); /* sic */
}

/* apertium-apy names languages by three letters. */
static void
put_code(struct buf *b, const char *key, const char *code)
{
    const struct lang *known = lang_find(span_of(code));

    json_put_field(b, key, span_of(known ? known->iso3 : code));
}

void
api_on_list_pairs(struct http_req *r, void *ctx)
{
    const struct api *a = ctx;
    const struct offer_list *list = offer_hold(a->t->offer);
    struct buf b = {0};

    buf_addz(&b, "{\"responseData\":[");
    for (size_t i = 0; i < list->n_pairs; i++) {
        buf_addz(&b, i ? ",{" : "{");
        put_code(&b, "sourceLanguage", list->pairs[i].source);
        buf_addc(&b, ',');
        put_code(&b, "targetLanguage", list->pairs[i].target);
        buf_addc(&b, '}');
    }
    buf_addz(&b, "],\"responseDetails\":null,\"responseStatus\":200}");
    offer_release(a->t->offer, list);
    http_reply(r, 200, NULL, buf_span(&b), "Cache-Control: no-store\r\n");
    buf_free(&b);
}
