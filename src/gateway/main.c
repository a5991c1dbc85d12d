/* SPDX-License-Identifier: ISC */
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
           "usage: meeshy-gateway [--config FILE] [--option value ...]\n\n",
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

struct arguments {
    int argc;
    char **argv;
};

static bool
load(struct config *cfg, void *ctx, struct err *err)
{
    const struct arguments *a = ctx;

    return cfg_load(
        config_rows, config_n_rows, "GATEWAY", a->argc, a->argv, cfg, err);
}

int
main(int argc, char **argv)
{
    struct config cfg = {0};
    struct arguments args = {argc, argv};
    struct gateway *g = NULL;
    struct err err;
    int status = EXIT_FAILURE;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        usage();
        return EXIT_SUCCESS;
    }
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
    if (cfg.verbose)
        log_open("gateway", LOG_DEBUG);
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
