/* SPDX-License-Identifier: ISC */
#include "net/http_head.h"

#include <string.h>
#include <strings.h>

#include "net/hosts.h"

const char *const http_header_names[HEAD_HEADERS] = {"authorization",
    "x-session-token", "content-type", "origin", "if-none-match", "user-agent",
    "accept-language", "accept-encoding", "range", "if-range"};

static const struct {
    const char *name;
    enum http_method method;
    bool head;
} methods[] = {
    {"GET", HTTP_GET, false},
    {"POST", HTTP_POST, false},
    {"OPTIONS", HTTP_OPTIONS, false},
    {"PUT", HTTP_PUT, false},
    {"PATCH", HTTP_PATCH, false},
    {"DELETE", HTTP_DELETE, false},
    {"HEAD", HTTP_GET, true},
};
enum { METHODS = sizeof(methods) / sizeof(methods[0]) };

static bool
same_name(struct span a, const char *b)
{
    return a.len == strlen(b) && strncasecmp(a.p, b, a.len) == 0;
}

/* Is c allowed in a method or a header's name (RFC 9110 5.6.2)? */
static bool
is_token_char(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool
is_token(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_token_char((unsigned char)s.p[i]))
            return false;
    return s.len > 0;
}

static bool
has_controls(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (((unsigned char)s.p[i] < ' ' && s.p[i] != '\t') || s.p[i] == 0x7f)
            return true;
    return false;
}

/* Take a line off *s, without its CR LF.  False when there is a bare LF. */
static bool
take_line(struct span *s, struct span *ret)
{
    *ret = span_cut(s, '\n');
    if (ret->len == 0 || ret->p[ret->len - 1] != '\r')
        return false;
    ret->len--;
    return true;
}

/* "/path?query", or the same behind "http://host". */
static bool
parse_target(struct span target, struct http_head *h)
{
    if (target.len > 7 && strncasecmp(target.p, "http://", 7) == 0) {
        const char *slash = memchr(target.p + 7, '/', target.len - 7);
        if (!slash)
            return false;
        h->host = (struct span){target.p + 7, (size_t)(slash - target.p) - 7};
        target.len -= (size_t)(slash - target.p);
        target.p = slash;
    }
    h->path = span_cut(&target, '?');
    h->query = target;
    for (size_t i = 0; i < h->path.len; i++)
        if ((unsigned char)h->path.p[i] <= ' ')
            return false;
    return h->path.len > 0 &&
           (h->path.p[0] == '/' ||
               (h->method == HTTP_OPTIONS && span_eqz(h->path, "*")));
}

static enum head_rc
parse_request_line(struct span line, struct http_head *h)
{
    struct span method = span_cut(&line, ' '), target = span_cut(&line, ' ');
    int m = 0;

    if (!is_token(method) || has_controls(target) ||
        line.len != strlen("HTTP/1.1") || !span_starts(line, SPAN("HTTP/1.")) ||
        (line.p[7] != '0' && line.p[7] != '1'))
        return HEAD_BAD;
    h->http10 = line.p[7] == '0';
    while (m < METHODS && !span_eqz(method, methods[m].name))
        m++;
    if (m == METHODS)
        return HEAD_UNKNOWN;
    h->method = methods[m].method;
    h->head = methods[m].head;
    return parse_target(target, h) ? HEAD_OK : HEAD_BAD;
}

static void
parse_connection(struct span value, struct http_head *h)
{
    while (value.p) {
        struct span option = span_trim(span_cut(&value, ','));
        h->close |= same_name(option, "close");
        h->keep_alive |= same_name(option, "keep-alive");
        h->upgrade |= same_name(option, "upgrade");
    }
}

static bool
parse_length(struct span value, struct http_head *h)
{
    long long len;

    if (!span_int(value, 0, INT64_MAX, &len) || value.p[0] == '-' ||
        (h->content_length >= 0 && h->content_length != len))
        return false;
    h->content_length = len;
    return true;
}

/* One, and well-formed (RFC 9112 3.2).  A host in the target counts more. */
static bool
parse_host(struct span value, struct http_head *h, bool *seen)
{
    if (*seen || !host_valid(value))
        return false;
    *seen = true;
    if (!h->host.p)
        h->host = value;
    return true;
}

/* Chunked, once, is all that we know. */
static void
parse_coding(struct span value, struct http_head *h)
{
    h->coded = h->coded || h->chunked || !same_name(value, "chunked");
    h->chunked = true;
}

