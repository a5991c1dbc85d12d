/* SPDX-License-Identifier: ISC */
#include "translator/http/shelf.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "models/pull.h"
#include "wire/json.h"

/* What is fetched in the background, or was last. */
struct background {
    bool running, known; /* known: there ever was one */
    char name[SHELF_NAME_BYTES];
    char file[SHELF_NAME_BYTES]; /* under way */
    uint64_t done, total; /* bytes; total 0: not known */
    const char *state;
    char why[200]; /* state is "failed" */
};

struct shelf {
    struct shelf_cfg cfg;
    char *folders, *registry; /* copies, as cfg points to */
    atomic_bool cancel;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t idle; /* jobs became 0 */
    int jobs;
    struct background pull;
};

/* One thing asked for, on a thread of its own. */
struct job {
    struct loop_msg msg; /* must be first */
    struct shelf *shelf;
    struct shelf_ask ask;
    struct buf members;
    struct err err;
    bool ok;
};

struct shelf *
shelf_new(const struct shelf_cfg *cfg)
{
    struct shelf *s = xcalloc(1, sizeof(*s));

    s->cfg = *cfg;
    s->cfg.folders = s->folders = xstrdup(cfg->folders);
    s->cfg.registry = s->registry = xstrdup(cfg->registry);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->idle, NULL);
    return s;
}

static void
rescan(struct shelf *s)
{
    if (s->cfg.rescan)
        s->cfg.rescan(s->cfg.ctx);
}

/* ---- list ---- */

static void
put_model(struct buf *b, const struct depot_model *m, bool shipped)
{
    const struct manifest *f = &m->manifest;

    buf_addc(b, '{');
    json_put_field(b, "name", span_of(f->name));
    buf_addf(b, ",\"shipped\":%s", shipped ? "true" : "false");
    if (m->why[0]) {
        json_add_field(b, "error", span_of(m->why));
    } else {
        json_add_field(b, "source", span_of(f->source));
        json_add_field(b, "target", span_of(f->target));
        json_add_field(b, "version", span_of(f->version));
        json_add_field(b, "architecture", span_of(f->architecture));
        json_add_field(b, "licence", span_of(f->licence));
        json_add_field(b, "attribution", span_of(f->attribution));
        buf_addf(b, ",\"bytes\":%" PRIu64, manifest_bytes(f));
    }
    buf_addc(b, '}');
}

static void
put_background(struct buf *b, struct shelf *s)
{
    const struct background *p = &s->pull;

    pthread_mutex_lock(&s->lock);
    if (p->known) {
        buf_addz(b, ",\"pull\":{");
        json_put_field(b, "name", span_of(p->name));
        json_add_field(b, "state", span_of(p->state));
        if (p->running)
            json_add_field(b, "file", span_of(p->file));
        if (p->why[0])
            json_add_field(b, "error", span_of(p->why));
        buf_addf(b, ",\"bytes\":%" PRIu64 ",\"total\":%" PRIu64 "}", p->done,
            p->total);
    } else {
        buf_addz(b, ",\"pull\":null");
    }
    pthread_mutex_unlock(&s->lock);
}

static void
list(struct job *j)
{
    struct span rest = span_of(j->shelf->folders);
    struct buf *b = &j->members;
    bool shipped = false, comma = false;
    char *dir;

    buf_addz(b, ",\"models\":[");
    while ((dir = depot_next_folder(&rest)) != NULL) {
        size_t n;
        struct depot_model *models = depot_list(dir, &n);

        for (size_t i = 0; i < n; i++) {
            if (comma)
                buf_addc(b, ',');
            put_model(b, &models[i], shipped);
            comma = true;
        }
        shipped = true;
        free(models);
        free(dir);
    }
    buf_addc(b, ']');
    put_background(b, j->shelf);
    j->ok = true;
}

/* ---- the registry ---- */

