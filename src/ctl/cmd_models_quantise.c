/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ctl/cmd.h"
#include "ctl/models.h"
#include "ctl/texts.h"
#include "models/digest.h"
#include "models/pull.h"
#include "models/unpack.h"
#include "nn/format/marian.h"
#include "nn/model.h"
#include "nn/tool/calibrate.h"

/* A float model that becomes an int8 one. */
struct job {
    const char *folder; /* where it is */
    char *stage; /* where the new one is put together */
    struct manifest m; /* of the new one */
};

static bool
is_float(const char *weights, struct err *err)
{
    struct marian *file = marian_open(weights, err);
    const struct marian_tensor *tensors;
    size_t n = file ? marian_tensors(file, &tensors) : 0;
    bool ok = file != NULL;

    for (size_t i = 0; ok && i < n; i++)
        if (tensors[i].type == MARIAN_I8)
            ok = err_set(err, FAIL_CONFLICT, "the model is int8 already");
    marian_close(file);
    return ok;
}

static char *
join(const char *dir, const char *name)
{
    struct buf b = {0};

    buf_addf(&b, "%s/%s", dir, name);
    return buf_take(&b);
}

/* Everything but the weights stays as it is. */
static bool
copy_rest(struct job *j, struct err *err)
{
    bool ok = true;

    for (enum manifest_role r = 0; ok && r < MANIFEST_ROLES; r++) {
        struct manifest_file *f = &j->m.files[r];
        const struct manifest_file said = *f;
        struct unpack_want want = {.bytes = said.bytes, .sha256 = said.sha256};
        char *from, *to;

        if (r == MANIFEST_MODEL || !f->name[0])
            continue;
        from = join(j->folder, f->name);
        to = join(j->stage, f->name);
        ok = unpack_file(from, to, &want, f, err);
        free(from);
        free(to);
    }
    return ok;
}

static bool
make(struct job *j, const struct texts *t, struct err *err)
{
    struct manifest_file *f = &j->m.files[MANIFEST_MODEL];
    struct model_dir d = {0};
    struct calibration c = {0};
    char *to = join(j->stage, manifest_role_file(MANIFEST_MODEL));
    bool ok = model_dir_find(&d, j->folder, err) &&
              is_float(d.files.weights, err) &&
              calibrate(&c, &d.files, t->lines, t->n, err) &&
              quantise_file(d.files.weights, to, c.alphas, c.n, err) &&
              digest_file(to, &f->bytes, f->sha256, err) && copy_rest(j, err);

    snprintf(
        f->name, sizeof(f->name), "%s", manifest_role_file(MANIFEST_MODEL));
    calibration_free(&c);
    model_dir_free(&d);
    free(to);
    return ok;
}

static bool
install(struct job *j, const char *dir, const struct texts *t, struct err *err)
{
    struct pull_cfg cfg = {.models = dir, .try_out = models_try_out};
    struct depot *d = depot_open(dir, err);
    bool ok = d && (j->stage = depot_stage(d, j->m.name, err)) != NULL;

    if (ok && make(j, t, err))
        ok = pull_install(&cfg, d, j->stage, &j->m, err);
    else if (ok) {
        depot_forget(d, j->m.name);
        ok = false;
    }
    free(j->stage);
    depot_close(d);
    return ok;
}

static void
name_version(struct manifest *m)
{
    static const char suffix[] = "-int8";
    size_t len = strlen(m->version);

    if (len + sizeof(suffix) <= sizeof(m->version))
        memcpy(m->version + len, suffix, sizeof(suffix));
}

bool
cmd_models_quantise(struct client *c, const struct opts *o, struct err *err)
{
    struct texts *t = xcalloc(1, sizeof(*t));
    struct job j = {0};
    char *folder = NULL, *dir = depot_first_folder(o->models);
    uint64_t before;
    bool ok;

    ok = (o->text || err_set(err, FAIL_BAD_INPUT,
                         "--text FILE is needed: sentences in the language "
                         "that the model reads")) &&
         texts_read(t, o->text, err) &&
         (folder = models_find(o, o->args[0], &j.m, err)) != NULL;
    before = j.m.files[MANIFEST_MODEL].bytes;
    j.folder = folder;
    if (ok)
        name_version(&j.m);
    ok = ok && install(&j, dir, t, err);
    if (ok) {
        printf("%s %s installed in %s: weights of %.1f MB instead of %.1f MB, "
               "by %zu sentences\n",
            j.m.name, j.m.version, dir,
            (double)j.m.files[MANIFEST_MODEL].bytes / 1e6, (double)before / 1e6,
            t->n);
        models_tell(c, o);
    }
    texts_fini(t);
    free(t);
    free(folder);
    free(dir);
    return ok;
}
