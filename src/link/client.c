/* SPDX-License-Identifier: ISC */
#include "link/client.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "wire/json.h"

struct client {
    CURL *curl;
    int timeout_ms;
};

struct client *
client_new(int timeout_ms, struct err *err)
{
    struct client *c = xcalloc(1, sizeof(*c));

    c->timeout_ms = timeout_ms;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        c->curl = curl_easy_init();
    if (c->curl)
        return c;
    err_set(err, FAIL_SYSTEM, "libcurl does not start");
    client_free(c);
    return NULL;
}

void
client_free(struct client *c)
{
    if (!c)
        return;
    if (c->curl)
        curl_easy_cleanup(c->curl);
    curl_global_cleanup();
    free(c);
}

static size_t
on_body(char *p, size_t size, size_t n, void *ctx)
{
    struct buf *b = ctx;

    if (b->len + n * size > CLIENT_ANSWER_BYTES_MAX)
        return 0; /* ends the call as failed */
    buf_add(b, p, n * size);
    return n * size;
}

/* What the server says of its refusal: {"error":"..."} with more around. */
static void
explain(struct span body, long status, const char *path, struct err *err)
{
    struct err bad;
    json_t *tree = json_read(body, &bad);
    struct span why = json_get_str(tree, "error");

    if (!why.p)
        why = json_get_str(tree, "message");
    if (why.p)
        err_set(err, status < 500 ? FAIL_BAD_INPUT : FAIL_SYSTEM,
            "%s: %ld, %.*s", path, status, SPAN_ARG(why));
    else
        err_set(err, FAIL_SYSTEM, "%s: status %ld", path, status);
    json_decref(tree);
}

static struct curl_slist *
add_header(struct curl_slist *list, const char *name, const char *value)
{
    struct buf b = {0};
    char *line;

    buf_addf(&b, "%s%s", name, value);
    line = buf_take(&b);
    list = curl_slist_append(list, line);
    free(line);
    return list;
}

static struct curl_slist *
headers(const struct client_call *call)
{
    struct curl_slist *list = NULL;

    if (call->token)
        list = add_header(list, "Authorization: Bearer ", call->token);
    else if (call->authorization)
        list = add_header(list, "Authorization: ", call->authorization);
    if (call->body.p)
        list = add_header(list,
            "Content-Type: ", call->type ? call->type : "application/json");
    return curl_slist_append(list, "Expect:");
}

static bool
url(char out[CLIENT_URL_BYTES_MAX], struct span base, const char *path,
    struct err *err)
{
    bool named = span_starts(base, SPAN("http://")) ||
                 span_starts(base, SPAN("https://"));
    int n;

    while (base.len > 0 && base.p[base.len - 1] == '/')
        base.len--;
    n = snprintf(out, CLIENT_URL_BYTES_MAX, "%s%.*s%s", named ? "" : "http://",
        SPAN_ARG(base), path);
    if (n >= CLIENT_URL_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "the URL is too long");
    return true;
}

/* On this machine the certificate of a name that others use is as good as no
 * TLS at all, which would do. */
static bool
is_here(const char *address)
{
    static const char *const here[] = {
        "https://localhost", "https://127.0.0.1", "https://[::1]"};
    size_t len;

    for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
        len = strlen(here[i]);
        if (strncmp(address, here[i], len) == 0 && strchr(":/", address[len]) &&
            !strchr(address, '@'))
            return true;
    }
    return false;
}

bool
client_do(struct client *c, const struct client_call *call, struct buf *ret,
    struct err *err)
{
    char address[CLIENT_URL_BYTES_MAX];
    struct curl_slist *list;
    long status = 0;
    CURLcode rc;

    if (!url(address, call->base, call->path, err))
        return false;
    buf_reset(ret);
    list = headers(call);
    curl_easy_reset(c->curl);
    curl_easy_setopt(c->curl, CURLOPT_URL, address);
    curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    if (is_here(address)) {
        curl_easy_setopt(c->curl, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(c->curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, call->method);
    curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(c->curl, CURLOPT_TIMEOUT_MS, (long)c->timeout_ms);
    curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, ret);
    if (call->body.p) {
        curl_easy_setopt(
            c->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
        curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, call->body.p);
    }
    rc = curl_easy_perform(c->curl);
    curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(list);
    if (rc != CURLE_OK)
        return err_set(
            err, FAIL_SYSTEM, "%s: %s", address, curl_easy_strerror(rc));
    if (status >= 200 && status < 300)
        return true;
    explain(buf_span(ret), status, call->path, err);
    return false;
}
