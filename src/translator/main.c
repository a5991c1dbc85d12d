/* SPDX-License-Identifier: ISC */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "translator/api.h"
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

static void
mask_signals(int how)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(how, &set, NULL);
}

/* On the loop's thread, which by now handles them.  All other threads were
 * started with the signals blocked, so none of their waits is interrupted. */
static void
let_signals_in(struct loop_msg *msg)
{
    (void)msg;
    mask_signals(SIG_UNBLOCK);
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

static void
log_ready(const struct translator *t, const struct api *a)
{
    log_info("ready sub=%d pub=%d http=%d pattern=%s pairs=%zu languages=%s "
             "normal_workers=%d any_workers=%d",
        front_sub_port(t->front), front_pub_port(t->front), api_port(a),
        t->conf->zmq_pattern, t->n_pairs, t->languages, t->conf->normal_workers,
        t->conf->any_workers);
}

static bool
run(const struct conf *c, struct err *err)
{
    struct translator *t;
    struct api *a = NULL;
    struct loop_msg running = {.run = let_signals_in};
    struct loop *loop;
    bool ok;

    signal(SIGPIPE, SIG_IGN);
    mask_signals(SIG_BLOCK);
    t = translator_new(c, open_engine(c), err);
    loop = t ? loop_new(err) : NULL;
    if (loop && translator_start(t, err))
        a = api_open(loop, t, err);
    ok = a != NULL;
    if (ok) {
        log_ready(t, a);
        loop_post(loop, &running);
        loop_run(loop, true); /* a second signal ends us at once */
        log_info("stopping in_flight=%zu", front_in_flight(t->front));
    }
    api_close(a);
    translator_free(t);
    loop_free(loop);
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
