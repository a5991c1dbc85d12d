/* SPDX-License-Identifier: ISC */
#include "net/http_chunks.h"

#include <stdio.h>
#include <string.h>

#include "base/tap.h"

enum { MAX = 40 };

static struct buf body;
static struct span rest;

static enum chunks_rc
take_in_pieces(struct span text, size_t piece)
{
    struct http_chunks c = {0};
    enum chunks_rc rc = CHUNKS_MORE;

    buf_reset(&body);
    rest = text;
    while (rest.len && rc == CHUNKS_MORE) {
        struct span part = {rest.p, piece < rest.len ? piece : rest.len};
        size_t n = part.len;
        rc = http_chunks_take(&c, &part, &body, MAX);
        rest.p += n - part.len;
        rest.len -= n - part.len;
    }
    return rc;
}

/* However the network cuts it, the verdict and the body are the same. */
static enum chunks_rc
take(const char *text)
{
    enum chunks_rc whole = take_in_pieces(span_of(text), strlen(text));

    for (size_t piece = 1; piece < 5; piece++) {
        char before[MAX + 1];
        snprintf(before, sizeof(before), "%.*s", SPAN_ARG(buf_span(&body)));
        CHECK(take_in_pieces(span_of(text), piece) == whole);
        CHECK(span_eqz(buf_span(&body), before));
    }
    return whole;
}

static void
chunks_become_one_body(void)
{
    CHECK(take("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET /") == CHUNKS_END);
    CHECK(span_eqz(buf_span(&body), "hello world"));
    CHECK(span_eqz(rest, "GET /"));
    CHECK(take("0\r\n\r\n") == CHUNKS_END && body.len == 0);
    CHECK(take("0a\r\n0123456789\r\n000\r\n\r\n") == CHUNKS_END);
    CHECK(body.len == 10);
    CHECK(take("1\r\n\r\r\n1\r\n\n\r\n0\r\n\r\n") == CHUNKS_END);
    CHECK(span_eqz(buf_span(&body), "\r\n"));
}

static void
extensions_and_trailers_are_read_over(void)
{
    CHECK(take("1;a=\"b\"\r\nx\r\n0 ; c\r\nA: b\r\nC:\r\n\r\n") == CHUNKS_END);
    CHECK(span_eqz(buf_span(&body), "x"));
}

static void
half_a_body_is_not_judged(void)
{
    static const char text[] = "5;x\r\nhello\r\n0\r\nA: b\r\n\r\n";
    char part[sizeof(text)];

    for (size_t n = 1; n < strlen(text); n++) {
        snprintf(part, sizeof(part), "%.*s", (int)n, text);
        CHECK(take(part) == CHUNKS_MORE);
    }
}

static void
what_could_be_read_in_two_ways_is_refused(void)
{
    static const char *const bad[] = {"\r\n", "\n", ";\r\n", " 5\r\nhello",
        "5\nhello", "5\rhello", "-5\r\n", "0x5\r\n", "+5\r\n", "g\r\n",
        "5\r\nhello5\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello\r0\r\n",
        "5;a\nb\r\nhello", "5;\x01\r\n", "0\r\nA: b\n\r\n", "0\r\n\n",
        "5,\r\nhello"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (!CHECK(take(bad[i]) == CHUNKS_BAD))
            printf("# case %zu\n", i);
}

static void
nothing_grows_without_bound(void)
{
    char line[CHUNK_LINE_BYTES_MAX + 10];
    char trailers[8 + 4 * (CHUNK_TRAILERS_MAX + 2)] = "0\r\n";

    CHECK(take("29\r\n") == CHUNKS_TOO_LARGE); /* 41 */
    CHECK(take("28\r\n") == CHUNKS_MORE);
    CHECK(take("27\r\n012345678901234567890123456789012345678\r\n2\r\n") ==
          CHUNKS_TOO_LARGE);
    CHECK(take("ffffffffffffffffffffffff\r\n") == CHUNKS_TOO_LARGE);
    memset(line, '0', sizeof(line));
    line[sizeof(line) - 1] = '\0';
    CHECK(take(line) == CHUNKS_BAD);
    for (int i = 0; i <= CHUNK_TRAILERS_MAX; i++)
        strcat(trailers, "A:\r\n");
    CHECK(take(trailers) == CHUNKS_BAD);
}

int
main(void)
{
    RUN(chunks_become_one_body);
    RUN(extensions_and_trailers_are_read_over);
    RUN(half_a_body_is_not_judged);
    RUN(what_could_be_read_in_two_ways_is_refused);
    RUN(nothing_grows_without_bound);
    buf_free(&body);
    return tap_end();
}
