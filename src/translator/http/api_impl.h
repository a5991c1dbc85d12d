/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_API_IMPL_H
#define TRANSLATOR_API_IMPL_H

#include <ev.h>

#include "base/hist.h"
#include "engine/neural.h"
#include "net/http.h"
#include "translator/http/api.h"
#include "translator/http/ask.h"
#include "translator/http/desk.h"
#include "translator/http/gate.h"
#include "translator/http/peers.h"
#include "translator/http/rates.h"
#include "translator/http/shelf.h"

/* The inside of api, shared by api.c (routes), api_translate.c (what asks for
 * translations), api_status.c, api_stats.c and api_metrics.c. */
enum api_route {
    API_TRANSLATE,
    API_BATCH,
    API_DETECT,
    API_SUGGEST,
    API_ROUTES,
};

/* Statuses that are counted each by itself. */
enum { API_STATUSES = 8 };
extern const int api_statuses[API_STATUSES];
extern const char *const api_route_paths[API_ROUTES];

struct api {
    struct translator *t; /* borrowed, as is the loop */
    struct loop *loop;
    struct http_server *http; /* owned, as all that follows */
    struct gate *gate;
    struct desk *desk;
    struct rates *rates;
    struct shelf *shelf;
    struct proposals *proposals; /* NULL: none are taken */
    struct ask_limits limits;
    ev_timer sample; /* feeds rates */

    unsigned long long answers[API_ROUTES][API_STATUSES];
    struct recent latency_us[API_ROUTES]; /* of answers with status 200 */
};

/* api.c */
const struct http_route *api_table(size_t *n);
extern const char openapi_json[]; /* made from openapi.json */
extern const size_t openapi_json_len;

/* api_reply.c.  Both take what is in b. */
void api_reply(
    struct api *a, enum api_route route, struct http_req *r, struct buf *b);
void api_refuse(struct api *a, enum api_route route, struct http_req *r,
    const struct err *err, int retry_s);

/* In the words of another service. */
void api_refuse_as(struct api *a, enum peer peer, enum api_route route,
    struct http_req *r, const struct err *err, int retry_s);

/* api_translate.c */
void api_on_apy(struct http_req *r, void *ctx);
void api_on_deepl(struct http_req *r, void *ctx);
void api_on_google(struct http_req *r, void *ctx);
void api_on_translate(struct http_req *r, void *ctx);
void api_on_batch(struct http_req *r, void *ctx);
/* Let in who asks so much: gate_admit by the key that it presents anywhere. */
bool api_admit(struct api *a, const struct http_req *r, const struct ask *ask,
    int *retry_s, struct err *err);
void api_on_detect(struct http_req *r, void *ctx);

/* api_models.c */
void api_on_models(struct http_req *r, void *ctx);
void api_on_models_available(struct http_req *r, void *ctx);
void api_on_models_pull(struct http_req *r, void *ctx);
void api_on_models_rescan(struct http_req *r, void *ctx);
void api_on_model_verify(struct http_req *r, void *ctx);
void api_on_model_remove(struct http_req *r, void *ctx);

/* api_trust.c: fields of ours that tell how far a translation may be trusted. */
/* The least trusted of n items; NULL when there is none. */
const struct translate_request *api_worst(
    const struct desk_item *items, size_t n);
/* "quality", "confidence", "engine" and "doubt" of n texts, as lists when
 * many.  Of each text the least trusted part counts; NULL: it has none. */
void api_put_trust(struct buf *b, const struct translate_request *const *worst,
    size_t n, bool many);

/* api_libre.c: the rest of LibreTranslate's and apertium-apy's routes. */
/* "WHAT disabled on this server." */
void api_disabled(struct http_req *r, const char *what);
void api_on_translate_file(struct http_req *r, void *ctx);
void api_on_list_pairs(struct http_req *r, void *ctx);

/* api_suggest.c */
void api_on_suggest(struct http_req *r, void *ctx);

/* api_ways.c */
void api_on_ways(struct http_req *r, void *ctx);

/* api_status.c */
bool api_front_works(const struct translator *t);
bool api_is_ready(const struct translator *t);
bool api_health(struct buf *b, struct translator *t); /* true: all is well */
void api_status(struct buf *b, const struct translator *t, const char *status);
void api_languages(struct buf *b, const struct translator *t);
void api_settings(struct buf *b, const struct api *a);

/* api_stats.c */
void api_stats(struct buf *b, const struct api *a);
/* All pairs that were asked for, ordered, in memory of the caller's. */
struct translate_pair *api_pairs(const struct api *a, size_t *n);
/* All neural models in use, ordered by pair, in memory of the caller's. */
struct neural_model *api_models(const struct translator *t, size_t *n);

/* api_metrics.c */
void api_metrics(struct buf *b, const struct api *a);

/* Members of a JSON object, each with a comma before it. */
void api_put_text(struct buf *b, const char *key, const char *value);
void api_put_count(struct buf *b, const char *key, unsigned long long value);
void api_put_real(struct buf *b, const char *key, double value);

#endif
