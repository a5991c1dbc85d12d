/* SPDX-License-Identifier: ISC */
#include "nn/format/vocab_proto.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/format/vocab.h"

enum {
    PIECE_BYTES_MAX = 512,
    SELF_TEST_BYTES_MAX = 64 * 1024,
    /* SentencePiece keeps 64 places for user defined pieces that begin a text
     * and each other, and does not count. */
    USER_PIECE_BYTES_MAX = 64,
};

/* Fields of SentencePiece's messages, by number. */
enum model_field {
    MODEL_PIECES = 1,
    MODEL_TRAINER = 2,
    MODEL_NORMALIZER = 3,
    MODEL_SELF_TEST = 4,
    MODEL_DENORMALIZER = 5,
};
enum piece_field { PIECE_TEXT = 1, PIECE_SCORE = 2, PIECE_KIND = 3 };
enum trainer_field { TRAINER_TYPE = 3, TRAINER_EOS_PIECE = 47 };
enum trainer_type { TRAINER_UNIGRAM = 1, TRAINER_BPE = 2 };
enum normalizer_field { NORMALIZER_CHARSMAP = 2 };

static bool
damaged(struct err *err)
{
    return err_set(
        err, FAIL_BAD_INPUT, "the vocabulary is no SentencePiece model");
}

/* One field of a message: a number, or bytes. */
struct field {
    uint32_t number, wire;
    uint64_t value;
    struct span bytes;
};

enum wire { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

static bool
next_varint(struct span *m, uint64_t *ret)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 64 && m->len > 0; shift += 7) {
        uint8_t byte = (uint8_t)*m->p;
        m->p++;
        m->len--;
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *ret = v;
            return true;
        }
    }
    return false;
}

/* Take the next field off *m; groups and other oddities are refused. */
static bool
next_field(struct span *m, struct field *ret)
{
    uint64_t key, n;

    *ret = (struct field){0};
    if (!next_varint(m, &key) || key >> 3 == 0 || key > UINT32_MAX)
        return false;
    ret->number = (uint32_t)(key >> 3);
    ret->wire = key & 7;
    if (ret->wire == WIRE_VARINT)
        return next_varint(m, &ret->value);
    if (ret->wire == WIRE_64)
        n = 8;
    else if (ret->wire == WIRE_32)
        n = 4;
    else if (ret->wire != WIRE_BYTES || !next_varint(m, &n))
        return false;
    if (n > m->len)
        return false;
    ret->bytes = (struct span){m->p, (size_t)n};
    m->p += n;
    m->len -= (size_t)n;
    return true;
}

/* A text that SentencePiece keeps in lists that end with NUL. */
static bool
is_text(const struct field *f)
{
    return f->wire == WIRE_BYTES && utf8_valid(f->bytes) &&
           (f->bytes.len == 0 || !memchr(f->bytes.p, '\0', f->bytes.len));
}

static bool
is_finite(const struct field *f)
{
    float v;

    if (f->wire != WIRE_32)
        return false;
    memcpy(&v, f->bytes.p, sizeof(v));
    return isfinite(v);
}

static bool
parse_piece(struct vocab_proto *p, struct span m, struct err *err)
{
    struct piece piece = {.type = PIECE_NORMAL};
    size_t bytes_max = PIECE_BYTES_MAX;
    struct field f;

    while (m.len > 0) {
        if (!next_field(&m, &f))
            return damaged(err);
        if ((f.number == PIECE_TEXT && !is_text(&f)) ||
            (f.number == PIECE_SCORE && !is_finite(&f)) ||
            (f.number == PIECE_KIND &&
                (f.wire != WIRE_VARINT || f.value < PIECE_NORMAL ||
                    f.value > PIECE_BYTE)))
            return damaged(err);
        if (f.number == PIECE_TEXT)
            piece.text = f.bytes;
        if (f.number == PIECE_KIND)
            piece.type = (enum piece_type)f.value;
    }
    if (piece.type == PIECE_USER)
        bytes_max = USER_PIECE_BYTES_MAX;
    if (piece.text.len == 0 || piece.text.len > bytes_max)
        return err_set(err, FAIL_BAD_INPUT,
            "piece %zu of the vocabulary has %zu bytes", p->n, piece.text.len);
    if (p->n == VOCAB_SIZE_MAX)
        return err_set(err, FAIL_TOO_LARGE,
            "the vocabulary has more than %d pieces", VOCAB_SIZE_MAX);
    if (p->n == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 1024;
        p->pieces = xrealloc(p->pieces, p->cap * sizeof(*p->pieces));
    }
    p->pieces[p->n++] = piece;
    return true;
}

