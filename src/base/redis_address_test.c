/* SPDX-License-Identifier: ISC */
#include "base/redis_address.h"

#include <stdio.h>
#include <string.h>

#include "base/tap.h"

/* What was read, as "path host port user password db". */
static bool
reads(const char *url, const char *want)
{
    struct redis_address a;
    char got[200] = "";

    if (redis_address_parse(span_of(url), &a, NULL))
        snprintf(got, sizeof(got), "%s %s %d %s %s %s", a.path ? a.path : "-",
            a.host ? a.host : "-", a.port, a.user ? a.user : "-",
            a.password ? a.password : "-", a.db ? a.db : "-");
    redis_address_fini(&a);
    return strcmp(got, want) == 0;
}

static void
urls_name_a_server(void)
{
    CHECK(reads("redis://localhost", "- localhost 6379 - - -"));
    CHECK(reads("redis://10.0.0.1:7000/3", "- 10.0.0.1 7000 - - 3"));
    CHECK(reads("redis://:secret@h/", "- h 6379 - secret -"));
    CHECK(reads("redis://me:s@c@h:1", "- h 1 me s@c -"));
    CHECK(reads("redis://[::1]:7000", "- ::1 7000 - - -"));
    CHECK(reads("unix:/run/redis.sock", "/run/redis.sock - 0 - - -"));
}

static void
other_urls_are_refused_without_repeating_them(void)
{
    static const char *const urls[] = {"", "redis://", "localhost:6379",
        "redis://h:0", "redis://h:70000", "redis://h:x", "redis://h/x",
        "redis://secret@h", "redis://[::1", "redis://[::1]x",
        "unix:", "rediss://h", "redis://:secret@"};

    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct redis_address a;
        struct err err = {0};
        CHECK(!redis_address_parse(span_of(urls[i]), &a, &err));
        CHECK(err.kind == FAIL_BAD_INPUT && !strstr(err.text, "secret"));
        redis_address_fini(&a);
    }
}

int
main(void)
{
    RUN(urls_name_a_server);
    RUN(other_urls_are_refused_without_repeating_them);
    return tap_end();
}
