/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/bar.h"
#include "ctl/cmd.h"
#include "ctl/models.h"
#include "models/folder.h"
#include "wire/json.h"

/* ---- the translators ---- */

void
models_tell(struct client *c, const struct opts *o)
{
    struct span rest = span_of(o->translators);
    struct buf answer = {0};
    struct err err;
    char *token = cmd_secret(o->admin_token, o->admin_token_file,
        "the translator's ADMIN_TOKEN", &err);

    while (token && rest.p) {
        struct client_call call = {.method = "POST",
            .base = span_trim(span_cut(&rest, ',')),
            .path = "/models/rescan",
            .token = token,
            .body = SPAN("{}")};

        client_do(c, &call, &answer, NULL);
    }
    buf_free(&answer);
    free(token);
}

/* What the first translator says of its models, owned by the caller; NULL when
 * it does not answer. */
static json_t *
ask_translator(struct client *c, const struct opts *o)
{
    struct span rest = span_of(o->translators);
    struct client_call call = {.method = "GET",
        .base = span_trim(span_cut(&rest, ',')),
        .path = "/stats"};
    struct buf answer = {0};
    json_t *tree = NULL;

    if (client_do(c, &call, &answer, NULL))
        tree = json_read(buf_span(&answer), NULL);
    buf_free(&answer);
    return tree;
}

static const char *
state_of(const json_t *stats, const char *name)
{
    const json_t *list =
        json_object_get(json_object_get(stats, "neural"), "models");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *m = json_array_get(list, i);
        if (span_eqz(json_get_str(m, "name"), name) &&
            json_get_str(m, "state").p)
            return json_get_str(m, "state").p;
    }
    return "";
}

/* ---- list ---- */

static void
put_model(struct buf *b, const struct depot_model *m, const char *state)
{
    const struct manifest *f = &m->manifest;
    struct buf size = {0};

    if (m->why[0]) {
        buf_addf(b, "  %-12s damaged: %s\n", f->name, m->why);
        return;
    }
    bar_bytes(&size, manifest_bytes(f));
    buf_addf(b, "  %-8s %-24s %8.*s  %-14s %-12s %s\n", f->name,
        f->architecture, SPAN_ARG(buf_span(&size)), f->licence, f->version,
        state);
    if (f->origin[0])
        buf_addf(b, "           from %s\n", f->origin);
    else
        buf_addf(b, "           %s\n",
            f->attribution[0] ? f->attribution : "of unknown origin");
    buf_free(&size);
}

static size_t
list_folder(struct buf *b, const char *dir, const json_t *stats)
{
    size_t n;
    struct depot_model *list = depot_list(dir, &n);

    if (n > 0)
        buf_addf(b, "%s\n", dir);
    for (size_t i = 0; i < n; i++)
        put_model(b, &list[i], state_of(stats, list[i].manifest.name));
    free(list);
    return n;
}

bool
cmd_models_list(struct client *c, const struct opts *o, struct err *err)
{
    struct span rest = span_of(o->models);
    json_t *stats = ask_translator(c, o);
    struct buf b = {0};
    size_t n = 0;
    char *dir;

    (void)err;
    while ((dir = depot_next_folder(&rest)) != NULL) {
        n += list_folder(&b, dir, stats);
        free(dir);
    }
    if (n == 0)
        buf_addf(&b,
            "no models in %s; meeshyctl models available lists what "
            "can be had\n",
            o->models);
    fwrite(b.p, 1, b.len, stdout);
    buf_free(&b);
    json_decref(stats);
    return true;
}

/* ---- verify ---- */

static bool
verify_one(const char *dir, const char *name, struct err *err)
{
    struct buf b = {0};
    char *folder;
    bool ok;

    buf_addf(&b, "%s/%s", dir, name);
    folder = buf_take(&b);
    ok = depot_verify(dir, name, err) && models_try_out(folder, err);
    free(folder);
    if (ok)
        printf("%-12s ok\n", name);
    return ok;
}

/* All of a folder: each is told, the first failure is the outcome. */
static bool
verify_folder(const char *dir, bool ok, struct err *err)
{
    size_t n;
    struct depot_model *list = depot_list(dir, &n);

    for (size_t i = 0; i < n; i++) {
        const char *name = list[i].manifest.name;
        struct err why = {0};

        if (verify_one(dir, name, &why))
            continue;
        printf("%-12s %s\n", name, why.text);
        if (ok)
            ok = err_set(err, why.kind, "%s: %.150s", name, why.text);
    }
    free(list);
    return ok;
}

bool
cmd_models_verify(struct client *c, const struct opts *o, struct err *err)
{
    struct span rest = span_of(o->models);
    bool ok = true, found = false;
    char *dir;

    (void)c;
    while (!found && (dir = depot_next_folder(&rest)) != NULL) {
        if (!o->args[0]) {
            ok = verify_folder(dir, ok, err);
        } else {
            ok = verify_one(dir, o->args[0], err);
            found = ok || err->kind != FAIL_NOT_FOUND;
        }
        free(dir);
    }
    return ok;
}

/* ---- add ---- */

bool
cmd_models_add(struct client *c, const struct opts *o, struct err *err)
{
    char *dir = depot_first_folder(o->models);
    struct pull_cfg cfg = models_pull_cfg(o, dir);
    struct manifest m;
    bool ok;

    ok = folder_install(&cfg, o->args[0], o->args[1], o->licence, &m, err);
    if (ok) {
        models_say_installed(&m, dir, true);
        models_tell(c, o);
    }
    free(dir);
    return ok;
}

/* ---- available ---- */

/* All of them, or those from or into a language, or of a pair. */
static bool
is_wanted(const struct registry_entry *e, const char *what)
{
    return !what || strcmp(e->name, what) == 0 ||
           strcmp(e->source, what) == 0 || strcmp(e->target, what) == 0;
}

static void
put_offer(struct buf *b, const struct registry_entry *e, bool installed)
{
    struct buf size = {0};

    if (e->why[0]) {
        buf_addf(b, "%-12s refused: %s\n", e->name, e->why);
        return;
    }
    bar_bytes(&size, registry_bytes(e));
    buf_addf(b, "%-12s %-12s %10.*s  %-16s %-12s %s\n", e->name,
        e->architecture, SPAN_ARG(buf_span(&size)),
        e->status[0] ? e->status : "-", e->licence,
        installed ? "installed" : "");
    buf_free(&size);
}

bool
cmd_models_available(struct client *c, const struct opts *o, struct err *err)
{
    char *dir = depot_first_folder(o->models);
    struct pull_cfg cfg = models_pull_cfg(o, dir);
    struct registry *r = NULL;
    struct depot_model *list;
    struct buf b = {0};
    size_t n;

    (void)c;
    r = pull_registry(&cfg, err);
    list = depot_list(dir, &n);
    for (size_t i = 0; r && i < r->n_entries; i++)
        if (is_wanted(&r->entries[i], o->args[0]))
            put_offer(&b, &r->entries[i], pull_has(&r->entries[i], list, n));
    fwrite(b.p, 1, b.len, stdout);
    buf_free(&b);
    free(list);
    free(dir);
    registry_free(r);
    return r != NULL;
}

/* ---- remove ---- */

bool
cmd_models_remove(struct client *c, const struct opts *o, struct err *err)
{
    char *dir = depot_first_folder(o->models);
    struct depot *d = depot_open(dir, err);
    bool ok = d && depot_remove(d, o->args[0], err);

    depot_close(d);
    if (ok) {
        printf("%s removed from %s\n", o->args[0], dir);
        models_tell(c, o);
    }
    free(dir);
    return ok;
}
