/* SPDX-License-Identifier: ISC */
/* The functions of this instruction set, for struct kernel. */
#define KERNEL_ROWS                                                            \
    .shift = SHIFT, .feed = rows_feed, .embed = rows_embed, .norm = rows_norm, \
    .ssru = rows_ssru, .attend = rows_attend, .softmax = rows_softmax,         \
    .sigmoid = rows_sigmoid, .exp = rows_exp, .sumexp = rows_sumexp,           \
    .gather16 = gather16

#ifdef PEAK_REGISTER
/* Sums on registers alone.  The empty assembly stands for a fresh load: without
 * it the compiler would take the products out of the loop. */
static uint64_t
peak(uint32_t loops)
{
    enum { SUMS = 10 };
    vi acc[SUMS];
    vi w = viset(0x01020304), all = viset(0);
    uint8_t in[4] = {1, 2, 3, 4};
    PEAK_ACT a = act_load(in);

    for (int i = 0; i < SUMS; i++)
        acc[i] = viset(i);
    while (loops-- > 0) {
#pragma GCC unroll 16
        for (int i = 0; i < SUMS; i++) {
            __asm__ volatile("" : "+" PEAK_REGISTER(w));
            acc[i] = PEAK_DOT(acc[i], a, w);
        }
    }
    for (int i = 0; i < SUMS; i++)
        all += acc[i];
    __asm__ volatile("" : : PEAK_REGISTER(all));
    return (uint64_t)SUMS * W * 4;
}
#endif
