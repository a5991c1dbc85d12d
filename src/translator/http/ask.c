/* SPDX-License-Identifier: ISC */
#include "translator/http/ask.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "translator/http/multipart.h"
#include "wire/json.h"

/* Both shapes, JSON and form, come down to these. */
struct fields {
    struct span source, target, format, alternatives, key;
};

bool
ask_missing(struct err *err, const char *name)
{
    return err_set(
        err, FAIL_BAD_INPUT, "Invalid request: missing %s parameter", name);
}

static bool
wrong(struct err *err, const char *name)
{
    return err_set(
        err, FAIL_BAD_INPUT, "Invalid request: wrong %s parameter", name);
}

/* The type alone, without parameters: "application/json". */
static struct span
media_type(struct span content_type)
{
    return span_trim(span_cut(&content_type, ';'));
}

static bool
is_type(struct span type, const char *want)
{
    return type.len == strlen(want) && strncasecmp(type.p, want, type.len) == 0;
}

static bool
is_form(struct span type)
{
    return is_type(type, "application/x-www-form-urlencoded");
}

static bool
is_multipart(struct span type)
{
    return is_type(type, "multipart/form-data");
}

bool
ask_is_foreign(struct span content_type)
{
    static const char suffix[] = "+json";
    struct span type = media_type(content_type);
    size_t len = sizeof(suffix) - 1;
    struct multipart m;

    if (is_multipart(type))
        return !multipart_open(&m, content_type, SPAN(""));
    if (!type.len || is_form(type) || is_type(type, "application/json") ||
        is_type(type, "text/json") || is_type(type, "text/plain"))
        return false;
    return type.len < len ||
           strncasecmp(type.p + type.len - len, suffix, len) != 0;
}

bool
ask_check_type(struct span content_type, struct err *err)
{
    return !ask_is_foreign(content_type) ||
           err_set(err, FAIL_BAD_INPUT, "Invalid request: send JSON or a form");
}

static bool
add_text(struct ask *a, struct span text, const struct ask_limits *limits,
    struct err *err)
{
    size_t chars;

    if (!text.p || memchr(text.p, '\0', text.len) || !utf8_valid(text))
        return wrong(err, a->seeds ? "text" : "q");
    chars = utf8_count(text);
    if (chars > limits->chars)
        return err_set(err, FAIL_TOO_LARGE,
            "Invalid request: request (%zu) exceeds text limit (%zu)", chars,
            limits->chars);
    a->chars += chars;
    a->texts[a->n++].text = text;
    return true;
}

static bool
reserve(struct ask *a, size_t n, size_t max, struct err *err)
{
    if (n > max)
        return err_set(err, FAIL_TOO_LARGE,
            "Invalid request: batch (%zu) exceeds limit (%zu)", n, max);
    a->texts = xcalloc(n ? n : 1, sizeof(*a->texts));
    return true;
}

static bool
is_language(struct span s)
{
    return s.len > 0 && s.len <= ASK_LANGUAGE_LEN_MAX;
}

/* What follows the texts: languages and options, the same for all. */
static bool
settle(struct ask *a, const struct fields *f, bool detect, struct err *err)
{
    long long alternatives = 0;

    a->key = f->key;
    if (a->key.len > ASK_KEY_LEN_MAX)
        return wrong(err, "api_key");
    if (detect)
        return true;
    if (!is_language(f->source))
        return f->source.len ? wrong(err, "source")
                             : ask_missing(err, "source");
    if (!is_language(f->target))
        return f->target.len ? wrong(err, "target")
                             : ask_missing(err, "target");
    if (f->format.len && !span_eqz(f->format, "text") &&
        !span_eqz(f->format, "html"))
        return wrong(err, "format");
    if (f->alternatives.len &&
        !span_int(f->alternatives, 0, ASK_ALTERNATIVES_MAX, &alternatives))
        return wrong(err, "alternatives");
    a->html = span_eqz(f->format, "html");
    a->alternatives = alternatives > 0;
    for (size_t i = 0; i < a->n; i++) {
        a->texts[i].source = f->source;
        a->texts[i].target = f->target;
    }
    return true;
}

/* A field that is a string, null or not there. */
static bool
get_str(const json_t *o, const char *key, struct span *ret, struct err *err)
{
    const json_t *v = json_object_get(o, key);

    *ret = json_get_str(o, key);
    return !v || json_is_null(v) || ret->p || wrong(err, key);
}

/* The number of alternatives, which some clients send as text. */
static bool
get_alternatives(const json_t *o, struct fields *f, struct err *err)
{
    const json_t *v = json_object_get(o, "alternatives");

    if (!json_is_integer(v))
        return get_str(o, "alternatives", &f->alternatives, err);
    if (json_integer_value(v) < 0 ||
        json_integer_value(v) > ASK_ALTERNATIVES_MAX)
        return wrong(err, "alternatives");
    if (json_integer_value(v) > 0)
        f->alternatives = SPAN("1"); /* more there are not */
    return true;
}

