/* SPDX-License-Identifier: ISC */
/* 4 lanes: what SSE4.1 and NEON have in common.  Whoever includes it defines
 * the three functions declared here. */
#include <stdint.h>

enum { W = 4 };
typedef float vf __attribute__((vector_size(16)));
typedef int32_t vi __attribute__((vector_size(16)));
typedef uint32_t vu __attribute__((vector_size(16)));

static inline vf vload(const float *p);
static inline void vstore(float *p, vf x);
static inline vf vmax(vf a, vf b);

static inline vf
vload_n(const float *p, int n)
{
    float tail[4] = {0};

    if (n >= W)
        return vload(p);
    for (int i = 0; i < n; i++)
        tail[i] = p[i];
    return vload(tail);
}

static inline void
vstore_n(float *p, vf x, int n)
{
    float tail[4];

    vstore(n >= W ? p : tail, x);
    for (int i = 0; i < n && n < W; i++)
        p[i] = tail[i];
}

/* The first n lanes of x, the others of fill. */
static inline vf
vkeep(vf x, int n, vf fill)
{
    float a[4], b[4];

    if (n >= W)
        return x;
    vstore(a, x);
    vstore(b, fill);
    for (int i = n < 0 ? 0 : n; i < W; i++)
        a[i] = b[i];
    return vload(a);
}

/* The sum, the greatest, of 16 lanes, halved 8, 4, 2, 1. */
static inline float
vsum(const vf a[4])
{
    float z[4];

    vstore(z, (a[0] + a[2]) + (a[1] + a[3]));
    return (z[0] + z[2]) + (z[1] + z[3]);
}

static inline float
vgreatest(const vf a[4])
{
    float z[4];

    vstore(z, vmax(vmax(a[0], a[2]), vmax(a[1], a[3])));
    z[0] = z[0] > z[2] ? z[0] : z[2];
    z[1] = z[1] > z[3] ? z[1] : z[3];
    return z[0] > z[1] ? z[0] : z[1];
}
