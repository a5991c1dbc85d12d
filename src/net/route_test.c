/* SPDX-License-Identifier: ISC */
#include "net/route.h"

#include "base/tap.h"

static struct route_match m;

static void
literal_segments_match_exactly(void)
{
    CHECK(route_matches("/health", SPAN("/health"), &m));
    CHECK(!route_matches("/health", SPAN("/healthy"), &m));
    CHECK(!route_matches("/health", SPAN("/health/"), &m));
    CHECK(!route_matches("/health", SPAN("/"), &m));
    CHECK(route_matches("/", SPAN("/"), &m));
    CHECK(!route_matches("/", SPAN("/x"), &m));
    CHECK(!route_matches("/a/b", SPAN("/a"), &m));
}

static void
names_take_one_segment_each(void)
{
    CHECK(route_matches("/c/:id/messages", SPAN("/c/any/messages"), &m));
    CHECK(m.n_params == 1 && span_eqz(m.params[0], "any"));
    CHECK(!route_matches("/c/:id/messages", SPAN("/c//messages"), &m));
    CHECK(!route_matches("/c/:id/messages", SPAN("/c/a/b/messages"), &m));
    CHECK(!route_matches("/c/:id", SPAN("/c/"), &m));
    CHECK(route_matches("/:a/:b", SPAN("/1/2"), &m) && m.n_params == 2);
    CHECK(span_eqz(m.params[0], "1") && span_eqz(m.params[1], "2"));
}

static void
star_takes_the_rest(void)
{
    CHECK(route_matches("/*", SPAN("/"), &m) && span_eqz(m.tail, ""));
    CHECK(route_matches("/*", SPAN("/a/b.js"), &m));
    CHECK(span_eqz(m.tail, "a/b.js"));
    CHECK(route_matches("/files/*", SPAN("/files/x"), &m));
    CHECK(span_eqz(m.tail, "x"));
    CHECK(!route_matches("/files/*", SPAN("/files"), &m));
    CHECK(!route_matches("/files/*", SPAN("/other/x"), &m));
}

int
main(void)
{
    RUN(literal_segments_match_exactly);
    RUN(names_take_one_segment_each);
    RUN(star_takes_the_rest);
    return tap_end();
}
