/* SPDX-License-Identifier: ISC */
#include "net/proxy_head.h"

#include <arpa/inet.h>
#include <string.h>

/* Version 2: mark, version and command, family, length; then the addresses,
 * source first. */
enum {
    V1_BYTES_MAX = 107, /* with its line end */
    V1_PORT_MAX = 65535,
    MARK_BYTES = 12,
    HEAD_BYTES = 16,
    VERSION = 2 << 4,
    COMMAND_LOCAL = 0,
    COMMAND_PROXY = 1,
    FAMILY_INET = 1,
    FAMILY_INET6 = 2,
    FAMILY_UNIX = 3,
    INET_BYTES = 12, /* two addresses, two ports */
    INET6_BYTES = 36,
};

static const char v1_mark[] = "PROXY ";
static const char v2_mark[] = "\r\n\r\n\0\r\nQUIT\n";

/* Does in begin with mark, or does mark begin with in? */
static bool
may_begin(struct span in, const char *mark, size_t n)
{
    return memcmp(in.p, mark, in.len < n ? in.len : n) == 0;
}

/* An address of that family, which is copied to ret unless that is NULL. */
static bool
take_address(struct span word, int family, char *ret)
{
    unsigned char binary[sizeof(struct in6_addr)];
    char text[INET6_ADDRSTRLEN];

    if (word.len == 0 || word.len >= sizeof(text))
        return false;
    memcpy(text, word.p, word.len);
    text[word.len] = '\0';
    if (inet_pton(family, text, binary) != 1)
        return false;
    if (ret)
        memcpy(ret, text, word.len + 1);
    return true;
}

static bool
take_port(struct span word)
{
    long long port;

    return word.p && span_int(word, 0, V1_PORT_MAX, &port);
}

/* "TCP4 SOURCE DESTINATION PORT PORT" or "UNKNOWN" and anything. */
static bool
parse_line(struct span line, char *ret_client)
{
    struct span name = span_cut(&line, ' ');
    struct span words[4];
    int family = span_eqz(name, "TCP4") ? AF_INET : AF_INET6;

    ret_client[0] = '\0';
    if (span_eqz(name, "UNKNOWN"))
        return true;
    if (family == AF_INET6 && !span_eqz(name, "TCP6"))
        return false;
    for (int i = 0; i < 4; i++)
        words[i] = span_cut(&line, ' ');
    return !line.p && take_address(words[0], family, ret_client) &&
           take_address(words[1], family, NULL) && take_port(words[2]) &&
           take_port(words[3]);
}

static enum proxy_rc
parse_v1(struct span in, char *ret_client, size_t *ret_len)
{
    size_t room = in.len < V1_BYTES_MAX ? in.len : V1_BYTES_MAX;
    const char *end = memmem(in.p, room, "\r\n", 2);
    struct span line = {in.p + strlen(v1_mark), 0};

    if (!end)
        return room < V1_BYTES_MAX ? PROXY_MORE : PROXY_BAD;
    line.len = (size_t)(end - line.p);
    *ret_len = (size_t)(end - in.p) + 2;
    return parse_line(line, ret_client) ? PROXY_OK : PROXY_BAD;
}

/* The source in body, of which only the first bytes are the addresses. */
static bool
parse_body(int family, struct span body, char *ret_client)
{
    switch (family) {
    case FAMILY_INET:
        return body.len >= INET_BYTES &&
               inet_ntop(AF_INET, body.p, ret_client, ADDRESS_BYTES);
    case FAMILY_INET6:
        return body.len >= INET6_BYTES &&
               inet_ntop(AF_INET6, body.p, ret_client, ADDRESS_BYTES);
    default:
        return family <= FAMILY_UNIX;
    }
}

static enum proxy_rc
parse_v2(struct span in, char *ret_client, size_t *ret_len)
{
    const unsigned char *p = (const unsigned char *)in.p;
    size_t len;

    if (in.len < HEAD_BYTES)
        return PROXY_MORE;
    len = (size_t)p[14] << 8 | p[15];
    if ((p[12] & 0xf0) != VERSION || (p[12] & 0x0f) > COMMAND_PROXY ||
        len > PROXY_HEAD_BYTES_MAX - HEAD_BYTES)
        return PROXY_BAD;
    if (in.len < HEAD_BYTES + len)
        return PROXY_MORE;
    *ret_len = HEAD_BYTES + len;
    ret_client[0] = '\0';
    if ((p[12] & 0x0f) == COMMAND_LOCAL)
        return PROXY_OK;
    return parse_body(
               p[13] >> 4, (struct span){in.p + HEAD_BYTES, len}, ret_client)
               ? PROXY_OK
               : PROXY_BAD;
}

enum proxy_rc
proxy_head_parse(
    struct span in, char ret_client[ADDRESS_BYTES], size_t *ret_len)
{
    size_t n = strlen(v1_mark);

    if (in.len == 0)
        return PROXY_MORE;
    if (may_begin(in, v1_mark, n))
        return in.len < n ? PROXY_MORE : parse_v1(in, ret_client, ret_len);
    if (may_begin(in, v2_mark, MARK_BYTES))
        return parse_v2(in, ret_client, ret_len);
    return PROXY_NONE;
}
