/* SPDX-License-Identifier: ISC */
#include "nn/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/batcher.h"
#include "nn/model_impl.h"

enum {
    PIECES = SEARCH_SOURCE_MAX - 1, /* of a sentence, without </s> */
    SCORE_MIN = -1000, /* less likely than anything */
};

/* Where to cut n pieces: how many of them come first.  Cut in front of a word
 * when one begins in the second half, so that no word is torn. */
static uint32_t
first_cut(const struct model *m, const uint32_t *ids, uint32_t n)
{
    if (n <= PIECES)
        return n;
    for (uint32_t i = PIECES; i > PIECES / 2; i--)
        if (vocab_begins_word(m->vocab_src, ids, i))
            return i;
    return PIECES;
}

/* Has the piece letters only?  The space sign in front does not count. */
static bool
is_letters(struct span piece)
{
    static const struct span space = {"\u2581", 3};

    if (span_starts(piece, space)) {
        piece.p += space.len;
        piece.len -= space.len;
    }
    for (size_t i = 0; i < piece.len; i++)
        if ((unsigned char)piece.p[i] < 0x80 &&
            !strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
                piece.p[i]))
            return false;
    return piece.len > 0;
}

/* How many pieces words have beyond what a word has that the vocabulary knows. */
static uint32_t
count_strange(const struct model *m, const uint32_t *ids, uint32_t n)
{
    uint32_t strange = 0, run = 0;

    for (uint32_t i = 0; i < n; i++) {
        if (vocab_begins_word(m->vocab_src, ids, i))
            run = 0;
        run = is_letters(vocab_piece(m->vocab_src, ids[i])) ? run + 1 : 0;
        strange += run > JOB_KNOWN_PIECES;
    }
    return strange;
}

/* The text's pieces, in memory of their own. */
static bool
pieces_make(const struct model *m, struct job *j, struct err *err)
{
    struct span text = j->r->text;
    size_t max = text.len + 1, n;

    for (;; max = n) { /* a normaliser may make more pieces than bytes */
        j->ids = xrealloc(j->ids, max * sizeof(*j->ids));
        if (j->r->want_alignment) {
            j->places = xrealloc(j->places, max * sizeof(*j->places));
            n = vocab_encode_places(m->vocab_src, text, j->ids, j->places, max);
        } else {
            n = vocab_encode(m->vocab_src, text, j->ids, max);
        }
        if (n == VOCAB_FAILED)
            return err_set(
                err, FAIL_BAD_INPUT, "the text cannot be cut into pieces");
        if (n <= max)
            break;
    }
    j->n_src = (uint32_t)n;
    j->r->strange_pieces = count_strange(m, j->ids, j->n_src);
    return true;
}

/* Sentences with their </s>, each with room for its result. */
static void
sentences_make(const struct model *m, const struct search *s, struct job *j)
{
    struct batcher_request *r = j->r;
    uint32_t *flat = xmalloc(
        (2 * (size_t)j->n_src + 1) * sizeof(*flat)); /* cut after each */
    size_t room = 0, cells = 0, at = 0;
    uint32_t from = 0, eos = vocab_eos(m->vocab_src);

    j->sentences = xcalloc(j->n_src / (PIECES / 2) + 1, sizeof(*j->sentences));
    while (from < j->n_src) {
        uint32_t n = first_cut(m, j->ids + from, j->n_src - from);
        struct sentence *st = &j->sentences[j->n++];

        st->src = flat + at;
        st->n_src = n + 1;
        st->beam = (uint8_t)(r->beam ? r->beam : 1);
        st->want_alignment = r->want_alignment;
        st->user = j;
        memcpy(flat + at, j->ids + from, n * sizeof(*flat));
        flat[at + n] = eos;
        at += n + 1;
        from += n;
        room += search_out_max(s, n + 1);
        cells += (size_t)search_out_max(s, n + 1) * (n + 1);
    }
    free(j->ids);
    j->ids = flat;
    j->out = xmalloc((room + 1) * sizeof(*j->out));
    if (r->want_alignment)
        j->alignment = xmalloc((cells + 1) * sizeof(*j->alignment));
    room = cells = 0;
    for (size_t i = 0; i < j->n; i++) {
        struct sentence *st = &j->sentences[i];
        uint32_t max = search_out_max(s, st->n_src);

        st->out = j->out + room;
        st->alignment = r->want_alignment ? j->alignment + cells : NULL;
        room += max;
        cells += (size_t)max * st->n_src;
    }
}

