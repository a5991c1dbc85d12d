/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_rate.h"

#include <stdio.h>
#include <string.h>

#include "base/tap.h"
#include "gateway/hub.h"

static const struct config settings = {.database_url = (char *)"sqlite:x",
    .rate_messages = 2,
    .rate_guests = 3,
    .rate_invites = 20,
    .rate_logins = 3};
static struct cmd_rates *rates;
static const char *address; /* of the caller */

static void
on_address(const struct cmd_call *c, char ret[ADDRESS_BYTES])
{
    (void)c;
    snprintf(ret, ADDRESS_BYTES, "%s", address);
}

static const struct cmd_door door = {.address = on_address};

/* How many of n calls may go on; the rest is refused or dropped, as said. */
static int
go(enum cmd_rate rate, struct user *u, struct client *client, int n,
    enum cmd_rate_rc otherwise)
{
    struct cmd cmd = {.rate = rate};
    struct cmd_call call = {
        .cmd = &cmd, .door = &door, .user = u, .client = client};
    int gone = 0;

    for (int i = 0; i < n; i++) {
        struct err err = {.kind = FAIL_NONE};
        enum cmd_rate_rc rc = cmd_rate_take(rates, &call, &err);
        gone += rc == CMD_RATE_GO;
        CHECK(rc == CMD_RATE_GO || rc == otherwise);
        CHECK((rc == CMD_RATE_REFUSE) == (err.kind == FAIL_RATE));
    }
    return gone;
}

/* The burst, and what has refilled while the test waited for a processor. */
static bool
about(int n, int want)
{
    return n >= want && n < 2 * want;
}

static void
a_person_has_one_over_all_connections_and_by_rest(void)
{
    struct user u = {.id = "u"}, v = {.id = "v"};
    struct client a = {.user = &u}, b = {.user = &u};

    rates = cmd_rates_new(&settings);
    address = "192.0.2.1";
    CHECK(about(go(CMD_WRITES, &u, &a, 20, CMD_RATE_REFUSE), 4));
    CHECK(go(CMD_WRITES, &u, &b, 20, CMD_RATE_REFUSE) < 4);
    CHECK(go(CMD_WRITES, &u, NULL, 20, CMD_RATE_REFUSE) < 4);
    CHECK(about(go(CMD_WRITES, &v, NULL, 20, CMD_RATE_REFUSE), 4));
    CHECK(about(go(CMD_ASKS, &u, &a, 300, CMD_RATE_REFUSE), 200));
    cmd_rates_free(rates);
}

static bool
takes_in(struct user *u, size_t n)
{
    struct cmd cmd = {.rate = CMD_ROOMS};
    struct cmd_call call = {.cmd = &cmd, .door = &door, .user = u};
    struct err err = {.kind = FAIL_NONE};

    if (cmd_rate_take_invites(rates, &call, n, &err))
        return true;
    CHECK(err.kind == FAIL_RATE);
    return false;
}

static void
each_of_those_who_are_taken_in_counts(void)
{
    struct user u = {.id = "u"}, v = {.id = "v"}, w = {.id = "w"},
                guest = {.id = "g", .guest = true},
                root = {.id = "root", .admin = true};

    rates = cmd_rates_new(&settings);
    address = "192.0.2.1";
    CHECK(!takes_in(&u, 21)); /* more than ever are there */
    CHECK(takes_in(&u, 15) && !takes_in(&u, 15));
    CHECK(!takes_in(&guest, 5) && takes_in(&guest, 4) && !takes_in(&guest, 1));
    CHECK(takes_in(&v, 20) && !takes_in(&w, 20)); /* of the address */
    CHECK(takes_in(&root, 2000));
    address = "192.0.2.2";
    CHECK(takes_in(&w, 0));
    cmd_rates_free(rates);
}

