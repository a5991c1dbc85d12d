/* SPDX-License-Identifier: ISC */
#include "translator/http/peers.h"

#include <ctype.h>
#include <string.h>

#include "translator/http/ask.h"
#include "wire/json.h"

enum { CODE_LEN_MAX = 16 };

/* What a service calls LibreTranslate's fields. */
static const struct names {
    const char *text, *source, *target, *format, *key, *pair;
} names[] = {
    [PEER_LIBRE] = {"q", "source", "target", "format", "api_key", NULL},
    [PEER_APY] = {"q", NULL, NULL, "format", NULL, "langpair"},
    [PEER_DEEPL] = {"text", "source_lang", "target_lang", "tag_handling",
        "auth_key", NULL},
    [PEER_GOOGLE] = {"q", "source", "target", "format", "key", NULL},
};

struct gathered {
    const struct names *names;
    struct buf texts; /* JSON strings with commas */
    size_t n;
    bool many; /* they were a list */
    char source[CODE_LEN_MAX + 1], target[CODE_LEN_MAX + 1], format[8];
    struct buf key;
};

/* "EN-GB" to "en-GB", as languages are written here; Google's and DeepL's
 * regions that we do not tell apart go. */
static void
take_code(struct span code, char ret[CODE_LEN_MAX + 1])
{
    size_t n = 0;

    if (code.len > CODE_LEN_MAX)
        code = SPAN("?");
    for (; n < code.len && code.p[n] != '-' && code.p[n] != '_'; n++)
        ret[n] = (char)tolower((unsigned char)code.p[n]);
    for (; n < code.len; n++)
        ret[n] = code.p[n] == '_' ? '-' : code.p[n];
    ret[n] = '\0';
}

static bool
is(const char *name, struct span key)
{
    return name && span_eqz(key, name);
}

static void
take_text(struct gathered *g, struct span text)
{
    if (!utf8_valid(text))
        text = SPAN(""); /* which is then said to be missing */
    if (g->n++)
        buf_addc(&g->texts, ',');
    json_put_str(&g->texts, text);
}

static void
take_pair(struct gathered *g, struct span pair)
{
    struct span source = span_cut(&pair, '|');

    take_code(source, g->source);
    take_code(pair, g->target);
}

/* "html" of Google's, "xml" and "html" of DeepL's tag_handling. */
static void
take_format(struct gathered *g, struct span value)
{
    bool html = span_eqz(value, "html") || span_eqz(value, "xml");

    snprintf(g->format, sizeof(g->format), "%s", html ? "html" : "text");
}

static void
take(struct span key, struct span value, void *ctx)
{
    struct gathered *g = ctx;
    const struct names *n = g->names;

    if (is(n->text, key))
        take_text(g, value);
    else if (is(n->source, key))
        take_code(value, g->source);
    else if (is(n->target, key))
        take_code(value, g->target);
    else if (is(n->pair, key))
        take_pair(g, value);
    else if (is(n->format, key))
        take_format(g, value);
    else if (is(n->key, key) && g->key.len == 0)
        buf_adds(&g->key, value);
}

static bool
take_json(struct gathered *g, struct span body, struct err *err)
{
    json_t *tree = json_read(body, err);
    const char *key;
    const json_t *value, *one;
    size_t i;

    if (!tree)
        return false;
    json_object_foreach(tree, key, value)
    {
        if (json_is_string(value))
            take(span_of(key), json_str(value), g);
        if (json_is_array(value) && is(g->names->text, span_of(key))) {
            g->many = true;
            json_array_foreach(value, i, one) take_text(g, json_str(one));
        }
    }
    json_decref(tree);
    return true;
}

static void
take_query(struct gathered *g, const struct peer_request *r)
{
    const struct names *n = g->names;
    const char *const all[] = {
        n->text, n->source, n->target, n->pair, n->format, n->key};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        struct span value =
            all[i] ? r->query(r->ctx, all[i]) : (struct span){NULL, 0};
        if (value.p && (all[i] != n->text || g->n == 0))
            take(span_of(all[i]), value, g);
    }
}

