/* SPDX-License-Identifier: ISC */
#include "load/opts.h"

#include <string.h>

#include "base/tap.h"

enum { ARGS_MAX = 16 };

static struct opts opts;
static struct err err;

/* Parse "load" and the words of line, which are separated by one blank. */
static bool
parse(const char *line)
{
    static char words[256];
    static char name[] = "load";
    char *argv[ARGS_MAX] = {name}, *rest = words, *word;
    int argc = 1;

    snprintf(words, sizeof(words), "%s", line);
    while (argc < ARGS_MAX - 1 && (word = strsep(&rest, " ")))
        argv[argc++] = word;
    argv[argc] = NULL;
    return opts_parse(argc, argv, &opts, &err);
}

static void
other_hosts_than_loopback_are_refused(void)
{
    static const char *const hosts[] = {
        "10.0.0.1", "0.0.0.0", "example.org", "1127.0.0.1", ""};
    char line[64];

    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        snprintf(line, sizeof(line), "--port 1 --host %s", hosts[i]);
        CHECK(!parse(line));
        CHECK(err.kind == FAIL_FORBIDDEN);
    }
    CHECK(parse("--port 1 --host 127.0.0.2"));
}

static void
seconds_may_have_a_fraction_and_stay_bounded(void)
{
    CHECK(parse("--port 1 --duration 1.5 --warmup 0"));
    CHECK(opts.duration_ms == 1500 && opts.warmup_ms == 0);
    CHECK(!parse("--port 1 --duration 0"));
    CHECK(!parse("--port 1 --duration -1"));
    CHECK(!parse("--port 1 --duration nan"));
    CHECK(!parse("--port 1 --duration 1e9"));
    CHECK(!parse("--port 1 --duration 5s"));
}

static void
nonsense_is_named(void)
{
    CHECK(!parse("--port 1 --cons 5") && strstr(err.text, "--cons"));
    CHECK(!parse("--port 1 --conns") && strstr(err.text, "--conns"));
    CHECK(!parse("--port 1 --conns many") && strstr(err.text, "many"));
    CHECK(!parse("--port 0") && strstr(err.text, "--port"));
    CHECK(!parse("--conns 5") && strstr(err.text, "--port"));
}

static void
everybody_sends_unless_told_otherwise(void)
{
    CHECK(parse("--port 1 --conns 7") && opts.senders == 7);
    CHECK(parse("--port 1 --conns 7 --senders 2") && opts.senders == 2);
    CHECK(parse("--port 1 --conns 7 --senders 9") && opts.senders == 7);
}

int
main(void)
{
    RUN(other_hosts_than_loopback_are_refused);
    RUN(seconds_may_have_a_fraction_and_stay_bounded);
    RUN(nonsense_is_named);
    RUN(everybody_sends_unless_told_otherwise);
    return tap_end();
}
