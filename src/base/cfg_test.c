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
a_misspelt_name_is_refused_with_what_was_meant(void)
{
    char path[] = "/tmp/cfg_test_XXXXXX";
    char *file[] = {(char *)"app", (char *)"--config", path};
    char *flag[] = {(char *)"app", (char *)"--t-prot", (char *)"1"};
    struct sample s;
    struct err err;
    int fd = mkstemp(path);

    CHECK(fd >= 0 && write(fd, "T_HOTS=x\n", 9) == 9);
    close(fd);
    CHECK(!load(&s, &err, 3, file) && strstr(err.text, "mean T_HOST?"));
    cfg_free(rows, N(rows), &s);
    unlink(path);
    CHECK(!load(&s, &err, 3, flag) && strstr(err.text, "mean T_PORT?"));
    cfg_free(rows, N(rows), &s);
    setenv("APP_T_FSAT", "1", 1);
    CHECK(!load(&s, &err, 1, flag) && strstr(err.text, "mean T_FAST?"));
    cfg_free(rows, N(rows), &s);
    unsetenv("APP_T_FSAT");
    setenv("APP_T_PROT", "1", 1);
    CHECK(!load(&s, &err, 1, flag) && strstr(err.text, "mean T_PORT?"));
    cfg_free(rows, N(rows), &s);
    unsetenv("APP_T_PROT");
    /* What resembles no setting is somebody else's. */
    setenv("APP_SERVICE_HOST", "10.0.0.1", 1);
    CHECK(load(&s, &err, 1, flag));
    cfg_free(rows, N(rows), &s);
    unsetenv("APP_SERVICE_HOST");
}

static void
a_flag_that_is_a_switch_needs_no_value(void)
{
    char *last[] = {
        (char *)"app", (char *)"--t-port", (char *)"1", (char *)"--t-fast"};
    char *first[] = {
        (char *)"app", (char *)"--t-fast", (char *)"--t-port", (char *)"2"};
    char *off[] = {(char *)"app", (char *)"--t-fast", (char *)"false"};
    struct sample s;
    struct err err;

    CHECK(load(&s, &err, 4, last) && s.fast && s.port == 1);
    cfg_free(rows, N(rows), &s);
    CHECK(load(&s, &err, 4, first) && s.fast && s.port == 2);
    cfg_free(rows, N(rows), &s);
    CHECK(load(&s, &err, 3, off) && !s.fast);
    cfg_free(rows, N(rows), &s);
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

static void
an_examination_says_all_mistakes_and_where_values_come_from(void)
{
    char *argv[] = {(char *)"app", (char *)"--t-prot", (char *)"1",
        (char *)"--t-host", (char *)"there"};
    struct cfg_source sources[N(rows)];
    struct sample s = {0};
    char *said = NULL;
    size_t n;
    FILE *to = open_memstream(&said, &n);

    setenv("APP_T_FAST", "perhaps", 1);
    setenv("T_PORT", "9", 1);
    CHECK(cfg_examine(rows, N(rows), "APP", 5, argv, &s, sources, to) == 2);
    fclose(to);
    CHECK(strstr(said, "mean T_PORT?") && strstr(said, "APP_T_FAST"));
    CHECK(strcmp(sources[0].from, "command line") == 0);
    CHECK(strcmp(sources[1].from, "environment T_PORT") == 0 && s.port == 9);
    cfg_free(rows, N(rows), &s);
    free(said);
    unsetenv("APP_T_FAST");
    unsetenv("T_PORT");
}

static void
a_string_can_be_in_a_file_of_its_own(void)
{
    char path[] = "/tmp/cfg_test_XXXXXX", *found;
    char *argv[] = {(char *)"app", NULL};
    struct sample s;
    struct err err;
    int fd = mkstemp(path);

    CHECK(fd >= 0 && write(fd, "in a file\n", 10) == 10);
    close(fd);
    setenv("APP_T_HOST_FILE", path, 1);
    CHECK(load(&s, &err, 1, argv) && strcmp(s.host, "in a file") == 0);
    cfg_free(rows, N(rows), &s);
    found = cfg_find("APP", "T_HOST");
    CHECK(found && strcmp(found, "in a file") == 0);
    free(found);
    unlink(path);
    CHECK(!load(&s, &err, 1, argv) && strstr(err.text, path));
    cfg_free(rows, N(rows), &s);
    unsetenv("APP_T_HOST_FILE");
    CHECK(!cfg_find("APP", "T_HOST"));
}

static void
flags_of_main_are_taken_out(void)
{
    char *argv[] = {(char *)"app", (char *)"--check", (char *)"--t-port", NULL};
    int argc = 3;

    CHECK(cfg_take_flag(&argc, argv, "--check") && argc == 2);
    CHECK(strcmp(argv[1], "--t-port") == 0 && !argv[2]);
    CHECK(!cfg_take_flag(&argc, argv, "--check") && argc == 2);
}

int
main(void)
{
    RUN(later_sources_win);
    RUN(a_file_sits_between_defaults_and_environment);
    RUN(a_misspelt_name_is_refused_with_what_was_meant);
    RUN(a_flag_that_is_a_switch_needs_no_value);
    RUN(mistakes_name_their_source);
    RUN(an_examination_says_all_mistakes_and_where_values_come_from);
    RUN(a_string_can_be_in_a_file_of_its_own);
    RUN(flags_of_main_are_taken_out);
    return tap_end();
}
