/* SPDX-License-Identifier: ISC */
/* 8 lanes: AVX2. */
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { W = 8 };
typedef float vf __attribute__((vector_size(32)));
typedef int32_t vi __attribute__((vector_size(32)));
typedef uint32_t vu __attribute__((vector_size(32)));

/* All bits of the first n lanes, n <= 0 for none. */
static inline __m256i
lanes(int n)
{
    return _mm256_cmpgt_epi32(
        _mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

static inline vf
vload(const float *p)
{
    return (vf)_mm256_loadu_ps(p);
}

static inline void
vstore(float *p, vf x)
{
    _mm256_storeu_ps(p, (__m256)x);
}

static inline vf
vload_n(const float *p, int n)
{
    return (vf)_mm256_maskload_ps(p, lanes(n));
}

static inline void
vstore_n(float *p, vf x, int n)
{
    _mm256_maskstore_ps(p, lanes(n), (__m256)x);
}

/* The first n lanes of x, the others of fill. */
static inline vf
vkeep(vf x, int n, vf fill)
{
    return (vf)_mm256_blendv_ps(
        (__m256)fill, (__m256)x, _mm256_castsi256_ps(lanes(n)));
}

static inline vf
vset(float x)
{
    return (vf)_mm256_set1_ps(x);
}

static inline vf
vmax(vf a, vf b)
{
    return (vf)_mm256_max_ps((__m256)a, (__m256)b);
}

static inline vf
vmin(vf a, vf b)
{
    return (vf)_mm256_min_ps((__m256)a, (__m256)b);
}

static inline vi
vround(vf x)
{
    return (vi)_mm256_cvtps_epi32((__m256)x);
}

static inline vf
vfloat(vi x)
{
    return (vf)_mm256_cvtepi32_ps((__m256i)x);
}

static inline vi
viload(const void *p)
{
    return (vi)_mm256_loadu_si256((const __m256i *)p);
}

static inline void
vistore(void *p, vi x)
{
    _mm256_storeu_si256((__m256i *)p, (__m256i)x);
}

static inline vi
viset(int32_t x)
{
    return (vi)_mm256_set1_epi32(x);
}

static inline vi
vbytes_load(const int8_t *p)
{
    return (vi)_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)p));
}

static inline void
vbytes_store(uint8_t *p, vi x)
{
    const __m128i low = _mm_set1_epi32(0xff);
    __m128i a = _mm_and_si128(_mm256_castsi256_si128((__m256i)x), low);
    __m128i b = _mm_and_si128(_mm256_extracti128_si256((__m256i)x, 1), low);
    __m128i c = _mm_packus_epi32(a, b);

    _mm_storel_epi64((__m128i *)p, _mm_packus_epi16(c, c));
}

static inline void
vhalves_store(uint16_t *p, vi x)
{
    const __m128i low = _mm_set1_epi32(0xffff);
    __m128i a = _mm_and_si128(_mm256_castsi256_si128((__m256i)x), low);
    __m128i b = _mm_and_si128(_mm256_extracti128_si256((__m256i)x, 1), low);

    _mm_storeu_si128((__m128i *)p, _mm_packus_epi32(a, b));
}

static inline bool
vany_gt(vf a, vf b)
{
    return _mm256_movemask_ps(
               _mm256_cmp_ps((__m256)a, (__m256)b, _CMP_GT_OQ)) != 0;
}

/* The sum, the greatest, of 16 lanes, halved 8, 4, 2, 1. */
static inline float
vsum(const vf a[2])
{
    __m256 y = (__m256)(a[0] + a[1]);
    __m128 z =
        _mm_add_ps(_mm256_castps256_ps128(y), _mm256_extractf128_ps(y, 1));

    z = _mm_add_ps(z, _mm_movehl_ps(z, z));
    return _mm_cvtss_f32(_mm_add_ss(z, _mm_movehdup_ps(z)));
}

static inline float
vgreatest(const vf a[2])
{
    __m256 y = (__m256)vmax(a[0], a[1]);
    __m128 z =
        _mm_max_ps(_mm256_castps256_ps128(y), _mm256_extractf128_ps(y, 1));

    z = _mm_max_ps(z, _mm_movehl_ps(z, z));
    return _mm_cvtss_f32(_mm_max_ss(z, _mm_movehdup_ps(z)));
}

/* Lane i: the sum of a[i]'s 16 lanes, halved 8, 4, 2, 1.  The slots are
 * visited in an order that makes the result come out sorted. */
static inline vf
vsums(const vf a[8][2])
{
    __m256 t[8], u[4];

    for (int i = 0; i < 8; i++) {
        int j = 4 * (i % 2) + i / 2;

        t[i] = (__m256)(a[j][0] + a[j][1]);
    }
    for (int i = 0; i < 4; i++)
        u[i] =
            _mm256_add_ps(_mm256_permute2f128_ps(t[2 * i], t[2 * i + 1], 0x20),
                _mm256_permute2f128_ps(t[2 * i], t[2 * i + 1], 0x31));
    for (int i = 0; i < 2; i++)
        t[i] = _mm256_add_ps(_mm256_shuffle_ps(u[2 * i], u[2 * i + 1], 0x44),
            _mm256_shuffle_ps(u[2 * i], u[2 * i + 1], 0xee));
    return (vf)_mm256_add_ps(_mm256_shuffle_ps(t[0], t[1], 0x88),
        _mm256_shuffle_ps(t[0], t[1], 0xdd));
}
