/* SPDX-License-Identifier: ISC */
#ifndef NN_KERNEL_OPS_H
#define NN_KERNEL_OPS_H

#include "nn/kernel/kernel.h"

/*
 * kernel_ops - what one instruction set provides.  Only kernel*.c include
 * this.  The files of an instruction set are compiled with its flags, so
 * nothing in them runs before cpu.h has said that the CPU has it.
 */
enum {
    PANEL = 64, /* columns packed together: one line of 4-byte words each */
};

struct kernel {
    const char *name;
    uint8_t shift; /* 0x80: int8 feeds are stored as x + 128, for CPUs that
                      multiply unsigned by signed bytes */
    bool bf16;
    /* What is added to the bias of a column of int8 with that sum; NULL for
     * nothing, as with all but kernel_saturating. */
    float (*shift_bias)(float alpha, float quant, int32_t sum);
    void (*gemm_i8)(const struct gemm *g);
    void (*gemm_f32)(const struct gemm *g);
    void (*gemm_bf16)(const struct gemm *g);
    void (*feed)(
        const struct feed *f, const float *x, size_t ldx, uint32_t rows);
    void (*embed)(const int8_t *row, float factor, const float *pos, uint32_t k,
        float *out);
    void (*norm)(const struct norm *nm, const float *x, const float *add,
        uint32_t k, float *out);
    void (*ssru)(const float *z, const float *f, float *c, const float *x,
        uint32_t k, float *out);
    void (*attend)(const struct attend *a);
    void (*softmax)(const float *x, uint32_t n, float *y);
    void (*sigmoid)(const float *x, uint32_t n, float *y);
    void (*exp)(const float *x, uint32_t n, float *y);
    float (*sumexp)(const float *x, uint32_t n, float *max);
    /* Multiply-adds in one of so many loops on registers; NULL: not told. */
    uint64_t (*peak)(uint32_t loops);
    /* 16 rows of words*4 bytes to words rows of 16 words, ld words apart. */
    void (*gather16)(
        const uint8_t *const row[16], uint32_t words, uint32_t *to, size_t ld);
};

/* Not all of them are in every build. */
extern const struct kernel kernel_scalar, kernel_sse4, kernel_avx2,
    kernel_avxvnni, kernel_vnni, kernel_vnni_bf16, kernel_amx, kernel_amx_bf16,
    kernel_neon;

/* Shared by the kernels of AVX-512. */
void kernel_512_gemm_f32(const struct gemm *g);
void kernel_512_gemm_bf16(const struct gemm *g);
void kernel_bf16_gemm(const struct gemm *g);

#endif
