/* SPDX-License-Identifier: ISC */
#include <malloc.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"
#include "gateway/gateway.h"

static void
usage(void)
{
    printf("meeshy-gateway %s: saves messages, shows them, pushes their "
           "translations\n\n"
           "usage: meeshy-gateway [--config FILE] [--option value ...]\n"
           "       meeshy-gateway --check-config [--option value ...]\n"
           "       meeshy-gateway --version\n\n",
        MEESHY_VERSION);
    cfg_usage(config_rows, config_n_rows, stdout);
    printf("\nEvery option is also an environment variable (PORT or "
           "GATEWAY_PORT)\nand a line of the file (PORT=3000).\n");
}

/* One descriptor per connection and then some. */
static void
raise_file_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* The loop has one; the threads that wait for disk or network share another.
 * Each costs address space. */
enum { ARENAS = 2 };

struct arguments {
    int argc;
    char **argv;
};

static bool
load(struct config *cfg, void *ctx, struct err *err)
{
    const struct arguments *a = ctx;

    return cfg_load(config_rows, config_n_rows, "GATEWAY", a->argc, a->argv,
               cfg, err) &&
           config_check(cfg, err);
}

static bool
settle(void *cfg, struct err *err)
{
    return config_check(cfg, err);
}

static int
check(int argc, char **argv)
{
    struct config cfg = {0};
    bool ok = cfg_check(
        config_rows, config_n_rows, "GATEWAY", argc, argv, &cfg, settle);

    cfg_free(config_rows, config_n_rows, &cfg);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
    struct config cfg = {0};
    bool only_check = cfg_take_flag(&argc, argv, "--check-config");
    struct arguments args = {argc, argv};
    struct gateway *g = NULL;
    struct err err;
    int status = EXIT_FAILURE;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        usage();
        return EXIT_SUCCESS;
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("meeshy-gateway %s\n", MEESHY_VERSION);
        return EXIT_SUCCESS;
    }
    if (only_check)
        return check(argc, argv);
    mallopt(M_ARENA_MAX, ARENAS);
    log_open("gateway", LOG_INFO);
    if (sodium_init() < 0) {
        log_error("cannot start: no random numbers");
        return EXIT_FAILURE;
    }
    raise_file_limit();
    if (!load(&cfg, &args, &err)) {
        log_error("cannot start: %s", err.text);
        goto out;
    }
    config_log(&cfg);
    g = gateway_new(&cfg, &err);
    if (!g) {
        log_error("cannot start: %s", err.text);
        goto out;
    }
    gateway_run(g, load, &args);
    status = EXIT_SUCCESS;
out:
    gateway_free(g);
    cfg_free(config_rows, config_n_rows, &cfg);
    return status;
}
