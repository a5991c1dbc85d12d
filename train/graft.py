#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Start a new language from a finished Marian model of another one.

usage: graft.py --model MODEL.bin --parent PARENT.spm --vocab NEW.model
                [--pivot NEW_LANGUAGE.txt PARENT_LANGUAGE.txt
                 --other OTHER_LANGUAGE.txt] OUT.pt

MODEL.bin is an int8 student of Bergamot, say pt-en. Its matrices are taken
as they are. Pieces that both vocabularies have keep their embedding, others
get the mean of the old pieces that they consist of. With --pivot, two files
of the same sentences in the new language and in the parent's, a piece of the
new language gets the embeddings of the parent's pieces that translate it
instead: German "Haus" begins as Portuguese "casa". --other is text of the
language that both pairs share; pieces that are commoner there stay.
`student.py --start OUT.pt` goes on from there.
"""
import argparse

import numpy as np
import sentencepiece

import marian
import prepare
import shortlist
import transplant

MOST = 5           # translations of a piece that its embedding is made of
PIVOT_LINES = 120000
PIVOT_LONGEST = 40  # pieces


def depth(tensors, prefix):
    return max(int(n.split('_')[1][1:]) for n in tensors
               if n.startswith(prefix + '_l'))


def matrices(tensors):
    """Stacks as student.py has them: square ones outputs x inputs, wide
    ones dim x ffn."""
    encoder, decoder = depth(tensors, 'encoder'), depth(tensors, 'decoder')
    square, wide = [], []
    for i in range(1, encoder + 1):
        square += [tensors[f'encoder_l{i}_self_W{c}'].T for c in 'qkvo']
        wide += [tensors[f'encoder_l{i}_ffn_W1'],
                 tensors[f'encoder_l{i}_ffn_W2'].T]
    for i in range(1, decoder + 1):
        p = f'decoder_l{i}_'
        square += [tensors[p + n].T for n in
                   ['rnn_W', 'rnn_Wf'] + ['context_W' + c for c in 'qkvo']]
        wide += [tensors[p + 'ffn_W1'], tensors[p + 'ffn_W2'].T]
    return np.stack(square), np.stack(wide)


def vectors(tensors):
    """Biases and norms in the order of student.Soft."""
    encoder, decoder = depth(tensors, 'encoder'), depth(tensors, 'decoder')
    out = []

    def take(*names):
        out.extend(tensors[n].ravel() for n in names)

    def attention(p):
        take(*[f'{p}_b{c}' for c in 'qkvo'], p + '_Wo_ln_scale',
             p + '_Wo_ln_bias')

    def feed_forward(p):
        take(p + '_b1', p + '_b2', p + '_ffn_ln_scale', p + '_ffn_ln_bias')

    for i in range(1, encoder + 1):
        attention(f'encoder_l{i}_self')
        feed_forward(f'encoder_l{i}_ffn')
    for i in range(1, decoder + 1):
        p = f'decoder_l{i}'
        forget = tensors[p + '_rnn_bf'].ravel()
        out += [np.zeros_like(forget), forget]
        take(p + '_rnn_ffn_ln_scale', p + '_rnn_ffn_ln_bias')
        attention(p + '_context')
        feed_forward(p + '_ffn')
    return np.concatenate(out)


def encoded(path, vocabulary, limit):
    with open(path, encoding='utf-8') as lines:
        return [vocabulary.encode(line.rstrip('\n'))
                for _, line in zip(range(limit), lines)]


def counts(sentences, pieces):
    return np.bincount([i for s in sentences for i in s], minlength=pieces)


def translations(new_side, parent_side, pieces):
    """For each new piece its parent's pieces and their weights."""
    pairs = [(a, b) for a, b in zip(new_side, parent_side)
             if 0 < len(a) <= PIVOT_LONGEST and 0 < len(b) <= PIVOT_LONGEST]
    data = {}
    for i, side in enumerate(('source', 'target')):
        data[side], data[side + '_starts'] = prepare.packed(
            [p[i] for p in pairs])
    return shortlist.weighted(data, pieces, MOST, len(pairs))



def main():
    import torch

    ap = argparse.ArgumentParser()
    ap.add_argument('--model', required=True)
    ap.add_argument('--parent', required=True)
    ap.add_argument('--vocab', required=True)
    ap.add_argument('--pivot', nargs=2)
    ap.add_argument('--other')
    ap.add_argument('out')
    o = ap.parse_args()

    tensors = marian.read(o.model)
    old, new = (sentencepiece.SentencePieceProcessor(model_file=m)
                for m in (o.parent, o.vocab))
    rng = np.random.default_rng(1)
    of = transplant.ancestors(new, old)
    table = transplant.means(tensors['Wemb'], of, rng)
    bias = transplant.means(tensors['decoder_ff_logit_out_b'].T, of, rng)
    grafted = 0
    if o.pivot:
        size = max(new.get_piece_size(), old.get_piece_size())
        new_side = encoded(o.pivot[0], new, PIVOT_LINES)
        here = counts(new_side, new.get_piece_size())
        there = counts(encoded(o.other, new, PIVOT_LINES),
                       new.get_piece_size())
        lists = translations(new_side, encoded(o.pivot[1], old, PIVOT_LINES),
                             size)
        for piece, (ids, weights) in lists.items():
            if here[piece] <= there[piece] or new.is_control(piece):
                continue
            table[piece] = weights @ tensors['Wemb'][ids]
            bias[piece] = weights @ tensors['decoder_ff_logit_out_b'].T[ids]
            grafted += 1
    soft = torch.from_numpy(np.concatenate(
        [table.ravel(), bias.ravel(), vectors(tensors)]).astype(np.float32))
    square, wide = (torch.from_numpy(np.ascontiguousarray(m))
                    for m in matrices(tensors))
    torch.save({'student': {
        'square': {'weight': square, 'mean': square,
                   'momentum': torch.zeros_like(square)},
        'wide': {'weight': wide, 'mean': wide,
                 'momentum': torch.zeros_like(wide)},
        'soft': {'weight': soft, 'mean': soft,
                 'first': torch.zeros_like(soft),
                 'second': torch.zeros_like(soft)},
        'steps': 0}, 'used': 0, 'epoch': -1}, o.out)
    kept = sum(len(ids) == 1 for ids in of)
    print(f'{kept} of {len(of)} pieces kept, {grafted} by translation')


if __name__ == '__main__':
    main()
