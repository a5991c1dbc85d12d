/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "models/manifest.h"
#include "translator/http/admin.h"
#include "translator/http/api_impl.h"
#include "translator/http/shelf.h"
#include "wire/json.h"

#define NO_STORE "Cache-Control: no-store\r\n"

enum { OK = 200, ACCEPTED = 202 };

static void
reply(
    struct http_req *r, int status, struct span members, const struct err *err)
{
    struct buf b = {0};

    if (err) {
        http_reply_err(r, err);
        return;
    }
    buf_addz(&b, "{\"success\":true");
    buf_adds(&b, members);
    buf_addc(&b, '}');
    http_reply(r, status, NULL, buf_span(&b), NO_STORE);
    buf_free(&b);
}

static void
on_done(void *user, struct span members, const struct err *err)
{
    reply(user, OK, members, err);
}

static void
on_begun(void *user, struct span members, const struct err *err)
{
    reply(user, ACCEPTED, members, err);
}

/* Ask, if r may; it is answered in any case. */
static void
begin(struct http_req *r, struct api *a, struct shelf_ask *ask)
{
    struct err err;

    ask->user = r;
    if (!ask->done)
        ask->done = on_done;
    if (!admin_check(r, a->t->conf->admin_token, &err) ||
        !shelf_begin(a->shelf, ask, &err))
        http_reply_err(r, &err);
}

void
api_on_models(struct http_req *r, void *ctx)
{
    begin(r, ctx, &(struct shelf_ask){.what = SHELF_LIST});
}

void
api_on_models_available(struct http_req *r, void *ctx)
{
    begin(r, ctx, &(struct shelf_ask){.what = SHELF_AVAILABLE});
}

void
api_on_models_rescan(struct http_req *r, void *ctx)
{
    begin(r, ctx, &(struct shelf_ask){.what = SHELF_RESCAN});
}

static bool
take_name(char ret[SHELF_NAME_BYTES], struct span name, struct err *err)
{
    if (!manifest_name_valid(name) || name.len >= SHELF_NAME_BYTES)
        return err_set(err, FAIL_BAD_INPUT, "a name such as fr-en is needed");
    memcpy(ret, name.p, name.len);
    ret[name.len] = '\0';
    return true;
}

/* {"name":"fr-en","architecture":"tiny","again":false} */
static bool
read_pull(struct span body, struct shelf_ask *ask, struct err *err)
{
    json_t *tree = json_read(body, err);
    bool ok = tree != NULL;

    ok = ok && take_name(ask->name, json_get_str(tree, "name"), err);
    if (ok && json_object_get(tree, "architecture"))
        ok = take_name(
            ask->architecture, json_get_str(tree, "architecture"), err);
    ask->again = json_get_bool(tree, "again", false);
    json_decref(tree);
    return ok;
}

void
api_on_models_pull(struct http_req *r, void *ctx)
{
    struct shelf_ask ask = {.what = SHELF_PULL, .done = on_begun};
    struct api *a = ctx;
    struct err err;

    /* Who may not, learns nothing of the body either. */
    if (!admin_check(r, a->t->conf->admin_token, &err) ||
        !read_pull(http_req_body(r), &ask, &err))
        http_reply_err(r, &err);
    else
        begin(r, a, &ask);
}

static void
on_named(struct http_req *r, struct api *a, enum shelf_what what)
{
    struct shelf_ask ask = {.what = what};
    struct err err;

    if (!admin_check(r, a->t->conf->admin_token, &err) ||
        !take_name(ask.name, http_req_param(r, 0), &err))
        http_reply_err(r, &err);
    else
        begin(r, a, &ask);
}

void
api_on_model_verify(struct http_req *r, void *ctx)
{
    on_named(r, ctx, SHELF_VERIFY);
}

void
api_on_model_remove(struct http_req *r, void *ctx)
{
    on_named(r, ctx, SHELF_REMOVE);
}
