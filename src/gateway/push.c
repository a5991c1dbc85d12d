/* SPDX-License-Identifier: ISC */
#include "gateway/push.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/op.h"
#include "gateway/posts.h"
#include "store/push.h"
#include "webpush/webpush.h"
#include "wire/json.h"

enum {
    SECOND_MS = 1000,
    HOST_BYTES = 256,
    ORIGIN_BYTES = HOST_BYTES + 16,
    HEADER_BYTES = 64,
    TOPIC_BYTES = 24, /* RFC 8030: at most 32 characters of base64url */
    HTTP_BAD_REQUEST = 400,
    HTTP_NOT_FOUND = 404,
    HTTP_GONE = 410,
    HTTP_TOO_LARGE = 413,
};
_Static_assert((int)WEBPUSH_PUBLIC_CHARS == (int)STORE_PUSH_PUBLIC_BYTES &&
                   (int)WEBPUSH_SECRET_CHARS == (int)STORE_PUSH_SECRET_BYTES,
    "keys are kept whole");

struct push {
    struct gateway *g;
    struct posts *posts;
    ev_timer timer;
    struct webpush_keys keys; /* constant once they are read */
    bool ready; /* they are */
    bool taking; /* one is being looked for */
    int under_way;
    struct push_stats stats;
};

/* One notification, from taking it to settling it. */
struct note {
    struct op op;
    struct posts_job job;
    struct push *push;
    struct store_push what;
    bool found;
    struct buf text; /* JSON for the page's worker */
    struct span translation; /* in translated; absent: none */
    struct buf translated;
    struct post_answer answer;
    bool ok;
    struct err err;
    enum store_push_end end;
    int64_t due_ms;
};

static struct note *
note_of(struct posts_job *job)
{
    return (struct note *)(void *)((char *)job - offsetof(struct note, job));
}

static void
note_free(struct note *n)
{
    buf_free(&n->text);
    buf_free(&n->translated);
    free(n);
}

/* ---- what is told ---- */

static void
put_words(struct note *n, const struct store_message *m, size_t bytes)
{
    bool translated = n->translation.p != NULL;
    struct span text = translated ? n->translation : m->content;
    struct span language = translated ? span_of(n->what.language) : m->language;

    json_add_field(&n->text, "from", m->sender_name);
    if (strcmp(n->what.type, "direct") != 0)
        json_add_field(&n->text, "where", span_of(n->what.title));
    json_add_field(&n->text, "text", utf8_fit(text, bytes));
    json_add_field(&n->text, "language", language);
    json_add_field(&n->text, "type", m->type);
}

static void
put_note(struct note *n, const struct store_message *m, size_t bytes)
{
    buf_reset(&n->text);
    buf_addc(&n->text, '{');
    json_put_field(&n->text, "room", span_of(n->what.conversation_id));
    json_add_field(&n->text, "message", m->id);
    json_add_number(&n->text, "seq", m->seq);
    if (!n->what.device.quiet)
        put_words(n, m, bytes);
    buf_addc(&n->text, '}');
}

/* What JSON escapes may be much longer: then there is less of it. */
static void
on_message(const struct store_message *m, void *ctx)
{
    struct note *n = ctx;
    size_t bytes = PUSH_TEXT_BYTES;

    for (put_note(n, m, bytes); n->text.len > WEBPUSH_TEXT_BYTES_MAX;
         put_note(n, m, bytes))
        bytes /= 2;
}

static void
on_translation(const struct store_translation *t, void *ctx)
{
    struct note *n = ctx;

    if (t->state != STORE_READY)
        return;
    buf_reset(&n->translated);
    buf_adds(&n->translated, t->text);
    n->translation = buf_span(&n->translated);
}

static bool
take_run(struct store *s, struct store_job *job, struct err *err)
{
    struct note *n = (struct note *)job;
    int64_t now_ms = clock_wall_ms();
    struct store_push *w = &n->what;

    if (!store_push_take(s, now_ms, now_ms + PUSH_LEASE_MS, w, &n->found, err))
        return false;
    return !n->found ||
           (store_translations(s, span_of(w->conversation_id), w->seq, w->seq,
                span_of(w->language), on_translation, n, err) &&
               store_message_get(
                   s, span_of(w->message_id), NULL, on_message, n, err));
}

/* ---- on the threads ---- */

