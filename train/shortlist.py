#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A lexical shortlist: which target pieces may translate a source piece.

usage: shortlist.py --data PREPARED.npz [--first N] [--best N] OUT.bin

IBM model 1 in both directions; for every source piece the pieces of the
highest p(target | source) * sqrt(p(source | target)).
"""
import argparse

import numpy as np

import marian
import prepare


def pairs_of_pieces(data, limit):
    """Every source piece with every target piece of its sentence: ids and
    the number of the (sentence, target position) they compete in."""
    s, t, group, count = [], [], [], 0
    starts = data['source_starts'], data['target_starts']
    source, target = data['source'], data['target']
    for i in range(min(limit, len(starts[0]) - 1)):
        a = source[starts[0][i]:starts[0][i + 1]]
        b = target[starts[1][i]:starts[1][i + 1]]
        s.append(np.tile(a, len(b)))
        t.append(np.repeat(b, len(a)))
        group.append(np.repeat(np.arange(count, count + len(b)), len(a)))
        count += len(b)
    return np.concatenate(s), np.concatenate(t), np.concatenate(group), count


def model1(given, made, group, groups, pieces, rounds):
    """p(made | given) for each distinct pair of pieces: keys given * pieces
    + made, sorted, and probabilities."""
    keys, at = np.unique(given.astype(np.int64) * pieces + made,
                         return_inverse=True)
    p = np.ones(len(keys))
    for _ in range(rounds):
        w = p[at]
        w /= np.bincount(group, w, groups)[group]
        p = np.bincount(at, w, len(keys))
        p /= np.bincount(keys // pieces, p, pieces)[keys // pieces]
    return keys, p


def groups_of_source(s, group, starts_s, starts_t, limit):
    """Groups for the other direction: target pieces compete for a source
    position. Built from the same order of pairs."""
    out, count = [], 0
    for i in range(min(limit, len(starts_s) - 1)):
        a = starts_s[i + 1] - starts_s[i]
        b = starts_t[i + 1] - starts_t[i]
        out.append(np.tile(np.arange(count, count + a), b))
        count += a
    return np.concatenate(out), count


def scored(data, pieces, limit, rounds=5):
    """Pairs of pieces (source * pieces + target, sorted) that translate each
    other, and p(target | source) * sqrt(p(source | target))."""
    s, t, group, groups = pairs_of_pieces(data, limit)
    keys, forth = model1(s, t, group, groups, pieces, rounds)
    group, groups = groups_of_source(
        s, group, data['source_starts'], data['target_starts'], limit)
    other, back = model1(t, s, group, groups, pieces, rounds)
    # The same pairs, keyed the other way round.
    turned = other % pieces * pieces + other // pieces
    order = np.argsort(turned)
    return keys, forth * np.sqrt(back[order])


def best_of(keys, score, pieces, best):
    """For each source piece its best target pieces and their scores."""
    bounds = np.searchsorted(keys // pieces, np.arange(pieces + 1))
    for w in range(pieces):
        part = slice(bounds[w], bounds[w + 1])
        top = np.argsort(-score[part], kind='stable')[:best]
        yield w, keys[part][top] % pieces, score[part][top]


def weighted(data, pieces, best, limit):
    """{source piece: (target pieces, weights that sum to 1)}."""
    keys, score = scored(data, pieces, limit)
    return {w: (ids, weights / weights.sum())
            for w, ids, weights in best_of(keys, score, pieces, best)
            if len(ids) and weights.sum() > 0}


def some_of(data, limit):
    """`limit` pairs from all over the text: its sources lie one behind the
    other, and what only the last ones say must be in the lists too."""
    pairs = len(data['source_starts']) - 1
    chosen = np.random.default_rng(1).permutation(pairs)[:limit]
    found = {'pieces': data['pieces']}
    for side in ('source', 'target'):
        ids, starts = data[side], data[side + '_starts']
        found[side], found[side + '_starts'] = prepare.packed(
            [ids[starts[i]:starts[i + 1]] for i in chosen])
    return found


def build(data, common, best, limit):
    """Lists of target ids by source id."""
    pieces = int(data['pieces'])
    data = some_of(data, limit)
    keys, score = scored(data, pieces, limit)
    often = np.argsort(-np.bincount(data['target'], minlength=pieces),
                       kind='stable')[:common].tolist()
    return [ids.tolist() + often
            for _, ids, _ in best_of(keys, score, pieces, best)]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--data', required=True)
    ap.add_argument('--first', type=int, default=64)
    ap.add_argument('--common', type=int, default=0,
                    help='this many frequent pieces are in every list')
    ap.add_argument('--best', type=int, default=100)
    ap.add_argument('--limit', type=int, default=160000, help='sentences')
    ap.add_argument('out')
    o = ap.parse_args()

    lists = build(np.load(o.data), o.common, o.best, o.limit)
    with open(o.out, 'wb') as f:
        f.write(marian.shortlist_bytes(lists, o.first, o.best))


if __name__ == '__main__':
    main()
