/* SPDX-License-Identifier: ISC */
#include "models/pull.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "models/depot.h"
#include "models/digest.h"
#include "models/fetch.h"
#include "models/folder.h"
#include "models/unpack.h"

/* One model on its way. */
struct pull {
    const struct pull_cfg *cfg;
    const struct registry *registry;
    const struct registry_entry *entry;
    struct depot *depot;
    struct fetch *fetch;
    char *stage; /* folder */
    struct manifest manifest; /* as far as it is known */
    const char *file; /* under way */
    uint64_t before; /* bytes of the files that are done */
    uint64_t total; /* 0: not known */
    int64_t told_ms; /* when progress was last reported */
};

/* ---- progress ---- */

static void
tell(struct pull *p, uint64_t done, bool always)
{
    struct pull_progress now = {.name = p->entry->name,
        .file = p->file,
        .done = p->before + done,
        .total = p->total};
    int64_t ms = clock_mono_ms();

    if (!p->cfg->on_progress || (!always && ms - p->told_ms < PULL_PROGRESS_MS))
        return;
    p->told_ms = ms;
    p->cfg->on_progress(p->cfg->ctx, &now);
}

static void
on_progress(void *ctx, uint64_t done, uint64_t total)
{
    (void)total;
    tell(ctx, done, false);
}

/* ---- the registry ---- */

static struct fetch *
fetch_for(const struct pull_cfg *cfg, struct pull *p, struct err *err)
{
    struct fetch_cfg f = {.tries = cfg->tries,
        .pause_ms = cfg->pause_ms,
        .on_progress = p ? on_progress : NULL,
        .ctx = p,
        .cancel = cfg->cancel};

    return fetch_new(&f, err);
}

static struct registry *
read_registry(struct fetch *f, const char *url, struct err *err)
{
    struct buf body = {0};
    struct registry *r = NULL;

    if (fetch_bytes(f, url, REGISTRY_BYTES_MAX, &body, err))
        r = registry_parse(buf_span(&body), url, err);
    buf_free(&body);
    return r;
}

static struct registry *
ask_place(struct fetch *f, struct span place, struct err *err)
{
    char *name = span_dup(place);
    struct registry *r;

    if (name[0] == '/' || name[0] == '.')
        r = registry_of_folder(name, err);
    else
        r = read_registry(f,
            strcmp(name, PULL_MOZILLA) == 0 ? PULL_REGISTRY_DEFAULT : name,
            err);
    free(name);
    return r;
}

struct registry *
pull_registry(const struct pull_cfg *cfg, struct err *err)
{
    struct fetch *f = fetch_for(cfg, NULL, err);
    struct span rest = span_trim(span_of(cfg->registry));
    struct registry *r = NULL;

    for (int i = 0; f && !r && rest.len > 0 && i < PULL_PLACES_MAX; i++) {
        struct span place = span_cut(&rest, ' ');

        rest = span_trim(rest);
        r = ask_place(f, place, err);
    }
    fetch_free(f);
    return r;
}

bool
pull_has(
    const struct registry_entry *e, const struct depot_model *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (e->files[MANIFEST_MODEL].sha256[0] &&
            strcmp(list[i].manifest.files[MANIFEST_MODEL].sha256,
                e->files[MANIFEST_MODEL].sha256) == 0)
            return true;
    return false;
}

/* ---- one file ---- */

static char *
staged(const struct pull *p, const char *file, const char *suffix)
{
    struct buf b = {0};

    buf_addf(&b, "%s/%s%s", p->stage, file, suffix);
    return buf_take(&b);
}

/* How many bytes may come over the wire. */
static uint64_t
packed_max(const struct registry_file *f)
{
    enum { SLACK = 64 * 1024 };

    if (f->packed_bytes)
        return f->packed_bytes;
    /* What cannot be compressed grows by five bytes per 16 KB. */
    return f->bytes ? f->bytes + f->bytes / 1024 + SLACK : UNPACK_BYTES_MAX;
}

static bool
check_and_unpack(const struct registry_file *f, const char *part,
    const char *path, struct manifest_file *ret, struct err *err)
{
    struct unpack_want want = {
        .bytes = f->bytes, .max = UNPACK_BYTES_MAX, .sha256 = f->sha256};

    return digest_check(part, f->packed_bytes, f->packed_sha256, err) &&
           unpack_file(part, path, &want, ret, err);
}

static bool
fetch_and_unpack(struct pull *p, const struct registry_file *f,
    const char *path, struct manifest_file *ret, struct err *err)
{
    char *part = staged(p, ret->name, ".part");
    char *tag = staged(p, ret->name, ".part.tag");
    char *url = registry_url(p->registry, f);
    struct err why = {0};
    bool ok = fetch_file(p->fetch, url, part, packed_max(f), &why);
    bool whole = ok || why.kind == FAIL_TOO_LARGE;

    if (!ok)
        err_set(err, why.kind, "%s", why.text);
    else if (!check_and_unpack(f, part, path, ret, &why))
        ok = err_set(
            err, why.kind, "%s of %.100s: %.80s", ret->name, url, why.text);
    /* What was fetched whole and is wrong is no start for another time. */
    if (whole) {
        unlink(part);
        unlink(tag);
    }
    free(part);
    free(tag);
    free(url);
    return ok;
}