static bool
parse_trainer(struct vocab_proto *p, struct span m, struct err *err)
{
    struct field f;

    while (m.len > 0) {
        if (!next_field(&m, &f))
            return damaged(err);
        if (f.number == TRAINER_TYPE &&
            (f.wire != WIRE_VARINT ||
                (f.value != TRAINER_UNIGRAM && f.value != TRAINER_BPE)))
            return err_set(err, FAIL_BAD_INPUT,
                "the vocabulary is neither unigram nor BPE");
        if (f.number == TRAINER_EOS_PIECE) {
            if (!is_text(&f))
                return damaged(err);
            p->eos = f.bytes;
        }
    }
    return true;
}

static bool
parse_normalizer(struct span m, struct err *err)
{
    struct field f;

    while (m.len > 0) {
        if (!next_field(&m, &f))
            return damaged(err);
        if (f.number != NORMALIZER_CHARSMAP)
            continue;
        if (f.wire != WIRE_BYTES)
            return damaged(err);
        if (!vocab_charsmap_check(f.bytes, err))
            return false;
    }
    return true;
}

/* vocab_decode does without one: only an empty one changes nothing. */
static bool
check_denormalizer(struct span m, struct err *err)
{
    struct field f;

    while (m.len > 0) {
        if (!next_field(&m, &f))
            return damaged(err);
        if (f.number == NORMALIZER_CHARSMAP &&
            (f.wire != WIRE_BYTES || f.bytes.len > 0))
            return err_set(err, FAIL_BAD_INPUT,
                "a vocabulary with a denormaliser is not supported");
    }
    return true;
}

static bool
parse_field(struct vocab_proto *p, const struct field *f, uint32_t *seen,
    struct err *err)
{
    if (f->number > MODEL_DENORMALIZER)
        return true;
    if (f->wire != WIRE_BYTES)
        return damaged(err);
    if (f->number == MODEL_PIECES)
        return parse_piece(p, f->bytes, err);
    /* Protobuf would merge a second one into the first. */
    if (*seen & 1U << f->number)
        return damaged(err);
    *seen |= 1U << f->number;
    if (f->number == MODEL_TRAINER)
        return parse_trainer(p, f->bytes, err);
    if (f->number == MODEL_NORMALIZER)
        return parse_normalizer(f->bytes, err);
    if (f->number == MODEL_DENORMALIZER)
        return check_denormalizer(f->bytes, err);
    /* The library runs these texts when it loads the file. */
    if (f->bytes.len > SELF_TEST_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE,
            "the vocabulary has %zu bytes of self-test", f->bytes.len);
    return true;
}

bool
vocab_proto_parse(struct vocab_proto *p, struct span file, struct err *err)
{
    uint32_t seen = 0;
    struct field f;

    *p = (struct vocab_proto){.eos = SPAN("</s>")};
    while (file.len > 0) {
        if (next_field(&file, &f) ? !parse_field(p, &f, &seen, err)
                                  : !damaged(err)) {
            vocab_proto_free(p);
            return false;
        }
    }
    if (p->n == 0) {
        vocab_proto_free(p);
        return damaged(err);
    }
    return true;
}

void
vocab_proto_free(struct vocab_proto *p)
{
    free(p->pieces);
    *p = (struct vocab_proto){0};
}