/* Of an array of requests the first one's way counts. */
static bool
get_way(struct ask *a, const json_t *o, struct err *err)
{
    struct span way;

    if (!get_str(o, "way", &way, err))
        return false;
    if (way.len > ASK_WAY_LEN_MAX)
        return wrong(err, "way");
    if (!a->way.p)
        a->way = way;
    return true;
}

static bool
read_q(struct ask *a, const json_t *q, const struct ask_limits *limits,
    struct err *err)
{
    size_t n = json_is_array(q) ? json_array_size(q) : 1;

    a->many = json_is_array(q);
    if (!q || json_is_null(q) || n == 0 ||
        (json_is_string(q) && json_string_length(q) == 0))
        return ask_missing(err, "q");
    if (!reserve(a, n, limits->texts, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const json_t *v = a->many ? json_array_get(q, i) : q;
        struct span text = {json_string_value(v), json_string_length(v)};
        if (!add_text(a, text, limits, err))
            return false;
    }
    return true;
}

static bool
read_libre(struct ask *a, bool detect, const struct ask_limits *limits,
    struct err *err)
{
    const json_t *o = a->tree;
    struct fields f = {0};

    return read_q(a, json_object_get(o, "q"), limits, err) &&
           get_str(o, "source", &f.source, err) &&
           get_str(o, "target", &f.target, err) &&
           get_str(o, "format", &f.format, err) &&
           get_alternatives(o, &f, err) && get_way(a, o, err) &&
           get_str(o, "api_key", &f.key, err) && settle(a, &f, detect, err);
}

/* One request of the original's shape. */
static bool
read_seed(struct ask *a, const json_t *o, const struct ask_limits *limits,
    struct err *err)
{
    struct ask_text *t = &a->texts[a->n];
    struct span model, key;

    if (!json_is_object(o))
        return err_set(err, FAIL_BAD_INPUT, "Invalid request: not an object");
    if (!get_str(o, "source_language", &t->source, err) ||
        !get_str(o, "target_language", &t->target, err) ||
        !get_str(o, "model_type", &model, err) ||
        !get_str(o, "api_key", &key, err) || !get_way(a, o, err))
        return false;
    if (!t->source.p)
        t->source = SPAN("auto");
    if (!is_language(t->source))
        return wrong(err, "source_language");
    if (!t->target.p)
        return ask_missing(err, "target_language");
    if (!is_language(t->target))
        return wrong(err, "target_language");
    if (key.len > ASK_KEY_LEN_MAX)
        return wrong(err, "api_key");
    if (!a->key.p)
        a->key = key;
    if (json_string_length(json_object_get(o, "text")) == 0)
        return ask_missing(err, "text");
    return add_text(a, json_get_str(o, "text"), limits, err);
}

static bool
read_seeds(struct ask *a, const struct ask_limits *limits, struct err *err)
{
    size_t n = json_is_array(a->tree) ? json_array_size(a->tree) : 1;

    a->seeds = true;
    a->many = json_is_array(a->tree);
    if (n == 0)
        return err_set(err, FAIL_BAD_INPUT, "Invalid request: nothing to do");
    if (!reserve(a, n, a->many ? ASK_SEEDS_BATCH_MAX : 1, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!read_seed(
                a, a->many ? json_array_get(a->tree, i) : a->tree, limits, err))
            return false;
    return true;
}

static bool
read_json(struct ask *a, enum ask_kind kind, struct span body,
    const struct ask_limits *limits, struct err *err)
{
    a->tree = json_read(body, err);
    if (!a->tree)
        return false;
    if (kind == ASK_BATCH)
        return json_is_array(a->tree) ? read_seeds(a, limits, err)
                                      : err_set(err, FAIL_BAD_INPUT,
                                            "Invalid request: not an array");
    if (!json_is_object(a->tree))
        return err_set(err, FAIL_BAD_INPUT, "Invalid JSON format");
    if (kind == ASK_TRANSLATE && !json_object_get(a->tree, "q") &&
        json_object_get(a->tree, "text"))
        return read_seeds(a, limits, err);
    return read_libre(a, kind == ASK_DETECT, limits, err);
}

static int
hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode s to *to, which moves on.  A % that begins nothing stays, as do all
 * browsers' and servers' parsers have it. */
static struct span
decode(struct span s, char **to)
{
    struct span out = {*to, 0};

    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (c == '%' && i + 2 < s.len && hex_of(s.p[i + 1]) >= 0 &&
            hex_of(s.p[i + 2]) >= 0) {
            c = (char)(hex_of(s.p[i + 1]) << 4 | hex_of(s.p[i + 2]));
            i += 2;
        } else if (c == '+') {
            c = ' ';
        }
        *(*to)++ = c;
    }
    out.len = (size_t)(*to - out.p);
    return out;
}

/* Forms come with CR LF, which would count twice. */
static struct span
without_cr(struct span s)
{
    char *to = (char *)s.p; /* ours: decode made it */
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] != '\r' || i + 1 == s.len || s.p[i + 1] != '\n')
            to[n++] = s.p[i];
    return (struct span){s.p, n};
}

