/* SPDX-License-Identifier: ISC */
#ifndef CTL_TEXTS_H
#define CTL_TEXTS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

/* texts - sentences to try a model with, one a line. */
enum {
    TEXTS_MAX = 10000,
    TEXTS_BYTES_MAX = 4 * 1024 * 1024,
};

struct texts {
    struct buf file; /* owned */
    struct span lines[TEXTS_MAX]; /* of it, or constant */
    size_t n;
};

/* Both fill *t, which is zeroed: from a file, or with everyday sentences of
 * ours in a language (English when we have none), each so many times. */
bool texts_read(struct texts *t, const char *path, struct err *err);
void texts_sample(struct texts *t, const char *language, int times);

void texts_fini(struct texts *t);

#endif
