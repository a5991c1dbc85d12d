#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A trained network with another vocabulary, for another language.

usage: transplant.py --from last.pt --old OLD.model --new NEW.model OUT.pt

All matrices stay. A piece that both vocabularies have keeps its embedding; a
new one gets the mean of what the old vocabulary makes of it. `student.py
--start OUT.pt` goes on from there.
"""
import argparse

import numpy as np

NOISE = 0.02  # so that pieces with one mean can part


def ancestors(new, old):
    """For each new piece the ids of the old pieces that it consists of."""
    known = {old.id_to_piece(i): i for i in range(old.get_piece_size())}
    out = []
    for i in range(new.get_piece_size()):
        piece = new.id_to_piece(i)
        if piece in known:
            out.append([known[piece]])
            continue
        inside = not piece.startswith('▁')
        ids = old.encode(piece.replace('▁', ' ').strip())
        # The old vocabulary puts a space in front of everything.
        if inside and len(ids) > 1 and old.id_to_piece(ids[0]) == '▁':
            ids = ids[1:]
        out.append(ids)
    return out


def means(rows, of, rng):
    """The mean of the old rows of each new piece; more than one, or none,
    with a little noise."""
    out = np.empty((len(of),) + rows.shape[1:], np.float32)
    everything = rows.mean(0)
    for i, ids in enumerate(of):
        out[i] = rows[ids].mean(0) if ids else everything
        if len(ids) != 1:
            out[i] += rng.normal(0, NOISE, rows.shape[1:])
    return out


def transplanted(soft, of, old_pieces, dim, rng):
    """A flat vector of Soft: embeddings, output bias, then the rest."""
    table = soft[:old_pieces * dim].reshape(old_pieces, dim)
    bias = soft[old_pieces * dim:old_pieces * (dim + 1)]
    return np.concatenate([means(table, of, rng).ravel(),
                           means(bias, of, rng),
                           soft[old_pieces * (dim + 1):]])


def main():
    import sentencepiece
    import torch

    ap = argparse.ArgumentParser()
    ap.add_argument('--from', required=True, dest='of')
    ap.add_argument('--old', required=True)
    ap.add_argument('--new', required=True)
    ap.add_argument('out')
    o = ap.parse_args()
    old, new = (sentencepiece.SentencePieceProcessor(model_file=m)
                for m in (o.old, o.new))
    state = torch.load(o.of)
    student = state['student']
    dim = student['square']['weight'].shape[2]
    of = ancestors(new, old)
    soft = student['soft']
    for name in soft:
        soft[name] = torch.from_numpy(transplanted(
            soft[name].numpy(), of, old.get_piece_size(), dim,
            np.random.default_rng(1)))
    torch.save(state, o.out)
    print(f'{sum(len(ids) == 1 for ids in of)} of {len(of)} pieces kept')


if __name__ == '__main__':
    main()
