/* SPDX-License-Identifier: ISC */
/* AMX: tiles of 16 rows by 64 bytes.  The rest is AVX-512. */
#include <assert.h>

#include "nn/kernel/kernel_vec512.h"

#include "nn/kernel/kernel_gather512.h"

#define SHIFT 0
#include "nn/kernel/kernel_rows.h"

#include "nn/kernel/kernel_more.h"

#include "nn/kernel/kernel_attend.h"

enum { TILE_ROWS = 16 };
#include "nn/kernel/kernel_gemm.h"

/* What LDTILECFG loads. */
struct tilecfg {
    uint8_t palette, start_row, reserved[14];
    uint16_t colsb[16];
    uint8_t rows[16];
};

enum { SUM0, SUM1, SUM2, SUM3, IN, W0, W1 }; /* the tile registers in use */

/* Sums and inputs have as many rows as there are; weights 16 lines of 16
 * columns by 4 bytes. */
static void
tiles_shape(uint32_t rows)
{
    struct tilecfg cfg = {.palette = 1};

    for (int i = SUM0; i <= W1; i++) {
        cfg.colsb[i] = 64;
        cfg.rows[i] = i <= IN ? (uint8_t)rows : 16;
    }
    _tile_loadconfig(&cfg);
}

static void
sums_amx(const struct tile *t)
{
    const uint8_t *w = t->packed;
    size_t line = 4 * t->width;

    tiles_shape(t->rows);
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (uint32_t k = 0; k < t->words; k += 16, w += 16 * line) {
        _tile_loadd(4, t->in + 4 * k, t->stride);
        _tile_loadd(5, w, line);
        _tile_dpbssd(0, 4, 5);
        if (t->width > 16) {
            _tile_loadd(6, w + 64, line);
            _tile_dpbssd(1, 4, 6);
        }
        if (t->width > 32) {
            _tile_loadd(5, w + 128, line);
            _tile_dpbssd(2, 4, 5);
        }
        if (t->width > 48) {
            _tile_loadd(6, w + 192, line);
            _tile_dpbssd(3, 4, 6);
        }
    }
    _tile_stored(0, t->sums, 4 * PANEL);
    if (t->width > 16)
        _tile_stored(1, t->sums + 16, 4 * PANEL);
    if (t->width > 32)
        _tile_stored(2, t->sums + 32, 4 * PANEL);
    if (t->width > 48)
        _tile_stored(3, t->sums + 48, 4 * PANEL);
}

static void
gemm_amx(const struct gemm *g)
{
    gemm_blocks(g, sums_amx);
    _tile_release();
}

/* What tiles do not do is as in the vnni kernel, which such a CPU has, too. */
#include "nn/kernel/kernel_table.h"

const struct kernel kernel_amx = {.name = "amx",
    KERNEL_ROWS,
    .gemm_f32 = kernel_512_gemm_f32,
    .gemm_i8 = gemm_amx,
    .gemm_bf16 = kernel_512_gemm_bf16};
const struct kernel kernel_amx_bf16 = {.name = "amx",
    KERNEL_ROWS,
    .gemm_f32 = kernel_512_gemm_f32,
    .gemm_i8 = gemm_amx,
    .gemm_bf16 = kernel_bf16_gemm,
    .bf16 = true};
