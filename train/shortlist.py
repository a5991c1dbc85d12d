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


def build(data, common, best, limit, rounds=5):
    """Lists of target ids by source id."""
    pieces = int(data['pieces'])
    s, t, group, groups = pairs_of_pieces(data, limit)
    keys, forth = model1(s, t, group, groups, pieces, rounds)
    group, groups = groups_of_source(
        s, group, data['source_starts'], data['target_starts'], limit)
    other, back = model1(t, s, group, groups, pieces, rounds)
    # The same pairs, keyed the other way round.
    turned = other % pieces * pieces + other // pieces
    order = np.argsort(turned)
    score = forth * np.sqrt(back[order])

    often = np.argsort(-np.bincount(data['target'], minlength=pieces),
                       kind='stable')[:common].tolist()
    lists = [[] for _ in range(pieces)]
    bounds = np.searchsorted(keys // pieces, np.arange(pieces + 1))
    for w in range(pieces):
        part = slice(bounds[w], bounds[w + 1])
        top = np.argsort(-score[part], kind='stable')[:best]
        lists[w] = (keys[part][top] % pieces).tolist() + often
    return lists


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
