/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "text/lang.h"
#include "text/langid.h"
#include "translator/http/api_impl.h"
#include "translator/http/html.h"
#include "translator/http/peers.h"
#include "translator/translate/identify.h"
#include "wire/json.h"

/* One text of an order, which is one item at the desk, or as many as its HTML
 * has texts. */
struct part {
    struct html *html; /* NULL: plain */
    struct desk_item *items;
    size_t n;
    struct desk_item *other; /* an alternative to items[0], or NULL */
    struct langid found; /* of HTML whose language is not told */
    struct span source;
};

/* A request for translations, from its arrival to its answer. */
struct order {
    struct desk_order desk; /* must be first */
    struct api *api;
    enum api_route route;
    enum peer peer;
    struct http_req *r;
    struct ask ask;
    struct part *parts; /* [ask.n] */
    int64_t started_us;
};

static void
order_free(struct order *o)
{
    for (size_t i = 0; i < o->desk.n; i++)
        free(o->desk.items[i].request.translation);
    for (size_t i = 0; o->parts && i < o->ask.n; i++)
        html_free(o->parts[i].html);
    free(o->desk.items);
    free(o->parts);
    ask_fini(&o->ask);
    free(o);
}

static void
on_drop(struct desk_order *d)
{
    order_free((struct order *)d);
}

static bool
is_auto(const struct order *o, size_t i)
{
    return span_eqz(o->ask.texts[i].source, "auto");
}

/* HTML is taken apart, and its language found from all of it: a heading of one
 * word says too little. */
static bool
open_html(struct order *o, size_t i, struct err *err)
{
    struct part *p = &o->parts[i];
    struct buf plain = {0};

    p->html = html_new(o->ask.texts[i].text, err);
    if (!p->html)
        return false;
    p->n = html_len(p->html);
    if (!is_auto(o, i) || p->n == 0)
        return true;
    html_plain(p->html, &plain);
    identify_likely(
        o->api->t->offer, buf_span(&plain), o->ask.texts[i].target, &p->found);
    buf_free(&plain);
    p->source = span_of(p->found.code);
    return true;
}

static void
fill_items(struct order *o, size_t i)
{
    struct part *p = &o->parts[i];

    for (size_t k = 0; k < p->n; k++) {
        struct translate_request *r = &p->items[k].request;
        r->text = p->html ? html_text(p->html, k) : o->ask.texts[i].text;
        r->source = p->source;
        r->target = o->ask.texts[i].target;
        r->plain = p->html != NULL;
        r->way = o->ask.way;
        r->guess = true;
    }
}

/* Plain texts alone have alternatives: those of HTML would be without tags. */
static bool
wants_other(const struct order *o)
{
    return o->ask.alternatives && !o->ask.html;
}

static void
add_other(struct order *o, struct part *p)
{
    p->other = &o->desk.items[o->desk.n++];
    p->other->request = p->items->request;
    p->other->request.other = true;
    p->other->optional = true;
}

static bool
make_items(struct order *o, struct err *err)
{
    size_t n = 0;

    o->parts = xcalloc(o->ask.n, sizeof(*o->parts));
    for (size_t i = 0; i < o->ask.n; i++) {
        o->parts[i].n = 1;
        o->parts[i].source = o->ask.texts[i].source;
        if (o->ask.html && !open_html(o, i, err))
            return false;
        n += o->parts[i].n + wants_other(o);
    }
    o->desk.items = xcalloc(n + 1, sizeof(*o->desk.items));
    for (size_t i = 0; i < o->ask.n; i++) {
        o->parts[i].items = o->desk.items + o->desk.n;
        o->desk.n += o->parts[i].n;
        fill_items(o, i);
        if (wants_other(o))
            add_other(o, &o->parts[i]);
    }
    return true;
}

/* Why text i, or a part of its HTML, stands in the answer as it came though it
 * needed a translation; NULL when it does not. */
