/* SPDX-License-Identifier: ISC */
#include "net/proxy_head.h"

#include <stdio.h>
#include <string.h>

#include "base/tap.h"

#define MARK "\r\n\r\n\0\r\nQUIT\n"
#define FOUR "\x01\x02\x03\x04\x7f\x00\x00\x01\x12\x34\x0b\xb8"

static enum proxy_rc rc;
static char client[ADDRESS_BYTES];
static size_t len;

/* The head with something behind it, whole; and each beginning of it wants more. */
static bool
is(struct span head, const char *want)
{
    char bytes[512];
    bool all = true;

    memcpy(bytes, head.p, head.len);
    memcpy(bytes + head.len, "GET", 3);
    for (size_t n = 0; n < head.len; n++)
        all = all && proxy_head_parse((struct span){bytes, n}, client, &len) ==
                         PROXY_MORE;
    rc = proxy_head_parse((struct span){bytes, head.len + 3}, client, &len);
    return all && rc == PROXY_OK && len == head.len &&
           strcmp(client, want) == 0;
}

static bool
bad(struct span head)
{
    return proxy_head_parse(head, client, &len) == PROXY_BAD;
}

static void
the_line_names_the_client(void)
{
    CHECK(
        is(SPAN("PROXY TCP4 192.0.2.7 127.0.0.1 4711 3000\r\n"), "192.0.2.7"));
    CHECK(is(SPAN("PROXY TCP6 2001:db8::7 ::1 4711 3000\r\n"), "2001:db8::7"));
    CHECK(is(SPAN("PROXY UNKNOWN\r\n"), ""));
    CHECK(is(SPAN("PROXY UNKNOWN ffff::1 ::1 1 2\r\n"), ""));
}

static void
a_line_that_is_none_is_refused(void)
{
    char longest[120];

    CHECK(bad(SPAN("PROXY TCP4 ::1 127.0.0.1 1 2\r\n")));
    CHECK(bad(SPAN("PROXY TCP6 127.0.0.1 ::1 1 2\r\n")));
    CHECK(bad(SPAN("PROXY TCP4 192.0.2.7 127.0.0.1 1\r\n")));
    CHECK(bad(SPAN("PROXY TCP4 192.0.2.7 127.0.0.1 1 65536\r\n")));
    CHECK(bad(SPAN("PROXY TCP4 192.0.2.7 127.0.0.1 1 2 3\r\n")));
    CHECK(bad(SPAN("PROXY TCP4 192.0.2.7 nowhere 1 2\r\n")));
    CHECK(bad(SPAN("PROXY UDP4 192.0.2.7 127.0.0.1 1 2\r\n")));
    CHECK(bad(SPAN("PROXY \r\n")));
    memset(longest, ' ', sizeof(longest));
    memcpy(longest, "PROXY UNKNOWN", 13);
    CHECK(proxy_head_parse((struct span){longest, 106}, client, &len) ==
          PROXY_MORE);
    CHECK(bad((struct span){longest, 107}));
}

static void
the_binary_head_names_the_client(void)
{
    CHECK(is(SPAN(MARK "\x21\x11\x00\x0c" FOUR), "1.2.3.4"));
    CHECK(is(SPAN(MARK "\x21\x11\x00\x10" FOUR "\x04\x00\x01x"), "1.2.3.4"));
    CHECK(is(SPAN(MARK "\x21\x21\x00\x24"
                       "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07"
                       "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"
                       "\x12\x34\x0b\xb8"),
        "2001:db8::7"));
    CHECK(is(SPAN(MARK "\x20\x11\x00\x0c" FOUR), "")); /* a health check */
    CHECK(is(SPAN(MARK "\x20\x00\x00\x00"), ""));
    CHECK(is(SPAN(MARK "\x21\x00\x00\x00"), ""));
    CHECK(is(SPAN(MARK "\x21\x31\x00\x02xx"), "")); /* a socket's path */
}

static void
a_binary_head_that_is_none_is_refused(void)
{
    CHECK(bad(SPAN(MARK "\x11\x11\x00\x0c" FOUR)));
    CHECK(bad(SPAN(MARK "\x22\x11\x00\x0c" FOUR)));
    CHECK(bad(SPAN(MARK "\x21\x41\x00\x0c" FOUR)));
    CHECK(bad(SPAN(MARK "\x21\x11\x00\x0b" FOUR)));
    CHECK(bad(SPAN(MARK "\x21\x21\x00\x0c" FOUR)));
    CHECK(bad(SPAN(MARK "\x21\x11\x10\x00" FOUR)));
}

static void
what_begins_otherwise_is_the_clients(void)
{
    static const struct span others[] = {SPAN("GET / HTTP/1.1\r\n"),
        SPAN("PROXX"), SPAN("P\r"), SPAN("\x16\x03\x01"), SPAN("\r\n\r\n\r\n")};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        CHECK(proxy_head_parse(others[i], client, &len) == PROXY_NONE);
}

int
main(void)
{
    RUN(the_line_names_the_client);
    RUN(a_line_that_is_none_is_refused);
    RUN(the_binary_head_names_the_client);
    RUN(a_binary_head_that_is_none_is_refused);
    RUN(what_begins_otherwise_is_the_clients);
    return tap_end();
}