static void
who_signs_in_rightly_may_do_so_more_often(void)
{
    struct cmd cmd = {.rate = CMD_LOGINS};
    struct cmd_call call = {.cmd = &cmd, .door = &door};
    int right = 0;

    rates = cmd_rates_new(&settings);
    address = "192.0.2.1";
    while (right < 100 && go(CMD_LOGINS, NULL, NULL, 1, CMD_RATE_REFUSE)) {
        cmd_rate_was_right(rates, &call);
        right++;
    }
    CHECK(right >= 9 && right < 20); /* three that were wrong */
    address = "192.0.2.2";
    CHECK(about(go(CMD_LOGINS, NULL, NULL, 20, CMD_RATE_REFUSE), 3));
    cmd_rates_free(rates);
}

static void
who_comes_as_many_persons_is_one_address(void)
{
    int gone = 0;

    rates = cmd_rates_new(&settings);
    address = "192.0.2.1";
    for (int i = 0; i < 50; i++) {
        struct user u = {0};
        snprintf(u.id, sizeof(u.id), "u%d", i);
        gone += go(CMD_WRITES, &u, NULL, 4, CMD_RATE_REFUSE);
    }
    CHECK(about(gone, 4 * CMD_RATE_ADDRESS_FACTOR));
    cmd_rates_free(rates);
}

static void
too_many_signals_are_dropped_without_a_word(void)
{
    struct user u = {.id = "u"};
    struct client a = {.user = &u};

    rates = cmd_rates_new(&settings);
    address = "192.0.2.1";
    CHECK(about(go(CMD_SIGNALS, &u, &a, 50, CMD_RATE_DROP), 10));
    cmd_rates_free(rates);
}

static void
who_may_be_nobody_is_counted_by_address_and_door(void)
{
    struct user u = {.id = "u"};

    rates = cmd_rates_new(&settings);
    address = "192.0.2.1";
    CHECK(about(go(CMD_ENTRIES, NULL, NULL, 20, CMD_RATE_REFUSE), 3));
    CHECK(about(go(CMD_LOGINS, NULL, NULL, 20, CMD_RATE_REFUSE), 3));
    CHECK(about(go(CMD_ROOMS, &u, NULL, 20, CMD_RATE_REFUSE), 3));
    address = "192.0.2.2";
    CHECK(about(go(CMD_ENTRIES, NULL, NULL, 20, CMD_RATE_REFUSE), 3));
    CHECK(go(CMD_UNLIMITED, NULL, NULL, 1000, CMD_RATE_REFUSE) == 1000);
    cmd_rates_free(rates);
}

static void
what_was_taken_at_another_gateway_counts_here(void)
{
    struct user u = {.id = "u"}, v = {.id = "v"};
    struct client a = {.user = &u}, b = {.user = &v};

    rates = cmd_rates_new(&settings);
    address = "192.0.2.1";
    cmd_rates_heard(rates, SPAN("writes.person"), SPAN("u"), 8000);
    CHECK(go(CMD_WRITES, &u, &a, 4, CMD_RATE_REFUSE) == 0);
    CHECK(about(go(CMD_WRITES, &v, &b, 20, CMD_RATE_REFUSE), 4));
    CHECK(go(CMD_ENTRIES, NULL, NULL, 1, CMD_RATE_REFUSE) == 1);
    cmd_rates_heard(rates, SPAN("entries.address"), span_of(address), 3000);
    CHECK(go(CMD_ENTRIES, NULL, NULL, 3, CMD_RATE_REFUSE) == 0);
    cmd_rates_heard(rates, SPAN("later.address"), span_of(address), 1);
    cmd_rates_heard(rates, SPAN("nonsense"), span_of(address), 1);
    cmd_rates_free(rates);
}

int
main(void)
{
    RUN(a_person_has_one_over_all_connections_and_by_rest);
    RUN(each_of_those_who_are_taken_in_counts);
    RUN(who_signs_in_rightly_may_do_so_more_often);
    RUN(who_comes_as_many_persons_is_one_address);
    RUN(too_many_signals_are_dropped_without_a_word);
    RUN(who_may_be_nobody_is_counted_by_address_and_door);
    RUN(what_was_taken_at_another_gateway_counts_here);
    return tap_end();
}