static const char *
why_untranslated(const struct order *o, size_t i)
{
    const struct part *p = &o->parts[i];

    for (size_t k = 0; k < p->n; k++)
        if (p->items[k].request.outcome == TRANSLATE_FAILED)
            return p->items[k].request.err.text;
    return NULL;
}

/* The order failed when nothing can be said of any of its texts: one that no
 * engine could translate well stays as it is, and concerns no other. */
static const struct err *
failure_of(const struct order *o)
{
    const struct err *first = NULL;

    for (size_t i = 0; i < o->desk.n; i++) {
        const struct translate_request *r = &o->desk.items[i].request;

        if (o->desk.items[i].optional)
            continue;
        if (r->outcome != TRANSLATE_FAILED || translate_is_refused(r))
            return NULL;
        if (!first)
            first = &r->err;
    }
    return first;
}

/* The translation of text i.  What has or needs none stays as it is. */
static bool
put_translation(struct buf *b, const struct order *o, size_t i, struct err *err)
{
    const struct part *p = &o->parts[i];
    struct buf out = {0};

    for (size_t k = 0; p->html && k < p->n; k++) {
        const struct translate_request *r = &p->items[k].request;
        if (r->outcome == TRANSLATE_OK &&
            !html_put(p->html, k, span_of(r->translation)))
            return err_set(err, FAIL_SYSTEM, "a translation lost a tag");
    }
    if (p->html) {
        html_assemble(p->html, &out);
        json_put_str(b, buf_span(&out));
        buf_free(&out);
    } else if (p->items->request.outcome == TRANSLATE_OK) {
        json_put_str(b, span_of(p->items->request.translation));
    } else {
        json_put_str(b, o->ask.texts[i].text);
    }
    return true;
}

/* As LibreTranslate does, English without any confidence when nothing tells. */
static void
put_detected(struct buf *b, const char *code, double confidence)
{
    if (!*code)
        confidence = 0;
    buf_addf(b, "{\"confidence\":%.4g,", 100 * confidence);
    json_put_field(b, "language", span_of(*code ? code : IDENTIFY_USUAL));
    buf_addc(b, '}');
}

static void
put_source(struct buf *b, const struct order *o, size_t i)
{
    const struct part *p = &o->parts[i];

    if (p->html)
        put_detected(b, p->found.code, p->found.confidence);
    else
        put_detected(b, p->items->request.source_code,
            p->items->request.source_confidence);
}

/* What another way has made of each text, unless it is the same. */
static void
put_alternatives(struct buf *b, const struct order *o)
{
    buf_addz(b, o->ask.many ? ",\"alternatives\":[" : ",\"alternatives\":");
    for (size_t i = 0; i < o->ask.n; i++) {
        const struct part *p = &o->parts[i];
        const char *text = p->other ? p->other->request.translation : NULL;
        const char *first = p->items->request.translation;
        buf_addz(b, i ? ",[" : "[");
        if (text && first && strcmp(text, first) != 0)
            json_put_str(b, span_of(text));
        buf_addc(b, ']');
    }
    if (o->ask.many)
        buf_addc(b, ']');
}

/* Our own field, when there is something to tell: of several texts, a list
 * with null for those that are as they should be. */
static void
put_untranslated(struct buf *b, const struct order *o)
{
    size_t n = 0;

    for (size_t i = 0; i < o->ask.n; i++)
        n += why_untranslated(o, i) != NULL;
    if (n == 0)
        return;
    buf_addz(b, o->ask.many ? ",\"untranslated\":[" : ",\"untranslated\":");
    for (size_t i = 0; i < o->ask.n; i++) {
        const char *why = why_untranslated(o, i);

        buf_addz(b, i ? "," : "");
        if (why)
            json_put_str(b, span_of(why));
        else
            buf_addz(b, "null");
    }
    if (o->ask.many)
        buf_addc(b, ']');
}

