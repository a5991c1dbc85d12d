# SPDX-License-Identifier: ISC
"""Marian's files: the container of tensors and the binary shortlist."""
import struct

import numpy as np

FLOAT32, INT8, INTGEMM8 = 0x0404, 0x0101, 0x4101
YML = 'special:model.yml'
SHORTLIST_MAGIC = 0xF11A48D5013417F5
WRAP = (1 << 64) - 1


def is_quantised(name):
    """Weights of matrix products and embeddings become int8."""
    at = name.rfind('_W')
    return 'Wemb' in name or (at >= 0 and at in (len(name) - 2,
                                                 len(name) - 3))


def quantise(weight):
    """int8 with one factor: real = q / factor, halves to even."""
    factor = np.float32(127) / np.abs(weight).max()
    q = np.rint(weight * factor)
    return np.clip(q, -127, 127).astype(np.int8), np.float32(factor)


def item(name, value, int8):
    """Type, shape and bytes of one tensor, padded to 256."""
    value = np.asarray(value, np.float32)
    if int8 and is_quantised(name):
        q, factor = quantise(value)
        # Matrices lie transposed under their old shape, embeddings do not.
        rows = q if 'Wemb' in name else np.ascontiguousarray(q.T)
        kind, data = INTGEMM8, rows.tobytes() + struct.pack('<f', factor)
    else:
        kind, data = FLOAT32, np.ascontiguousarray(value).tobytes()
    return name, kind, value.shape, data + bytes(-len(data) % 256)


def model_bytes(tensors, yml, int8):
    """The container: heads, names, shapes, a gap, data from a multiple of
    256 on; sorted by name, the options last and not padded."""
    items = [item(name, tensors[name], int8) for name in sorted(tensors)]
    text = yml.encode() + b'\0'
    items.append((YML, INT8, (len(text),), text))
    out = struct.pack('<QQ', 1, len(items))
    for name, kind, shape, data in items:
        out += struct.pack('<4Q', len(name) + 1, kind, len(shape), len(data))
    for name, *_ in items:
        out += name.encode() + b'\0'
    for _, _, shape, _ in items:
        out += struct.pack(f'<{len(shape)}i', *shape)
    start = ((len(out) + 8) // 256 + 1) * 256
    skip = start - len(out) - 8
    return out + struct.pack('<Q', skip) + bytes(skip) + \
        b''.join(data for *_, data in items)


def read(path):
    """The tensors of a Marian binary model in float32, inputs x outputs."""
    with open(path, 'rb') as f:
        data = f.read()
    _, count = struct.unpack_from('<QQ', data, 0)
    heads = [struct.unpack_from('<4Q', data, 16 + 32 * i)
             for i in range(count)]
    at = 16 + 32 * count
    names, shapes, out = [], [], {}
    for length, *_ in heads:
        names.append(data[at:at + length - 1].decode())
        at += length
    for _, _, rank, _ in heads:
        shapes.append(struct.unpack_from(f'<{rank}i', data, at))
        at += 4 * rank
    at += 8 + struct.unpack_from('<Q', data, at)[0]
    for (_, kind, _, size), name, shape in zip(heads, names, shapes):
        n = int(np.prod(shape))
        if kind == INTGEMM8:  # the factor lies behind the numbers
            q = np.frombuffer(data, np.int8, n, at).astype(np.float32)
            factor, = struct.unpack_from('<f', data, at + n)
            out[name] = (q.reshape(shape) if 'Wemb' in name else
                         q.reshape(shape[::-1]).T) / factor
        elif kind == FLOAT32:
            out[name] = np.frombuffer(data, np.float32, n, at).reshape(shape)
        at += size
    return out


def checksum(body):
    h = 0
    for (v,) in struct.iter_unpack('<Q', body[:len(body) // 8 * 8]):
        h ^= (v + 0x9E3779B9 + (h << 6) + (h >> 2)) & WRAP
    return h


def shortlist_bytes(lists, first, best):
    """lists[w]: ids of words that may translate source word w."""
    lists = [sorted(set(ids)) for ids in lists]
    off = np.cumsum([0] + [len(ids) for ids in lists]).astype(np.uint64)
    ids = np.array([i for ids in lists for i in ids], np.uint32)
    body = struct.pack('<4Q', first, best, len(off), len(ids)) + \
        off.tobytes() + ids.tobytes()
    return struct.pack('<2Q', SHORTLIST_MAGIC, checksum(body)) + body
