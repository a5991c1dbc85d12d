/* SPDX-License-Identifier: ISC */
/* Tiles for 32 registers of 512 bits. */
enum { TILE_ROWS = 6 };

#define SHAPES512                                                              \
    ROWS(1, 4, 1)                                                              \
    ROWS(2, 4, 1) ROWS(3, 4, 1) ROWS(4, 4, 1) ROWS(5, 4, 1) ROWS(6, 4, 1)
#define FLOAT_SHAPES SHAPES512
#define BF16_SHAPES                                                            \
    ROWS(1, 4, 1)                                                              \
    ROWS(2, 4, 1) ROWS(3, 2, 1) ROWS(4, 2, 1) ROWS(5, 2, 1) ROWS(6, 2, 1)
