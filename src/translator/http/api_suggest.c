/* SPDX-License-Identifier: ISC */
#include <jansson.h>

#include "base/clock.h"
#include "memory/proposals.h"
#include "text/lang.h"
#include "translator/http/api_impl.h"
#include "wire/json.h"

/* LibreTranslate's way to say that a translation should be another one. */

static void
keep_field(struct span name, struct span value, void *ctx)
{
    char key[16];

    if (name.len >= sizeof(key) || !utf8_valid(name) || !utf8_valid(value))
        return;
    snprintf(key, sizeof(key), "%.*s", SPAN_ARG(name));
    json_object_set_new(ctx, key, json_stringn(value.p, value.len));
}

/* The members of the request, as JSON or a form.  NULL with err filled. */
static json_t *
read_members(const struct http_req *r, struct err *err)
{
    struct span type = http_req_header(r, "content-type");
    struct span body = span_trim(http_req_body(r));
    json_t *members;

    if (!ask_check_type(type, err))
        return NULL;
    if (span_starts(body, SPAN("{")))
        return json_read(body, err);
    members = json_object();
    if (ask_form(type, http_req_body(r), keep_field, members))
        return members;
    json_decref(members);
    err_set(err, FAIL_BAD_INPUT, "Invalid request: the form is broken");
    return NULL;
}

static bool
take(const json_t *members, const char *name, struct span *ret, struct err *err)
{
    *ret = json_get_str(members, name);
    return ret->len > 0 || ask_missing(err, name);
}

static bool
take_language(
    const json_t *members, const char *name, struct span *ret, struct err *err)
{
    const struct lang *known;

    if (!take(members, name, ret, err))
        return false;
    known = lang_find(*ret);
    if (!known)
        return err_set(
            err, FAIL_BAD_INPUT, "%.*s is not supported", SPAN_ARG(*ret));
    *ret = span_of(known->code); /* it becomes the name of a file */
    return true;
}

static bool
read_proposal(const json_t *members, const struct ask_limits *limits,
    struct proposal *ret, struct err *err)
{
    if (!take(members, "q", &ret->text, err) ||
        !take(members, "s", &ret->translation, err) ||
        !take_language(members, "source", &ret->source, err) ||
        !take_language(members, "target", &ret->target, err))
        return false;
    if (span_eq(ret->source, ret->target))
        return err_set(err, FAIL_BAD_INPUT, "source and target are the same");
    return (utf8_count(ret->text) <= limits->chars &&
               utf8_count(ret->translation) <= limits->chars) ||
           err_set(err, FAIL_TOO_LARGE,
               "Invalid request: request exceeds text limit (%zu)",
               limits->chars);
}

static bool
suggest(struct api *a, const struct http_req *r, const json_t *members,
    int *retry_s, struct err *err)
{
    struct proposal one = {0};
    struct ask ask = {.key = json_get_str(members, "api_key"), .n = 1};

    return read_proposal(members, &a->limits, &one, err) &&
           api_admit(a, r, &ask, retry_s, err) &&
           proposals_add(a->proposals, &one, err);
}

void
api_on_suggest(struct http_req *r, void *ctx)
{
    struct api *a = ctx;
    struct err err = {0};
    struct buf b = {0};
    json_t *members;
    int retry_s = 1;
    bool ok;

    if (!a->proposals) {
        api_disabled(r, "Suggestions are");
        return;
    }
    members = read_members(r, &err);
    ok = members && suggest(a, r, members, &retry_s, &err);
    json_decref(members);
    if (!ok) {
        api_refuse(a, API_SUGGEST, r, &err, retry_s);
        return;
    }
    buf_addz(&b, "{\"success\":true}");
    api_reply(a, API_SUGGEST, r, &b);
}
