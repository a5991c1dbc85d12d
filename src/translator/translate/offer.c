/* SPDX-License-Identifier: ISC */
#include "translator/translate/offer.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

struct offer {
    pthread_mutex_t lock; /* guards all that follows */
    const struct router *router; /* NULL: frozen */
    struct offer_list *list;
};

/* chrF2 of what comes out, as shares: below the first is for the gist alone. */
static const double fair_quality = 0.45;
static const double good_quality = 0.58;

enum pair_class
offer_class(const struct engine_pair *pair)
{
    double quality = exp(-pair->cost);

    return quality >= good_quality   ? PAIR_GOOD
           : quality >= fair_quality ? PAIR_FAIR
                                     : PAIR_BASIC;
}

static int
compare_targets(const void *a, const void *b)
{
    return strcmp(((const struct engine_pair *)a)->target,
        ((const struct engine_pair *)b)->target);
}

static int
compare_pairs(const void *a, const void *b)
{
    const struct engine_pair *x = a, *y = b;
    int by_source = strcmp(x->source, y->source);

    return by_source ? by_source : strcmp(x->target, y->target);
}

static char *
list_languages(struct engine_pair *pairs, size_t n)
{
    struct buf b = {0};

    qsort(pairs, n, sizeof(*pairs), compare_targets);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || strcmp(pairs[i].target, pairs[i - 1].target) != 0)
            buf_addf(&b, "%s%s", i ? "," : "", pairs[i].target);
    return buf_take(&b);
}

/* Of pairs that are ordered by source. */
static void
list_sources(struct offer_list *l)
{
    l->sources = xcalloc(l->n_pairs + 1, sizeof(*l->sources));
    for (size_t i = 0; i < l->n_pairs; i++) {
        const char *source = l->pairs[i].source;
        if (i == 0 || strcmp(source, l->pairs[i - 1].source) != 0)
            snprintf(l->sources[l->n_sources++], sizeof(l->sources[0]), "%s",
                source);
    }
}

/* Of pairs that are ordered by source. */
static char *
tell_pairs(const struct offer_list *l)
{
    struct buf b = {0};

    for (size_t i = 0; i < l->n_pairs; i++) {
        struct pairs_entry p = {span_of(l->pairs[i].source),
            span_of(l->pairs[i].target), offer_class(&l->pairs[i])};
        pairs_add(&b, &p);
    }
    return buf_take(&b);
}

static struct offer_list *
make_list(const struct router *r)
{
    struct offer_list *l = xcalloc(1, sizeof(*l));
    size_t max, n;

    l->refs = 1;
    l->version = router_version(r);
    max = router_pairs(r, NULL, 0);
    l->pairs = xcalloc(max + 1, sizeof(*l->pairs));
    n = router_pairs(r, l->pairs, max); /* may have grown since */
    l->n_pairs = n < max ? n : max;
    l->languages = list_languages(l->pairs, l->n_pairs);
    qsort(l->pairs, l->n_pairs, sizeof(*l->pairs), compare_pairs);
    list_sources(l);
    l->pairs_told = tell_pairs(l);
    return l;
}

/* With the lock held. */
static void
unref(struct offer_list *l)
{
    if (--l->refs > 0)
        return;
    free(l->pairs);
    free(l->sources);
    free(l->languages);
    free(l->pairs_told);
    free(l);
}

struct offer *
offer_new(const struct router *r)
{
    struct offer *o = xcalloc(1, sizeof(*o));

    pthread_mutex_init(&o->lock, NULL);
    o->router = r;
    o->list = make_list(r);
    return o;
}

void
offer_free(struct offer *o)
{
    if (!o)
        return;
    unref(o->list);
    pthread_mutex_destroy(&o->lock);
    free(o);
}

/* With the lock held. */
static void
refresh(struct offer *o)
{
    struct offer_list *fresh;

    if (!o->router || o->list->version == router_version(o->router))
        return;
    fresh = make_list(o->router);
    unref(o->list);
    o->list = fresh;
}

const struct offer_list *
offer_hold(struct offer *o)
{
    struct offer_list *l;

    pthread_mutex_lock(&o->lock);
    refresh(o);
    l = o->list;
    l->refs++;
    pthread_mutex_unlock(&o->lock);
    return l;
}

void
offer_release(struct offer *o, const struct offer_list *list)
{
    pthread_mutex_lock(&o->lock);
    unref((struct offer_list *)list);
    pthread_mutex_unlock(&o->lock);
}

size_t
offer_pairs(struct offer *o)
{
    const struct offer_list *l = offer_hold(o);
    size_t n = l->n_pairs;

    offer_release(o, l);
    return n;
}

void
offer_freeze(struct offer *o)
{
    pthread_mutex_lock(&o->lock);
    o->router = NULL;
    pthread_mutex_unlock(&o->lock);
}