static void
put_trust(struct buf *b, const struct order *o)
{
    const struct translate_request **worst =
        xcalloc(o->ask.n, sizeof(const struct translate_request *));

    for (size_t i = 0; i < o->ask.n; i++)
        worst[i] = api_worst(o->parts[i].items, o->parts[i].n);
    api_put_trust(b, worst, o->ask.n, o->ask.many);
    free(worst);
}

static bool
put_libre(struct buf *b, const struct order *o, struct err *err)
{
    bool many = o->ask.many;
    bool ok = true;

    buf_addz(b, many ? "{\"translatedText\":[" : "{\"translatedText\":");
    for (size_t i = 0; ok && i < o->ask.n; i++) {
        if (i)
            buf_addc(b, ',');
        ok = put_translation(b, o, i, err);
    }
    if (many)
        buf_addc(b, ']');
    if (is_auto(o, 0)) {
        buf_addz(
            b, many ? ",\"detectedLanguage\":[" : ",\"detectedLanguage\":");
        for (size_t i = 0; i < o->ask.n; i++) {
            if (i)
                buf_addc(b, ',');
            put_source(b, o, i);
        }
        if (many)
            buf_addc(b, ']');
    }
    if (o->ask.alternatives)
        put_alternatives(b, o);
    put_trust(b, o);
    put_untranslated(b, o);
    buf_addc(b, '}');
    return ok;
}

/* One answer of the original project's shape. */
static void
put_seed(struct buf *b, const struct order *o, size_t i)
{
    const struct desk_item *item = o->parts[i].items;
    const struct translate_request *r = &item->request;
    const struct ask_text *t = &o->ask.texts[i];
    bool ok = r->outcome == TRANSLATE_OK, refused = translate_is_refused(r);

    buf_addc(b, '{');
    if (r->outcome == TRANSLATE_FAILED && !refused) {
        json_put_field(b, "error", span_of(r->err.text));
        json_add_field(b, "original_text", t->text);
        buf_addc(b, '}');
        return;
    }
    json_put_field(b, "original_text", t->text);
    buf_addc(b, ',');
    json_put_field(
        b, "translated_text", ok ? span_of(r->translation) : t->text);
    json_add_field(b, "source_language",
        r->source_code[0] ? span_of(r->source_code) : t->source);
    json_add_field(b, "target_language", t->target);
    api_put_text(b, "model_used", ok ? r->model : "none");
    api_put_real(b, "confidence_score", ok ? r->trust.confidence : !refused);
    api_put_text(
        b, "quality", quality_name(ok ? r->trust.quality : QUALITY_NONE));
    if (ok && r->trust.doubt[0])
        api_put_text(b, "doubt", r->trust.doubt);
    if (refused)
        api_put_text(b, "untranslated", r->err.text);
    api_put_count(
        b, "processing_time_ms", (unsigned long long)item->took_us / 1000);
    buf_addf(b, ",\"from_cache\":%s}", ok && r->from_cache ? "true" : "false");
}

static void
put_seeds(struct buf *b, const struct order *o)
{
    if (o->route != API_BATCH) {
        put_seed(b, o, 0);
        return;
    }
    buf_addz(b, "{\"results\":[");
    for (size_t i = 0; i < o->ask.n; i++) {
        if (i)
            buf_addc(b, ',');
        put_seed(b, o, i);
    }
    buf_addz(b, "]}");
}

