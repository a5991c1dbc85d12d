/* SPDX-License-Identifier: ISC */
#include "base/cfg.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tap.h"

struct sample {
    char *host;
    int port;
    bool fast;
};

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct cfg_row rows[] = {
    {"T_HOST", CFG_STRING, offsetof(struct sample, host), "here", 0, 0, ""},
    {"T_PORT", CFG_INT, offsetof(struct sample, port), "7", 1, 65535, ""},
    {"T_FAST", CFG_BOOL, offsetof(struct sample, fast), "false", 0, 0, ""},
};

static bool
load(struct sample *s, struct err *err, int argc, char **argv)
{
    *s = (struct sample){0};
    return cfg_load(rows, N(rows), "APP", argc, argv, s, err);
}

static void
later_sources_win(void)
{
    char *argv[] = {(char *)"app", (char *)"--t-fast", (char *)"yes"};
    struct sample s;
    struct err err;

    CHECK(load(&s, &err, 1, argv));
    CHECK(strcmp(s.host, "here") == 0 && s.port == 7 && !s.fast);
    cfg_free(rows, N(rows), &s);
    setenv("T_PORT", "8", 1);
    CHECK(load(&s, &err, 1, argv) && s.port == 8);
    cfg_free(rows, N(rows), &s);
    setenv("APP_T_PORT", "9", 1);
    CHECK(load(&s, &err, 3, argv) && s.port == 9 && s.fast);
    cfg_free(rows, N(rows), &s);
    unsetenv("T_PORT");
    unsetenv("APP_T_PORT");
}

static void
a_file_sits_between_defaults_and_environment(void)
{
    char path[] = "/tmp/cfg_test_XXXXXX";
    char *argv[] = {(char *)"app", (char *)"--config", path};
    const char text[] = "# comment\n\nT_HOST = there \nT_PORT=11\n";
    struct sample s;
    struct err err;
    int fd = mkstemp(path);

    CHECK(fd >= 0 && write(fd, text, sizeof(text) - 1) > 0);
    close(fd);
    setenv("T_PORT", "12", 1);
    CHECK(load(&s, &err, 3, argv));
    CHECK(strcmp(s.host, "there") == 0 && s.port == 12);
    cfg_free(rows, N(rows), &s);
    unsetenv("T_PORT");
    unlink(path);
}

static void
mistakes_name_their_source(void)
{
    char *unknown[] = {(char *)"app", (char *)"--t-speed", (char *)"1"};
    char *range[] = {(char *)"app", (char *)"--t-port", (char *)"65536"};
    char *missing[] = {(char *)"app", (char *)"--t-port"};
    char *no_file[] = {
        (char *)"app", (char *)"--config", (char *)"/nonexistent"};
    struct sample s;
    struct err err;

    CHECK(!load(&s, &err, 3, unknown) && strstr(err.text, "--t-speed"));
    cfg_free(rows, N(rows), &s);
    CHECK(!load(&s, &err, 3, range) && strstr(err.text, "1 to 65535"));
    cfg_free(rows, N(rows), &s);
    CHECK(!load(&s, &err, 2, missing) && strstr(err.text, "needs a value"));
    cfg_free(rows, N(rows), &s);
    CHECK(!load(&s, &err, 3, no_file) && strstr(err.text, "/nonexistent"));
    cfg_free(rows, N(rows), &s);
}

int
main(void)
{
    RUN(later_sources_win);
    RUN(a_file_sits_between_defaults_and_environment);
    RUN(mistakes_name_their_source);
    return tap_end();
}
