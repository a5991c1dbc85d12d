#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Train a small translation student in Marian's shape on one CPU core.

usage: student.py --data PREPARED.npz --out DIR [--budget CPU_SECONDS] ...

A transformer encoder, an SSRU decoder, post-norm, tied embeddings. The way
back is written by hand: matrix products go to oneDNN in bfloat16, all the
rest is fused in kernels.c. Matrices learn by Muon, the rest by Adam; what is
saved is the running mean of the weights. DIR/budget, a number of CPU
seconds, may be changed while training runs: the rate falls to 0 over it.
"""
import argparse
import ctypes
import math
import os
import subprocess
import time

import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
HALF = torch.bfloat16  # of matrix products; train() may choose float32
CHUNK = 1024  # rows of logits at a time


def load_kernels(folder):
    path = os.path.join(folder, 'kernels.so')
    subprocess.run(
        ['gcc', '-std=gnu17', '-O3', '-march=native', '-fno-math-errno',
         '-fno-trapping-math', '-mprefer-vector-width=512', '-Wno-psabi',
         '-fPIC', '-shared', os.path.join(HERE, 'kernels.c'), '-o', path,
         '-lm'] + ['-DFLOAT'] * (HALF == torch.float32), check=True)
    library = ctypes.CDLL(path)
    library.entropy.restype = ctypes.c_double
    return library


def call(function, *arguments):
    """Tensors go as pointers, whole numbers as int, fractions as float."""
    def c(x):
        if isinstance(x, torch.Tensor):
            return ctypes.c_void_p(x.data_ptr())
        return ctypes.c_float(x) if isinstance(x, float) else \
            ctypes.c_uint32(x & 0xFFFFFFFF)
    return function(*map(c, arguments))


def positions(count, dim):
    half = dim // 2
    rate = torch.exp(torch.arange(half) * -(math.log(10000.) / (half - 1)))
    angle = torch.arange(count).float()[:, None] * rate[None]
    return torch.cat([angle.sin(), angle.cos()], 1).contiguous()


class Stack:
    """Matrices of one shape: weights, their bfloat16 copies, gradients."""

    def __init__(self, count, rows, columns):
        scale = math.sqrt(2 / (rows + columns))
        self.weight = torch.randn(count, rows, columns) * scale
        self.mean = self.weight.clone()
        self.half = self.weight.to(HALF)
        self.grad = torch.zeros_like(self.half)
        self.momentum = torch.zeros_like(self.weight)
        self.step_size = math.sqrt(max(1, columns / rows))

    def state(self):
        return {'weight': self.weight, 'mean': self.mean,
                'momentum': self.momentum}

    def load(self, state):
        for name, value in state.items():
            getattr(self, name).copy_(value)
        self.half.copy_(self.weight)


class Soft:
    """Everything that learns by Adam, one flat vector: the embedding, then
    biases and norms by name."""

    def __init__(self, vocab, dim, sizes):
        self.at, size = {'Wemb': (0, vocab * dim)}, vocab * dim
        for name, length in sizes:
            self.at[name] = (size, length)
            size += length
        self.weight = torch.zeros(size)
        self.grad, self.first, self.second = (
            torch.zeros(size) for _ in range(3))
        self.view(self.weight, 'Wemb').normal_(0, 0.05)
        for name, _ in sizes:
            if name.endswith('_scale'):
                self.view(self.weight, name).fill_(1)
        self.mean = self.weight.clone()

    def view(self, of, name):
        start, length = self.at[name]
        return of[start:start + length]

    def state(self):
        return {'weight': self.weight, 'mean': self.mean,
                'first': self.first, 'second': self.second}

    def load(self, state):
        for name, value in state.items():
            getattr(self, name).copy_(value)


class Student:
    def __init__(self, kernels, vocab, dim, ffn, encoder, decoder, drop):
        self.k, self.vocab, self.dim, self.ffn = kernels, vocab, dim, ffn
        self.encoder, self.decoder, self.drop = encoder, decoder, drop
        self.heads = dim // 32
        self.square = Stack(4 * encoder + 6 * decoder, dim, dim)
        self.wide = Stack(2 * (encoder + decoder), dim, ffn)
        sizes = [('decoder_ff_logit_out_b', vocab)]
        for i in range(1, encoder + 1):
            sizes += self.attention_sizes(f'encoder_l{i}_self')
            sizes += self.ffn_sizes(f'encoder_l{i}_ffn')
        for i in range(1, decoder + 1):
            sizes += [(f'decoder_l{i}_rnn_b', 2 * dim),
                      (f'decoder_l{i}_rnn_ffn_ln_scale', dim),
                      (f'decoder_l{i}_rnn_ffn_ln_bias', dim)]
            sizes += self.attention_sizes(f'decoder_l{i}_context')
            sizes += self.ffn_sizes(f'decoder_l{i}_ffn')
        self.soft = Soft(vocab, dim, sizes)
        self.positions = positions(256, dim)
        self.table = self.soft.view(self.soft.weight, 'Wemb').view(vocab, dim)
        self.half_table = self.table.to(HALF)
        self.steps = 0

    def attention_sizes(self, p):
        d = self.dim
        return [(p + '_bqkv', 3 * d), (p + '_bo', d), (p + '_Wo_ln_scale', d),
                (p + '_Wo_ln_bias', d)]

    def ffn_sizes(self, p):
        d = self.dim
        return [(p + '_b1', self.ffn), (p + '_b2', d),
                (p + '_ffn_ln_scale', d), (p + '_ffn_ln_bias', d)]

    # Small steps, forward and back. `self.back` collects what undoes them.

    def value(self, name):
        return self.soft.view(self.soft.weight, name)

    def gradient(self, name):
        return self.soft.view(self.soft.grad, name)

    def matrix(self, first, count):
        """`count` square matrices below each other, and their gradient."""
        shape = (count * self.dim, self.dim)
        return (self.square.half[first:first + count].view(shape),
                self.square.grad[first:first + count].view(shape))

    def bias(self, y, name, start=0):
        call(self.k.bias_forward, y.shape[0], y.shape[1], y,
             self.value(name)[start:])

    def bias_back(self, g, name, start=0):
        call(self.k.bias_backward, g.shape[0], g.shape[1], g,
             self.gradient(name)[start:])

    def norm(self, a, x, name):
        """y = LN(drop(a) + x); returns y and the way back to (da, dx)."""
        rows, d = x.shape
        y, hat, inverse = torch.empty_like(x), torch.empty_like(x), \
            torch.empty(rows)
        drop, seed = self.drop, int(torch.randint(1 << 31, ()))
        call(self.k.norm_forward, rows, d, a, x, self.value(name + '_scale'),
             self.value(name + '_bias'), drop, seed, y, hat, inverse)

        def back(g):
            da, dx = torch.empty_like(g), torch.empty_like(g)
            call(self.k.norm_backward, rows, d, g, hat, inverse,
                 self.value(name + '_scale'), drop, seed, da, dx,
                 self.gradient(name + '_scale'),
                 self.gradient(name + '_bias'))
            return da, dx
        return y, back

    def self_attention(self, x, off, p, at):
        d = self.dim
        w, dw = self.matrix(at, 3)
        wo, dwo = self.matrix(at + 3, 1)
        qkv = x @ w.t()
        self.bias(qkv, p + '_bqkv')
        o = torch.empty_like(x)
        parts = (qkv, 3 * d, qkv[:, d:], qkv[:, 2 * d:], 3 * d)
        n = len(off) - 1
        call(self.k.attention_forward, n, off, off, self.heads, *parts, o)
        a = o @ wo.t()
        self.bias(a, p + '_bo')
        y, norm_back = self.norm(a, x, p + '_Wo_ln')

        def back(g):
            da, dx = norm_back(g)
            self.bias_back(da, p + '_bo')
            torch.mm(da.t(), o, out=dwo)
            do, dqkv = da @ wo, torch.empty_like(qkv)
            call(self.k.attention_backward, n, off, off, self.heads, *parts,
                 do, dqkv, dqkv[:, d:], dqkv[:, 2 * d:])
            self.bias_back(dqkv, p + '_bqkv')
            torch.mm(dqkv.t(), x, out=dw)
            return torch.addmm(dx, dqkv, w)
        return y, back

    def cross_attention(self, x, off, memory, memory_off, p, at):
        d = self.dim
        wq, dwq = self.matrix(at, 1)
        wkv, dwkv = self.matrix(at + 1, 2)
        wo, dwo = self.matrix(at + 3, 1)
        q, kv = x @ wq.t(), memory @ wkv.t()
        self.bias(q, p + '_bqkv')
        self.bias(kv, p + '_bqkv', d)
        o = torch.empty_like(x)
        parts = (q, d, kv, kv[:, d:], 2 * d)
        n = len(off) - 1
        call(self.k.attention_forward, n, off, memory_off, self.heads, *parts,
             o)
        a = o @ wo.t()
        self.bias(a, p + '_bo')
        y, norm_back = self.norm(a, x, p + '_Wo_ln')

        def back(g, memory_grad):
            da, dx = norm_back(g)
            self.bias_back(da, p + '_bo')
            torch.mm(da.t(), o, out=dwo)
            do, dq, dkv = da @ wo, torch.empty_like(q), torch.empty_like(kv)
            call(self.k.attention_backward, n, off, memory_off, self.heads,
                 *parts, do, dq, dkv, dkv[:, d:])
            self.bias_back(dq, p + '_bqkv')
            self.bias_back(dkv, p + '_bqkv', d)
            torch.mm(dq.t(), x, out=dwq)
            torch.mm(dkv.t(), memory, out=dwkv)
            return (torch.addmm(dx, dq, wq),
                    torch.addmm(memory_grad, dkv, wkv))
        return y, back

    def feed_forward(self, x, p, at):
        w1, w2 = self.wide.half[at], self.wide.half[at + 1]
        h = x @ w1
        call(self.k.relu_forward, h.shape[0], h.shape[1], h,
             self.value(p + '_b1'))
        a = h @ w2.t()
        self.bias(a, p + '_b2')
        y, norm_back = self.norm(a, x, p + '_ffn_ln')

        def back(g):
            da, dx = norm_back(g)
            self.bias_back(da, p + '_b2')
            torch.mm(da.t(), h, out=self.wide.grad[at + 1])
            dh = da @ w2
            call(self.k.relu_backward, h.shape[0], h.shape[1], h, dh,
                 self.gradient(p + '_b1'))
            torch.mm(x.t(), dh, out=self.wide.grad[at])
            return torch.addmm(dx, dh, w1.t())
        return y, back

    def recurrent(self, x, off, p, at):
        w, dw = self.matrix(at, 2)
        zf = x @ w.t()
        self.bias(zf, p + '_rnn_b')
        c, r = torch.empty(x.shape), torch.empty_like(x)
        n = len(off) - 1
        call(self.k.ssru_forward, n, off, self.dim, zf, c, r)
        y, norm_back = self.norm(r, x, p + '_rnn_ffn_ln')

        def back(g):
            dr, dx = norm_back(g)
            dzf = torch.empty_like(zf)
            call(self.k.ssru_backward, n, off, self.dim, zf, c, dr, dzf)
            self.bias_back(dzf, p + '_rnn_b')
            torch.mm(dzf.t(), x, out=dw)
            self.gradient(p + '_rnn_b')[:self.dim] = 0  # z has no bias
            return torch.addmm(dx, dzf, w)
        return y, back

    def embed(self, ids, off):
        d, drop = self.dim, self.drop
        seed = int(torch.randint(1 << 31, ()))
        y = torch.empty(len(ids), d, dtype=HALF)
        call(self.k.embed_forward, len(off) - 1, off, d, ids, self.table,
             self.positions, drop, seed, y)

        def back(g):
            call(self.k.embed_backward, len(ids), d, ids, g, drop, seed,
                 self.gradient('Wemb'))
        return y, back

    def losses(self, x, target, smooth):
        """Loss and hits summed over the pieces; the gradient of x."""
        g, loss, hits = torch.empty_like(x), 0.0, ctypes.c_int(0)
        add = torch.empty_like(self.half_table)
        for at in range(0, len(x), CHUNK):
            rows, want = x[at:at + CHUNK], target[at:at + CHUNK]
            logits = rows @ self.half_table.t()
            loss += self.k.entropy(
                len(rows), self.vocab, ctypes.c_void_p(logits.data_ptr()),
                ctypes.c_void_p(
                    self.value('decoder_ff_logit_out_b').data_ptr()),
                ctypes.c_void_p(want.data_ptr()), ctypes.c_float(smooth),
                ctypes.c_float(1.0 / len(x)),
                ctypes.c_void_p(
                    self.gradient('decoder_ff_logit_out_b').data_ptr()),
                ctypes.byref(hits))
            torch.mm(logits, self.half_table, out=g[at:at + CHUNK])
            torch.mm(logits.t(), rows, out=add)
            call(self.k.accumulate, add.numel(), self.gradient('Wemb'), add)
        return loss, hits.value, g

    def gradients(self, source, source_off, target, target_off, smooth):
        """Fills all gradients by one batch; the summed loss and hits."""
        backs = []
        x, source_back = self.embed(source, source_off)
        for i in range(self.encoder):
            p = f'encoder_l{i + 1}'
            x, back = self.self_attention(x, source_off, p + '_self', 4 * i)
            backs.append(back)
            x, back = self.feed_forward(x, p + '_ffn', 2 * i)
            backs.append(back)
        memory = x
        before = torch.roll(target, 1)
        before[target_off[:-1].long()] = -1
        x, target_back = self.embed(before, target_off)
        decoder_backs = []
        for i in range(self.decoder):
            p, at = f'decoder_l{i + 1}', 4 * self.encoder + 6 * i
            x, back1 = self.recurrent(x, target_off, p, at)
            x, back2 = self.cross_attention(
                x, target_off, memory, source_off, p + '_context', at + 2)
            x, back3 = self.feed_forward(
                x, p + '_ffn', 2 * (self.encoder + i))
            decoder_backs.append((back1, back2, back3))
        loss, hits, g = self.losses(x, target, smooth)

        memory_grad = torch.zeros_like(memory)
        for back1, back2, back3 in reversed(decoder_backs):
            g, memory_grad = back2(back3(g), memory_grad)
            g = back1(g)
        target_back(g)
        g = memory_grad
        for back in reversed(backs):
            g = back(g)
        source_back(g)
        return loss, hits

    def learn(self, rate, soft_rate):
        """One step of both optimisers by the gradients at hand."""
        self.steps += 1
        decay = min(0.998, self.steps / (self.steps + 9))
        b1, b2, s = 0.9, 0.98, self.soft
        call(self.k.adam, s.weight.numel(), s.weight, s.grad, s.first,
             s.second, s.mean, soft_rate, b1, b2, 1 / (1 - b1 ** self.steps),
             1 / (1 - b2 ** self.steps), decay)
        self.half_table.copy_(self.table)
        for stack in (self.square, self.wide):
            u = torch.empty_like(stack.half)
            n = u.numel()
            call(self.k.momentum, n, stack.grad, stack.momentum, u, 0.95)
            u = orthogonal(u)
            call(self.k.muon, n, stack.weight, u, stack.mean, stack.half,
                 rate * stack.step_size, 1.0 - rate * 0.05, decay)

    def state(self):
        return {'square': self.square.state(), 'wide': self.wide.state(),
                'soft': self.soft.state(), 'steps': self.steps}

    def load(self, state):
        self.square.load(state['square'])
        self.wide.load(state['wide'])
        self.soft.load(state['soft'])
        self.half_table.copy_(self.table)
        self.steps = state['steps']

    def marian(self):
        """The mean weights under Marian's names, inputs x outputs."""
        d = self.dim
        t = {'Wemb': self.soft.view(self.soft.mean, 'Wemb')
                         .view(self.vocab, d)}
        square, wide = self.square.mean, self.wide.mean
        for name in self.soft.at:
            v = self.soft.view(self.soft.mean, name)[None]
            if name.endswith('_bqkv'):
                for i, c in enumerate('qkv'):
                    t[name[:-3] + c] = v[:, i * d:(i + 1) * d]
            elif name.endswith('_rnn_b'):
                t[name + 'f'] = v[:, d:]
            elif name != 'Wemb':
                t[name] = v
        for i in range(self.encoder):
            for j, c in enumerate('qkvo'):
                t[f'encoder_l{i + 1}_self_W{c}'] = square[4 * i + j].t()
            t[f'encoder_l{i + 1}_ffn_W1'] = wide[2 * i]
            t[f'encoder_l{i + 1}_ffn_W2'] = wide[2 * i + 1].t()
        for i in range(self.decoder):
            p, at = f'decoder_l{i + 1}', 4 * self.encoder + 6 * i
            for j, c in enumerate(['rnn_W', 'rnn_Wf', 'context_Wq',
                                   'context_Wk', 'context_Wv', 'context_Wo']):
                t[f'{p}_{c}'] = square[at + j].t()
            at = 2 * (self.encoder + i)
            t[p + '_ffn_W1'], t[p + '_ffn_W2'] = wide[at], wide[at + 1].t()
        return {k: np.ascontiguousarray(v.numpy()) for k, v in t.items()}


