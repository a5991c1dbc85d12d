/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "translator/http/api_impl.h"

const int api_statuses[API_STATUSES] = {200, 400, 403, 413, 415, 429, 500, 503};
const char *const api_route_paths[API_ROUTES] = {
    "/translate", "/translate/batch", "/detect", "/suggest"};

enum { RETRY_BUSY_S = 1 };

/* What is not among the statuses counts as the last but one: our fault. */
static void
count(struct api *a, enum api_route route, int status)
{
    int i = 0;

    while (i < API_STATUSES - 2 && api_statuses[i] != status)
        i++;
    if (status == 503)
        i = API_STATUSES - 1;
    a->answers[route][i]++;
}

void
api_reply(
    struct api *a, enum api_route route, struct http_req *r, struct buf *b)
{
    count(a, route, 200);
    http_reply(r, 200, NULL, buf_span(b), NULL);
    buf_free(b);
}

static int
status_of(struct http_req *r, enum fail kind)
{
    if (kind == FAIL_TOO_LARGE)
        return 400; /* as LibreTranslate has it */
    if (kind == FAIL_BAD_INPUT &&
        ask_is_foreign(http_req_header(r, "content-type")))
        return 415;
    return http_status_of(kind);
}

void
api_refuse(struct api *a, enum api_route route, struct http_req *r,
    const struct err *err, int retry_s)
{
    api_refuse_as(a, PEER_LIBRE, route, r, err, retry_s);
}

void
api_refuse_as(struct api *a, enum peer peer, enum api_route route,
    struct http_req *r, const struct err *err, int retry_s)
{
    int status = status_of(r, err->kind);
    char retry[40] = "";
    struct buf b = {0};

    peer_refuse(peer, &b, status, err);
    if (status == 429 || status == 503)
        snprintf(retry, sizeof(retry), "Retry-After: %d\r\n",
            status == 503 ? RETRY_BUSY_S : retry_s);
    count(a, route, status);
    http_reply(r, status, NULL, buf_span(&b), retry);
    buf_free(&b);
}
