/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/format/vocab_proto.h"

/*
 * The table: u32 bytes of the trie; a double array (of Darts), u32 each; then
 * replacements, each ends with NUL.  A walk from the root reads, at node p with
 * unit u, the block p ^ offset(u): the child of byte c is there at ^ c when its
 * label is c, and the value at ^ 0 when u says so.  SentencePiece walks without
 * looking at the size.  So we walk every way that there is, once: nodes share
 * their children, hence what was found out about a node is kept.
 */
enum {
    BLOCK = 256, /* units that children of one node can be at */
    VALUES_MAX = 32, /* on one way: SentencePiece's own room, unchecked */
    REPLACEMENT_BYTES_MAX = 128, /* bounds how much a text can grow */
};

enum { UNSEEN = 0, ON_THE_WAY = 255 }; /* else 1 + values from here on */

struct trie {
    const uint8_t *units; /* not aligned */
    size_t n;
    struct span texts;
    uint8_t *found; /* [n] */
    struct step {
        uint32_t node, base; /* base: of the block of children */
        uint16_t next; /* child to look at */
        uint8_t values; /* most of them from here on, so far */
        uint8_t own; /* 1 if the node has one */
    } * way; /* [n]: from the root to here */
    size_t n_way;
};

static uint32_t
unit(const struct trie *t, size_t i)
{
    uint32_t u;

    memcpy(&u, t->units + 4 * i, 4);
    return u;
}

static uint32_t
offset(uint32_t u)
{
    return (u >> 10) << ((u & 1U << 9) >> 6);
}

/* A replacement ends, and is not too long. */
static bool
check_value(const struct trie *t, uint32_t value)
{
    size_t left;

    if (value >= t->texts.len)
        return false;
    left = t->texts.len - value;
    return strnlen(t->texts.p + value, left) <= REPLACEMENT_BYTES_MAX;
}

/* Go on to the node at p, unless it is known. */
static bool
enter(struct trie *t, size_t p)
{
    uint32_t u = unit(t, p);
    size_t base = p ^ offset(u);
    bool own = p > 0 && u & 1U << 8; /* the root's value is never read */

    if (t->found[p] == ON_THE_WAY || (base | (BLOCK - 1)) >= t->n)
        return false;
    if (own && !check_value(t, unit(t, base) & 0x7fffffffU))
        return false;
    t->found[p] = ON_THE_WAY;
    t->way[t->n_way++] =
        (struct step){(uint32_t)p, (uint32_t)base, 0, own, own};
    return true;
}

/* The step at the end of the way gets one child further, or is done. */
static bool
advance(struct trie *t)
{
    struct step *s = &t->way[t->n_way - 1];

    while (s->next < BLOCK) {
        size_t child = s->base ^ s->next;
        if ((unit(t, child) & 0x800000ffU) != s->next) {
            s->next++;
            continue;
        }
        if (t->found[child] == UNSEEN || t->found[child] == ON_THE_WAY)
            return enter(t, child); /* and come back to it */
        if (t->found[child] - 1 + s->own > s->values)
            s->values = (uint8_t)(t->found[child] - 1 + s->own);
        if (s->values > VALUES_MAX)
            return false;
        s->next++;
    }
    t->found[s->node] = (uint8_t)(1 + s->values);
    t->n_way--;
    return true;
}

static bool
walk(struct trie *t)
{
    if (t->n == 0 || !enter(t, 0))
        return false;
    while (t->n_way > 0)
        if (!advance(t))
            return false;
    return true;
}

bool
vocab_charsmap_check(struct span map, struct err *err)
{
    struct trie t = {0};
    uint32_t bytes = 0;
    bool ok = false;

    if (map.len == 0)
        return true;
    if (map.len > 4)
        memcpy(&bytes, map.p, 4);
    if (map.len > 4 && bytes % 4 == 0 && bytes < map.len - 4) {
        t.units = (const uint8_t *)map.p + 4;
        t.n = bytes / 4;
        t.texts = (struct span){map.p + 4 + bytes, map.len - 4 - bytes};
        t.found = xcalloc(t.n + 1, 1);
        t.way = xcalloc(t.n + 1, sizeof(*t.way));
        ok = t.texts.p[t.texts.len - 1] == '\0' && utf8_valid(t.texts) &&
             walk(&t);
        free(t.found);
        free(t.way);
    }
    if (!ok)
        return err_set(err, FAIL_BAD_INPUT,
            "the vocabulary's normalisation rules are damaged");
    return true;
}
