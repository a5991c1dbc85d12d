#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""From trained weights to the files of one model in Marian's format.

usage: export.py --weights mean.npz --vocab V.model --shortlist LEX.bin
                 --calibrate SOURCE.txt --pair fr-en [--version V] OUT_DIR

Writes model.bin (int8 with alphas), model.float.bin (the same in float32),
vocab.spm, lex.bin and model.json.
"""
import argparse
import hashlib
import json
import os
import re
import shutil

import numpy as np
import sentencepiece

import marian
import network

ATTRIBUTION = ('Trained on sentence pairs of Tatoeba (https://tatoeba.org) '
               'as published by https://www.manythings.org/anki, '
               'CC BY 2.0 FR')


def shape_of(tensors):
    """What the options have to say, read from the weights."""
    def depth(prefix):
        layers = [int(m.group(1)) for m in
                  (re.match(prefix + r'_l(\d+)_', n) for n in tensors) if m]
        return max(layers)
    vocab, dim = tensors['Wemb'].shape
    return {'vocab': vocab, 'dim': dim, 'heads': dim // 32,
            'ffn': tensors['encoder_l1_ffn_W1'].shape[1],
            'encoder': depth('encoder'), 'decoder': depth('decoder')}


def options(shape):
    """special:model.yml: the keys that engines ask for."""
    keys = {
        'dec-cell': 'ssru', 'dec-cell-base-depth': 2,
        'dec-cell-high-depth': 1, 'dec-depth': shape['decoder'],
        'dim-emb': shape['dim'], 'dim-rnn': 1024,
        'dim-vocabs': [shape['vocab']] * 2, 'enc-cell': 'gru',
        'enc-cell-depth': 1, 'enc-depth': shape['encoder'],
        'enc-type': 'bidirectional', 'factors-combine': 'sum',
        'factors-dim-emb': 0, 'input-types': [],
        'layer-normalization': False, 'lemma-dependency': '',
        'lemma-dim-emb': 0, 'output-omit-bias': False, 'right-left': False,
        'skip': False, 'tied-embeddings': False, 'tied-embeddings-all': True,
        'tied-embeddings-src': False, 'transformer-aan-activation': 'swish',
        'transformer-aan-depth': 2, 'transformer-aan-nogate': False,
        'transformer-decoder-autoreg': 'rnn',
        'transformer-decoder-dim-ffn': 0,
        'transformer-decoder-ffn-depth': 0, 'transformer-dim-aan': 2048,
        'transformer-dim-ffn': shape['ffn'],
        'transformer-ffn-activation': 'relu', 'transformer-ffn-depth': 2,
        'transformer-guided-alignment-layer': 'last',
        'transformer-heads': shape['heads'], 'transformer-no-affine': False,
        'transformer-no-bias': False, 'transformer-no-projection': False,
        'transformer-pool': False, 'transformer-postprocess': 'dan',
        'transformer-postprocess-emb': 'd',
        'transformer-postprocess-top': '', 'transformer-preprocess': '',
        'transformer-rnn-projection': False, 'transformer-tied-layers': [],
        'transformer-train-position-embeddings': False,
        'type': 'transformer', 'ulr': False, 'ulr-dim-emb': 0,
        'ulr-trainable-transformation': False, 'version': 'v1.9.0 meeshy',
    }
    return '\n'.join(f'{k}: {written(v)}' for k, v in keys.items())


def written(value):
    if isinstance(value, list):
        return '\n' + '\n'.join(f'  - {v}' for v in value) if value \
            else '\n  []'
    if isinstance(value, bool):
        return str(value).lower()
    return value if value != '' else '""'


def activation_factors(tensors, shape, sentences):
    """127 / (mean + 1.1 deviations) of the largest input of each product;
    products with one input share one factor."""
    seen = {}
    net = network.Network(tensors, shape)
    net.watch = lambda name, x: seen.setdefault(name, []).append(
        float(np.abs(x).max()))
    for ids in sentences:
        net.translate(ids, limit=len(ids) + 4)
    out = {}
    for name, high in seen.items():
        alpha = 127 / (np.mean(high) + 1.1 * np.std(high))
        out[name + '_QuantMultA'] = np.full((1, 1), alpha, np.float32)
    out['none_QuantMultA'] = out['Wemb_QuantMultA']
    return out


def file_facts(folder, role, name):
    with open(os.path.join(folder, name), 'rb') as f:
        data = f.read()
    return {'role': role, 'name': name, 'bytes': len(data),
            'sha256': hashlib.sha256(data).hexdigest()}


def describe(folder, o, shape):
    """model.json, as src/models/manifest.h has it."""
    source, target = o.pair.split('-')
    about = {
        'format': 1, 'name': o.pair, 'source': source, 'target': target,
        'version': o.version,
        'architecture': 'student {dim}/{ffn}, {encoder}+{decoder}'.format(
            **shape),
        'licence': o.licence, 'attribution': o.attribution,
        'sureFrom': o.sure_from, 'beam': o.beam, 'keepsNames': True,
        'files': [file_facts(folder, role, name) for role, name in
                  (('model', 'model.bin'), ('vocab', 'vocab.spm'),
                   ('lex', 'lex.bin'))]}
    with open(os.path.join(folder, 'model.json'), 'w',
              encoding='utf-8') as f:
        json.dump(about, f, indent=2)
        f.write('\n')


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--weights', required=True)
    ap.add_argument('--vocab', required=True)
    ap.add_argument('--shortlist', required=True)
    ap.add_argument('--calibrate', required=True,
                    help='sentences of the source language, one a line')
    ap.add_argument('--pair', required=True)
    ap.add_argument('--version', default='1')
    ap.add_argument('--sure-from', type=float, default=0.65,
                    help='below this confidence another engine is asked')
    ap.add_argument('--beam', type=int, default=1,
                    help='translations followed at a time, unless a setting '
                    'says otherwise')
    ap.add_argument('--licence', default='CC-BY-2.0-FR')
    ap.add_argument('--attribution', default=ATTRIBUTION)
    ap.add_argument('out')
    o = ap.parse_args()

    os.makedirs(o.out, exist_ok=True)
    tensors = dict(np.load(o.weights))
    shape = shape_of(tensors)
    vocabulary = sentencepiece.SentencePieceProcessor(model_file=o.vocab)
    with open(o.calibrate, encoding='utf-8') as lines:
        sentences = [vocabulary.encode(line.rstrip('\n')) + [0]
                     for line in lines]
    alphas = activation_factors(tensors, shape, sentences)
    yml = options(shape)
    for name, extra, int8 in (('model.bin', alphas, True),
                              ('model.float.bin', {}, False)):
        with open(os.path.join(o.out, name), 'wb') as f:
            f.write(marian.model_bytes({**tensors, **extra}, yml, int8))
    shutil.copyfile(o.vocab, os.path.join(o.out, 'vocab.spm'))
    shutil.copyfile(o.shortlist, os.path.join(o.out, 'lex.bin'))
    describe(o.out, o, shape)


if __name__ == '__main__':
    main()
