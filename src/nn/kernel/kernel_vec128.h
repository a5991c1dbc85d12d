/* SPDX-License-Identifier: ISC */
/* 4 lanes: SSE4.1. */
#include <smmintrin.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "nn/kernel/kernel_vec4.h"

static inline vf
vload(const float *p)
{
    return (vf)_mm_loadu_ps(p);
}

static inline void
vstore(float *p, vf x)
{
    _mm_storeu_ps(p, (__m128)x);
}

static inline vf
vset(float x)
{
    return (vf)_mm_set1_ps(x);
}

static inline vf
vmax(vf a, vf b)
{
    return (vf)_mm_max_ps((__m128)a, (__m128)b);
}

static inline vf
vmin(vf a, vf b)
{
    return (vf)_mm_min_ps((__m128)a, (__m128)b);
}

static inline vi
vround(vf x)
{
    return (vi)_mm_cvtps_epi32((__m128)x);
}

static inline vf
vfloat(vi x)
{
    return (vf)_mm_cvtepi32_ps((__m128i)x);
}

static inline vi
viload(const void *p)
{
    return (vi)_mm_loadu_si128((const __m128i *)p);
}

static inline void
vistore(void *p, vi x)
{
    _mm_storeu_si128((__m128i *)p, (__m128i)x);
}

static inline vi
viset(int32_t x)
{
    return (vi)_mm_set1_epi32(x);
}

static inline vi
vbytes_load(const int8_t *p)
{
    int32_t four;

    memcpy(&four, p, 4);
    return (vi)_mm_cvtepi8_epi32(_mm_cvtsi32_si128(four));
}

static inline void
vbytes_store(uint8_t *p, vi x)
{
    __m128i a = _mm_and_si128((__m128i)x, _mm_set1_epi32(0xff));
    int32_t four;

    a = _mm_packus_epi32(a, a);
    four = _mm_cvtsi128_si32(_mm_packus_epi16(a, a));
    memcpy(p, &four, 4);
}

static inline void
vhalves_store(uint16_t *p, vi x)
{
    __m128i a = _mm_and_si128((__m128i)x, _mm_set1_epi32(0xffff));

    _mm_storel_epi64((__m128i *)p, _mm_packus_epi32(a, a));
}

static inline bool
vany_gt(vf a, vf b)
{
    return _mm_movemask_ps(_mm_cmpgt_ps((__m128)a, (__m128)b)) != 0;
}

/* Lane i: the sum of a[i]'s 16 lanes, halved 8, 4, 2, 1. */
static inline vf
vsums(const vf a[4][4])
{
    __m128 t[4], u[2];

    for (int i = 0; i < 4; i++)
        t[i] = (__m128)((a[i][0] + a[i][2]) + (a[i][1] + a[i][3]));
    for (int i = 0; i < 2; i++)
        u[i] = _mm_add_ps(_mm_shuffle_ps(t[2 * i], t[2 * i + 1], 0x44),
            _mm_shuffle_ps(t[2 * i], t[2 * i + 1], 0xee));
    return (vf)_mm_add_ps(
        _mm_shuffle_ps(u[0], u[1], 0x88), _mm_shuffle_ps(u[0], u[1], 0xdd));
}
