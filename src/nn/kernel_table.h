/* SPDX-License-Identifier: ISC */
/* The functions of this instruction set, for struct kernel. */
#ifndef HAS_GATHER16
static void
gather16(const uint8_t *const row[16], uint32_t words, uint32_t *to, size_t ld)
{
    for (uint32_t k = 0; k < words; k++)
        for (int i = 0; i < 16; i++)
            memcpy(to + k * ld + i, row[i] + 4 * (size_t)k, 4);
}
#endif

#define KERNEL_ROWS                                                            \
    .shift = SHIFT, .feed = rows_feed, .embed = rows_embed, .norm = rows_norm, \
    .ssru = rows_ssru, .attend = rows_attend, .softmax = rows_softmax,         \
    .sigmoid = rows_sigmoid, .exp = rows_exp, .sumexp = rows_sumexp,           \
    .gather16 = gather16
