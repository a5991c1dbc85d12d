/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/format/shortlist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { VOCAB = 1000, SUM_AT = 8, BODY_AT = 16 };

/* The candidates of any sentence are sorted, different and ids of words. */
static void
use(const struct shortlist *s)
{
    struct shortlist_set *set = shortlist_set_new(VOCAB);
    uint32_t src[8], ids[VOCAB];

    for (uint32_t w = 0; w < VOCAB + 8; w += 8) {
        size_t n;
        for (uint32_t i = 0; i < 8; i++)
            src[i] = w + i;
        n = shortlist_candidates(s, set, src, 8, w & 8, 8, ids);
        assert(n <= shortlist_room(s, src, 8, 8));
        assert(n % 8 == 0 || n == VOCAB);
        for (size_t i = 0; i < n; i++)
            assert(ids[i] < VOCAB && (i == 0 || ids[i] > ids[i - 1]));
    }
    shortlist_set_free(set);
}

/* Once as it is, and once with a checksum that is right, which no mutation
 * would find. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = xmalloc(size + 1);

    if (size)
        memcpy(copy, data, size);
    for (int i = 0; i < 2; i++) {
        struct shortlist *s = shortlist_open_bytes(copy, size, VOCAB, NULL);
        uint64_t sum;
        if (s)
            use(s);
        shortlist_close(s);
        if (size < BODY_AT)
            break;
        sum = shortlist_checksum(copy + BODY_AT, size - BODY_AT);
        memcpy(copy + SUM_AT, &sum, sizeof(sum));
    }
    free(copy);
    return 0;
}