static void
put_offer(struct buf *b, const struct registry_entry *e, bool installed)
{
    buf_addc(b, '{');
    json_put_field(b, "name", span_of(e->name));
    if (e->why[0]) {
        json_add_field(b, "error", span_of(e->why));
    } else {
        json_add_field(b, "source", span_of(e->source));
        json_add_field(b, "target", span_of(e->target));
        json_add_field(b, "version", span_of(e->version));
        json_add_field(b, "architecture", span_of(e->architecture));
        json_add_field(b, "status", span_of(e->status));
        json_add_field(b, "licence", span_of(e->licence));
        json_add_field(b, "attribution", span_of(e->attribution));
        buf_addf(b, ",\"bytes\":%" PRIu64 ",\"installed\":%s",
            registry_bytes(e), installed ? "true" : "false");
    }
    buf_addc(b, '}');
}

static struct pull_cfg
pull_cfg(struct shelf *s, const char *dir)
{
    return (struct pull_cfg){.models = dir,
        .registry = s->registry,
        .try_out = s->cfg.try_out,
        .cancel = &s->cancel};
}

static void
available(struct job *j)
{
    char *dir = depot_first_folder(j->shelf->folders);
    struct pull_cfg cfg = pull_cfg(j->shelf, dir);
    struct registry *r;
    size_t n;
    struct depot_model *have = depot_list(dir, &n);

    cfg.tries = 1; /* somebody waits */
    r = pull_registry(&cfg, &j->err);
    j->ok = r != NULL;
    buf_addz(&j->members, ",\"models\":[");
    for (size_t i = 0; r && i < r->n_entries; i++) {
        if (i > 0)
            buf_addc(&j->members, ',');
        put_offer(
            &j->members, &r->entries[i], pull_has(&r->entries[i], have, n));
    }
    buf_addc(&j->members, ']');
    free(have);
    free(dir);
    registry_free(r);
}

/* ---- pull ---- */

static void
on_progress(void *ctx, const struct pull_progress *p)
{
    struct shelf *s = ctx;

    pthread_mutex_lock(&s->lock);
    snprintf(s->pull.file, sizeof(s->pull.file), "%s", p->file);
    s->pull.done = p->done;
    s->pull.total = p->total;
    pthread_mutex_unlock(&s->lock);
}

static void answer(struct job *j);

static void
end_pull(struct shelf *s, bool ok, bool fresh, const struct err *err)
{
    pthread_mutex_lock(&s->lock);
    s->pull.running = false;
    s->pull.state = !ok ? "failed" : fresh ? "installed" : "current";
    if (!ok)
        snprintf(s->pull.why, sizeof(s->pull.why), "%s", err->text);
    pthread_mutex_unlock(&s->lock);
}

static void
pull(struct job *j)
{
    struct shelf *s = j->shelf;
    const struct shelf_ask ask = j->ask;
    char *dir = depot_first_folder(s->folders);
    struct pull_cfg cfg = pull_cfg(s, dir);
    struct manifest m;
    struct err err = {0};
    bool fresh = false, ok;

    cfg.again = ask.again;
    cfg.on_progress = on_progress;
    cfg.ctx = s;
    put_background(&j->members, s);
    j->ok = true;
    answer(j); /* from here on j may be gone */
    ok = pull_model(&cfg, ask.name,
        ask.architecture[0] ? ask.architecture : NULL, &m, &fresh, &err);
    end_pull(s, ok, fresh, &err);
    if (ok && fresh)
        rescan(s);
    if (ok)
        log_info("model %s name=%s version=%s",
            fresh ? "installed" : "up to date", m.name, m.version);
    else
        log_warn(
            "model not installed name=%s reason=\"%s\"", ask.name, err.text);
    free(dir);
}

/* ---- verify and remove ---- */

static void
verify(struct job *j)
{
    struct span rest = span_of(j->shelf->folders);
    bool found = false, whole = false;
    char *dir;

    while (!found && (dir = depot_next_folder(&rest)) != NULL) {
        whole = depot_verify(dir, j->ask.name, &j->err);
        found = whole || j->err.kind != FAIL_NOT_FOUND;
        free(dir);
    }
    j->ok = found;
    if (!found)
        return;
    json_add_field(&j->members, "name", span_of(j->ask.name));
    buf_addf(&j->members, ",\"ok\":%s", whole ? "true" : "false");
    if (!whole)
        json_add_field(&j->members, "reason", span_of(j->err.text));
}

