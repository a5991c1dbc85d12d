/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ctl/bar.h"
#include "ctl/cmd.h"
#include "ctl/models.h"
#include "ctl/term.h"

enum { SET_TRIES = 2 }; /* for a set of models nobody waits long */

struct show {
    struct bar bar;
};

static void
flush(struct buf *b)
{
    fwrite(b->p, 1, b->len, stderr);
    buf_free(b);
}

static void
on_progress(void *ctx, const struct pull_progress *p)
{
    struct show *s = ctx;
    struct buf b = {0};

    bar_put(&s->bar, &b, p->file, p->done, p->total, clock_mono_ms());
    flush(&b);
}

static void
show_init(struct show *s)
{
    int lines;

    *s = (struct show){.bar.plain = !isatty(STDERR_FILENO)};
    if (!s->bar.plain)
        term_size(&s->bar.columns, &lines);
}

/* Models that are wanted and not there, each once. */
struct set {
    const char **names; /* owned; the names are the registry's */
    size_t n;
    uint64_t bytes;
};

static bool
list_has(const char *languages, const char *code)
{
    struct span rest = span_of(languages);

    while (rest.p)
        if (span_eqz(span_trim(span_cut(&rest, ',')), code))
            return true;
    return false;
}

static bool
is_wanted(const struct opts *o, const struct registry_entry *e)
{
    if (e->why[0])
        return false;
    if (o->all_for)
        return strcmp(e->source, o->all_for) == 0 ||
               strcmp(e->target, o->all_for) == 0;
    return list_has(o->among, e->source) && list_has(o->among, e->target);
}

static bool
set_has(const struct set *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->names[i], name) == 0)
            return true;
    return false;
}

/* Is that very model in any folder? */
static bool
is_installed(const struct opts *o, const struct registry_entry *e)
{
    struct span rest = span_of(o->models);
    bool found = false;
    char *dir;

    while (!found && (dir = depot_next_folder(&rest)) != NULL) {
        size_t n;
        struct depot_model *list = depot_list(dir, &n);

        for (size_t i = 0; i < n && !found; i++)
            found = strcmp(list[i].manifest.name, e->name) == 0 &&
                    pull_has(e, &list[i], 1);
        free(list);
        free(dir);
    }
    return found;
}

static void
choose(struct set *s, const struct opts *o, const struct registry *r)
{
    s->names = xcalloc(r->n_entries + 1, sizeof(*s->names));
    for (size_t i = 0; i < r->n_entries; i++) {
        const struct registry_entry *e = &r->entries[i];

        if (!is_wanted(o, e) || set_has(s, e->name))
            continue;
        e = registry_find(r, span_of(e->name), o->architecture, NULL);
        if (!e || is_installed(o, e))
            continue;
        s->names[s->n++] = e->name;
        s->bytes += registry_bytes(e);
    }
}

static bool
pull_one(const struct pull_cfg *cfg, const struct opts *o, const char *name,
    bool *changed, struct err *err)
{
    struct show *show = cfg->ctx;
    struct manifest m;
    struct buf b = {0};
    bool fresh, ok;

    ok = pull_model(cfg, name, o->architecture, &m, &fresh, err);
    bar_end(&show->bar, &b);
    flush(&b);
    if (ok)
        models_say_installed(&m, cfg->models, fresh);
    *changed = *changed || (ok && fresh);
    return ok;
}

/* All of a set; one that fails does not keep the others away. */
static bool
pull_set(
    struct pull_cfg *cfg, const struct opts *o, bool *changed, struct err *err)
{
    struct registry *r;
    struct set s = {0};
    struct buf size = {0};
    struct err why;
    bool ok = true;

    cfg->tries = SET_TRIES;
    r = pull_registry(cfg, &why);
    if (!r)
        return err_set(
            err, why.kind, "no place with models answers: %.200s", why.text);
    cfg->known = r;
    choose(&s, o, r);
    bar_bytes(&size, s.bytes);
    printf("%zu models to get, %.*s, from %s\n", s.n, SPAN_ARG(buf_span(&size)),
        r->base);
    fflush(stdout);
    buf_free(&size);
    for (size_t i = 0; i < s.n; i++)
        ok = pull_one(cfg, o, s.names[i], changed, err) && ok;
    free(s.names);
    cfg->known = NULL;
    registry_free(r);
    return ok;
}

bool
cmd_models_pull(struct client *c, const struct opts *o, struct err *err)
{
    char *dir = depot_first_folder(o->models);
    struct pull_cfg cfg = models_pull_cfg(o, dir);
    bool ok = true, changed = false;
    struct show show;

    show_init(&show);
    cfg.on_progress = on_progress;
    cfg.ctx = &show;
    if (o->all_for || o->among)
        ok = pull_set(&cfg, o, &changed, err);
    else if (o->n_args == 0)
        ok = err_set(err, FAIL_BAD_INPUT,
            "which? PAIR..., --all-for LANGUAGE or --among LANGUAGES");
    for (int i = 0; ok && i < o->n_args; i++)
        ok = pull_one(&cfg, o, o->args[i], &changed, err);
    if (changed)
        models_tell(c, o);
    free(dir);
    return ok;
}
