/* SPDX-License-Identifier: ISC */
#include "nn/format/vocab_spm.h"

#include <exception>
#include <new>

#include <sentencepiece_processor.h>

struct spm {
    sentencepiece::SentencePieceProcessor processor;
};

/* err_set is C and in a library of C: what may be thrown is caught here. */
static bool
load(struct spm *s, struct span file, struct err *err)
{
    try {
        auto status = s->processor.LoadFromSerializedProto(
            absl::string_view(file.p, file.len));
        if (status.ok())
            return true;
        return err_set(
            err, FAIL_BAD_INPUT, "SentencePiece cannot read the vocabulary");
    } catch (const std::bad_alloc &) {
        return err_set(err, FAIL_SYSTEM, "out of memory");
    } catch (const std::exception &) {
        return err_set(
            err, FAIL_BAD_INPUT, "SentencePiece cannot read the vocabulary");
    }
}

struct spm *
spm_open(struct span file, struct err *err)
{
    auto *s = new (std::nothrow) struct spm;

    if (!s) {
        err_set(err, FAIL_SYSTEM, "out of memory");
        return nullptr;
    }
    if (!load(s, file, err)) {
        delete s;
        return nullptr;
    }
    return s;
}

void
spm_close(struct spm *s)
{
    delete s;
}

bool
spm_encode(
    const struct spm *s, struct span text, spm_on_piece on_piece, void *user)
{
    try {
        sentencepiece::ImmutableSentencePieceText result;
        auto status = s->processor.Encode(
            absl::string_view(text.p, text.len), result.mutable_proto());
        if (!status.ok())
            return false;
        for (size_t i = 0; i < result.pieces_size(); i++) {
            auto piece = result.pieces(static_cast<int>(i));
            const std::string &written = piece.piece();
            on_piece(user, piece.id(),
                (struct span){written.data(), written.size()}, piece.begin(),
                piece.end());
        }
        return true;
    } catch (const std::exception &) {
        return false;
    }
}