def orthogonal(u):
    """Muon's Newton-Schulz steps: all singular values to about 1."""
    size = u.float().flatten(1).norm(dim=1)[:, None, None]
    x = u / (size + 1e-12).to(HALF)
    for a, b, c in 5 * [(3.4445, -4.7750, 2.0315)]:
        s = torch.bmm(x, x.transpose(1, 2))
        t = torch.baddbmm(s, s, s, beta=b, alpha=c)
        x = torch.baddbmm(x, t, x, beta=a)
    return x


class Pairs:
    """Prepared pairs, dealt in shuffled batches of about `size` pieces."""

    def __init__(self, path, size, rng):
        data = np.load(path)
        self.ids = data['source'], data['target']
        self.starts = data['source_starts'], data['target_starts']
        self.vocab, self.size, self.rng = int(data['pieces']), size, rng
        self.epoch, self.order, self.at = -1, [], 0

    def next(self):
        if self.at >= len(self.order):
            self.epoch, self.at = self.epoch + 1, 0
            self.order = self.rng.permutation(len(self.starts[0]) - 1)
        first, pieces = self.at, 0
        while self.at < len(self.order) and pieces < self.size:
            i = self.order[self.at]
            pieces += self.starts[1][i + 1] - self.starts[1][i]
            self.at += 1
        chosen = self.order[first:self.at]
        out = []
        for ids, starts in zip(self.ids, self.starts):
            rows = [ids[starts[i]:starts[i + 1]] for i in chosen]
            off = np.cumsum([0] + [len(r) for r in rows]).astype(np.int32)
            out += [torch.from_numpy(np.concatenate(rows)),
                    torch.from_numpy(off)]
        return out


