/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/cmd.h"
#include "ctl/look.h"
#include "ctl/screen.h"
#include "wire/json.h"

bool
cmd_pools(struct client *c, const struct opts *o, struct err *err)
{
    struct span rest = span_of(o->translators);
    struct screen screen = {0};
    bool ok = true;

    while (rest.p) {
        struct sample_translator t;
        struct buf b = {0};

        look_translator(c, span_trim(span_cut(&rest, ',')), &t);
        if (!t.up) {
            ok = err_set(err, FAIL_SYSTEM, "%s", t.why);
            continue;
        }
        buf_addf(&b, "%s  %s\n", t.name, t.status);
        screen_pools(&b, &screen, &t);
        fwrite(b.p, 1, b.len, stdout);
        buf_free(&b);
    }
    return ok;
}

/* ---- changing them ---- */

static void
put_size(struct buf *b, const char *name, int n)
{
    if (n > 0)
        buf_addf(b, "%s\"%s\":%d", b->len > 1 ? "," : "", name, n);
}

static void
print_sizes(const char *name, struct span answer)
{
    static const char *const pools[] = {"normal", "any"};
    json_t *sizes = json_read(answer, NULL);

    printf("%s\n", name);
    for (size_t i = 0; i < sizeof(pools) / sizeof(pools[0]); i++) {
        long long workers = 0, workers_max = 0, size = 0;
        char key[64];

        snprintf(key, sizeof(key), "%s_workers", pools[i]);
        json_get_int(sizes, key, &workers);
        snprintf(key, sizeof(key), "max_%s_workers", pools[i]);
        json_get_int(sizes, key, &workers_max);
        snprintf(key, sizeof(key), "%s_pool_size", pools[i]);
        json_get_int(sizes, key, &size);
        printf("  %-10s workers %lld, at most %lld; %lld tasks may wait\n",
            pools[i], workers, workers_max, size);
    }
    json_decref(sizes);
}

/* The same for each translator; all are asked, the first failure is told. */
static bool
post_all(struct client *c, const struct opts *o, const char *path,
    struct span body, struct err *err)
{
    struct span rest = span_of(o->translators);
    struct buf answer = {0};
    bool ok = true;
    char *token = cmd_secret(o->admin_token, o->admin_token_file,
        "the translator's ADMIN_TOKEN", err);

    if (!token)
        return false;
    while (rest.p) {
        struct client_call call = {.method = "POST",
            .base = span_trim(span_cut(&rest, ',')),
            .path = path,
            .token = token,
            .body = body};
        char name[SAMPLE_NAME_BYTES];

        snprintf(name, sizeof(name), "%.*s", SPAN_ARG(call.base));
        if (client_do(c, &call, &answer, ok ? err : NULL))
            print_sizes(name, buf_span(&answer));
        else
            ok = false;
    }
    buf_free(&answer);
    free(token);
    return ok;
}

bool
cmd_pools_resize(struct client *c, const struct opts *o, struct err *err)
{
    const struct ctl_sizes *s = &o->sizes;
    struct buf b = {0};
    bool ok;

    buf_addc(&b, '{');
    put_size(&b, "normal_workers", s->normal_workers);
    put_size(&b, "any_workers", s->any_workers);
    put_size(&b, "max_normal_workers", s->max_normal_workers);
    put_size(&b, "max_any_workers", s->max_any_workers);
    put_size(&b, "normal_pool_size", s->normal_pool_size);
    put_size(&b, "any_pool_size", s->any_pool_size);
    ok = b.len > 1 || err_set(err, FAIL_BAD_INPUT,
                          "what shall change? For example --any-workers 20");
    buf_addc(&b, '}');
    ok = ok && post_all(c, o, "/admin/pools", buf_span(&b), err);
    buf_free(&b);
    return ok;
}

bool
cmd_restart_workers(struct client *c, const struct opts *o, struct err *err)
{
    return post_all(c, o, "/admin/restart_workers", SPAN("{}"), err);
}
