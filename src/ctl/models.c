/* SPDX-License-Identifier: ISC */
#include "ctl/models.h"

#include <stdio.h>
#include <stdlib.h>

#include "ctl/bar.h"
#include "models/depot.h"
#include "nn/model.h"

char *
models_find(const struct opts *o, const char *name, struct manifest *ret,
    struct err *err)
{
    struct span rest = span_of(o->models);
    char *dir;

    if (!manifest_name_valid(span_of(name))) {
        err_set(err, FAIL_BAD_INPUT, "no model has such a name");
        return NULL;
    }
    while ((dir = depot_next_folder(&rest)) != NULL) {
        struct buf b = {0};
        char *path;

        buf_addf(&b, "%s/%s", dir, name);
        path = buf_take(&b);
        free(dir);
        if (manifest_load(path, ret, err))
            return path;
        free(path);
        if (err->kind != FAIL_NOT_FOUND)
            return NULL;
    }
    err_set(err, FAIL_NOT_FOUND, "no model %s is installed", name);
    return NULL;
}

bool
models_try_out(const char *folder, struct err *err)
{
    struct model *m = model_open_dir(folder, PRECISION_INT8, err);

    model_free(m);
    return m != NULL;
}

struct pull_cfg
models_pull_cfg(const struct opts *o, const char *dir)
{
    return (struct pull_cfg){.models = dir,
        .registry = o->registry ? o->registry : PULL_MOZILLA,
        .try_out = models_try_out,
        .again = o->again};
}

void
models_say_installed(const struct manifest *m, const char *dir, bool fresh)
{
    struct buf size = {0};

    bar_bytes(&size, manifest_bytes(m));
    printf("%s %s (%s, %.*s, %s) %s %s\n", m->name, m->version, m->architecture,
        SPAN_ARG(buf_span(&size)), m->licence,
        fresh ? "installed in" : "is up to date in", dir);
    fflush(stdout);
    buf_free(&size);
}