static void
take_authorization(struct gathered *g, struct span header)
{
    static const char deepl[] = "DeepL-Auth-Key ";
    size_t n = sizeof(deepl) - 1;

    if (g->key.len == 0 && span_starts(header, SPAN("DeepL-Auth-Key ")))
        buf_add(&g->key, header.p + n, header.len - n);
}

static void
put(const struct gathered *g, struct buf *json)
{
    buf_addz(json, "{\"q\":");
    if (g->n == 1 && !g->many)
        buf_adds(json, buf_span(&g->texts));
    else
        buf_addf(json, "[%.*s]", SPAN_ARG(buf_span(&g->texts)));
    buf_addc(json, ',');
    json_put_field(
        json, "source", g->source[0] ? span_of(g->source) : SPAN("auto"));
    json_add_field(json, "target",
        g->target[0] ? span_of(g->target) : (struct span){NULL, 0});
    buf_addc(json, ',');
    json_put_field(
        json, "format", g->format[0] ? span_of(g->format) : SPAN("text"));
    if (g->key.len && utf8_valid(buf_span(&g->key)))
        json_add_field(json, "api_key", buf_span(&g->key));
    buf_addc(json, '}');
}

bool
peer_read(const struct peer_request *r, struct buf *json, struct err *err)
{
    struct gathered g = {.names = &names[r->peer]};
    struct span start = span_trim(r->body);
    bool ok = true;

    if (start.len && start.p[0] == '{')
        ok = take_json(&g, r->body, err);
    else if (start.len && !ask_form(r->content_type, r->body, take, &g))
        ok = err_set(err, FAIL_BAD_INPUT, "Invalid request: broken form");
    take_query(&g, r);
    take_authorization(&g, r->authorization);
    if (ok)
        put(&g, json);
    buf_free(&g.texts);
    buf_free(&g.key);
    return ok;
}

/* ---- answers ---- */

static void
put_upper(struct buf *b, const char *code)
{
    buf_addc(b, '"');
    for (; *code; code++)
        buf_addc(b, (char)toupper((unsigned char)*code));
    buf_addc(b, '"');
}

static void
put_deepl(struct buf *b, const struct peer_text *t)
{
    buf_addz(b, "{\"detected_source_language\":");
    put_upper(b, t->source);
    buf_addz(b, ",\"text\":");
    buf_adds(b, t->text);
    buf_addc(b, '}');
}

static void
put_google(struct buf *b, const struct peer_text *t)
{
    buf_addz(b, "{\"translatedText\":");
    buf_adds(b, t->text);
    if (t->source[0])
        buf_addf(b, ",\"detectedSourceLanguage\":\"%s\"", t->source);
    buf_addc(b, '}');
}

void
peer_answer(
    enum peer peer, struct buf *b, const struct peer_text *texts, size_t n)
{
    if (peer == PEER_APY) {
        buf_addz(b, "{\"responseData\":{\"translatedText\":");
        buf_adds(b, n ? texts[0].text : SPAN("\"\""));
        buf_addz(b, "},\"responseDetails\":null,\"responseStatus\":200}");
        return;
    }
    buf_addz(b, peer == PEER_GOOGLE ? "{\"data\":{\"translations\":["
                                    : "{\"translations\":[");
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(b, ',');
        if (peer == PEER_GOOGLE)
            put_google(b, &texts[i]);
        else
            put_deepl(b, &texts[i]);
    }
    buf_addz(b, peer == PEER_GOOGLE ? "]}}" : "]}");
}

void
peer_refuse(enum peer peer, struct buf *b, int status, const struct err *err)
{
    switch (peer) {
    case PEER_APY:
        buf_addf(b, "{\"status\":\"error\",\"code\":%d,", status);
        json_put_field(b, "explanation", span_of(err->text));
        break;
    case PEER_DEEPL:
        buf_addc(b, '{');
        json_put_field(b, "message", span_of(err->text));
        break;
    case PEER_GOOGLE:
        buf_addf(b, "{\"error\":{\"code\":%d,", status);
        json_put_field(b, "message", span_of(err->text));
        buf_addc(b, '}');
        break;
    case PEER_LIBRE:
        buf_addc(b, '{');
        json_put_field(b, "error", span_of(err->text));
        break;
    }
    buf_addc(b, '}');
}