static bool
get_file(struct pull *p, enum manifest_role role, struct err *err)
{
    const struct registry_file *f = &p->entry->files[role];
    struct manifest_file *m = &p->manifest.files[role];
    char *path;
    bool ok;

    snprintf(m->name, sizeof(m->name), "%s", manifest_role_file(role));
    path = staged(p, m->name, "");
    p->file = m->name;
    /* From an attempt that ended after this file. */
    ok = f->sha256[0] && digest_check(path, f->bytes, f->sha256, NULL);
    if (ok) {
        m->bytes = f->bytes;
        memcpy(m->sha256, f->sha256, sizeof(m->sha256));
        ok = f->bytes || digest_file(path, &m->bytes, m->sha256, err);
    } else {
        ok = fetch_and_unpack(p, f, path, m, err);
    }
    if (ok) {
        p->before += f->packed_bytes ? f->packed_bytes : m->bytes;
        tell(p, 0, true);
    }
    free(path);
    return ok;
}

/* ---- the model ---- */

static void
describe(struct pull *p)
{
    const struct registry_entry *e = p->entry;
    struct manifest *m = &p->manifest;

    memcpy(m->name, e->name, sizeof(m->name));
    memcpy(m->source, e->source, sizeof(m->source));
    memcpy(m->target, e->target, sizeof(m->target));
    memcpy(m->version, e->version, sizeof(m->version));
    memcpy(m->architecture, e->architecture, sizeof(m->architecture));
    memcpy(m->licence, e->licence, sizeof(m->licence));
    memcpy(m->attribution, e->attribution, sizeof(m->attribution));
    snprintf(m->origin, sizeof(m->origin), "%s/%s", p->registry->base,
        e->files[MANIFEST_MODEL].path);
}

/* Is this very model installed and whole? */
static bool
is_current(const struct pull *p, struct manifest *ret)
{
    const struct registry_file *f = &p->entry->files[MANIFEST_MODEL];
    struct buf b = {0};
    char *folder;
    bool ok;

    buf_addf(&b, "%s/%s", p->cfg->models, p->entry->name);
    folder = buf_take(&b);
    ok = manifest_load(folder, ret, NULL) &&
         strcmp(ret->files[MANIFEST_MODEL].sha256, f->sha256) == 0 &&
         strcmp(ret->version, p->entry->version) == 0 &&
         depot_verify(p->cfg->models, p->entry->name, NULL);
    free(folder);
    return ok;
}

/* What is fetched lies beside what it is unpacked to for a while. */
static bool
check_room(struct pull *p, struct err *err)
{
    enum { UNSAID = 8 * 1024 * 1024 }; /* a vocabulary or shortlist */
    uint64_t sum = 0, packed = 0;

    for (int r = 0; r < MANIFEST_ROLES; r++) {
        const struct registry_file *f = &p->entry->files[r];
        uint64_t bytes = f->bytes ? f->bytes : UNSAID;

        if (!f->path)
            continue;
        sum += bytes;
        packed = bytes > packed ? bytes : packed;
        p->total += f->packed_bytes ? f->packed_bytes : f->bytes;
    }
    return depot_has_room(p->depot, sum + packed, err);
}

static bool
fetch_all(struct pull *p, struct err *err)
{
    p->stage = depot_stage(p->depot, p->entry->name, err);
    if (!p->stage || !check_room(p, err))
        return false;
    describe(p);
    for (enum manifest_role r = 0; r < MANIFEST_ROLES; r++)
        if (p->entry->files[r].path && !get_file(p, r, err))
            return false;
    return true;
}

bool
pull_install(const struct pull_cfg *cfg, struct depot *d, const char *stage,
    const struct manifest *m, struct err *err)
{
    struct err why = {0};

    if (cfg->try_out && !cfg->try_out(stage, &why)) {
        depot_forget(d, m->name);
        return err_set(
            err, FAIL_BAD_INPUT, "the model cannot be used: %s", why.text);
    }
    return depot_install(d, m, err);
}

static bool
bring(struct pull *p, struct manifest *ret, bool *fresh, struct err *err)
{
    *fresh = p->cfg->again || !is_current(p, ret);
    if (!*fresh)
        return true;
    if (!fetch_all(p, err))
        return false;
    *ret = p->manifest;
    return pull_install(p->cfg, p->depot, p->stage, ret, err);
}

/* The same from a folder of this machine, with all that its model.json says. */
static bool
bring_folder(
    const struct pull *p, struct manifest *ret, bool *fresh, struct err *err)
{
    struct buf b = {0};
    char *folder;
    bool ok;

    *fresh = p->cfg->again || !is_current(p, ret);
    if (!*fresh)
        return true;
    buf_addf(&b, "%s/%s", p->registry->base, p->entry->name);
    folder = buf_take(&b);
    ok = folder_install(p->cfg, folder, p->entry->name, NULL, ret, err);
    free(folder);
    return ok;
}

static bool
bring_fetched(
    struct pull *p, struct manifest *ret, bool *fresh, struct err *err)
{
    bool ok;

    p->depot = depot_open(p->cfg->models, err);
    p->fetch = p->depot ? fetch_for(p->cfg, p, err) : NULL;
    ok = p->fetch && bring(p, ret, fresh, err);
    free(p->stage);
    fetch_free(p->fetch);
    depot_close(p->depot);
    return ok;
}

bool
pull_model(const struct pull_cfg *cfg, const char *name,
    const char *architecture, struct manifest *ret, bool *fresh,
    struct err *err)
{
    struct registry *r = cfg->known ? NULL : pull_registry(cfg, err);
    struct pull p = {.cfg = cfg, .registry = cfg->known ? cfg->known : r};
    bool ok = false;

    if (p.registry)
        p.entry = registry_find(p.registry, span_of(name), architecture, err);
    if (p.entry && p.registry->is_folder)
        ok = bring_folder(&p, ret, fresh, err);
    else if (p.entry)
        ok = bring_fetched(&p, ret, fresh, err);
    registry_free(r);
    return ok;
}