/* The answer that another service would give. */
static bool
put_peer(struct buf *b, const struct order *o, struct err *err)
{
    struct peer_text *texts = xcalloc(o->ask.n, sizeof(*texts));
    struct buf *said = xcalloc(o->ask.n, sizeof(*said));
    bool ok = true;

    for (size_t i = 0; ok && i < o->ask.n; i++) {
        const struct part *p = &o->parts[i];

        ok = put_translation(&said[i], o, i, err);
        texts[i].text = buf_span(&said[i]);
        texts[i].source = !is_auto(o, i) ? ""
                          : p->html      ? p->found.code
                                         : p->items->request.source_code;
        if (o->peer == PEER_DEEPL && !texts[i].source[0])
            texts[i].source =
                is_auto(o, i) ? IDENTIFY_USUAL : p->items->request.source_code;
    }
    if (ok)
        peer_answer(o->peer, b, texts, o->ask.n);
    for (size_t i = 0; i < o->ask.n; i++)
        buf_free(&said[i]);
    free(said);
    free(texts);
    return ok;
}

static void
answer(struct order *o, const struct err *err)
{
    struct api *a = o->api;
    struct err lost = {0};
    struct buf b = {0};

    if (!err && o->route != API_BATCH)
        err = failure_of(o);
    if (!err && o->ask.seeds)
        put_seeds(&b, o);
    else if (!err && o->peer && !put_peer(&b, o, &lost))
        err = &lost;
    else if (!err && !o->peer && !put_libre(&b, o, &lost))
        err = &lost;
    if (err) {
        buf_free(&b);
        api_refuse_as(a, o->peer, o->route, o->r, err, 1);
        return;
    }
    recent_add(&a->latency_us[o->route],
        (uint64_t)(clock_mono_us() - o->started_us), clock_mono_ms());
    api_reply(a, o->route, o->r, &b);
}

static void
on_done(struct desk_order *d, const struct err *err)
{
    answer((struct order *)d, err);
}

bool
api_admit(struct api *a, const struct http_req *r, const struct ask *ask,
    int *retry_s, struct err *err)
{
    struct span bearer = http_req_header(r, "authorization");
    struct gate_visit v = {.key = ask->key,
        .client = http_req_client(r),
        .requests = ask->n,
        .chars = ask->chars};

    if (!v.key.len)
        v.key = http_req_query(r, "api_key");
    if (!v.key.len && span_starts(bearer, SPAN("Bearer ")))
        v.key = (struct span){bearer.p + 7, bearer.len - 7};
    return gate_admit(
        a->gate, &v, clock_mono_us(), clock_wall_ms(), retry_s, err);
}

static struct span
query_of(const void *r, const char *name)
{
    return http_req_query(r, name);
}

/* What another service would be asked, or LibreTranslate in its query. */
static bool
read_peer(struct order *o, struct err *err)
{
    struct peer_request p = {.peer = o->peer,
        .content_type = http_req_header(o->r, "content-type"),
        .body = http_req_body(o->r),
        .query = query_of,
        .ctx = o->r,
        .authorization = http_req_header(o->r, "authorization")};
    struct buf json = {0};
    bool ok = peer_read(&p, &json, err) &&
              ask_read(&o->ask, ASK_TRANSLATE, SPAN("application/json"),
                  buf_span(&json), &o->api->limits, err);

    buf_free(&json);
    return ok;
}

static bool
read_order(struct order *o, struct err *err)
{
    enum ask_kind kind = o->route == API_BATCH ? ASK_BATCH : ASK_TRANSLATE;
    struct span body = http_req_body(o->r);

    if (o->peer || (body.len == 0 && http_req_query(o->r, "q").p))
        return read_peer(o, err);
    return ask_read(&o->ask, kind, http_req_header(o->r, "content-type"), body,
        &o->api->limits, err);
}

/* LibreTranslate's words for a language that nobody here writes. */
static bool
is_served(const struct order *o, struct err *err)
{
    struct span target = o->ask.texts[0].target;

    return o->ask.seeds || lang_find(target) ||
           err_set(
               err, FAIL_BAD_INPUT, "%.*s is not supported", SPAN_ARG(target));
}

static void
handle_as(
    struct api *a, enum peer peer, enum api_route route, struct http_req *r)
{
    struct order *o = xcalloc(1, sizeof(*o));
    struct err err = {0};
    int retry_s = 1;

