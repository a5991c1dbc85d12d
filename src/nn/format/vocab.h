/* SPDX-License-Identifier: ISC */
#ifndef NN_VOCAB_H
#define NN_VOCAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * vocab - text to pieces and back, by a SentencePiece model (unigram or BPE,
 * byte fallback, the normaliser that the file brings), or by the codes of
 * subword-nmt (bpe.h).
 *
 * Immutable once open; any thread.  A damaged file is refused when it is opened
 * and not later.
 */
struct vocab;

enum {
    VOCAB_FILE_BYTES_MAX = 16 << 20,
    VOCAB_SIZE_MAX = 1 << 20,
    VOCAB_TEXT_BYTES_MAX = 1 << 20, /* of one call */
};

#define VOCAB_FAILED SIZE_MAX

/* Ids are the positions of the pieces in the file (Bergamot's students). */
struct vocab *vocab_open(const char *path, struct err *err);

/* OPUS-MT: the .spm cuts, but a YAML map says which id a piece has.  A piece
 * without id is unknown.  The text is made plain first, as those models learned
 * it (moses_plain). */
struct vocab *vocab_open_ids(
    const char *spm, const char *ids_yml, struct err *err);

/* OPUS-MT, older: codes cut, see bpe.h. */
struct vocab *vocab_open_bpe(
    const char *codes, const char *ids_yml, const char *lang, struct err *err);
struct vocab *vocab_open_bpe_bytes(
    struct span codes, struct span ids_yml, const char *lang, struct err *err);

/* The same for bytes in memory, copied; ids_yml may be {NULL, 0}. */
struct vocab *vocab_open_bytes(
    struct span spm, struct span ids_yml, struct err *err);
void vocab_close(struct vocab *v); /* NULL is fine */

uint32_t vocab_size(const struct vocab *v); /* ids are below it */
uint32_t vocab_eos(const struct vocab *v);
uint32_t vocab_unk(const struct vocab *v);
size_t vocab_bytes(const struct vocab *v); /* in memory, estimated */

/* Does the piece at i, which others precede, begin a word? */
bool vocab_begins_word(const struct vocab *v, const uint32_t *ids, size_t i);

/* The bytes of an id's piece as written in the file. */
struct span vocab_piece(const struct vocab *v, uint32_t id);

/* The id of a piece as written in the file ("\u2581the"), unk for a strange
 * one. */
uint32_t vocab_find(const struct vocab *v, struct span piece);

/* Cut text (broken UTF-8 becomes U+FFFD) into ids, without </s>.  Returns how
 * many there are and writes the first max of them; VOCAB_FAILED when
 * SentencePiece could not, or the text is too long. */
size_t vocab_encode(
    const struct vocab *v, struct span text, uint32_t *ids, size_t max);

/* Where a piece is in the text: bytes begin to end. */
struct vocab_place {
    uint32_t begin, end;
};

/* The same with places, which cover the text in order. */
size_t vocab_encode_places(const struct vocab *v, struct span text,
    uint32_t *ids, struct vocab_place *places, size_t max);

/* Text of ids, valid UTF-8, owned by the caller; </s> and strange ids vanish.
 * places (or NULL) gets each id's bytes in it. */
char *vocab_decode(const struct vocab *v, const uint32_t *ids, size_t n);
char *vocab_decode_places(const struct vocab *v, const uint32_t *ids, size_t n,
    struct vocab_place *places);

#endif
