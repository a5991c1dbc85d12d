/* SPDX-License-Identifier: ISC */
#ifndef NN_VOCAB_PROTO_H
#define NN_VOCAB_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * vocab_proto - what is in a SentencePiece model (a protobuf message), and
 * whether libsentencepiece will survive it: that library checks next to nothing
 * of a file, and reads and writes where a damaged one tells it to.
 */
enum piece_type { /* SentencePiece's numbers */
    PIECE_NORMAL = 1,
    PIECE_UNKNOWN = 2,
    PIECE_CONTROL = 3,
    PIECE_USER = 4,
    PIECE_UNUSED = 5,
    PIECE_BYTE = 6,
};

struct piece {
    struct span text; /* valid UTF-8, not empty */
    enum piece_type type;
};

struct vocab_proto {
    struct piece *pieces; /* owned; their texts borrow the file */
    size_t n, cap;
    struct span eos; /* how </s> is written */
};

/* Parse and judge.  On false p is freed. */
bool vocab_proto_parse(
    struct vocab_proto *p, struct span file, struct err *err);
void vocab_proto_free(struct vocab_proto *p);

/* Is this a table of normalisation rules with which no text can lead
 * SentencePiece out of bounds?  An empty one is. */
bool vocab_charsmap_check(struct span map, struct err *err);

#endif
