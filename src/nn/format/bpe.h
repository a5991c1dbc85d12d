/* SPDX-License-Identifier: ISC */
#ifndef NN_BPE_H
#define NN_BPE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "nn/format/vocab.h"
#include "nn/format/vocab_spm.h"

/*
 * bpe - the older models of OPUS-MT: text cut into words by Moses' rules
 * (moses.h), and words into pieces by the codes of subword-nmt, a file of pairs
 * that are joined, the first one first.  A piece that goes on ends with "@@".
 *
 * Immutable once open; any thread.
 */
struct bpe;

enum {
    BPE_CODES_MAX = 1 << 20,
    BPE_WORD_MAX = 256, /* letters; what is longer is cut there */
};

/* lang: of the texts, "en", or "" where it is not known. */
struct bpe *bpe_open(struct span codes, const char *lang, struct err *err);
void bpe_close(struct bpe *b); /* NULL is fine */
size_t bpe_bytes(const struct bpe *b); /* in memory, estimated */

/* Tell on_piece each piece; its id is 0. */
void bpe_encode(
    const struct bpe *b, struct span text, spm_on_piece on_piece, void *user);

/* Append the text of n pieces; places (or NULL) gets each one's bytes. */
void bpe_decode(const struct bpe *b, const struct span *pieces, size_t n,
    struct buf *ret, struct vocab_place *places);

/* Does a piece end its word? */
bool bpe_ends_word(struct span piece);

#endif
