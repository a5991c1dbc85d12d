/* SPDX-License-Identifier: ISC */
#include "gateway/mailer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rate.h"
#include "gateway/gateway.h"
#include "gateway/mailer_words.h"
#include "gateway/op.h"
#include "gateway/posts.h"
#include "link/mail.h"
#include "store/admin.h"

enum { HOUR_S = 3600, MINUTE_MS = 60 * 1000, SECOND_MS = 1000, MAILERS = 1 };

struct mailer {
    struct gateway *g;
    struct posts *posts;
    struct mail_server server;
    struct rate *accounts;
    atomic_bool stop;
    ev_timer timer;
    TAILQ_HEAD(, letter) waiting; /* the first that is due goes first */
    int n_waiting;
    struct mailer_stats stats;
};

/* From the question to its end. */
struct letter {
    struct op op;
    struct posts_job job;
    TAILQ_ENTRY(letter) next;
    struct mailer *mailer;
    char account[CHAT_EMAIL_LEN_MAX + 1];
    struct store_user user;
    char id[ID_BYTES], token[AUTH_TOKEN_BYTES];
    unsigned char hash[STORE_TOKEN_HASH_BYTES];
    int failures;
    int64_t due_ms; /* clock_mono_ms */
    bool ok;
    struct err err;
};

static struct letter *
letter_of(struct posts_job *job)
{
    return (
        struct letter *)(void *)((char *)job - offsetof(struct letter, job));
}

/* ---- on the thread ---- */

static void
deliver(struct post *post, struct posts_job *job)
{
    struct letter *l = letter_of(job);
    const struct config *cfg = l->mailer->g->cfg;
    struct span language = span_of(l->user.language);
    struct buf link = {0}, text = {0};
    struct mail_letter letter = {.from = span_of(cfg->smtp_from),
        .to = span_of(l->user.email),
        .subject = mailer_subject(language),
        .id = span_of(l->id),
        .at_s = clock_wall_ms() / SECOND_MS};

    (void)post;
    buf_addf(&link, "%s/#reset=%s", cfg->public_url, l->token);
    mailer_put_text(
        &text, language, span_of(l->user.display_name), buf_span(&link));
    letter.text = buf_span(&text);
    l->ok = mail_send(&l->mailer->server, &letter, &l->mailer->stop, &l->err);
    buf_free(&link);
    buf_free(&text);
}

/* ---- on the loop ---- */

static void
wait_for(struct letter *l, int64_t ms)
{
    l->due_ms = clock_mono_ms() + ms;
    TAILQ_INSERT_TAIL(&l->mailer->waiting, l, next);
    l->mailer->n_waiting++;
}

static void look(struct mailer *m);

static void
on_delivered(struct posts_job *job)
{
    struct letter *l = letter_of(job);
    struct mailer *m = l->mailer;

    if (l->ok) {
        m->stats.sent++;
        log_info("mail sent user=%s", l->user.id);
        free(l);
    } else {
        m->stats.failed++;
        log_warn("mail not sent user=%s failures=%d reason=\"%s\"", l->user.id,
            ++l->failures, l->err.text);
        if (l->failures < MAILER_TRIES && !posts_stopping(m->posts))
            wait_for(l,
                backoff_ms(MAILER_RETRY_MS, MAILER_WAIT_MS_MAX, l->failures));
        else
            free(l);
    }
    look(m);
}

static void
look(struct mailer *m)
{
    int64_t now_ms = clock_mono_ms();
    struct letter *l = TAILQ_FIRST(&m->waiting);

    while (l && l->due_ms > now_ms)
        l = TAILQ_NEXT(l, next);
    if (!l)
        return;
    l->job.work = deliver;
    l->job.done = on_delivered;
    if (!posts_put(m->posts, &l->job))
        return;
    TAILQ_REMOVE(&m->waiting, l, next);
    m->n_waiting--;
}

static void
on_timer(struct ev_loop *ev, ev_timer *timer, int events)
{
    (void)ev;
    (void)events;
    look(timer->data);
}

/* ---- who it is ---- */

static bool
add_run(struct store *s, struct store_job *job, struct err *err)
{
    struct letter *l = (struct letter *)job;

    return store_reset_add(s, l->hash, span_of(l->user.id),
        clock_wall_ms() + (int64_t)MAILER_LINK_MINUTES * MINUTE_MS, err);
}

static void
add_finish(struct op *op)
{
    struct letter *l = (struct letter *)op;

    if (!op->job.ok) {
        log_warn("mail not written: %s", op->job.err.text);
        free(l);
        return;
    }
    wait_for(l, 0);
    look(l->mailer);
}