/* What replaces what, where a service still has it: the newest of a room. */
static void
topic_of(const struct store_push *what, char ret[HEADER_BYTES])
{
    static const char name[] = "Topic: ";
    unsigned char hash[crypto_generichash_BYTES_MIN];
    const char *room = what->conversation_id;

    crypto_generichash(hash, sizeof(hash), (const unsigned char *)room,
        strlen(room), what->device.session, sizeof(what->device.session));
    memcpy(ret, name, sizeof(name));
    sodium_bin2base64(ret + sizeof(name) - 1, TOPIC_BYTES, hash, sizeof(hash),
        sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static bool
seal(const struct note *n, struct buf *ret_body, struct buf *ret_authorization,
    struct err *err)
{
    const struct store_push_device *d = &n->what.device;
    const struct config *cfg = n->push->g->cfg;
    const char *contact = *cfg->push_contact ? cfg->push_contact
                          : *cfg->public_url ? cfg->public_url
                                             : "mailto:nobody@localhost";
    char origin[ORIGIN_BYTES];
    struct webpush_reader to;

    post_url_origin(d->endpoint, origin, sizeof(origin));
    buf_addz(ret_authorization, "Authorization: ");
    return webpush_reader_parse(
               span_of(d->p256dh), span_of(d->auth), &to, err) &&
           webpush_seal(&to, buf_span(&n->text), ret_body, err) &&
           webpush_authorize(&n->push->keys, span_of(origin), span_of(contact),
               clock_wall_ms() / SECOND_MS + PUSH_TOKEN_S, ret_authorization,
               err);
}

static void
tell(struct post *post, struct posts_job *job)
{
    struct note *n = note_of(job);
    struct buf body = {0}, authorization = {0};
    char topic[HEADER_BYTES], ttl[HEADER_BYTES];
    struct post_call call = {.url = n->what.device.endpoint,
        .type = "application/octet-stream",
        .answer = &n->answer};

    topic_of(&n->what, topic);
    snprintf(ttl, sizeof(ttl), "TTL: %d", PUSH_TTL_S);
    n->ok = seal(n, &body, &authorization, &n->err);
    if (n->ok) {
        buf_addc(&authorization, '\0');
        call.body = buf_span(&body);
        call.headers[0] = authorization.p;
        call.headers[1] = "Content-Encoding: aes128gcm";
        call.headers[2] = ttl;
        call.headers[3] = "Urgency: high";
        call.headers[4] = topic;
        n->ok = post_do(post, &call, &n->err);
    }
    buf_free(&body);
    buf_free(&authorization);
}

/* ---- on the loop ---- */

static void look(struct push *p);

static bool
settle_run(struct store *s, struct store_job *job, struct err *err)
{
    struct note *n = (struct note *)job;

    return store_push_settle(s, &n->what, n->end, clock_wall_ms(), n->due_ms,
        n->ok ? (struct span){0} : span_of(n->err.text), err);
}

/* What could not be written is taken again when its time is over. */
static void
settle_finish(struct op *op)
{
    struct note *n = (struct note *)op;
    struct push *p = n->push;

    if (!op->job.ok)
        log_warn("notification not settled: %s", op->job.err.text);
    p->under_way--;
    note_free(n);
    look(p);
}

/* Its address is a secret of the browser's: only the host is logged. */
static void
log_failure(const struct note *n, const char *what)
{
    char host[HOST_BYTES];

    post_url_host(n->what.device.endpoint, host, sizeof(host));
    log_warn("notification %s host=%s failures=%d reason=\"%s\"", what, host,
        n->what.device.failures + 1, n->err.text);
}

static void
fail(struct note *n)
{
    struct push *p = n->push;
    int64_t now_ms = clock_wall_ms();
    int64_t asked_ms = n->answer.retry_after_s * SECOND_MS;
    int64_t wait_ms = backoff_ms(p->g->cfg->push_retry_ms, PUSH_WAIT_MS_MAX,
        n->what.device.failures + 1);

    switch (n->answer.status) {
    case HTTP_NOT_FOUND:
    case HTTP_GONE:
        n->end = STORE_PUSH_GONE;
        p->stats.gone++;
        log_failure(n, "device gone");
        return;
    case HTTP_BAD_REQUEST:
    case HTTP_TOO_LARGE:
        n->end = STORE_PUSH_LOST;
        break;
    default:
        n->end =
            n->err.kind == FAIL_FORBIDDEN ? STORE_PUSH_LOST : STORE_PUSH_LATER;
        break;
    }
    if (asked_ms > STORE_PUSH_DAY_MS)
        asked_ms = STORE_PUSH_DAY_MS;
    n->due_ms = now_ms + (asked_ms > wait_ms ? asked_ms : wait_ms);
    p->stats.failed++;
    log_failure(n, n->end == STORE_PUSH_LOST ? "lost" : "not told");
}

static void
settle(struct note *n)
{
    n->end = STORE_PUSH_TOLD;
    n->due_ms = 0;
    if (n->ok)
        n->push->stats.told++;
    else if (posts_stopping(n->push->posts))
        n->end = STORE_PUSH_LATER; /* we broke it off: the next start tells */
    else
        fail(n);
    op_set(&n->op, settle_run, settle_finish);
    op_write(n->push->g->writer, &n->op);
}

static void
on_told(struct posts_job *job)
{
    settle(note_of(job));
}

static void
take_finish(struct op *op)
{
    struct note *n = (struct note *)op;
    struct push *p = n->push;

    p->taking = false;
    if (!op->job.ok || !n->found) {
        note_free(n);
        return;
    }
    p->under_way++;
    n->job.work = tell;
    n->job.done = on_told;
    if (!posts_put(p->posts, &n->job)) {
        err_set(&n->err, FAIL_BUSY, "the server is stopping");
        settle(n);
        return;
    }
    look(p);
}

static bool
is_due_run(struct store *s, struct store_job *job, struct err *err)
{
    struct note *n = (struct note *)job;

    return store_push_due(s, clock_wall_ms(), &n->found, err);
}

/* Only then the writer is troubled: on PostgreSQL others wait for its turn. */
static void
is_due_finish(struct op *op)
{
    struct note *n = (struct note *)op;

    if (op->job.ok && n->found) {
        op_set(&n->op, take_run, take_finish);
        op_write(n->push->g->writer, &n->op);
        return;
    }
    n->push->taking = false;
    note_free(n);
}

static void
look(struct push *p)
{
    struct note *n;

    if (!p->ready || p->taking || p->under_way == PUSHERS ||
        !posts_are_free(p->posts))
        return;
    p->taking = true;
    n = xcalloc(1, sizeof(*n));
    n->push = p;
    op_set(&n->op, is_due_run, is_due_finish);
    op_read(p->g->writer, &n->op);
}

static void
on_timer(struct ev_loop *ev, ev_timer *timer, int events)
{
    (void)ev;
    (void)events;
    look(timer->data);
}

/* ---- start and end ---- */

struct begin {
    struct op op;
    struct push *push;
    struct store_push_keys keys;
};

static bool
begin_run(struct store *s, struct store_job *job, struct err *err)
{
    struct begin *b = (struct begin *)job;

    return store_looks_clear(s, err) && store_push_keys(s, &b->keys, err);
}

static void
begin_finish(struct op *op)
{
    struct begin *b = (struct begin *)op;
    struct push *p = b->push;

    if (op->job.ok) {
        snprintf(p->keys.public_key, sizeof(p->keys.public_key), "%s",
            b->keys.public_key);
        snprintf(p->keys.secret_key, sizeof(p->keys.secret_key), "%s",
            b->keys.secret_key);
        p->ready = true;
    } else {
        log_warn("no notifications: %s", op->job.err.text);
    }
    sodium_memzero(&b->keys, sizeof(b->keys));
    free(b);
}

/* The database's keys, or these. */
static void
begin(struct push *p, const struct webpush_keys *fresh)
{
    struct begin *b = xcalloc(1, sizeof(*b));

    b->push = p;
    snprintf(b->keys.public_key, sizeof(b->keys.public_key), "%s",
        fresh->public_key);
    snprintf(b->keys.secret_key, sizeof(b->keys.secret_key), "%s",
        fresh->secret_key);
    op_set(&b->op, begin_run, begin_finish);
    op_write(p->g->writer, &b->op);
}

bool
push_start(struct gateway *g, struct push **ret, struct err *err)
{
    struct webpush_keys fresh;
    struct push *p;

    if (!g->cfg->push)
        return true;
    if (!webpush_keys_new(&fresh, err))
        return false;
    p = xcalloc(1, sizeof(*p));
    p->g = g;
    p->posts = posts_start(g->loop, g->cfg->push_networks, PUSHERS, err);
    if (!p->posts) {
        free(p);
        return false;
    }
    ev_timer_init(&p->timer, on_timer, PUSH_LOOK_MS / 1e3, PUSH_LOOK_MS / 1e3);
    p->timer.data = p;
    ev_timer_start(loop_ev(g->loop), &p->timer);
    begin(p, &fresh);
    sodium_memzero(&fresh, sizeof(fresh));
    *ret = p;
    return true;
}

void
push_stop(struct push *p)
{
    if (!p || posts_stopping(p->posts))
        return;
    ev_timer_stop(loop_ev(p->g->loop), &p->timer);
    posts_stop(p->posts);
}

void
push_free(struct push *p)
{
    if (!p)
        return;
    posts_free(p->posts);
    sodium_memzero(&p->keys, sizeof(p->keys));
    free(p);
}

struct push_stats
push_stats(const struct push *p)
{
    return p ? p->stats : (struct push_stats){0};
}

struct span
push_public_key(const struct push *p)
{
    return p && p->ready ? span_of(p->keys.public_key) : (struct span){0};
}

/* ---- what is checked ---- */

bool
push_check_endpoint(
    const struct gateway *g, struct span endpoint, struct err *err)
{
    bool tests = strcmp(g->cfg->push_networks, "false") != 0;

    if (!post_url_check(endpoint, err))
        return false;
    return tests || span_starts(endpoint, SPAN("https://")) ||
           err_set(err, FAIL_BAD_INPUT,
               "a push service's address begins with "
               "https://");
}

bool
push_check_contact(const char *contact, struct err *err)
{
    struct span s = span_of(contact);
    bool ok = span_starts(s, SPAN("mailto:")) || span_starts(s, SPAN("https:"));

    for (size_t i = 0; i < s.len; i++)
        ok = ok && (unsigned char)s.p[i] > ' ' && s.p[i] != '"' &&
             s.p[i] != '\\';
    return ok || s.len == 0 ||
           err_set(err, FAIL_BAD_INPUT,
               "PUSH_CONTACT must begin with mailto: or https:");
}
