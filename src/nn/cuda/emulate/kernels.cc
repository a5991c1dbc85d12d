/* SPDX-License-Identifier: ISC */
/* The kernels, as C++. */
#include "nn/cuda/attend.cu"
#include "nn/cuda/gemm.cu"
#include "nn/cuda/output.cu"
#include "nn/cuda/rows.cu"
