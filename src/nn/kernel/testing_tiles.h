/* SPDX-License-Identifier: ISC */
#ifndef NN_TESTING_TILES_H
#define NN_TESTING_TILES_H

/*
 * testing_tiles - the tile unit of AMX in plain C, so that kernel_amx.c runs on
 * CPUs without one.  Included in front of it by the compiler's command line, in
 * one test build only.  As the real one it has its state per thread, sets to
 * zero what lies outside a tile's shape, and does not do what Intel's manual
 * says ends in #UD or #GP: there it asserts.
 */
#include <immintrin.h>
#include <stddef.h>

void tiles_loadconfig(const void *cfg);
void tiles_release(void);
void tiles_zero(int t);
void tiles_loadd(int t, const void *base, size_t stride);
void tiles_stored(int t, void *base, size_t stride);
void tiles_dpbssd(int to, int a, int b);

#undef _tile_loadconfig
#undef _tile_release
#undef _tile_zero
#undef _tile_loadd
#undef _tile_stored
#undef _tile_dpbssd
#define _tile_loadconfig(cfg) tiles_loadconfig(cfg)
#define _tile_release() tiles_release()
#define _tile_zero(t) tiles_zero(t)
#define _tile_loadd(t, base, stride) tiles_loadd(t, base, stride)
#define _tile_stored(t, base, stride) tiles_stored(t, base, stride)
#define _tile_dpbssd(to, a, b) tiles_dpbssd(to, a, b)

#endif
