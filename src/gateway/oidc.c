/* SPDX-License-Identifier: ISC */
#include "gateway/oidc.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/bq.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/site.h"
#include "link/post.h"

struct oidc {
    struct loop *loop;
    struct provider *provider;
    struct bq *queue;
    pthread_t thread;
    atomic_bool stop;
    char redirect[PROVIDER_URL_BYTES];
};

/* ---- on the thread ---- */

static void
deliver(struct loop_msg *msg)
{
    struct oidc_job *job = (struct oidc_job *)msg;

    job->done(job);
}

static void *
run(void *arg)
{
    struct oidc *o = arg;
    void *item;

    while (bq_pop(o->queue, &item, BQ_FOREVER) == BQ_OK) {
        struct oidc_job *job = item;
        if (atomic_load(&o->stop))
            job->ok = err_set(&job->err, FAIL_BUSY, "the gateway stops");
        else if (job->code[0])
            job->ok = provider_redeem(o->provider, &job->flow,
                span_of(job->code), &job->person, &job->err);
        else
            job->ok =
                provider_url(o->provider, &job->flow, &job->url, &job->err);
        job->msg.run = deliver;
        loop_post(o->loop, &job->msg);
    }
    return NULL;
}

/* ---- on the loop ---- */

bool
oidc_start(struct gateway *g, struct oidc **ret, struct err *err)
{
    const struct config *cfg = g->cfg;
    struct provider_cfg to = {
        cfg->oidc_issuer, cfg->oidc_client_id, cfg->oidc_client_secret, NULL};
    struct oidc *o;

    if (!*cfg->oidc_issuer)
        return true;
    o = xcalloc(1, sizeof(*o));
    snprintf(
        o->redirect, sizeof(o->redirect), "%s" SITE_SIGNED_IN, cfg->public_url);
    to.redirect = o->redirect;
    o->loop = g->loop;
    o->provider = provider_new(&to, err);
    if (!o->provider) {
        free(o);
        return false;
    }
    o->queue = bq_new(OIDC_QUEUE_MAX);
    if (pthread_create(&o->thread, NULL, run, o) != 0)
        abort(); /* no thread at start: the machine is unusable */
    *ret = o;
    return true;
}

void
oidc_stop(struct oidc *o)
{
    if (!o)
        return;
    atomic_store(&o->stop, true);
    bq_close(o->queue);
    pthread_join(o->thread, NULL);
    bq_free(o->queue);
    provider_free(o->provider);
    free(o);
}

bool
oidc_submit(struct oidc *o, struct oidc_job *job, struct err *err)
{
    if (!o)
        return err_set(
            err, FAIL_NOT_FOUND, "this server knows no other sign-in");
    return bq_push(o->queue, job, BQ_NOWAIT) == BQ_OK ||
           err_set(err, FAIL_BUSY,
               "too many people are signing in, try again in a moment");
}

/* ---- settings ---- */

void
oidc_name(const struct config *cfg, char ret[OIDC_NAME_BYTES])
{
    if (*cfg->oidc_name)
        snprintf(ret, OIDC_NAME_BYTES, "%s", cfg->oidc_name);
    else
        post_url_host(cfg->oidc_issuer, ret, OIDC_NAME_BYTES);
}

static bool
check_address(const char *name, const char *url, struct err *err)
{
    struct err why;

    return provider_url_check(url, &why) ||
           err_set(err, FAIL_BAD_INPUT, "%s: %s", name, why.text);
}

static bool
ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), k = strlen(end);

    return k <= n && strcmp(text + n - k, end) == 0;
}

static bool
check_public_url(const struct config *cfg, struct err *err)
{
    if (!*cfg->public_url)
        return true;
    if (!check_address("PUBLIC_URL", cfg->public_url, err))
        return false;
    return (strlen(cfg->public_url) + sizeof(SITE_SIGNED_IN) <
                   PROVIDER_URL_BYTES &&
               !ends_with(cfg->public_url, "/") &&
               ends_with(cfg->public_url, cfg->base_path)) ||
           err_set(err, FAIL_BAD_INPUT,
               "PUBLIC_URL has no slash at its end, and BASE_PATH if that is "
               "set");
}

bool
oidc_check(const struct config *cfg, struct err *err)
{
    if (!check_public_url(cfg, err))
        return false;
    if (!*cfg->oidc_issuer)
        return (!*cfg->oidc_client_id && !*cfg->oidc_client_secret &&
                   !*cfg->oidc_name && !*cfg->oidc_domains &&
                   !cfg->oidc_only) ||
               err_set(
                   err, FAIL_BAD_INPUT, "the OIDC_ settings need OIDC_ISSUER");
    if (!*cfg->oidc_client_id || !*cfg->public_url)
        return err_set(err, FAIL_BAD_INPUT,
            "OIDC_ISSUER needs OIDC_CLIENT_ID, and PUBLIC_URL to send people "
            "back to");
    if (strlen(cfg->oidc_name) >= OIDC_NAME_BYTES)
        return err_set(err, FAIL_BAD_INPUT, "OIDC_NAME is too long");
    return check_address("OIDC_ISSUER", cfg->oidc_issuer, err);
}

/* Only what the provider says that it has checked. */
bool
oidc_lets(
    const struct config *cfg, const struct provider_person *p, struct err *err)
{
    struct span rest = span_of(cfg->oidc_domains);
    const char *domain = strrchr(p->email, '@');

    if (rest.len == 0)
        return true;
    while (rest.p && domain && p->email_verified) {
        struct span one = span_trim(span_cut(&rest, ','));
        if (one.len > 0 && strlen(domain + 1) == one.len &&
            strncasecmp(domain + 1, one.p, one.len) == 0)
            return true;
    }
    return err_set(err, FAIL_FORBIDDEN,
        "this server lets in people of some domains only, and not of yours");
}
