/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "models/depot.h"
#include "models/registry.h"

static void
fill(struct registry_entry *e, const struct depot_model *model)
{
    const struct manifest *m = &model->manifest;

    memcpy(e->name, m->name, sizeof(e->name));
    memcpy(e->source, m->source, sizeof(e->source));
    memcpy(e->target, m->target, sizeof(e->target));
    memcpy(e->version, m->version, sizeof(e->version));
    memcpy(e->architecture, m->architecture, sizeof(e->architecture));
    memcpy(e->licence, m->licence, sizeof(e->licence));
    memcpy(e->attribution, m->attribution, sizeof(e->attribution));
    snprintf(e->status, sizeof(e->status), "Release");
    snprintf(e->why, sizeof(e->why), "%.100s", model->why);
    for (int role = 0; role < MANIFEST_ROLES; role++) {
        const struct manifest_file *from = &m->files[role];
        struct registry_file *to = &e->files[role];

        if (!from->name[0])
            continue;
        to->path = xstrdup(from->name);
        to->bytes = from->bytes;
        memcpy(to->sha256, from->sha256, sizeof(to->sha256));
    }
}

struct registry *
registry_of_folder(const char *dir, struct err *err)
{
    size_t n;
    struct depot_model *list = depot_list(dir, &n);
    struct registry *r = NULL;

    if (n == 0) {
        err_set(err, FAIL_NOT_FOUND, "there are no models in %.150s", dir);
    } else {
        r = xcalloc(1, sizeof(*r));
        r->base = xstrdup(dir);
        r->is_folder = true;
        r->entries = xcalloc(n, sizeof(*r->entries));
        for (; r->n_entries < n; r->n_entries++)
            fill(&r->entries[r->n_entries], &list[r->n_entries]);
    }
    free(list);
    return r;
}