static bool
add_forwarded(struct span value, struct http_head *h)
{
    if (h->n_forwarded == HEAD_FORWARDED_MAX)
        return false;
    h->forwarded[h->n_forwarded++] = value;
    return true;
}

static bool
parse_header(
    struct span name, struct span value, struct http_head *h, bool *seen_host)
{
    if (same_name(name, "connection"))
        parse_connection(value, h);
    else if (same_name(name, "content-length"))
        return parse_length(value, h);
    else if (same_name(name, "transfer-encoding"))
        parse_coding(value, h);
    else if (same_name(name, "expect"))
        h->expect = same_name(value, "100-continue");
    else if (same_name(name, "host"))
        return parse_host(value, h, seen_host);
    else if (same_name(name, "x-forwarded-for"))
        return add_forwarded(value, h);
    else if (same_name(name, "upgrade"))
        h->upgrade_to = value;
    else if (same_name(name, "sec-websocket-key"))
        h->ws_key = value;
    else if (same_name(name, "sec-websocket-version"))
        h->ws_version = value;
    else
        for (int i = 0; i < HEAD_HEADERS; i++)
            if (same_name(name, http_header_names[i]))
                h->headers[i] = value;
    return true;
}

static enum head_rc
parse_lines(struct span lines, struct http_head *h)
{
    enum head_rc rc;
    struct span line;
    bool seen_host = false;

    if (!take_line(&lines, &line))
        return HEAD_BAD;
    rc = parse_request_line(line, h);
    while (rc == HEAD_OK && lines.len) {
        struct span name, value;
        if (!take_line(&lines, &value))
            return HEAD_BAD;
        name = span_cut(&value, ':');
        if (!value.p || !is_token(name) || has_controls(value) ||
            !parse_header(name, span_trim(value), h, &seen_host))
            rc = HEAD_BAD; /* a folded line begins with a space: no token */
    }
    /* Both together is how requests are smuggled. */
    if (rc == HEAD_OK && (h->chunked || h->coded) &&
        (h->content_length >= 0 || h->http10))
        return HEAD_BAD;
    if (rc == HEAD_OK && h->coded)
        rc = HEAD_UNKNOWN;
    return rc == HEAD_OK && !seen_host && !h->http10 ? HEAD_BAD : rc;
}

/* A line that ends without CR: the empty line would never come. */
static bool
has_bare_lf(struct span s)
{
    const char *at = s.p, *end = s.p + s.len;

    while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
        if (at == s.p || at[-1] != '\r')
            return true;
        at++;
    }
    return false;
}

enum head_rc
http_head_parse(struct span in, struct http_head *ret, size_t *ret_len)
{
    size_t skipped = 0;
    const char *end;

    *ret = (struct http_head){.content_length = -1};
    while (in.len >= 2 && in.p[0] == '\r' && in.p[1] == '\n') {
        in = (struct span){in.p + 2, in.len - 2}; /* RFC 9112 2.2 */
        skipped += 2;
    }
    end = in.len ? memmem(in.p, in.len, "\r\n\r\n", 4) : NULL;
    if (!end && in.len && has_bare_lf(in))
        return HEAD_BAD;
    if (!end)
        return in.len + skipped > HEAD_BYTES_MAX ? HEAD_TOO_LARGE : HEAD_MORE;
    *ret_len = (size_t)(end - in.p) + 4 + skipped;
    if (*ret_len > HEAD_BYTES_MAX)
        return HEAD_TOO_LARGE;
    return parse_lines((struct span){in.p, (size_t)(end - in.p) + 2}, ret);
}

static int
hex_value(char c)
{
    c |= 0x20;
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

long
http_url_decode(struct span s, bool plus, char *out)
{
    long n = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (c == '%') {
            bool whole = s.len - i > 2;
            int hi = whole ? hex_value(s.p[i + 1]) : -1;
            int lo = whole ? hex_value(s.p[i + 2]) : -1;
            if (hi < 0 || lo < 0 || hi + lo == 0)
                return -1;
            c = (char)(hi << 4 | lo);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        out[n++] = c;
    }
    return n;
}

bool
http_path_plain(struct span path)
{
    while (path.p) {
        struct span segment = span_cut(&path, '/');
        if (span_eqz(segment, ".") || span_eqz(segment, ".."))
            return false;
    }
    return true;
}