static struct span *
field_named(struct fields *f, struct span name)
{
    struct {
        const char *name;
        struct span *at;
    } rows[] = {{"source", &f->source}, {"target", &f->target},
        {"format", &f->format}, {"alternatives", &f->alternatives},
        {"api_key", &f->key}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (span_eqz(name, rows[i].name))
            return rows[i].at;
    return NULL;
}

/* A form in either coding, field by field. */
struct form {
    struct multipart parts;
    bool is_multipart;
    struct span rest; /* if it is not */
    char *to; /* where decoded values go */
};

static bool
next_field(struct form *form, struct span *name, struct span *value)
{
    if (form->is_multipart)
        return multipart_next(&form->parts, name, value);
    if (!form->rest.p)
        return false;
    *value = span_cut(&form->rest, '&');
    *name = span_cut(value, '=');
    return true;
}

/* The value in memory of ours. */
static struct span
own(struct form *form, struct span value)
{
    struct span copy = {form->to, value.len};

    if (!form->is_multipart)
        return decode(value, &form->to);
    if (value.len > 0)
        memcpy(form->to, value.p, value.len);
    form->to += value.len;
    return copy;
}

static size_t
count_q(struct form form)
{
    struct span name, value;
    size_t n = 0;

    while (next_field(&form, &name, &value))
        n += span_eqz(name, "q");
    return n;
}

static bool
read_form(struct ask *a, bool detect, struct span content_type,
    struct span body, const struct ask_limits *limits, struct err *err)
{
    struct form form = {.rest = body, .to = xmalloc(body.len + 1)};
    struct fields f = {0};
    struct span name, value;
    size_t n;

    a->form = form.to;
    form.is_multipart = multipart_open(&form.parts, content_type, body);
    n = count_q(form);
    a->many = n > 1;
    if (!reserve(a, n, limits->texts, err))
        return false;
    while (next_field(&form, &name, &value)) {
        struct span *field = field_named(&f, name);
        if (field && !field->p)
            *field = own(&form, value);
        else if (span_eqz(name, "q") &&
                 !add_text(a, without_cr(own(&form, value)), limits, err))
            return false;
    }
    if (form.is_multipart && form.parts.broken)
        return err_set(err, FAIL_BAD_INPUT, "Invalid request: broken form");
    if (n == 0 || (n == 1 && a->texts[0].text.len == 0))
        return ask_missing(err, "q");
    if (memchr(f.source.p ? f.source.p : "x", '\0', f.source.len))
        return wrong(err, "source");
    if (memchr(f.target.p ? f.target.p : "x", '\0', f.target.len))
        return wrong(err, "target");
    return settle(a, &f, detect, err);
}

bool
ask_form(struct span content_type, struct span body,
    void (*field)(struct span name, struct span value, void *ctx), void *ctx)
{
    char *room = xmalloc(2 * body.len + 1);
    struct form form = {.rest = body};
    struct span name, value;

    form.is_multipart = multipart_open(&form.parts, content_type, body);
    while (form.to = room, next_field(&form, &name, &value)) {
        name = own(&form, name);
        field(name, without_cr(own(&form, value)), ctx);
    }
    free(room);
    return !form.is_multipart || !form.parts.broken;
}

bool
ask_read(struct ask *ret, enum ask_kind kind, struct span content_type,
    struct span body, const struct ask_limits *limits, struct err *err)
{
    struct span type = media_type(content_type), start = span_trim(body);
    bool json = start.len > 0 && (start.p[0] == '{' || start.p[0] == '[');
    bool form = is_form(type) || is_multipart(type);

    *ret = (struct ask){0};
    if (!ask_check_type(content_type, err))
        return false;
    /* curl -d says that it sends a form when it sends JSON. */
    if (type.len && !form)
        json = true;
    if (json)
        return read_json(ret, kind, body, limits, err);
    if (kind == ASK_BATCH)
        return err_set(err, FAIL_BAD_INPUT, "Invalid request: not an array");
    return read_form(ret, kind == ASK_DETECT, content_type, body, limits, err);
}

void
ask_fini(struct ask *a)
{
    free(a->texts);
    free(a->form);
    json_decref(a->tree);
    *a = (struct ask){0};
}
