/* SPDX-License-Identifier: ISC */
/* 4 lanes: NEON of AArch64. */
#include <arm_neon.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "nn/kernel/kernel_vec4.h"

static inline vf
vload(const float *p)
{
    return (vf)vld1q_f32(p);
}

static inline void
vstore(float *p, vf x)
{
    vst1q_f32(p, (float32x4_t)x);
}

static inline vf
vset(float x)
{
    return (vf)vdupq_n_f32(x);
}

/* By comparison, as the other CPUs do, and not by fmax: the same for zeros of
 * both signs. */
static inline vf
vmax(vf a, vf b)
{
    return (vf)vbslq_f32(vcgtq_f32((float32x4_t)a, (float32x4_t)b),
        (float32x4_t)a, (float32x4_t)b);
}

static inline vf
vmin(vf a, vf b)
{
    return (vf)vbslq_f32(vcltq_f32((float32x4_t)a, (float32x4_t)b),
        (float32x4_t)a, (float32x4_t)b);
}

static inline vi
vround(vf x)
{
    return (vi)vcvtnq_s32_f32((float32x4_t)x);
}

static inline vf
vfloat(vi x)
{
    return (vf)vcvtq_f32_s32((int32x4_t)x);
}

static inline vi
viload(const void *p)
{
    return (vi)vreinterpretq_s32_u8(vld1q_u8(p));
}

static inline void
vistore(void *p, vi x)
{
    vst1q_u8(p, vreinterpretq_u8_s32((int32x4_t)x));
}

static inline vi
viset(int32_t x)
{
    return (vi)vdupq_n_s32(x);
}

static inline vi
vbytes_load(const int8_t *p)
{
    return (vi){p[0], p[1], p[2], p[3]};
}

static inline void
vhalves_store(uint16_t *p, vi x)
{
    vst1_u16(p, vmovn_u32(vreinterpretq_u32_s32((int32x4_t)x)));
}

static inline void
vbytes_store(uint8_t *p, vi x)
{
    uint16x4_t h = vmovn_u32(vreinterpretq_u32_s32((int32x4_t)x));
    uint8x8_t b = vmovn_u16(vcombine_u16(h, h));

    memcpy(p, &b, 4);
}

static inline bool
vany_gt(vf a, vf b)
{
    return vmaxvq_u32(vcgtq_f32((float32x4_t)a, (float32x4_t)b)) != 0;
}

/* Lane i: the sum of a[i]'s 16 lanes, halved 8, 4, 2, 1. */
static inline vf
vsums(const vf a[4][4])
{
    float32x4_t t[4], x, y;

    for (int i = 0; i < 4; i++)
        t[i] = (float32x4_t)((a[i][0] + a[i][2]) + (a[i][1] + a[i][3]));
    for (int i = 0; i < 4; i += 2) {
        x = vcombine_f32(vget_low_f32(t[i]), vget_low_f32(t[i + 1]));
        y = vcombine_f32(vget_high_f32(t[i]), vget_high_f32(t[i + 1]));
        t[i / 2] = vaddq_f32(x, y);
    }
    return (vf)vaddq_f32(vuzp1q_f32(t[0], t[1]), vuzp2q_f32(t[0], t[1]));
}
