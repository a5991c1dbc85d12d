/* SPDX-License-Identifier: ISC */
#ifndef NN_VOCAB_SPM_H
#define NN_VOCAB_SPM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" { /* the headers of base know nothing of C++ */
#endif

#include "base/err.h"
#include "base/span.h"

/*
 * spm - libsentencepiece, the only C++ of ours.  No exception leaves it.  It
 * trusts what it is given: vocab_proto looks at a file first.
 */
struct spm;

struct spm *spm_open(struct span file, struct err *err);
void spm_close(struct spm *s); /* NULL is fine */

/* A piece: its id in the file, how it is written, and where it comes from in
 * the text. */
typedef void (*spm_on_piece)(
    void *user, uint32_t id, struct span piece, uint32_t begin, uint32_t end);

/* Any thread.  False when the library could not. */
bool spm_encode(
    const struct spm *s, struct span text, spm_on_piece on_piece, void *user);

#ifdef __cplusplus
}
#endif

#endif
