/* SPDX-License-Identifier: ISC */
/* 16 lanes: AVX-512. */
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { W = 16 };
typedef float vf __attribute__((vector_size(64)));
typedef int32_t vi __attribute__((vector_size(64)));

static inline vf
vload(const float *p)
{
    return (vf)_mm512_loadu_ps(p);
}

static inline void
vstore(float *p, vf x)
{
    _mm512_storeu_ps(p, (__m512)x);
}

static inline vf
vset(float x)
{
    return (vf)_mm512_set1_ps(x);
}

static inline vf
vmax(vf a, vf b)
{
    return (vf)_mm512_max_ps((__m512)a, (__m512)b);
}

static inline vf
vmin(vf a, vf b)
{
    return (vf)_mm512_min_ps((__m512)a, (__m512)b);
}

static inline vi
vround(vf x)
{
    return (vi)_mm512_cvtps_epi32((__m512)x);
}

static inline vf
vfloat(vi x)
{
    return (vf)_mm512_cvtepi32_ps((__m512i)x);
}

static inline vi
viload(const void *p)
{
    return (vi)_mm512_loadu_si512(p);
}

static inline void
vistore(void *p, vi x)
{
    _mm512_storeu_si512(p, (__m512i)x);
}

static inline vi
viset(int32_t x)
{
    return (vi)_mm512_set1_epi32(x);
}

static inline vi
vbytes_load(const int8_t *p)
{
    return (vi)_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)p));
}

static inline void
vbytes_store(uint8_t *p, vi x)
{
    _mm_storeu_si128((__m128i *)p, _mm512_cvtepi32_epi8((__m512i)x));
}

static inline void
vhalves_store(uint16_t *p, vi x)
{
    _mm256_storeu_si256((__m256i *)p, _mm512_cvtepi32_epi16((__m512i)x));
}

static inline bool
vany_gt(vf a, vf b)
{
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_GT_OQ) != 0;
}

/* Lane i: the sum of a[i]'s lanes, halved 8, 4, 2, 1.  The slots are visited
 * in an order that makes the result come out sorted. */
static inline vf
vsums(const vf a[16][1])
{
    __m512 t[16], u[8];

    for (int i = 0; i < 16; i++)
        t[i] = (__m512)a[4 * (i % 4) + i / 4][0];
    for (int i = 0; i < 8; i++)
        u[i] = _mm512_add_ps(_mm512_shuffle_f32x4(t[2 * i], t[2 * i + 1], 0x44),
            _mm512_shuffle_f32x4(t[2 * i], t[2 * i + 1], 0xee));
    for (int i = 0; i < 4; i++)
        t[i] = _mm512_add_ps(_mm512_shuffle_f32x4(u[2 * i], u[2 * i + 1], 0x88),
            _mm512_shuffle_f32x4(u[2 * i], u[2 * i + 1], 0xdd));
    for (int i = 0; i < 2; i++)
        u[i] = _mm512_add_ps(_mm512_shuffle_ps(t[2 * i], t[2 * i + 1], 0x44),
            _mm512_shuffle_ps(t[2 * i], t[2 * i + 1], 0xee));
    return (vf)_mm512_add_ps(_mm512_shuffle_ps(u[0], u[1], 0x88),
        _mm512_shuffle_ps(u[0], u[1], 0xdd));
}
