# SPDX-License-Identifier: ISC
"""The trained network in numpy float32: one sentence at a time, greedily.

To calibrate and to judge what was trained, before it is quantised.
"""
import numpy as np

F32 = np.float32
EOS, UNK = 0, 1


def positions(start, count, dim):
    half = dim // 2
    rate = np.exp(np.arange(half, dtype=F32) *
                  -(np.log(F32(10000)) / F32(half - 1)))
    angle = np.arange(start, start + count, dtype=F32)[:, None] * rate
    return np.concatenate([np.sin(angle), np.cos(angle)], 1).astype(F32)


class Network:
    def __init__(self, tensors, shape):
        self.t, self.shape = tensors, shape
        self.watch = lambda name, x: None

    def product(self, x, name, bias=None):
        self.watch(name, x)
        y = x @ (self.t[name].T if name == 'Wemb' else self.t[name])
        return y if bias is None else y + self.t[bias]

    def norm(self, x, name):
        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(-1, keepdims=True) + F32(1e-6))
        return x * self.t[name + '_ln_scale'] + self.t[name + '_ln_bias']

    def split(self, x):
        return x.reshape(len(x), self.shape['heads'], -1).transpose(1, 0, 2)

    def memory(self, x, p):
        return tuple(self.split(self.product(x, f'{p}_W{c}', f'{p}_b{c}'))
                     for c in 'kv')

    def attention(self, x, memory, p):
        k, v = memory
        q = self.split(self.product(x, p + '_Wq', p + '_bq'))
        s = q @ k.transpose(0, 2, 1) / F32(np.sqrt(q.shape[-1]))
        s = np.exp(s - s.max(-1, keepdims=True))
        o = (s / s.sum(-1, keepdims=True)) @ v
        o = o.transpose(1, 0, 2).reshape(len(x), -1)
        return self.norm(self.product(o, p + '_Wo', p + '_bo') + x,
                         p + '_Wo')

    def feed_forward(self, x, p):
        h = np.maximum(self.product(x, p + '_W1', p + '_b1'), 0)
        return self.norm(self.product(h, p + '_W2', p + '_b2') + x,
                         p + '_ffn')

    def embed(self, ids, start):
        dim = self.shape['dim']
        return self.t['Wemb'][ids] * F32(np.sqrt(dim)) + \
            positions(start, len(ids), dim)

    def encode(self, ids):
        x = self.embed(ids, 0)
        for i in range(1, self.shape['encoder'] + 1):
            p = f'encoder_l{i}'
            x = self.attention(x, self.memory(x, p + '_self'), p + '_self')
            x = self.feed_forward(x, p + '_ffn')
        return x

    def step(self, before, at, state, memories):
        x = positions(at, 1, self.shape['dim']) if before is None else \
            self.embed([before], at)
        for i, memory in enumerate(memories):
            p = f'decoder_l{i + 1}'
            z = self.product(x, p + '_rnn_W')
            f = self.product(x, p + '_rnn_Wf', p + '_rnn_bf')
            f = 1 / (1 + np.exp(-f))
            state[i] = f * state[i] + (1 - f) * z
            x = self.norm(np.maximum(state[i], 0) + x, p + '_rnn_ffn')
            x = self.attention(x, memory, p + '_context')
            x = self.feed_forward(x, p + '_ffn')
        return self.product(x, 'Wemb', 'decoder_ff_logit_out_b')[0]

    def translate(self, ids, limit):
        """`ids` end with </s>; so does the answer, unless cut at limit."""
        x = self.encode(ids)
        depth = range(1, self.shape['decoder'] + 1)
        memories = [self.memory(x, f'decoder_l{i}_context') for i in depth]
        state = [np.zeros((1, self.shape['dim']), F32) for _ in depth]
        out, before = [], None
        while len(out) < limit and before != EOS:
            scores = self.step(before, len(out), state, memories)
            scores[UNK] = -np.inf
            before = int(scores.argmax())
            out.append(before)
        return out
