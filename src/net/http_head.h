/* SPDX-License-Identifier: ISC */
#ifndef NET_HTTP_HEAD_H
#define NET_HTTP_HEAD_H

#include <stdint.h>

#include "net/http.h"

/*
 * http_head - the head of an HTTP/1.1 request, from its first byte to the
 * empty line (RFC 9112).  Pure.
 */
enum {
    HEAD_BYTES_MAX = 16 * 1024,
    HEAD_HEADERS = 10, /* of those handlers may ask for */
    HEAD_FORWARDED_MAX = 8, /* lines of X-Forwarded-For */
};

/* The order of http_head.headers. */
extern const char *const http_header_names[HEAD_HEADERS];

struct http_head {
    enum http_method method;
    bool head; /* HEAD: a GET whose answer has no body */
    bool http10;
    bool close, keep_alive, upgrade; /* options of "Connection" */
    bool chunked; /* the body's length is not known before its end */
    bool coded; /* in another Transfer-Encoding, which we do not know */
    bool expect; /* "100-continue" */
    int64_t content_length; /* -1 when not given */
    struct span path; /* as sent, without the query */
    struct span query; /* as sent, without the '?' */
    struct span host; /* of the target if it names one, else of the header;
                         {NULL,0}: none, by HTTP/1.0 only */
    struct span upgrade_to, ws_key, ws_version;
    struct span headers[HEAD_HEADERS];
    /* X-Forwarded-For: proxies append to a line or add one. */
    int n_forwarded;
    struct span forwarded[HEAD_FORWARDED_MAX];
};

enum head_rc {
    HEAD_OK,
    HEAD_MORE, /* not all there yet */
    HEAD_BAD, /* answer 400 */
    HEAD_TOO_LARGE, /* answer 431 */
    HEAD_UNKNOWN, /* method or transfer coding: answer 501 */
};

/* Parse the head at the beginning of in; *ret borrows from it, *ret_len says
 * how long the head is. */
enum head_rc http_head_parse(
    struct span in, struct http_head *ret, size_t *ret_len);

/* Decode %XX, and '+' as a space when plus, to out, which has room for s.len
 * bytes.  Returns the length, or -1 for a broken escape or a NUL. */
long http_url_decode(struct span s, bool plus, char *out);

/* Has path, decoded, no segment "." or ".."?  Browsers resolve these; what
 * sends them wants out of a directory. */
bool http_path_plain(struct span path);

#endif
