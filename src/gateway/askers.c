/* SPDX-License-Identifier: ISC */
#include "gateway/askers.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "base/mem.h"

enum { KEY_BYTES = ID_BYTES + STORE_LANG_BYTES };

struct asker {
    TAILQ_ENTRY(asker) order; /* of asking */
    struct asker *next; /* who waits for the same */
    struct client *client; /* a reference */
    char key[KEY_BYTES];
};

struct askers {
    TAILQ_HEAD(, asker) order;
    struct map *first; /* by key: the list of those who wait */
    size_t n;
};

struct askers *
askers_new(void)
{
    struct askers *a = xcalloc(1, sizeof(*a));

    TAILQ_INIT(&a->order);
    a->first = map_new();
    return a;
}

/* What they wait for.  An id has no '/'. */
static void
key_of(struct span message_id, struct span language, char ret[KEY_BYTES])
{
    int n = snprintf(
        ret, KEY_BYTES, "%.*s/%.*s", SPAN_ARG(message_id), SPAN_ARG(language));

    assert(n > 0 && n < KEY_BYTES);
}

static void
asker_free(struct askers *a, struct asker *one)
{
    TAILQ_REMOVE(&a->order, one, order);
    a->n--;
    hub_client_unref(one->client);
    free(one);
}

/* The list of a key, which the caller now has to free. */
static struct asker *
take_list(struct askers *a, const char *key)
{
    return map_remove(a->first, span_of(key));
}

void
askers_free(struct askers *a)
{
    struct asker *one;

    if (!a)
        return;
    while ((one = TAILQ_FIRST(&a->order)))
        asker_free(a, one);
    map_free(a->first);
    free(a);
}

/* The oldest goes, and those who wait for the same with it. */
static void
forget_oldest(struct askers *a)
{
    struct asker *one = take_list(a, TAILQ_FIRST(&a->order)->key), *next;

    for (; one; one = next) {
        next = one->next;
        asker_free(a, one);
    }
}

void
askers_add(struct askers *a, struct span message_id, struct span language,
    struct client *c)
{
    struct asker *first, *one;
    char key[KEY_BYTES];

    key_of(message_id, language, key);
    first = map_get(a->first, span_of(key));
    for (one = first; one; one = one->next)
        if (one->client == c)
            return;
    one = xcalloc(1, sizeof(*one));
    snprintf(one->key, sizeof(one->key), "%s", key);
    one->client = hub_client_ref(c);
    one->next = first;
    map_put(a->first, span_of(key), one);
    TAILQ_INSERT_TAIL(&a->order, one, order);
    if (++a->n > ASKERS_MAX)
        forget_oldest(a);
}

void
askers_take(struct askers *a, struct span message_id, struct span language,
    void (*each)(struct client *c, void *ctx), void *ctx)
{
    struct asker *one, *next;
    char key[KEY_BYTES];

    if (a->n == 0)
        return;
    key_of(message_id, language, key);
    for (one = take_list(a, key); one; one = next) {
        next = one->next;
        if (one->client->sock)
            each(one->client, ctx);
        asker_free(a, one);
    }
}

size_t
askers_len(const struct askers *a)
{
    return a->n;
}