struct job *
nn_job_new(const struct model *m, const struct search *s,
    struct batcher_request *r, struct err *err)
{
    struct job *j = xcalloc(1, sizeof(*j));

    j->r = r;
    if (!pieces_make(m, j, err)) {
        nn_job_free(j);
        return NULL;
    }
    sentences_make(m, s, j);
    return j;
}

void
nn_job_free(struct job *j)
{
    if (!j)
        return;
    free(j->ids);
    free(j->places);
    free(j->sentences);
    free(j->out);
    free(j->alignment);
    free(j);
}

/* All in one block, so that one free() is enough. */
static struct batcher_alignment *
alignment_new(uint32_t n_src, uint32_t n_trg)
{
    size_t cells = (size_t)n_src * n_trg;
    size_t words = 2 * ((size_t)n_src + n_trg) + cells;
    struct batcher_alignment *a = xcalloc(1, sizeof(*a) + words * 4);

    a->n_src = n_src;
    a->n_trg = n_trg;
    a->src_begin = (uint32_t *)(a + 1);
    a->src_end = a->src_begin + n_src;
    a->trg_begin = a->src_end + n_src;
    a->trg_end = a->trg_begin + n_trg;
    a->p = (float *)(a->trg_end + n_trg);
    return a;
}

/* The sentences' blocks along the diagonal; </s> has no column. */
static struct batcher_alignment *
alignment_make(
    const struct job *j, const struct vocab_place *trg, uint32_t n_trg)
{
    struct batcher_alignment *a = alignment_new(j->n_src, n_trg);
    uint32_t row = 0, column = 0;

    for (uint32_t i = 0; i < j->n_src; i++) {
        a->src_begin[i] = j->places[i].begin;
        a->src_end[i] = j->places[i].end;
    }
    for (uint32_t i = 0; i < n_trg; i++) {
        a->trg_begin[i] = trg[i].begin;
        a->trg_end[i] = trg[i].end;
    }
    for (size_t s = 0; s < j->n; s++) {
        const struct sentence *st = &j->sentences[s];

        for (uint32_t i = 0; i < st->n_out; i++, row++)
            memcpy(a->p + (size_t)row * j->n_src + column,
                st->alignment + (size_t)i * st->n_src,
                (st->n_src - 1) * sizeof(float));
        column += st->n_src - 1;
    }
    return a;
}

static double
confidence_of(const struct batcher_request *r)
{
    double p = exp(r->score) * (r->cut ? 0.5 : 1);

    /* The score of a model whose sums overflow is no number. */
    return r->looping || !(p >= 0) ? 0 : p;
}

/* The pieces of all sentences are decoded as one text: the space sign with
 * which the later ones begin is the space at the seam. */
void
nn_job_finish(const struct model *m, struct job *j)
{
    struct batcher_request *r = j->r;
    struct vocab_place *places = NULL;
    double total = 0, counted = 0;
    uint32_t n = 0;

    for (size_t i = 0; i < j->n; i++) {
        const struct sentence *st = &j->sentences[i];
        double pieces = st->n_out + 1.0;

        memmove(j->out + n, st->out, st->n_out * sizeof(*j->out));
        n += st->n_out;
        total += (double)st->score * pieces;
        counted += pieces;
        r->cut = r->cut || st->cut;
        r->looping = r->looping || st->looping;
    }
    r->pieces_src = j->n_src;
    r->pieces_trg = n;
    r->score = counted > 0 ? total / counted : 0;
    r->confidence = confidence_of(r);
    if (!isfinite(r->score))
        r->score = SCORE_MIN;
    if (r->want_alignment) {
        places = xcalloc((size_t)n + 1, sizeof(*places));
        r->translation = vocab_decode_places(m->vocab_trg, j->out, n, places);
        r->alignment = alignment_make(j, places, n);
        free(places);
    } else {
        r->translation = vocab_decode(m->vocab_trg, j->out, n);
    }
    r->ok = true;
}
