/* SPDX-License-Identifier: ISC */
#include "nn/format/shortlist.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/file.h"
#include "base/mem.h"

/* The file: six numbers, offsets, ids.  See shortlist_head. */
enum { FILE_BYTES_MAX = 1 << 30 };

#define MAGIC 0xF11A48D5013417F5U

struct shortlist_head {
    uint64_t magic, checksum, first, best, n_off, n_ids;
};

struct shortlist {
    const uint64_t *off; /* [n_off] */
    const uint32_t *ids; /* [n_ids] */
    uint64_t n_off, n_ids;
    uint32_t first, vocab_trg;
    void *map; /* of the file, or NULL */
    size_t map_bytes;
};

/* As Marian computes it; a half word at the end does not count. */
uint64_t
shortlist_checksum(const void *p, size_t n)
{
    const uint8_t *at = p;
    uint64_t h = 0, v;

    for (; n >= sizeof(v); at += sizeof(v), n -= sizeof(v)) {
        memcpy(&v, at, sizeof(v));
        h ^= v + 0x9e3779b9U + (h << 6) + (h >> 2);
    }
    return h;
}

/* Offsets rise and stay within the ids; ids stay within the target
 * vocabulary. */
static bool
check_lists(const struct shortlist *s, struct err *err)
{
    for (uint64_t w = 0; w < s->n_off; w++) {
        if (s->off[w] > s->n_ids || (w > 0 && s->off[w] < s->off[w - 1]))
            return err_set(err, FAIL_BAD_INPUT,
                "the shortlist is damaged: its offsets do not rise");
    }
    for (uint64_t i = 0; i < s->n_ids; i++)
        if (s->ids[i] >= s->vocab_trg)
            return err_set(err, FAIL_BAD_INPUT,
                "the shortlist is for another vocabulary: id %u of %u",
                s->ids[i], s->vocab_trg);
    return true;
}

static bool
parse(struct shortlist *s, const uint8_t *p, size_t n, struct err *err)
{
    struct shortlist_head head;

    if (n < sizeof(head))
        return err_set(err, FAIL_BAD_INPUT, "the shortlist is cut off");
    memcpy(&head, p, sizeof(head));
    if (head.magic != MAGIC)
        return err_set(err, FAIL_BAD_INPUT, "this is no binary shortlist");
    if (head.n_off > n / 8 || head.n_ids > n / 4 ||
        n != sizeof(head) + 8 * head.n_off + 4 * head.n_ids)
        return err_set(err, FAIL_BAD_INPUT,
            "the shortlist is damaged: its length is not what it says");
    if (head.checksum != shortlist_checksum(p + 16, n - 16))
        return err_set(err, FAIL_BAD_INPUT,
            "the shortlist is damaged: its checksum is wrong");
    s->off = (const uint64_t *)(const void *)(p + sizeof(head));
    s->ids = (const uint32_t *)(const void *)(s->off + head.n_off);
    s->n_off = head.n_off;
    s->n_ids = head.n_ids;
    s->first = head.first < s->vocab_trg ? (uint32_t)head.first : s->vocab_trg;
    return check_lists(s, err);
}

struct shortlist *
shortlist_open_bytes(
    const void *p, size_t n, uint32_t vocab_trg, struct err *err)
{
    struct shortlist *s = xcalloc(1, sizeof(*s));

    assert((uintptr_t)p % sizeof(uint64_t) == 0);
    assert(vocab_trg <= SHORTLIST_VOCAB_MAX);
    s->vocab_trg = vocab_trg;
    if (!parse(s, p, n, err)) {
        shortlist_close(s);
        return NULL;
    }
    return s;
}

struct shortlist *
shortlist_open(const char *path, uint32_t vocab_trg, struct err *err)
{
    size_t n = 0;
    void *map = file_map(path, FILE_BYTES_MAX, &n, err);
    struct shortlist *s;
    struct err why;

    if (!map)
        return NULL;
    s = shortlist_open_bytes(map, n, vocab_trg, &why);
    if (!s) {
        err_set(err, why.kind, "%s: %s", path, why.text);
        munmap(map, n);
        return NULL;
    }
    s->map = map;
    s->map_bytes = n;
    return s;
}

void
shortlist_close(struct shortlist *s)
{
    if (!s)
        return;
    if (s->map)
        munmap(s->map, s->map_bytes);
    free(s);
}

uint32_t
shortlist_first(const struct shortlist *s)
{
    return s->first;
}

struct span32
shortlist_of(const struct shortlist *s, uint32_t src_id)
{
    /* Real files lack the last offset, so that the last piece has no list. */
    if ((uint64_t)src_id + 1 >= s->n_off)
        return (struct span32){NULL, 0};
    return (struct span32){
        s->ids + s->off[src_id], (size_t)(s->off[src_id + 1] - s->off[src_id])};
}

size_t
shortlist_bytes(const struct shortlist *s)
{
    return sizeof(struct shortlist_head) + 8 * s->n_off + 4 * s->n_ids;
}

/* A bit per target id, all 0 between two calls.  Reading them back sorts and
 * clears in one pass over 4 kB, for a vocabulary of 32000. */
struct shortlist_set {
    uint32_t vocab_trg;
    size_t n_words;
    uint64_t bits[];
};

struct shortlist_set *
shortlist_set_new(uint32_t vocab_trg)
{
    size_t n = ((size_t)vocab_trg + 63) / 64;
    struct shortlist_set *set =
        xcalloc(1, sizeof(*set) + n * sizeof(set->bits[0]));

    set->vocab_trg = vocab_trg;
    set->n_words = n;
    return set;
}

void
shortlist_set_free(struct shortlist_set *set)
{
    free(set);
}

size_t
shortlist_room(const struct shortlist *s, const uint32_t *src, size_t n_src,
    uint32_t multiple)
{
    size_t n = (size_t)s->first + n_src + multiple;

    for (size_t i = 0; i < n_src; i++)
        n += shortlist_of(s, src[i]).len;
    return n < s->vocab_trg ? n : s->vocab_trg;
}

/* Returns 1 when id was not yet in. */
static size_t
add(struct shortlist_set *set, uint32_t id)
{
    uint64_t bit = 1ULL << (id % 64), *word = &set->bits[id / 64];
    size_t fresh = (*word & bit) == 0;

    *word |= bit;
    return fresh;
}

/* Move the members to ids, in order, and leave the set empty. */
static size_t
drain(struct shortlist_set *set, uint32_t *ids)
{
    size_t n = 0;

    for (size_t w = 0; w < set->n_words; w++) {
        for (uint64_t bits = set->bits[w]; bits; bits &= bits - 1)
            ids[n++] = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(bits);
        set->bits[w] = 0;
    }
    return n;
}

size_t
shortlist_candidates(const struct shortlist *s, struct shortlist_set *set,
    const uint32_t *src, size_t n_src, bool joint, uint32_t multiple,
    uint32_t *ids)
{
    size_t n = 0;

    assert(set->vocab_trg == s->vocab_trg && multiple > 0);
    for (uint32_t id = 0; id < s->first; id++)
        n += add(set, id);
    for (size_t i = 0; i < n_src; i++) {
        struct span32 list = shortlist_of(s, src[i]);
        for (size_t k = 0; k < list.len; k++)
            n += add(set, list.p[k]);
        if (joint && src[i] < s->vocab_trg)
            n += add(set, src[i]);
    }
    for (uint32_t id = s->first; n % multiple && id < s->vocab_trg; id++)
        n += add(set, id);
    return drain(set, ids);
}
