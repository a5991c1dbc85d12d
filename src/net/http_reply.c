/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "net/http_impl.h"
#include "wire/json.h"

enum { HEAD_ROOM = 512 }; /* for the usual head of an answer */

static const char *
status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } texts[] = {{200, "OK"}, {201, "Created"}, {202, "Accepted"},
        {204, "No Content"}, {301, "Moved Permanently"}, {302, "Found"},
        {303, "See Other"}, {304, "Not Modified"}, {307, "Temporary Redirect"},
        {308, "Permanent Redirect"}, {400, "Bad Request"},
        {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"},
        {405, "Method Not Allowed"}, {409, "Conflict"}, {410, "Gone"},
        {411, "Length Required"}, {413, "Content Too Large"},
        {415, "Unsupported Media Type"}, {422, "Unprocessable Content"},
        {426, "Upgrade Required"}, {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"}, {501, "Not Implemented"},
        {502, "Bad Gateway"}, {503, "Service Unavailable"},
        {504, "Gateway Timeout"}};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i].status == status)
            return texts[i].text;
    return "Status";
}

/* The answer has left: free r, make the connection ready for the next. */
void
req_sent(struct http_req *r)
{
    struct http_conn *c = r->conn;
    bool close_after = r->close_after;

    req_free(r);
    if (close_after) {
        conn_finish(c);
        return;
    }
    dl_start(&c->server->idle, &c->deadline, clock_mono_ms());
    conn_pump(c);
}

static void
send_out(struct http_req *r)
{
    struct http_conn *c = r->conn;
    bool written;

    r->state = REQ_SENDING;
    written = conn_write(c, r->out.p, r->out.len);
    buf_free(&r->out);
    if (!written)
        return; /* r goes with its connection */
    if (c->stuck)
        dl_start(&c->server->sending, &c->deadline, clock_mono_ms());
    else
        req_sent(r);
}

static void
put_cors(struct buf *out, const struct http_req *r)
{
    const char *allowed = r->conn->server->cors_origin;

    if (!*allowed)
        return;
    buf_addf(out, "Access-Control-Allow-Origin: %s\r\n", allowed);
    if (strcmp(allowed, "*") != 0)
        buf_addz(
            out, "Access-Control-Allow-Credentials: true\r\nVary: Origin\r\n");
    if (r->method == HTTP_OPTIONS)
        buf_addz(out,
            "Access-Control-Allow-Methods: GET, POST, PUT, PATCH, DELETE\r\n"
            "Access-Control-Allow-Headers: authorization, content-type, "
            "x-session-token\r\n"
            "Access-Control-Max-Age: 600\r\n");
}

void
http_reply(struct http_req *r, int status, const char *content_type,
    struct span body, const char *extra_headers)
{
    bool has_body = status != 204 && status != 304;
    struct buf *out = &r->out;

    assert(!r->answered);
    r->answered = true;
    if (!r->conn) {
        req_free(r);
        return;
    }
    buf_reserve(out, body.len + HEAD_ROOM);
    buf_addf(out, "HTTP/1.1 %d %s\r\n", status, status_text(status));
    if (has_body)
        buf_addf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n",
            content_type ? content_type : "application/json", body.len);
    buf_addz(out, "X-Content-Type-Options: nosniff\r\n");
    put_cors(out, r);
    if (status == 426)
        buf_addz(out, "Sec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n");
    if (extra_headers)
        buf_addz(out, extra_headers);
    /* Node's client goes on using the connection unless it is told. */
    buf_addz(out, r->close_after ? "Connection: close\r\n\r\n" : "\r\n");
    if (has_body && !r->head)
        buf_adds(out, body);
    send_out(r);
}

static const int statuses[] = {
    [FAIL_NONE] = 500,
    [FAIL_BAD_INPUT] = 400,
    [FAIL_UNAUTHORIZED] = 401,
    [FAIL_FORBIDDEN] = 403,
    [FAIL_NOT_FOUND] = 404,
    [FAIL_CONFLICT] = 409,
    [FAIL_TOO_LARGE] = 413,
    [FAIL_RATE] = 429,
    [FAIL_BUSY] = 503,
    [FAIL_SYSTEM] = 500,
};

static enum fail
fail_of(int status)
{
    return status == 404   ? FAIL_NOT_FOUND
           : status == 413 ? FAIL_TOO_LARGE
                           : FAIL_BAD_INPUT;
}

void
req_refuse(struct http_req *r, int status, const char *text)
{
    struct buf body = {0};

    if (status != 204) {
        buf_addz(&body, "{\"success\":false,\"error\":");
        json_put_str(&body, span_of(text ? text : status_text(status)));
        buf_addf(&body, ",\"code\":\"%s\"}", fail_code(fail_of(status)));
    }
    http_reply(r, status, NULL, buf_span(&body), NULL);
    buf_free(&body);
}

void
conn_refuse(struct http_conn *c, int status)
{
    struct buf out = {0};

    buf_addf(&out,
        "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        status, status_text(status));
    if (conn_write(c, out.p, out.len))
        conn_finish(c);
    buf_free(&out);
}

int
http_status_of(enum fail kind)
{
    return statuses[kind];
}

void
http_reply_err(struct http_req *r, const struct err *e)
{
    struct buf body = {0};

    buf_addz(&body, "{\"success\":false,\"error\":");
    json_put_str(&body, span_of(e->text));
    buf_addf(&body, ",\"code\":\"%s\"}", fail_code(e->kind));
    http_reply(r, http_status_of(e->kind), NULL, buf_span(&body), NULL);
    buf_free(&body);
}