static bool
find_run(struct store *s, struct store_job *job, struct err *err)
{
    struct letter *l = (struct letter *)job;

    return store_user_by_name(s, span_of(l->account), &l->user, err);
}

/* Is there an account, with an address, that did not have letters enough? */
static bool
may_have(const struct letter *l)
{
    const struct store_user *u = &l->user;

    return l->op.job.ok && u->password_hash[0] && !u->disabled &&
           mail_check_address(span_of(u->email), NULL) &&
           l->mailer->n_waiting < MAILER_WAITING_MAX &&
           rate_take(l->mailer->accounts, span_of(u->id), clock_mono_us());
}

static void
find_finish(struct op *op)
{
    struct letter *l = (struct letter *)op;

    if (!may_have(l)) {
        free(l);
        return;
    }
    id_new(l->id);
    auth_new_token(l->token, l->hash);
    op_set(&l->op, add_run, add_finish);
    op_write(l->mailer->g->writer, &l->op);
}

void
mailer_forgot(struct mailer *m, struct span account)
{
    struct letter *l = xcalloc(1, sizeof(*l));

    l->mailer = m;
    snprintf(l->account, sizeof(l->account), "%.*s", SPAN_ARG(account));
    op_set(&l->op, find_run, find_finish);
    op_read(m->g->writer, &l->op);
}

/* ---- start and end ---- */

bool
mailer_start(struct gateway *g, struct mailer **ret, struct err *err)
{
    static const struct limit limit = {
        (double)MAILER_OF_ACCOUNT / HOUR_S, MAILER_OF_ACCOUNT};
    const struct config *cfg = g->cfg;
    struct posts *posts;
    struct mailer *m;

    if (!*cfg->smtp_url)
        return true;
    if (!(posts = posts_start(g->loop, "false", MAILERS, err)))
        return false;
    m = xcalloc(1, sizeof(*m));
    m->g = g;
    m->posts = posts;
    m->accounts = rate_new(limit);
    m->server = (struct mail_server){cfg->smtp_url, cfg->smtp_user,
        cfg->smtp_password, cfg->smtp_ca, cfg->smtp_in_clear};
    TAILQ_INIT(&m->waiting);
    ev_timer_init(
        &m->timer, on_timer, MAILER_LOOK_MS / 1e3, MAILER_LOOK_MS / 1e3);
    m->timer.data = m;
    ev_timer_start(loop_ev(g->loop), &m->timer);
    *ret = m;
    return true;
}

void
mailer_stop(struct mailer *m)
{
    if (!m || atomic_exchange(&m->stop, true))
        return;
    ev_timer_stop(loop_ev(m->g->loop), &m->timer);
    posts_stop(m->posts);
}

void
mailer_free(struct mailer *m)
{
    struct letter *l;

    if (!m)
        return;
    while ((l = TAILQ_FIRST(&m->waiting))) {
        TAILQ_REMOVE(&m->waiting, l, next);
        free(l);
    }
    posts_free(m->posts);
    rate_free(m->accounts);
    free(m);
}

struct mailer_stats
mailer_stats(const struct mailer *m)
{
    return m ? m->stats : (struct mailer_stats){0};
}

bool
mailer_check(const struct config *cfg, struct err *err)
{
    struct span url = span_of(cfg->smtp_url);

    if (!url.len)
        return (!*cfg->smtp_from && !*cfg->smtp_user && !*cfg->smtp_password) ||
               err_set(err, FAIL_BAD_INPUT, "the SMTP_ settings need SMTP_URL");
    if (!span_starts(url, SPAN("smtp://")) &&
        !span_starts(url, SPAN("smtps://")))
        return err_set(err, FAIL_BAD_INPUT,
            "SMTP_URL is smtp://HOST:PORT or smtps://HOST:PORT");
    if (memchr(url.p, '@', url.len))
        return err_set(err, FAIL_BAD_INPUT,
            "who signs in at SMTP_URL is SMTP_USER, with SMTP_PASSWORD");
    if (!*cfg->public_url)
        return err_set(
            err, FAIL_BAD_INPUT, "SMTP_URL needs PUBLIC_URL, to link to");
    if (!mail_check_address(span_of(cfg->smtp_from), NULL))
        return err_set(err, FAIL_BAD_INPUT,
            "SMTP_FROM is the address of a mailbox, as chat@example.org");
    return true;
}