def read_number(path, otherwise):
    try:
        with open(path, encoding='ascii') as f:
            return float(f.read())
    except (OSError, ValueError):
        return otherwise


def save(student, pairs, used, folder):
    torch.save({'student': student.state(), 'used': used,
                'epoch': pairs.epoch}, folder + '/last.tmp')
    os.replace(folder + '/last.tmp', folder + '/last.pt')
    with open(folder + '/mean.tmp', 'wb') as f:
        np.savez(f, **student.marian())
    os.replace(folder + '/mean.tmp', folder + '/mean.npz')


def train(o):
    global HALF
    HALF = torch.float32 if o.float else torch.bfloat16
    torch.set_num_threads(1)
    torch.manual_seed(o.seed)
    os.makedirs(o.out, exist_ok=True)
    pairs = Pairs(o.data, o.batch, np.random.default_rng(o.seed))
    student = Student(load_kernels(o.out), pairs.vocab, o.dim, o.ffn,
                      o.encoder, o.decoder, o.drop)
    before = 0.0
    if o.resume:
        state = torch.load(o.resume)
        student.load(state['student'])
        before, pairs.epoch = state['used'], state['epoch']
    if o.start:
        student.load(torch.load(o.start)['student'])
        student.steps = 0
        student.soft.first.zero_()
        student.soft.second.zero_()
    zero, first_step = time.process_time(), student.steps
    lap = saved = 0.0
    loss = hits = seen = 0
    while True:
        used = before + time.process_time() - zero
        budget = read_number(o.out + '/budget', o.budget)
        left = 1 - used / budget
        if left <= 0:
            break
        student.drop = read_number(o.out + '/drop', o.drop)
        slope = min(1.0, (student.steps + 1) / o.warmup) * \
            min(1.0, left / (1 - o.flat))
        batch = pairs.next()
        l, h = student.gradients(*batch, o.smooth)
        student.learn(o.rate * slope, o.soft_rate * slope)
        loss, hits, seen = loss + l, hits + h, seen + len(batch[2])
        if student.steps % 100 == 0 or student.steps - first_step == 10:
            now = time.process_time() - zero
            print(f'step {student.steps} epoch {pairs.epoch} nll '
                  f'{loss / seen:.3f} right {hits / seen:.3f} slope '
                  f'{slope:.3f} {seen / (now - lap):.0f} pieces/s '
                  f'{used:.0f} s', flush=True)
            lap, loss, hits, seen = now, 0, 0, 0
            if now - saved > o.save:
                saved = now
                save(student, pairs, used, o.out)
    save(student, pairs, used, o.out)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--data', required=True)
    ap.add_argument('--out', required=True)
    ap.add_argument('--budget', type=float, default=3000)
    ap.add_argument('--resume', help='a last.pt to go on from')
    ap.add_argument('--start', help='a last.pt whose weights to start from')
    ap.add_argument('--dim', type=int, default=256)
    ap.add_argument('--ffn', type=int, default=1024)
    ap.add_argument('--encoder', type=int, default=3)
    ap.add_argument('--decoder', type=int, default=2)
    ap.add_argument('--batch', type=int, default=3000)
    ap.add_argument('--rate', type=float, default=0.02)
    ap.add_argument('--soft-rate', type=float, default=0.002)
    ap.add_argument('--warmup', type=int, default=200)
    ap.add_argument('--flat', type=float, default=0.2,
                    help='part of the budget before the rate falls')
    ap.add_argument('--smooth', type=float, default=0.1)
    ap.add_argument('--drop', type=float, default=0.0)
    ap.add_argument('--save', type=float, default=60)
    ap.add_argument('--seed', type=int, default=1)
    ap.add_argument('--float', action='store_true',
                    help='products in float32: faster on a CPU whose '
                    'bfloat16 is slow')
    train(ap.parse_args())


if __name__ == '__main__':
    main()
