/* SPDX-License-Identifier: ISC */
#include "ctl/models.h"

#include <stdlib.h>

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
