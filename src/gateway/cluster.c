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
    free(t->pairs);
    t->session = t->languages = t->pairs = NULL;
}

void
cluster_fini(struct cluster *c)
{
    for (int i = 0; i < LINK_PEERS_MAX; i++)
        forget(&c->members[i]);
    free(c->pairs);
    c->pairs = NULL;
}

static int
compare(struct span a, struct span b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int by_bytes = n ? memcmp(a.p, b.p, n) : 0;

    return by_bytes ? by_bytes : (a.len > b.len) - (a.len < b.len);
}

/* By source and target, the best first. */
static int
compare_pairs(const void *a, const void *b)
{
    const struct pairs_entry *x = a, *y = b;
    int by_source = compare(x->source, y->source);
    int by_target = by_source ? by_source : compare(x->target, y->target);

    return by_target ? by_target : (int)y->class - (int)x->class;
}

/* What the living ones say, put together. */
static char *
merge_pairs(const struct cluster *c)
{
    struct pairs_entry *all = xcalloc(CLUSTER_PAIRS_MAX, sizeof(*all));
    struct buf b = {0};
    size_t n = 0;

    for (int i = 0; i < LINK_PEERS_MAX; i++) {
        const struct translator *t = &c->members[i];
        struct span rest = span_of(t->alive ? t->pairs : NULL), source = {0};
        while (n < CLUSTER_PAIRS_MAX && pairs_next(&rest, &source, &all[n]))
            n++;
    }
    qsort(all, n, sizeof(*all), compare_pairs);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !span_eq(all[i].source, all[i - 1].source) ||
            !span_eq(all[i].target, all[i - 1].target))
            pairs_add(&b, &all[i]);
    free(all);
    return buf_take(&b);
}

/* Never 0. */
static uint64_t
version_of(const char *name)
{
    uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */

    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3;
    return hash ? hash : 1;
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
    t->pairs = p->pairs ? xstrdup(p->pairs) : NULL;
    if (p->version || p->alive || !p->listed) /* else: what it said last */
        t->version = p->version ? version_of(p->version) : 0;
    t->listed = p->listed;
    t->alive = p->alive;
    snprintf(t->name, sizeof(t->name), "%s", p->name);
    free(c->pairs);
    c->pairs = merge_pairs(c);
    return another || ended;
}

/* Is a to be preferred?  The caller goes round, so equals take turns. */
static bool
is_better(const struct cluster *c, int a, int b)
{
    return b < 0 || (c->balance == BALANCE_LEAST &&
                        c->members[a].outstanding < c->members[b].outstanding);
}

/* Is the source a language that somebody could be asked to translate from? */
static bool
is_known(struct span pairs, struct span source)
{
    struct span at = {0};
    struct pairs_entry p;

    while (pairs_next(&pairs, &at, &p))
        if (span_eq(p.source, source))
            return true;
    return false;
}

bool
cluster_can(
    const struct cluster *c, int id, struct span source, struct span target)
{
    struct span rest = span_of(c->members[id].pairs), at = {0};
    bool any_source = !is_known(cluster_pairs(c), source);
    struct pairs_entry p;

    if (!rest.p)
        return true;
    while (pairs_next(&rest, &at, &p))
        if (span_eq(p.target, target) &&
            (any_source || span_eq(p.source, source)))
            return true;
    return false;
}

bool
cluster_may(const struct cluster *c, struct span source, struct span target)
{
    bool any = false;

    for (int id = 0; id < LINK_PEERS_MAX; id++) {
        if (!c->members[id].listed)
            continue;
        any = true;
        if (cluster_can(c, id, source, target))
            return true;
    }
    return !any;
}

/* Do all that are listed translate alike? */
static bool
is_uniform(const struct cluster *c, uint64_t *ret)
{
    *ret = 0;
    for (int id = 0; id < LINK_PEERS_MAX; id++) {
        const struct translator *t = &c->members[id];
        if (!t->listed || (!t->alive && !t->version))
            continue; /* one that never came says nothing yet */
        if (*ret && t->version != *ret)
            return false;
        *ret = t->version;
        if (!*ret)
            return false;
    }
    return true;
}

uint64_t
cluster_version(const struct cluster *c, struct span source, struct span target)
{
    uint64_t version, found = 0;

    if (is_uniform(c, &version))
        return version;
    for (int id = 0; id < LINK_PEERS_MAX; id++) {
        const struct translator *t = &c->members[id];
        if (!t->listed || (!t->alive && !t->version) ||
            !cluster_can(c, id, source, target))
            continue;
        if (!t->version || (found && t->version != found))
            return 0;
        found = t->version;
    }
    return found;
}

static size_t
count_can(const struct cluster *c, int id, const struct cluster_want *want)
{
    size_t n = 0;

    for (size_t i = 0; i < want->n_targets; i++)
        n += cluster_can(c, id, want->source, want->targets[i]);
    return n;
}

int
cluster_choose(struct cluster *c, const struct cluster_want *want)
{
    bool alone = cluster_alive(c) < 2;
    size_t most = 0;
    int best = -1;

    for (int i = 0; i < LINK_PEERS_MAX; i++) {
        int id = (c->next + i) % LINK_PEERS_MAX;
        size_t n;

        if (!c->members[id].alive)
            continue;
        n = alone ? 0 : count_can(c, id, want);
        if (n < most || (n == most && !is_better(c, id, best)))
            continue;
        most = n;
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

struct span
cluster_pairs(const struct cluster *c)
{
    return span_of(c->pairs ? c->pairs : "");
}