static void
take_away(struct job *j)
{
    char *dir = depot_first_folder(j->shelf->folders);
    struct depot *d = depot_open(dir, &j->err);

    j->ok = d && depot_remove(d, j->ask.name, &j->err);
    depot_close(d);
    free(dir);
    if (!j->ok)
        return;
    json_add_field(&j->members, "name", span_of(j->ask.name));
    log_info("model removed name=%s", j->ask.name);
    rescan(j->shelf);
}

/* ---- jobs ---- */

/* On the loop. */
static void
on_done(struct loop_msg *msg)
{
    struct job *j = (struct job *)msg;

    j->ask.done(j->ask.user, buf_span(&j->members), j->ok ? NULL : &j->err);
    buf_free(&j->members);
    free(j);
}

/* Takes j. */
static void
answer(struct job *j)
{
    j->msg.run = on_done;
    loop_post(j->shelf->cfg.loop, &j->msg);
}

static void
leave(struct shelf *s)
{
    pthread_mutex_lock(&s->lock);
    if (--s->jobs == 0)
        pthread_cond_signal(&s->idle);
    pthread_mutex_unlock(&s->lock);
}

static void
run(struct job *j)
{
    switch (j->ask.what) {
    case SHELF_LIST:
        list(j);
        break;
    case SHELF_AVAILABLE:
        available(j);
        break;
    case SHELF_PULL:
        pull(j);
        return; /* has answered */
    case SHELF_VERIFY:
        verify(j);
        break;
    case SHELF_REMOVE:
        take_away(j);
        break;
    case SHELF_RESCAN:
        rescan(j->shelf);
        list(j);
        break;
    }
    answer(j);
}

static void *
work(void *arg)
{
    struct job *j = arg;
    struct shelf *s = j->shelf;

    run(j);
    leave(s);
    return NULL;
}

/* Whether there may be one more; counts it. */
static bool
enter(struct shelf *s, const struct shelf_ask *ask, struct err *err)
{
    bool ok = true;

    pthread_mutex_lock(&s->lock);
    if (s->jobs >= SHELF_JOBS_MAX)
        ok = err_set(err, FAIL_BUSY, "too much is asked of the models");
    else if (ask->what == SHELF_PULL && s->pull.running)
        ok = err_set(err, FAIL_CONFLICT, "%s is being fetched", s->pull.name);
    if (ok) {
        s->jobs++;
        if (ask->what == SHELF_PULL) {
            s->pull = (struct background){
                .running = true, .known = true, .state = "fetching"};
            memcpy(s->pull.name, ask->name, sizeof(s->pull.name));
        }
    }
    pthread_mutex_unlock(&s->lock);
    return ok;
}

bool
shelf_begin(struct shelf *s, const struct shelf_ask *ask, struct err *err)
{
    pthread_attr_t attr;
    pthread_t thread;
    struct job *j;
    int rc;

    if (!enter(s, ask, err))
        return false;
    j = xcalloc(1, sizeof(*j));
    j->shelf = s;
    j->ask = *ask;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    rc = pthread_create(&thread, &attr, work, j);
    pthread_attr_destroy(&attr);
    if (rc == 0)
        return true;
    free(j);
    err_set(err, FAIL_SYSTEM, "no thread for the models");
    if (ask->what == SHELF_PULL)
        end_pull(s, false, false, err);
    leave(s);
    return false;
}

void
shelf_close(struct shelf *s)
{
    if (!s)
        return;
    atomic_store(&s->cancel, true);
    pthread_mutex_lock(&s->lock);
    while (s->jobs > 0)
        pthread_cond_wait(&s->idle, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

void
shelf_free(struct shelf *s)
{
    if (!s)
        return;
    pthread_cond_destroy(&s->idle);
    pthread_mutex_destroy(&s->lock);
    free(s->folders);
    free(s->registry);
    free(s);
}
