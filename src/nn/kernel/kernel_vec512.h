/* SPDX-License-Identifier: ISC */
/* 16 lanes: AVX-512. */
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { W = 16 };
typedef float vf __attribute__((vector_size(64)));
typedef int32_t vi __attribute__((vector_size(64)));
typedef uint32_t vu __attribute__((vector_size(64)));

/* The first n lanes, n <= 0 for none. */
static inline __mmask16
lanes(int n)
{
    return (__mmask16)(n >= W ? 0xffff : n <= 0 ? 0 : (1 << n) - 1);
}

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
vload_n(const float *p, int n)
{
    return (vf)_mm512_maskz_loadu_ps(lanes(n), p);
}

static inline void
vstore_n(float *p, vf x, int n)
{
    _mm512_mask_storeu_ps(p, lanes(n), (__m512)x);
}

/* The first n lanes of x, the others of fill. */
static inline vf
vkeep(vf x, int n, vf fill)
{
    return (vf)_mm512_mask_blend_ps(lanes(n), (__m512)fill, (__m512)x);
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

/* The sum, the greatest, of 16 lanes, halved 8, 4, 2, 1. */
static inline float
vsum(const vf a[1])
{
    __m512 x = (__m512)a[0];
    __m256 y =
        _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
    __m128 z =
        _mm_add_ps(_mm256_castps256_ps128(y), _mm256_extractf128_ps(y, 1));

    z = _mm_add_ps(z, _mm_movehl_ps(z, z));
    return _mm_cvtss_f32(_mm_add_ss(z, _mm_movehdup_ps(z)));
}

static inline float
vgreatest(const vf a[1])
{
    __m512 x = (__m512)a[0];
    __m256 y =
        _mm256_max_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
    __m128 z =
        _mm_max_ps(_mm256_castps256_ps128(y), _mm256_extractf128_ps(y, 1));

    z = _mm_max_ps(z, _mm_movehl_ps(z, z));
    return _mm_cvtss_f32(_mm_max_ss(z, _mm_movehdup_ps(z)));
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
