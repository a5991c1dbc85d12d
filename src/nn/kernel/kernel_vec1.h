/* SPDX-License-Identifier: ISC */
/* One lane: plain C, the definition of what the others compute. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { W = 1 };
typedef float vf;
typedef int32_t vi;
typedef uint32_t vu;

static inline vf
vload(const float *p)
{
    return *p;
}

static inline void
vstore(float *p, vf x)
{
    *p = x;
}

static inline vf
vset(float x)
{
    return x;
}

static inline vf
vmax(vf a, vf b)
{
    return a > b ? a : b;
}

static inline vf
vmin(vf a, vf b)
{
    return a < b ? a : b;
}

/* Half to even, for |x| below 2^22, which all that is rounded here is: adding
 * 1.5 * 2^23 leaves no bit below one. */
static inline vi
vround(vf x)
{
    return (int32_t)(x + 12582912.0f - 12582912.0f);
}

static inline vf
vfloat(vi x)
{
    return (float)x;
}

static inline vi
viload(const void *p)
{
    vi x;

    memcpy(&x, p, sizeof(x));
    return x;
}

static inline void
vistore(void *p, vi x)
{
    memcpy(p, &x, sizeof(x));
}

static inline vi
viset(int32_t x)
{
    return x;
}

static inline vi
vbytes_load(const int8_t *p)
{
    return *p;
}

static inline void
vbytes_store(uint8_t *p, vi x)
{
    *p = (uint8_t)x;
}

static inline void
vhalves_store(uint16_t *p, vi x)
{
    *p = (uint16_t)x;
}

static inline bool
vany_gt(vf a, vf b)
{
    return a > b;
}

static inline vf
vload_n(const float *p, int n)
{
    return n > 0 ? *p : 0.0f;
}

static inline void
vstore_n(float *p, vf x, int n)
{
    if (n > 0)
        *p = x;
}

/* The first n lanes of x, the others of fill. */
static inline vf
vkeep(vf x, int n, vf fill)
{
    return n > 0 ? x : fill;
}

/* The sum, the greatest, of 16 lanes, halved 8, 4, 2, 1. */
static inline float
vsum(const vf a[16])
{
    float s[16];

    memcpy(s, a, sizeof(s));
    for (int half = 8; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            s[i] += s[i + half];
    return s[0];
}

static inline float
vgreatest(const vf a[16])
{
    float most = a[0];

    for (int i = 1; i < 16; i++)
        most = vmax(most, a[i]);
    return most;
}

static inline vf
vsums(const vf a[1][16])
{
    return vsum(a[0]);
}
