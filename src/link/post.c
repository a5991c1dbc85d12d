/* SPDX-License-Identifier: ISC */
#include "link/post.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/public.h"

static const char agent[] = "Meeshy/" MEESHY_VERSION;

enum { TYPE_BYTES = 128 };

struct post {
    CURL *curl;
    const struct proxies *allowed;
    const atomic_bool *stop;
    bool refused; /* the address of the last call */
    size_t answered; /* bytes */
};

struct post *
post_new(
    const struct proxies *allowed, const atomic_bool *stop, struct err *err)
{
    struct post *p = xcalloc(1, sizeof(*p));

    p->allowed = allowed;
    p->stop = stop;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        p->curl = curl_easy_init();
    if (p->curl)
        return p;
    err_set(err, FAIL_SYSTEM, "libcurl does not start");
    post_free(p);
    return NULL;
}

void
post_free(struct post *p)
{
    if (!p)
        return;
    if (p->curl)
        curl_easy_cleanup(p->curl);
    curl_global_cleanup();
    free(p);
}

/* ---- where to ---- */

static bool
is_allowed(const struct post *p, const struct sockaddr *address)
{
    char text[INET6_ADDRSTRLEN];
    const void *ip =
        address->sa_family == AF_INET6
            ? (const void *)&(
                  (const struct sockaddr_in6 *)(const void *)address)
                  ->sin6_addr
            : (const void *)&((const struct sockaddr_in *)(const void *)address)
                  ->sin_addr;

    if (address_is_public(address))
        return true;
    return (address->sa_family == AF_INET || address->sa_family == AF_INET6) &&
           inet_ntop(address->sa_family, ip, text, sizeof(text)) &&
           proxies_trust(p->allowed, text);
}

static curl_socket_t
on_open(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct post *p = ctx;

    p->refused =
        purpose != CURLSOCKTYPE_IPCXN || !is_allowed(p, &address->addr);
    if (p->refused)
        return CURL_SOCKET_BAD;
    return socket(
        address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ---- the call ---- */

static size_t
on_answer(char *bytes, size_t size, size_t n, void *ctx)
{
    struct post *p = ctx;

    (void)bytes;
    p->answered += size * n;
    return p->answered > POST_ANSWER_BYTES_MAX ? 0 : size * n;
}

static int
on_progress(void *ctx, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
    curl_off_t up)
{
    const struct post *p = ctx;

    (void)down_all;
    (void)down;
    (void)up_all;
    (void)up;
    return atomic_load(p->stop) ? 1 : 0;
}

static void
prepare(struct post *p, const struct post_call *call, struct curl_slist *list)
{
    CURL *curl = p->curl;

    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, call->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* it would judge otherwise */
    curl_easy_setopt(curl, CURLOPT_USERAGENT, agent);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, p);
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L); /* judged each time */
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)POST_CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)POST_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, p);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, p);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(
        curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body.p);
}

static struct curl_slist *
headers_of(const struct post_call *call)
{
    char type[TYPE_BYTES];
    struct curl_slist *list;

    snprintf(type, sizeof(type), "Content-Type: %s",
        call->type ? call->type : "application/json");
    list = curl_slist_append(NULL, type);
    list = curl_slist_append(list, "Expect:");
    for (int i = 0; i < POST_HEADERS_MAX && call->headers[i]; i++)
        list = curl_slist_append(list, call->headers[i]);
    return list;
}

bool
post_do(struct post *p, const struct post_call *call, struct err *err)
{
    struct curl_slist *list = headers_of(call);
    curl_off_t retry_after_s = 0;
    long status = 0;
    CURLcode rc;

    p->refused = false;
    p->answered = 0;
    prepare(p, call, list);
    rc = curl_easy_perform(p->curl);
    curl_easy_getinfo(p->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(p->curl, CURLINFO_RETRY_AFTER, &retry_after_s);
    if (call->answer)
        *call->answer = (struct post_answer){(int)status, retry_after_s};
    curl_slist_free_all(list);
    if (rc != CURLE_OK && p->refused)
        return err_set(
            err, FAIL_FORBIDDEN, "the address is not of the public internet");
    if (rc != CURLE_OK)
        return err_set(err, FAIL_SYSTEM, "%s", curl_easy_strerror(rc));
    return (status >= 200 && status < 300) ||
           err_set(err, FAIL_SYSTEM, "it answered %ld", status);
}

/* ---- addresses ---- */

/* One part of the address; NULL: it has none.  curl_free. */
static char *
part(CURLU *u, CURLUPart which)
{
    char *text = NULL;

    return curl_url_get(u, which, &text, 0) == CURLUE_OK ? text : NULL;
}

static bool
check_parts(CURLU *u, struct err *err)
{
    char *scheme = part(u, CURLUPART_SCHEME);
    char *user = part(u, CURLUPART_USER), *word = part(u, CURLUPART_PASSWORD);
    bool http =
        scheme && (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    bool named = user || word;

    curl_free(scheme);
    curl_free(user);
    curl_free(word);
    if (!http)
        return err_set(err, FAIL_BAD_INPUT, "an address begins with https://");
    return !named || err_set(err, FAIL_BAD_INPUT,
                         "the address has a password, which others would see");
}

bool
post_url_check(struct span url, struct err *err)
{
    char text[POST_URL_BYTES_MAX];
    CURLU *u;
    bool ok;

    if (url.len >= sizeof(text))
        return err_set(err, FAIL_TOO_LARGE, "the address is too long");
    for (size_t i = 0; i < url.len; i++)
        if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 0x7f)
            return err_set(err, FAIL_BAD_INPUT, "that is no address");
    snprintf(text, sizeof(text), "%.*s", SPAN_ARG(url));
    u = curl_url();
    ok = u && curl_url_set(u, CURLUPART_URL, text, 0) == CURLUE_OK;
    if (!ok)
        err_set(err, FAIL_BAD_INPUT, "that is no address");
    else
        ok = check_parts(u, err);
    curl_url_cleanup(u);
    return ok;
}

void
post_url_origin(const char *url, char *ret, size_t ret_bytes)
{
    CURLU *u = curl_url();
    char *scheme = NULL, *host = NULL, *port = NULL;

    if (u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK) {
        scheme = part(u, CURLUPART_SCHEME);
        host = part(u, CURLUPART_HOST);
        port = part(u, CURLUPART_PORT);
    }
    snprintf(ret, ret_bytes, "%s://%s%s%s", scheme ? scheme : "https",
        host ? host : "", port ? ":" : "", port ? port : "");
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(u);
}

void
post_url_host(const char *url, char *ret, size_t ret_bytes)
{
    CURLU *u = curl_url();
    char *host = NULL;

    if (u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK)
        host = part(u, CURLUPART_HOST);
    snprintf(ret, ret_bytes, "%s", host ? host : "");
    curl_free(host);
    curl_url_cleanup(u);
}
