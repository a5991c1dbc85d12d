/* SPDX-License-Identifier: ISC */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "translator/engines.h"
#include "translator/translator.h"

static void
usage(void)
{
    printf("usage: meeshy-translator [--config FILE] [--SETTING VALUE]...\n\n"
           "Translates what gateways send over ZeroMQ.  Every setting is also "
           "a line\nNAME=value of the file and a variable TRANSLATOR_NAME of "
           "the environment.\n\n");
    conf_usage(stdout);
}

/* To be waited for by main; every thread started later inherits the mask, so
 * no other is interrupted. */
static sigset_t
hold_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    return set;
}

/* Without languages we still run and say so: tasks get an answer, and the
 * supervisor has nothing to restart in vain. */
static struct engine *
open_engine(const struct conf *c)
{
    struct err err = {0};
    struct engine *e = engines_open(c, &err);

    if (!e)
        log_error("no language pairs reason=\"%s\"", err.text);
    return e;
}

static bool
run(const struct conf *c, struct err *err)
{
    sigset_t signals = hold_signals();
    struct translator *t = translator_new(c, open_engine(c), err);
    bool ok = t && translator_start(t, err);
    int number;

    if (ok) {
        log_info("ready sub=%d pub=%d pattern=%s pairs=%zu languages=%s "
                 "normal_workers=%d any_workers=%d",
            front_sub_port(t->front), front_pub_port(t->front), c->zmq_pattern,
            t->n_pairs, t->languages, c->normal_workers, c->any_workers);
        sigwait(&signals, &number);
        /* A second one ends us at once. */
        pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
        log_info("stopping signal=%d", number);
    }
    translator_free(t);
    if (ok)
        log_info("stopped");
    return ok;
}

int
main(int argc, char **argv)
{
    struct conf conf = {0};
    struct err err = {0};
    bool ok;

    log_open("meeshy-translator", LOG_INFO);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        usage();
        return EXIT_SUCCESS;
    }
    ok = conf_load(&conf, argc, argv, &err);
    if (ok) {
        log_open("meeshy-translator", conf.log_threshold);
        ok = run(&conf, &err);
    }
    if (!ok)
        log_error("cannot run reason=\"%s\"", err.text);
    conf_free(&conf);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
