/* SPDX-License-Identifier: ISC */
#include "gateway/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool
cluster_init(struct cluster *c, const char *balance, struct err *err)
{
    *c = (struct cluster){.balance = BALANCE_LEAST};
    if (strcmp(balance, "round-robin") == 0)
        c->balance = BALANCE_ROUND_ROBIN;
    else if (strcmp(balance, "least") != 0)
        return err_set(
            err, FAIL_BAD_INPUT, "TRANSLATOR_BALANCE is least or round-robin");
    return true;
}

static void
forget(struct translator *t)
{
    free(t->session);
    free(t->languages);
    t->session = t->languages = NULL;
}

void
cluster_fini(struct cluster *c)
{
    for (int i = 0; i < LINK_PEERS_MAX; i++)
        forget(&c->members[i]);
}

bool
cluster_update(struct cluster *c, const struct link_peer *p)
{
    struct translator *t = &c->members[p->id];
    bool another =
        t->session && p->session && strcmp(t->session, p->session) != 0;
    bool ended = t->alive && !p->alive;
    char *session = p->session ? xstrdup(p->session) : NULL;

    if (!session && p->listed && t->session) /* died: remember its last run */
        session = xstrdup(t->session);
    forget(t);
    t->session = session;
    t->languages = p->languages ? xstrdup(p->languages) : NULL;
    t->listed = p->listed;
    t->alive = p->alive;
    snprintf(t->name, sizeof(t->name), "%s", p->name);
    return another || ended;
}

/* Is a to be preferred?  The caller goes round, so equals take turns. */
static bool
is_better(const struct cluster *c, int a, int b)
{
    return b < 0 || (c->balance == BALANCE_LEAST &&
                        c->members[a].outstanding < c->members[b].outstanding);
}

int
cluster_choose(struct cluster *c)
{
    int best = -1;

    for (int i = 0; i < LINK_PEERS_MAX; i++) {
        int id = (c->next + i) % LINK_PEERS_MAX;
        if (c->members[id].alive && is_better(c, id, best))
            best = id;
    }
    if (best >= 0)
        c->next = (best + 1) % LINK_PEERS_MAX;
    return best;
}

size_t
cluster_alive(const struct cluster *c)
{
    size_t n = 0;

    for (int i = 0; i < LINK_PEERS_MAX; i++)
        n += c->members[i].alive;
    return n;
}

static bool
has(struct span list, struct span language)
{
    while (list.p)
        if (span_eq(span_cut(&list, ','), language))
            return true;
    return false;
}

void
cluster_languages(const struct cluster *c, struct buf *out)
{
    size_t start = out->len;

    for (int i = 0; i < LINK_PEERS_MAX; i++) {
        struct span rest = span_of(c->members[i].languages);
        while (c->members[i].alive && rest.p) {
            struct span one = span_cut(&rest, ',');
            struct span so_far = {out->p + start, out->len - start};
            if (one.len == 0 || has(so_far, one))
                continue;
            if (out->len > start)
                buf_addc(out, ',');
            buf_adds(out, one);
        }
    }
}
