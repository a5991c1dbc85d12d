/* SPDX-License-Identifier: ISC */
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cfg.h"
#include "base/log.h"
#include "net/alive.h"
#include "translator/engines.h"
#include "translator/http/api.h"
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

/* One arena for all threads.  Cached translations are made by one thread and
 * dropped by another, so with an arena for each all of them fill with holes:
 * over 120,000 translations twice the growth of one, which is as fast. */
static void
share_heap(void)
{
    mallopt(M_ARENA_MAX, 1);
}

static void
mask_signals(int how)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(how, &set, NULL);
}

/* Where the settings came from, to read them once more. */
struct reload {
    ev_signal signal; /* must be first */
    int argc;
    char **argv;
    struct translator *t;
    struct api *a;
};

/* SIGHUP: what can change without losing a task changes; the rest, and
 * everything when the settings are wrong, stays as it is. */
static void
on_reload(struct ev_loop *ev, ev_signal *w, int revents)
{
    struct reload *r = (struct reload *)w;
    struct conf c = {0};
    struct err err = {0};

    (void)ev;
    (void)revents;
    if (conf_load(&c, r->argc, r->argv, &err) && api_apply(r->a, &c, &err) &&
        translator_apply(r->t, &c, &err)) {
        log_set_threshold(c.log_threshold);
        log_set_format(c.log_as);
        if (r->t->neural)
            neural_rescan(r->t->neural);
        if (r->t->memory)
            current_look(r->t->memory);
        log_info("settings read again normal_workers=%d any_workers=%d "
                 "normal_pool_size=%d any_pool_size=%d",
            c.normal_workers, c.any_workers, c.normal_pool_size,
            c.any_pool_size);
    } else {
        log_error("settings not read again reason=\"%s\"", err.text);
    }
    conf_free(&c);
}

/* On the loop's thread, which by now handles them.  All other threads were
 * started with the signals blocked, so none of their waits is interrupted. */
static void
let_signals_in(struct loop_msg *msg)
{
    (void)msg;
    mask_signals(SIG_UNBLOCK);
}

static void
log_ready(const struct translator *t, const struct api *a)
{
    const struct offer_list *list = offer_hold(t->offer);

    if (t->conf->insecure)
        log_warn(
            "insecure: whoever reaches the ports of ZeroMQ reads and changes"
            " translations host=%s",
            t->conf->zmq_host);

    log_info("ready sub=%d pub=%d http=%d pattern=%s pairs=%zu languages=%s "
             "normal_workers=%d any_workers=%d",
        front_sub_port(t->front), front_pub_port(t->front), api_port(a),
        t->conf->zmq_pattern, list->n_pairs, list->languages,
        t->conf->normal_workers, t->conf->any_workers);
    offer_release(t->offer, list);
}

static bool
run(const struct conf *c, int argc, char **argv, struct err *err)
{
    struct reload reload = {.argc = argc, .argv = argv};
    struct translator *t;
    struct api *a = NULL;
    struct loop_msg running = {.run = let_signals_in};
    struct engine *engines[ENGINES_MAX];
    size_t n_engines;
    struct loop *loop;
    struct alive alive;
    bool ok;

    signal(SIGPIPE, SIG_IGN);
    mask_signals(SIG_BLOCK);
    t = translator_new(c, NULL, err);
    n_engines = t ? engines_open(c, engines) : 0;
    for (size_t i = 0; i < n_engines; i++)
        translator_add(t, engines[i]);
    loop = t ? loop_new(err) : NULL;
    if (loop && translator_start(t, err))
        a = api_open(loop, t, err);
    ok = a != NULL;
    if (ok) {
        log_ready(t, a);
        reload.t = t;
        reload.a = a;
        ev_signal_init(&reload.signal, on_reload, SIGHUP);
        ev_signal_start(loop_ev(loop), &reload.signal);
        loop_post(loop, &running);
        alive_start(&alive, loop);
        loop_run(loop, true); /* a second signal ends us at once */
        alive_stop(&alive, loop);
        ev_signal_stop(loop_ev(loop), &reload.signal);
        log_info("stopping in_flight=%zu", front_in_flight(t->front));
    }
    api_close(a);
    translator_free(t);
    if (loop)
        loop_drain(loop);
    if (api_free(a))
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

    share_heap();
    log_open("meeshy-translator", LOG_INFO);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        usage();
        return EXIT_SUCCESS;
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("meeshy-translator %s\n", MEESHY_VERSION);
        return EXIT_SUCCESS;
    }
    if (cfg_take_flag(&argc, argv, "--check-config"))
        return conf_check(argc, argv) ? EXIT_SUCCESS : EXIT_FAILURE;
    ok = conf_load(&conf, argc, argv, &err);
    if (ok) {
        log_open("meeshy-translator", conf.log_threshold);
        log_set_format(conf.log_as);
        ok = run(&conf, argc, argv, &err);
    }
    if (!ok)
        log_error("cannot run reason=\"%s\"", err.text);
    conf_free(&conf);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
