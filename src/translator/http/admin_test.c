/* SPDX-License-Identifier: ISC */
#include "translator/http/admin.h"

#include <string.h>

#include "base/tap.h"

static void
only_this_machine_is_local(void)
{
    CHECK(admin_is_local("127.0.0.1") && admin_is_local("127.1.2.3"));
    CHECK(admin_is_local("::1") && admin_is_local("::ffff:127.0.0.1"));
    CHECK(!admin_is_local("10.0.0.1") && !admin_is_local("::ffff:10.0.0.1"));
    CHECK(!admin_is_local("::2") && !admin_is_local("") &&
          !admin_is_local("1.127.0.1"));
}

static void
only_the_whole_token_opens(void)
{
    static const char token[] = "0123456789abcdef";

    CHECK(admin_may(SPAN("Bearer 0123456789abcdef"), token));
    CHECK(!admin_may(SPAN("Bearer 0123456789abcdeF"), token));
    CHECK(!admin_may(SPAN("Bearer 0123456789abcde"), token));
    CHECK(!admin_may(SPAN("Bearer 0123456789abcdef0"), token));
    CHECK(!admin_may(SPAN("Basic  0123456789abcdef"), token));
    CHECK(!admin_may(SPAN("Bearer "), token) && !admin_may(SPAN(""), token));
    CHECK(!admin_may((struct span){NULL, 0}, token));
    CHECK(!admin_may(SPAN("Bearer "), ""));
}

static void
sizes_are_read_all_or_none(void)
{
    static const char *const bad[] = {"", "[]", "{}", "5",
        "{\"normal_workers\"", "{\"normal_workers\":0}",
        "{\"normal_workers\":1001}", "{\"normal_workers\":\"5\"}",
        "{\"normal_workers\":5.5}", "{\"workers\":5}",
        "{\"any_workers\":5,\"any_pool_size\":-1}"};
    static const struct keeper_cfg start = {
        .normal = {100, 20, 40}, .any = {100, 10, 20}, .interval_s = 30};
    struct keeper_cfg c = start;
    struct err err;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        err.kind = FAIL_NONE;
        CHECK(!admin_read_sizes(span_of(bad[i]), &c, &err));
        CHECK(err.kind == FAIL_BAD_INPUT);
    }
    CHECK(memcmp(&c, &start, sizeof(c)) == 0);
    CHECK(admin_read_sizes(
        SPAN("{\"normal_workers\":50,\"any_pool_size\":7}"), &c, &err));
    CHECK(c.normal.workers == 50 && c.normal.workers_max == 50);
    CHECK(c.any.waiting_max == 7 && c.any.workers == 10);
    CHECK(c.any.workers_max == 20 && c.interval_s == 30);
}

int
main(void)
{
    RUN(only_this_machine_is_local);
    RUN(only_the_whole_token_opens);
    RUN(sizes_are_read_all_or_none);
    return tap_end();
}
