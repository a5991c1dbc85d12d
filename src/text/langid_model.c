/* SPDX-License-Identifier: ISC */
#include "text/langid_model.h"

#include <string.h>

/*
 * The file, little-endian: "MLI2"; n_langs, n_slots, n_postings as u32; for
 * each language 7 bytes of code and a prior in steps; for each slot the upper
 * half of the FNV-1a hash as u16, the number of postings as u8, where they
 * begin as u8 (high) and u16; the postings, two bytes each.  An empty slot has
 * no postings.  A key is found at its hash modulo n_slots or in the slots that
 * follow.
 */
__asm__(".section .rodata\n"
        ".balign 16\n"
        "langid_bin:\n"
        ".incbin \"" LANGID_BIN "\"\n"
        ".previous\n");
extern const uint8_t langid_bin[] __attribute__((visibility("hidden")));

enum { HEAD_BYTES = 16, LANG_BYTES = 8, SLOT_BYTES = 6, NEUTRAL = 255 };

static uint32_t
u32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

size_t
langid_n(void)
{
    return u32(langid_bin + 4);
}

static const uint8_t *
lang_at(size_t k)
{
    return langid_bin + HEAD_BYTES + k * LANG_BYTES;
}

/* The prior's byte would be the last of the code, which is shorter. */
const char *
langid_code(size_t k)
{
    return (const char *)lang_at(k);
}

double
langid_prior(size_t k)
{
    return lang_at(k)[LANG_BYTES - 1] * LANGID_STEP;
}

static uint32_t
fnv1a(uint32_t h, struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (uint8_t)s.p[i]) * 16777619U;
    return h;
}

static struct langid_postings
find(uint32_t hash)
{
    const uint8_t *slots = lang_at(langid_n());
    size_t n_slots = u32(langid_bin + 8), i = hash % n_slots;

    for (;;) {
        const uint8_t *slot = slots + i * SLOT_BYTES;
        size_t at = (size_t)slot[3] << 16 | (size_t)slot[5] << 8 | slot[4];

        if (slot[2] == 0)
            return (struct langid_postings){NULL, 0};
        if ((uint32_t)(slot[1] << 8 | slot[0]) == hash >> 16)
            return (struct langid_postings){
                slots + n_slots * SLOT_BYTES + 2 * at, slot[2]};
        i = i + 1 == n_slots ? 0 : i + 1;
    }
}

struct langid_postings
langid_find_gram(struct span gram)
{
    return find(fnv1a(2166136261U, gram));
}

struct langid_postings
langid_find_word(struct span word)
{
    return find(fnv1a(fnv1a(2166136261U, SPAN("\x01")), word));
}

bool
langid_is_neutral(struct langid_postings word)
{
    return word.n == 1 && word.list[0] == NEUTRAL;
}
