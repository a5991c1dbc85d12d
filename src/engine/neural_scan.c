/* SPDX-License-Identifier: ISC */
#include "engine/neural_scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "models/depot.h"
#include "text/lang.h"

struct list {
    struct neural_found *items; /* owned */
    size_t n, cap;
};

/* FNV-1a: a stranger who can write models need not forge them. */
static uint64_t
mix(uint64_t hash, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
    return hash;
}

/* Which file this is, and when it was written: one that is put in its place
 * to mend it says nothing else in model.json. */
static uint64_t
mix_file(uint64_t hash, const char *path)
{
    struct stat st;

    if (!path || stat(path, &st) != 0)
        return mix(hash, "-", 1);
    hash = mix(hash, &st.st_ino, sizeof(st.st_ino));
    hash = mix(hash, &st.st_size, sizeof(st.st_size));
    return mix(hash, &st.st_mtim, sizeof(st.st_mtim));
}

static uint64_t
ident_of(const char *folder, const struct depot_model *m)
{
    const char *name = m->manifest.name;
    uint64_t hash = 0xcbf29ce484222325;
    struct buf dir = {0}, text = {0};

    hash = mix(hash, folder, strlen(folder) + 1);
    hash = mix(hash, name, strlen(name) + 1);
    hash = mix(hash, m->why, strlen(m->why));
    if (!m->why[0]) {
        buf_addf(&dir, "%s/%s", folder, name);
        buf_addc(&dir, '\0');
        manifest_format(&m->manifest, &text);
        hash = mix(hash, text.p, text.len);
        for (int role = 0; role < MANIFEST_ROLES; role++) {
            char *path =
                manifest_path(&m->manifest, dir.p, (enum manifest_role)role);

            hash = mix_file(hash, path);
            free(path);
        }
    }
    buf_free(&dir);
    buf_free(&text);
    return hash;
}

static bool
read_pair(const struct manifest *m, struct neural_found *f)
{
    if (!lang_normalise(span_of(m->source), f->pair.source) ||
        !lang_normalise(span_of(m->target), f->pair.target)) {
        snprintf(f->why, sizeof(f->why), "languages %s and %s are not known",
            m->source, m->target);
        return false;
    }
    if (strcmp(f->pair.source, f->pair.target) == 0) {
        snprintf(f->why, sizeof(f->why), "%s and %s are one language to us",
            m->source, m->target);
        return false;
    }
    return true;
}

static bool
has_pair(const struct list *l, const struct engine_pair *p)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->items[i].pair.source, p->source) == 0 &&
            strcmp(l->items[i].pair.target, p->target) == 0)
            return true;
    return false;
}

static void
add(struct list *l, const char *folder, const struct depot_model *m)
{
    struct neural_found f = {.folder = folder};

    snprintf(f.name, sizeof(f.name), "%s", m->manifest.name);
    snprintf(f.why, sizeof(f.why), "%s", m->why);
    f.ident = ident_of(folder, m);
    if (!f.why[0] && read_pair(&m->manifest, &f)) {
        if (has_pair(l, &f.pair))
            return;
        snprintf(f.version, sizeof(f.version), "%s", m->manifest.version);
        f.sure_from = m->manifest.sure_from;
        f.quality = (struct engine_quality){
            .of = {[ENGINE_SHORT] = m->manifest.quality.of_short,
                [ENGINE_LONG] = m->manifest.quality.of_long},
            .sure = m->manifest.quality.sure};
        f.beam = m->manifest.beam;
        f.keeps_names = m->manifest.keeps_names;
        f.bytes = manifest_bytes(&m->manifest);
    }
    if (l->n == l->cap) {
        l->cap = l->cap ? 2 * l->cap : 16;
        l->items = xrealloc(l->items, l->cap * sizeof(*l->items));
    }
    l->items[l->n++] = f;
}

size_t
neural_scan(
    const char *const *folders, size_t n_folders, struct neural_found **ret)
{
    struct list l = {0};

    for (size_t i = 0; i < n_folders; i++) {
        size_t n;
        struct depot_model *models = depot_list(folders[i], &n);

        for (size_t k = 0; k < n; k++)
            add(&l, folders[i], &models[k]);
        free(models);
    }
    *ret = l.items;
    return l.n;
}

uint64_t
neural_scan_ways(const char *const *folders, size_t n_folders)
{
    uint64_t hash = 0xcbf29ce484222325;
    struct buf path = {0};

    for (size_t i = 0; i < n_folders; i++) {
        buf_reset(&path);
        buf_addf(&path, "%s/ways.tsv", folders[i]);
        buf_addc(&path, '\0');
        hash = mix_file(hash, path.p);
    }
    buf_free(&path);
    return hash;
}