    o->api = a;
    o->route = route;
    o->peer = peer;
    o->r = r;
    o->started_us = clock_mono_us();
    o->desk.done = on_done;
    o->desk.drop = on_drop;
    if (read_order(o, &err) && api_admit(a, r, &o->ask, &retry_s, &err) &&
        is_served(o, &err) && make_items(o, &err)) {
        if (o->desk.n > 0 && desk_take(a->desk, &o->desk, &err))
            return;
        if (o->desk.n == 0) { /* HTML without a word */
            answer(o, NULL);
            order_free(o);
            return;
        }
    }
    api_refuse_as(a, peer, route, r, &err, retry_s);
    order_free(o);
}

static void
handle(struct api *a, enum api_route route, struct http_req *r)
{
    handle_as(a, PEER_LIBRE, route, r);
}

void
api_on_translate(struct http_req *r, void *ctx)
{
    handle_as(ctx, http_req_query(r, "langpair").p ? PEER_APY : PEER_LIBRE,
        API_TRANSLATE, r);
}

void
api_on_apy(struct http_req *r, void *ctx)
{
    handle_as(ctx, PEER_APY, API_TRANSLATE, r);
}

void
api_on_deepl(struct http_req *r, void *ctx)
{
    handle_as(ctx, PEER_DEEPL, API_TRANSLATE, r);
}

void
api_on_google(struct http_req *r, void *ctx)
{
    handle_as(ctx, PEER_GOOGLE, API_TRANSLATE, r);
}

void
api_on_batch(struct http_req *r, void *ctx)
{
    handle(ctx, API_BATCH, r);
}

/* What was found in several texts, as LibreTranslate tells it: one list, the
 * likeliest first. */
struct found {
    size_t n;
    struct langid list[16];
};

static void
add_found(struct found *f, const struct langid *id, size_t n_texts)
{
    double part = id->confidence / (double)n_texts;
    size_t i = 0;

    if (!id->code[0])
        return;
    while (i < f->n && strcmp(f->list[i].code, id->code) != 0)
        i++;
    if (i == sizeof(f->list) / sizeof(f->list[0]))
        return;
    if (i == f->n) {
        f->list[f->n++] = *id;
        f->list[i].confidence = 0;
    }
    f->list[i].confidence += part;
    for (; i > 0 && f->list[i - 1].confidence < f->list[i].confidence; i--) {
        struct langid swap = f->list[i];
        f->list[i] = f->list[i - 1];
        f->list[i - 1] = swap;
    }
}

static void
put_found(struct buf *b, const struct ask *ask)
{
    struct found f = {0};

    for (size_t i = 0; i < ask->n; i++) {
        struct langid id = {0};
        langid_guess(ask->texts[i].text, NULL, &id);
        add_found(&f, &id, ask->n);
    }
    buf_addc(b, '[');
    for (size_t i = 0; i < f.n; i++) {
        if (i)
            buf_addc(b, ',');
        put_detected(b, f.list[i].code, f.list[i].confidence);
    }
    if (f.n == 0)
        put_detected(b, "", 0);
    buf_addc(b, ']');
}

void
api_on_detect(struct http_req *r, void *ctx)
{
    int64_t started_us = clock_mono_us();
    struct api *a = ctx;
    struct ask ask = {0};
    struct err err = {0};
    struct buf b = {0};
    int retry_s = 1;

    if (ask_read(&ask, ASK_DETECT, http_req_header(r, "content-type"),
            http_req_body(r), &a->limits, &err) &&
        api_admit(a, r, &ask, &retry_s, &err)) {
        put_found(&b, &ask);
        recent_add(&a->latency_us[API_DETECT],
            (uint64_t)(clock_mono_us() - started_us), clock_mono_ms());
        api_reply(a, API_DETECT, r, &b);
    } else {
        api_refuse(a, API_DETECT, r, &err, retry_s);
    }
    ask_fini(&ask);
}
