#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""chrF2 and BLEU of translations, or of what a float model translates.

usage: evaluate.py --pairs DEV.tsv [--reverse] HYPOTHESES.txt
       evaluate.py --pairs DEV.tsv [--reverse] --weights mean.npz --vocab V
                   [--out HYPOTHESES.txt]
       evaluate.py --pairs DEV.tsv [--reverse] --sources   prints the sources

A line of the pairs is an English sentence and one or more translations. With
--reverse the first translation is the source and English the reference.
"""
import argparse
import collections
import math
import re

import numpy as np

ORDER = 6  # of chrF
BETA = 2


def grams(sequence, n):
    return collections.Counter(
        sequence[i:i + n] for i in range(len(sequence) - n + 1))


def f_score(counts):
    """Of (matching, in the hypothesis, in the reference) for each n."""
    p = sum(m / h if h else 0 for m, h, _ in counts) / len(counts)
    r = sum(m / t if t else 0 for m, _, t in counts) / len(counts)
    b = BETA * BETA
    return 100 * (1 + b) * p * r / (b * p + r) if p + r else 0.0


def character_counts(hypothesis, reference):
    a, b = (x.replace(' ', '') for x in (hypothesis, reference))
    out = []
    for n in range(1, ORDER + 1):
        x, y = grams(a, n), grams(b, n)
        out.append((sum((x & y).values()), sum(x.values()),
                    sum(y.values())))
    return out


def chrf(hypotheses, references):
    total = [(0, 0, 0)] * ORDER
    for hypothesis, choices in zip(hypotheses, references):
        best = max((character_counts(hypothesis, r) for r in choices),
                   key=f_score)
        total = [tuple(map(sum, zip(*pair))) for pair in zip(total, best)]
    return f_score(total)


def words(text):
    return tuple(re.findall(r'\w+|[^\w\s]', text))


def bleu(hypotheses, references):
    match, made = [0] * 4, [0] * 4
    length = wanted = 0
    for hypothesis, choices in zip(hypotheses, references):
        h, refs = words(hypothesis), [words(r) for r in choices]
        length += len(h)
        wanted += min((abs(len(r) - len(h)), len(r)) for r in refs)[1]
        for n in range(1, 5):
            most = collections.Counter()
            for r in refs:
                most |= grams(r, n)
            got = grams(h, n)
            match[n - 1] += sum((got & most).values())
            made[n - 1] += sum(got.values())
    if 0 in match:
        return 0.0
    precision = sum(math.log(m / n) for m, n in zip(match, made)) / 4
    return 100 * math.exp(precision) * min(1, math.exp(1 - wanted / length))


def read(path, reverse):
    """Sources and their lists of references."""
    with open(path, encoding='utf-8') as lines:
        rows = [line.rstrip('\n').split('\t') for line in lines]
    if reverse:
        return [r[1] for r in rows], [[r[0]] for r in rows]
    return [r[0] for r in rows], [r[1:] for r in rows]


def translate(sources, weights, vocab):
    import sentencepiece

    import export
    import network

    tensors = dict(np.load(weights))
    net = network.Network(tensors, export.shape_of(tensors))
    vocabulary = sentencepiece.SentencePieceProcessor(model_file=vocab)
    for text in sources:
        ids = vocabulary.encode(text)[:127] + [network.EOS]
        out = net.translate(ids, limit=2 * len(ids))
        yield vocabulary.decode([i for i in out if i != network.EOS])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--pairs', required=True)
    ap.add_argument('--reverse', action='store_true')
    ap.add_argument('--weights')
    ap.add_argument('--vocab')
    ap.add_argument('--out')
    ap.add_argument('--sources', action='store_true')
    ap.add_argument('--limit', type=int, help='only the first sentences')
    ap.add_argument('hypotheses', nargs='?')
    o = ap.parse_args()

    sources, references = read(o.pairs, o.reverse)
    sources, references = sources[:o.limit], references[:o.limit]
    if o.sources:
        print('\n'.join(sources))
        return
    if o.weights:
        hypotheses = list(translate(sources, o.weights, o.vocab))
        if o.out:
            with open(o.out, 'w', encoding='utf-8') as f:
                f.write('\n'.join(hypotheses) + '\n')
    else:
        with open(o.hypotheses, encoding='utf-8') as lines:
            hypotheses = [line.rstrip('\n') for line in lines]
    assert len(hypotheses) == len(references)
    print(f'chrF {chrf(hypotheses, references):.1f} '
          f'BLEU {bleu(hypotheses, references):.1f} n {len(hypotheses)}')


if __name__ == '__main__':
    main()
