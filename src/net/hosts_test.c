/* SPDX-License-Identifier: ISC */
#include "net/hosts.h"

#include <unistd.h>

#include "base/tap.h"

static bool
serves(const struct hosts *h, const char *host)
{
    return hosts_serve(h, span_of(host));
}

static bool
welcomes(const struct hosts *h, const char *origin, const char *cors)
{
    return hosts_welcome(h, span_of(origin), SPAN("chat.lan:3000"), cors);
}

static void
usual_names_and_all_addresses_are_served_and_no_other_name(void)
{
    static const char *const good[] = {"localhost", "LOCALHOST:3000",
        "a.localhost:1", "localhost.", "127.0.0.1:3000", "10.1.2.3", "[::1]:80",
        "[fe80::1]", "chat.lan:3000"};
    static const char *const bad[] = {"evil.example", "evil.example:3000", "",
        "localhost.evil.example", "127.0.0.1.evil.example", "notlocalhost",
        ".localhost", "chat.lan.evil.example"};
    struct hosts *h = hosts_new("chat.lan", "");
    char own[256] = "";

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        CHECK(serves(h, good[i]) || !printf("# %s\n", good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(!serves(h, bad[i]) || !printf("# %s\n", bad[i]));
    CHECK(gethostname(own, sizeof(own) - 1) == 0 && serves(h, own));
    hosts_free(h);
}

static void
a_list_adds_names_domains_or_all(void)
{
    struct hosts *h = hosts_new("0.0.0.0", "a.example, .b.example");
    struct hosts *any = hosts_new("0.0.0.0", "*");

    CHECK(serves(h, "a.example:443") && serves(h, "A.Example"));
    CHECK(serves(h, "x.b.example") && serves(h, "x.y.b.example"));
    CHECK(!serves(h, "b.example") && !serves(h, "x.a.example"));
    CHECK(!serves(h, "xb.example"));
    CHECK(serves(any, "evil.example") && serves(any, ""));
    hosts_free(h);
    hosts_free(any);
}

static void
only_pages_of_known_origins_may_ask(void)
{
    struct hosts *h = hosts_new("0.0.0.0", "a.example");
    struct hosts *any = hosts_new("0.0.0.0", "*");

    CHECK(welcomes(h, "http://chat.lan:3000", "")); /* the same host */
    CHECK(welcomes(h, "https://chat.lan:3000", "")); /* behind a proxy */
    CHECK(!welcomes(h, "http://chat.lan:4000", ""));
    CHECK(welcomes(h, "http://localhost:5173", ""));
    CHECK(welcomes(h, "https://a.example", ""));
    CHECK(!welcomes(h, "http://evil.example", ""));
    CHECK(!welcomes(h, "http://6.6.6.6", "")); /* an address, not ours */
    CHECK(!welcomes(h, "null", "") && !welcomes(h, "file://", ""));
    CHECK(!welcomes(h, "evil://localhost", ""));
    CHECK(welcomes(h, "http://evil.example", "*"));
    CHECK(welcomes(h, "http://friend.example", "http://friend.example"));
    CHECK(!welcomes(h, "http://evil.example", "http://friend.example"));
    CHECK(welcomes(any, "null", "") && welcomes(any, "http://x", ""));
    hosts_free(h);
    hosts_free(any);
}

static void
a_host_has_a_shape(void)
{
    static const char *const good[] = {
        "", "h", "h:", "h:80", "1.2.3.4:80", "[::1]", "[::1]:80", "a_b.c-d"};
    static const char *const bad[] = {"h:x", "h:99999", "h:-1", "h:80:80",
        "a b", "a/b", "a@b", "[::1", "[x]", "[::1]80", "a,b", "h:+80"};

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        CHECK(host_valid(span_of(good[i])) || !printf("# %s\n", good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(!host_valid(span_of(bad[i])) || !printf("# %s\n", bad[i]));
}

static void
a_name_is_all_before_the_port(void)
{
    CHECK(
        span_eqz(host_name(SPAN("chat.example.org:8443")), "chat.example.org"));
    CHECK(span_eqz(host_name(SPAN("chat.example.org")), "chat.example.org"));
    CHECK(span_eqz(host_name(SPAN("[::1]:80")), "[::1]"));
    CHECK(span_eqz(host_name(SPAN("[::1]")), "[::1]"));
    CHECK(host_name((struct span){NULL, 0}).len == 0);
}

int
main(void)
{
    RUN(a_name_is_all_before_the_port);
    RUN(usual_names_and_all_addresses_are_served_and_no_other_name);
    RUN(a_list_adds_names_domains_or_all);
    RUN(only_pages_of_known_origins_may_ask);
    RUN(a_host_has_a_shape);
    return tap_end();
}
