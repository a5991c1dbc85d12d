/* SPDX-License-Identifier: ISC */
#include "translator/http/admin.h"

#include <sodium.h>
#include <string.h>

#include "base/log.h"
#include "wire/json.h"

enum { POOL_SIZE_MAX = 1000000 };

/* The sizes that can be changed, by the names of the settings. */
struct size_row {
    const char *name;
    size_t offset; /* of an int in struct keeper_cfg */
    int max;
};

#define ROW(name, field, max)                                                  \
    {                                                                          \
        name, offsetof(struct keeper_cfg, field), max                          \
    }
static const struct size_row rows[] = {
    ROW("normal_workers", normal.workers, POOL_WORKERS_MAX),
    ROW("any_workers", any.workers, POOL_WORKERS_MAX),
    ROW("max_normal_workers", normal.workers_max, POOL_WORKERS_MAX),
    ROW("max_any_workers", any.workers_max, POOL_WORKERS_MAX),
    ROW("normal_pool_size", normal.waiting_max, POOL_SIZE_MAX),
    ROW("any_pool_size", any.waiting_max, POOL_SIZE_MAX),
};
enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

bool
admin_is_local(const char *peer)
{
    static const char mapped[] = "::ffff:";

    if (strncmp(peer, mapped, sizeof(mapped) - 1) == 0)
        peer += sizeof(mapped) - 1;
    return strncmp(peer, "127.", 4) == 0 || strcmp(peer, "::1") == 0;
}

bool
admin_may(struct span authorization, const char *token)
{
    static const char scheme[] = "Bearer ";
    size_t len = strlen(token), skip = sizeof(scheme) - 1;

    /* How long the token is may be learnt from the time this takes, but not
     * what is in it. */
    return len > 0 && span_starts(authorization, SPAN("Bearer ")) &&
           authorization.len == skip + len &&
           sodium_memcmp(authorization.p + skip, token, len) == 0;
}

static int *
size_at(struct keeper_cfg *c, const struct size_row *row)
{
    return (int *)((char *)c + row->offset);
}

static bool
read_size(
    const char *key, const json_t *value, struct keeper_cfg *c, struct err *err)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        long long n;
        if (strcmp(key, rows[i].name) != 0)
            continue;
        n = json_is_integer(value) ? json_integer_value(value) : 0;
        if (n < 1 || n > rows[i].max)
            return err_set(err, FAIL_BAD_INPUT, "%s must be 1 to %d",
                rows[i].name, rows[i].max);
        *size_at(c, &rows[i]) = (int)n;
        return true;
    }
    return err_set(err, FAIL_BAD_INPUT, "a size that does not exist");
}

static void
raise_max(struct keeper_size *s)
{
    if (s->workers_max < s->workers)
        s->workers_max = s->workers;
}

bool
admin_read_sizes(struct span body, struct keeper_cfg *c, struct err *err)
{
    struct keeper_cfg changed = *c;
    json_t *tree = json_read(body, err);
    const char *key;
    json_t *value;
    bool ok = tree != NULL;

    if (ok && (!json_is_object(tree) || json_object_size(tree) == 0))
        ok = err_set(err, FAIL_BAD_INPUT, "an object with sizes is needed");
    if (ok)
        json_object_foreach(tree, key, value) ok =
            ok && read_size(key, value, &changed, err);
    json_decref(tree);
    if (!ok)
        return false;
    raise_max(&changed.normal);
    raise_max(&changed.any);
    *c = changed;
    return true;
}

static void
reply_sizes(struct http_req *r, struct translator *t)
{
    struct keeper_cfg c = keeper_cfg(t->keeper);
    struct buf b = {0};

    buf_addz(&b, "{\"success\":true");
    for (size_t i = 0; i < N_ROWS; i++)
        buf_addf(&b, ",\"%s\":%d", rows[i].name, *size_at(&c, &rows[i]));
    buf_addc(&b, '}');
    http_reply(r, 200, NULL, buf_span(&b), "Cache-Control: no-store\r\n");
    buf_free(&b);
}

static bool
change_sizes(struct http_req *r, struct translator *t, struct err *err)
{
    struct keeper_cfg c = keeper_cfg(t->keeper);

    if (!admin_read_sizes(http_req_body(r), &c, err) ||
        !keeper_apply(t->keeper, &c, err))
        return false;
    log_info("pools resized normal=%d/%d any=%d/%d", c.normal.workers,
        c.normal.waiting_max, c.any.workers, c.any.waiting_max);
    return true;
}

static bool
restart_workers(struct translator *t, struct err *err)
{
    log_info("workers restart");
    return keeper_restart(t->keeper, err);
}

bool
admin_check(const struct http_req *r, const char *token, struct err *err)
{
    if (!token[0])
        return err_set(err, FAIL_NOT_FOUND, "no ADMIN_TOKEN is set");
    if (!admin_is_local(http_req_peer(r)))
        return err_set(err, FAIL_FORBIDDEN, "only from the same machine");
    if (!admin_may(http_req_header(r, "authorization"), token))
        return err_set(err, FAIL_UNAUTHORIZED, "ADMIN_TOKEN is needed");
    return true;
}

void
admin_handle(struct http_req *r, struct translator *t)
{
    struct span what = http_req_tail(r);
    struct err err;
    bool ok = admin_check(r, t->conf->admin_token, &err);

    if (ok && span_eqz(what, "pools"))
        ok = change_sizes(r, t, &err);
    else if (ok && span_eqz(what, "restart_workers"))
        ok = restart_workers(t, &err);
    else if (ok)
        ok = err_set(&err, FAIL_NOT_FOUND, "no such command");
    if (ok)
        reply_sizes(r, t);
    else
        http_reply_err(r, &err);
}
