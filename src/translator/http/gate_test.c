/* SPDX-License-Identifier: ISC */
#include "translator/http/gate.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tap.h"
#include "translator/http/keys.h"

enum { SECOND = 1000000 };

/* printf %s secret | b2sum -l 256 */
#define HASH_OF_SECRET                                                         \
    "ae4aafb3c7d8616b739f05a30d06b4e2236fdea712168159f346e8a3efd57d9e"

static int retry_s;

static enum fail
visit_on(struct gate *g, const char *key, const char *peer, int64_t now_us,
    int64_t wall_ms)
{
    struct gate_visit v = {
        .key = span_of(key), .client = peer, .requests = 1, .chars = 1};
    struct err err = {0};

    return gate_admit(g, &v, now_us, wall_ms, &retry_s, &err) ? FAIL_NONE
                                                              : err.kind;
}

static enum fail
visit(struct gate *g, const char *key, const char *peer, int64_t now_us)
{
    return visit_on(g, key, peer, now_us, 0);
}

/* A file with one key, "secret", that may ask once a minute. */
static void
write_keys(char path[])
{
    static const char line[] = "anna " HASH_OF_SECRET " 1 0 0\n";
    int fd = mkstemp(path);

    CHECK(write(fd, line, sizeof(line) - 1) == sizeof(line) - 1);
    close(fd);
}

static void
an_address_without_a_key_has_a_rate(void)
{
    struct gate_cfg cfg = {.keys_file = "", .per_minute = 2};
    struct gate *g = gate_new(&cfg, NULL);
    int64_t now = 100 * (int64_t)SECOND;

    CHECK(!gate_has_keys(g) && !gate_requires_key(g));
    CHECK(visit(g, NULL, "192.0.2.1", now) == FAIL_NONE);
    CHECK(visit(g, "ignored", "192.0.2.1", now) == FAIL_NONE);
    CHECK(visit(g, NULL, "192.0.2.1", now) == FAIL_RATE && retry_s == 30);
    CHECK(visit(g, NULL, "192.0.2.2", now) == FAIL_NONE);
    CHECK(visit(g, NULL, "192.0.2.1", now + 30 * (int64_t)SECOND) == FAIL_NONE);
    cfg.per_minute = 0;
    CHECK(gate_apply(g, &cfg, NULL));
    for (int i = 0; i < 100; i++)
        CHECK(visit(g, NULL, "192.0.2.1", now) == FAIL_NONE);
    gate_free(g);
}

static void
a_key_has_its_own_limits_and_a_wrong_one_none(void)
{
    char path[] = "/tmp/meeshy-gate-XXXXXX";
    struct gate_cfg cfg = {
        .keys_file = path, .require_key = true, .per_minute = 3};
    struct gate *g;
    int64_t now = 100 * (int64_t)SECOND;

    write_keys(path);
    g = gate_new(&cfg, NULL);
    CHECK(g && gate_has_keys(g) && gate_requires_key(g));
    CHECK(visit(g, NULL, "192.0.2.1", now) == FAIL_FORBIDDEN);
    CHECK(visit(g, "secret", "192.0.2.1", now) == FAIL_NONE);
    CHECK(visit(g, "secret", "192.0.2.9", now) == FAIL_RATE && retry_s == 60);
    /* Trying keys out is paid for by the address. */
    for (int i = 0; i < 3; i++)
        CHECK(visit(g, "guess", "192.0.2.1", now) == FAIL_FORBIDDEN);
    CHECK(visit(g, "guess", "192.0.2.1", now) == FAIL_RATE);
    /* Reading the file again gives nobody more. */
    CHECK(gate_apply(g, &cfg, NULL));
    CHECK(visit(g, "secret", "192.0.2.1", now) == FAIL_RATE);
    unlink(path);
    CHECK(!gate_apply(g, &cfg, NULL) && gate_has_keys(g));
    gate_free(g);
    cfg.keys_file = "";
    CHECK(!gate_new(&cfg, NULL)); /* a key is needed that nobody has */
}

static void
what_was_used_of_a_day_survives_a_restart(void)
{
    char path[] = "/tmp/meeshy-gate-XXXXXX", used[64];
    static const char line[] = "anna " HASH_OF_SECRET " 0 2 0\n";
    struct gate_cfg cfg = {.keys_file = path};
    int64_t day = KEYS_DAY_MS;
    int fd = mkstemp(path);
    struct gate *g;

    CHECK(write(fd, line, sizeof(line) - 1) == sizeof(line) - 1);
    close(fd);
    snprintf(used, sizeof(used), "%s.used", path);
    g = gate_new(&cfg, NULL);
    gate_save(g, 0);
    CHECK(access(used, F_OK) != 0); /* nothing was used */
    CHECK(visit(g, "secret", "192.0.2.1", 0) == FAIL_NONE);
    gate_save(g, 0);
    gate_free(g);

    g = gate_new(&cfg, NULL);
    CHECK(visit(g, "secret", "192.0.2.1", 0) == FAIL_NONE);
    CHECK(visit(g, "secret", "192.0.2.1", 0) == FAIL_FORBIDDEN);
    gate_save(g, 0);
    gate_free(g);

    /* Another day is another quota, and a broken file none. */
    g = gate_new(&cfg, NULL);
    CHECK(visit(g, "secret", "192.0.2.1", 0) == FAIL_FORBIDDEN);
    CHECK(visit_on(g, "secret", "192.0.2.1", 0, day) == FAIL_NONE);
    gate_free(g);
    fd = open(used, O_WRONLY | O_TRUNC);
    CHECK(write(fd, "{\"day\":", 7) == 7);
    close(fd);
    g = gate_new(&cfg, NULL);
    CHECK(g && visit(g, "secret", "192.0.2.1", 0) == FAIL_NONE);
    gate_free(g);
    unlink(used);
    unlink(path);
}

int
main(void)
{
    RUN(an_address_without_a_key_has_a_rate);
    RUN(a_key_has_its_own_limits_and_a_wrong_one_none);
    RUN(what_was_used_of_a_day_survives_a_restart);
    return tap_end();
}
