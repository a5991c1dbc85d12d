/* SPDX-License-Identifier: ISC */
/* One lane: plain C, the definition of what the others compute. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { W = 1 };
typedef float vf;
typedef int32_t vi;

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
vsums(const vf a[1][16])
{
    float s[16];

    memcpy(s, a[0], sizeof(s));
    for (int half = 8; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            s[i] += s[i + half];
    return s[0];
}
