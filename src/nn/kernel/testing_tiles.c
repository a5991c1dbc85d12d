/* SPDX-License-Identifier: ISC */
#include "nn/kernel/testing_tiles.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "nn/kernel/cpu.h"

/* Palette 1: what CPUs with AMX have. */
enum { TILES = 8, ROWS_MAX = 16, COLS_BYTES_MAX = 64 };

/* What LDTILECFG loads, by the manual's offsets. */
struct config {
    uint8_t palette, start_row, reserved[14];
    uint16_t colsb[16];
    uint8_t rows[16];
};

_Static_assert(sizeof(struct config) == 64, "LDTILECFG loads 64 bytes");

static _Thread_local struct {
    struct config cfg; /* palette 0: there is none */
    int8_t tile[TILES][ROWS_MAX][COLS_BYTES_MAX];
} unit;

static void
check_config(const struct config *c)
{
    assert(c->palette == 1 && c->start_row == 0);
    for (size_t i = 0; i < sizeof(c->reserved); i++)
        assert(c->reserved[i] == 0);
    for (int t = 0; t < 16; t++) {
        assert(c->rows[t] <= ROWS_MAX && c->colsb[t] <= COLS_BYTES_MAX);
        assert((c->rows[t] == 0) == (c->colsb[t] == 0));
        assert(t < TILES || c->rows[t] == 0);
    }
}

static void
check_tile(int t)
{
    assert(unit.cfg.palette == 1);
    assert(t >= 0 && t < TILES && unit.cfg.rows[t] > 0);
}

void
tiles_loadconfig(const void *cfg)
{
    memset(&unit, 0, sizeof(unit));
    memcpy(&unit.cfg, cfg, sizeof(unit.cfg));
    check_config(&unit.cfg);
}

void
tiles_release(void)
{
    memset(&unit, 0, sizeof(unit));
}

void
tiles_zero(int t)
{
    check_tile(t);
    memset(unit.tile[t], 0, sizeof(unit.tile[t]));
}

void
tiles_loadd(int t, const void *base, size_t stride)
{
    tiles_zero(t);
    for (size_t r = 0; r < unit.cfg.rows[t]; r++)
        memcpy(unit.tile[t][r], (const char *)base + r * stride,
            unit.cfg.colsb[t]);
}

void
tiles_stored(int t, void *base, size_t stride)
{
    check_tile(t);
    for (size_t r = 0; r < unit.cfg.rows[t]; r++)
        memcpy((char *)base + r * stride, unit.tile[t][r], unit.cfg.colsb[t]);
}

/* Four products of signed bytes, added to a sum that wraps around. */
static uint32_t
dot4(uint32_t sum, const int8_t *a, const int8_t *b)
{
    for (int i = 0; i < 4; i++)
        sum += (uint32_t)(a[i] * b[i]);
    return sum;
}

void
tiles_dpbssd(int to, int a, int b)
{
    uint32_t sums[ROWS_MAX][COLS_BYTES_MAX / 4] = {0};
    uint32_t n = unit.cfg.colsb[to] / 4, words = unit.cfg.rows[b];

    check_tile(to);
    check_tile(a);
    check_tile(b);
    assert(to != a && to != b && a != b);
    assert(unit.cfg.rows[to] == unit.cfg.rows[a]);
    assert(unit.cfg.colsb[to] == unit.cfg.colsb[b]);
    assert(unit.cfg.colsb[a] == 4 * unit.cfg.rows[b]);
    assert(unit.cfg.colsb[b] % 4 == 0);
    for (uint32_t r = 0; r < unit.cfg.rows[to]; r++) {
        memcpy(sums[r], unit.tile[to][r], 4 * n);
        for (uint32_t k = 0; k < words; k++)
            for (uint32_t c = 0; c < n; c++)
                sums[r][c] = dot4(sums[r][c], &unit.tile[a][r][4 * k],
                    &unit.tile[b][k][4 * c]);
    }
    memcpy(unit.tile[to], sums, sizeof(sums));
}

/* What the linker puts in place of cpu_look: the tiles are here, and the rest
 * of the kernel is AVX-512. */
struct cpu __real_cpu_look(void);
struct cpu __wrap_cpu_look(void);

struct cpu
__wrap_cpu_look(void)
{
    struct cpu cpu = __real_cpu_look();

    cpu.amx = cpu.avx512vnni;
    return cpu;
}
