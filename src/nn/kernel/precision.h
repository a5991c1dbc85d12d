/* SPDX-License-Identifier: ISC */
#ifndef NN_PRECISION_H
#define NN_PRECISION_H

/* What a model's products are computed in. */
enum precision {
    PRECISION_FLOAT32, /* the reference */
    PRECISION_BFLOAT16, /* weights and inputs of products rounded to bfloat16;
                           sums are float */
    PRECISION_INT8, /* the default: exact integer sums */
};

#endif
