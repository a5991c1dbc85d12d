/* SPDX-License-Identifier: ISC */
#include "net/http_head.h"

#include <string.h>

#include "base/tap.h"

static struct http_head h;
static size_t head_len;

static enum head_rc
parse(const char *text)
{
    return http_head_parse(span_of(text), &h, &head_len);
}

static void
head_is_taken_apart(void)
{
    static const char text[] =
        "POST /a%20b?x=1&y HTTP/1.1\r\nHost: here\r\n"
        "content-LENGTH: 12\r\nConnection: Keep-Alive, Upgrade\r\n"
        "Authorization:Bearer x \r\nX-Other: y\r\nExpect: 100-Continue\r\n\r\n"
        "body";

    CHECK(parse(text) == HEAD_OK && head_len == sizeof(text) - 1 - 4);
    CHECK(h.method == HTTP_POST && !h.head && !h.http10);
    CHECK(span_eqz(h.path, "/a%20b") && span_eqz(h.query, "x=1&y"));
    CHECK(h.content_length == 12 && h.expect && !h.chunked);
    CHECK(h.keep_alive && h.upgrade && !h.close);
    CHECK(span_eqz(h.headers[0], "Bearer x") && !h.headers[1].p);
    CHECK(parse("\r\n\r\nHEAD / HTTP/1.0\r\n\r\n") == HEAD_OK);
    CHECK(h.method == HTTP_GET && h.head && h.http10);
    CHECK(!h.query.p && h.content_length == -1);
    CHECK(
        parse("GET http://here:80/x?y HTTP/1.1\r\nHost: h\r\n\r\n") == HEAD_OK);
    CHECK(span_eqz(h.path, "/x") && span_eqz(h.query, "y"));
    CHECK(span_eqz(h.host, "here:80")); /* RFC 9112 3.2.2 */
    CHECK(parse("GET / HTTP/1.1\r\nHost: h:1\r\n\r\n") == HEAD_OK);
    CHECK(span_eqz(h.host, "h:1"));
    CHECK(parse("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n") == HEAD_OK);
}

static void
each_proxy_may_add_a_line(void)
{
    char text[1024] = "GET / HTTP/1.1\r\nHost: h\r\n";

    for (int i = 0; i < HEAD_FORWARDED_MAX; i++)
        strcat(text, "X-Forwarded-For: 192.0.2.1\r\n");
    strcat(text, "\r\n");
    CHECK(parse(text) == HEAD_OK && h.n_forwarded == HEAD_FORWARDED_MAX);
    CHECK(span_eqz(h.forwarded[1], "192.0.2.1"));
    text[strlen(text) - 2] = '\0';
    strcat(text, "x-forwarded-for: 192.0.2.1\r\n\r\n");
    CHECK(parse(text) == HEAD_BAD);
}

static void
half_a_head_is_not_judged(void)
{
    static const char text[] = "GET / HTTP/1.1\r\nHost: here\r\n\r\n";

    for (size_t n = 0; n < sizeof(text) - 1; n++)
        CHECK(http_head_parse((struct span){text, n}, &h, &head_len) ==
              HEAD_MORE);
    CHECK(parse(text) == HEAD_OK);
}

static void
what_could_be_read_in_two_ways_is_refused(void)
{
    static const char *const bad[] = {
        "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h, g\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: h\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: h\r\n\r\n",
        "G\x01T / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET x HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET http://h HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", /* no Host */
        "GET / HTTP/1.1\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n: no name\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nA: b\x01\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nA: b\rc\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: "
        "99999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n"
        "Content-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n"
        "Transfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n"
        "Transfer-Encoding: gzip\r\n\r\n",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (!CHECK(parse(bad[i]) == HEAD_BAD))
            printf("# %s\n", bad[i]);
    CHECK(parse("BREW / HTTP/1.1\r\nHost: h\r\n\r\n") == HEAD_UNKNOWN);
}

static void
a_body_may_come_in_chunks_and_in_no_other_coding(void)
{
#define CODED "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
    CHECK(parse(CODED "Chunked\r\n\r\n") == HEAD_OK && h.chunked);
    CHECK(h.content_length == -1);
    CHECK(parse(CODED "gzip\r\n\r\n") == HEAD_UNKNOWN);
    CHECK(parse(CODED "gzip, chunked\r\n\r\n") == HEAD_UNKNOWN);
    CHECK(parse(CODED "chunked\r\nTransfer-Encoding: chunked\r\n\r\n") ==
          HEAD_UNKNOWN);
    CHECK(parse(CODED "\r\n\r\n") == HEAD_UNKNOWN);
#undef CODED
}

static void
endless_heads_are_too_large(void)
{
    static char text[HEAD_BYTES_MAX + 10];

    memset(text, 'x', sizeof(text) - 1);
    CHECK(http_head_parse((struct span){text, HEAD_BYTES_MAX}, &h, &head_len) ==
          HEAD_MORE);
    CHECK(parse(text) == HEAD_TOO_LARGE);
    memcpy(text + sizeof(text) - 6, "\r\n\r\n", 5);
    CHECK(parse(text) == HEAD_TOO_LARGE);
}

static bool
decodes(const char *text, bool plus, const char *to)
{
    char out[64];
    long n = http_url_decode(span_of(text), plus, out);

    return to ? n >= 0 && span_eqz((struct span){out, (size_t)n}, to) : n < 0;
}

static void
percents_are_decoded(void)
{
    CHECK(decodes("a%20b+c", false, "a b+c"));
    CHECK(decodes("a%20b+c", true, "a b c"));
    CHECK(decodes("%c3%A9", false, "\xc3\xa9"));
    CHECK(decodes("%2e%2E%2f", false, "../"));
    CHECK(decodes("", true, ""));
    CHECK(decodes("%", false, NULL));
    CHECK(decodes("%2", false, NULL));
    CHECK(decodes("%2x", false, NULL));
    CHECK(decodes("%x2", false, NULL));
    CHECK(decodes("a%00b", false, NULL));
}

static void
paths_out_of_a_directory_are_seen(void)
{
    CHECK(http_path_plain(SPAN("/")) && http_path_plain(SPAN("/a/b.c/...")));
    CHECK(!http_path_plain(SPAN("/..")));
    CHECK(!http_path_plain(SPAN("/a/../b")));
    CHECK(!http_path_plain(SPAN("/./a")));
    CHECK(!http_path_plain(SPAN("/a/.")));
}

int
main(void)
{
    RUN(head_is_taken_apart);
    RUN(each_proxy_may_add_a_line);
    RUN(half_a_head_is_not_judged);
    RUN(what_could_be_read_in_two_ways_is_refused);
    RUN(a_body_may_come_in_chunks_and_in_no_other_coding);
    RUN(endless_heads_are_too_large);
    RUN(percents_are_decoded);
    RUN(paths_out_of_a_directory_are_seen);
    return tap_end();
}
