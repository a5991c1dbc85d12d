#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Train src/text/langid.bin, the model of src/text/langid.c.

  langid_train.py OUT DIR [--seed N] [--batches N]

DIR is of tools/langid_data.py: LANG.txt and LANG.words.  Needs numpy; takes
some ten minutes of one core.  src/text/langid.bin is of seed 1, and of all that
langid.bin.LICENCE names: pairs of conversations and prose (those of programs
left out), wordfreq, LibreOffice and Django, and what Apertium made of 30,000
sentences of at most ten words for each language that it says there.

A feature is an n-gram of up to four letters of a word ("_" is the edge), or a
frequent word.  For each language that has it there is a weight in nats; a
language's sum over all features of a text, less its prior, is its logit.  The
weights begin as those of naive Bayes; then gradient descent on random pieces
of one to eight words, every language equally often, makes them those that tell
languages apart.  Stored as u8 in steps of STEP.  See langid.c for the file.
"""

import argparse
import collections
import glob
import math
import os
import re
import struct
import unicodedata

import numpy as np

WORD = re.compile(r"[^\W\d_]+")
GRAM_MAX = 4
WORD_LETTERS_MAX = 32
LINES_MAX = 12000  # of a language
WORDS_MAX = 1500  # of a language, that are features
KNOWN_MAX = 8000  # of a language's list, that pieces are made of
FLOOR = {1: 2e-3, 2: 1e-4, 3: 2e-5, 4: 1e-5}  # shares by length: less is noise
WORD_FLOOR = 2e-5
TEMPERATURE = 4.0  # n-grams overlap: what divides the first weights
PLAIN = 0.15  # of the words are written without their marks
LINE_SHARE = 0.6  # of the pieces, where there are lines and a list
PIECE = [0.15, 0.2, 0.2, 0.15, 0.1, 0.08, 0.06, 0.06]  # by words
BATCH = 512
RATE = 0.15
STEP = 0.02
SCORE_MIN = 6  # less is noise
LOAD = 0.8  # of the hash table
NEUTRAL_LANG = 255
# What people write in any language.
NEUTRAL = set("ok okay lol haha hahaha hihi hehe wow hey hmm mmm xd omg wtf gg "
              "tom mary john marie paris london internet email app chat "
              "facebook google whatsapp youtube covid".split())
# Known by their script alone.
BY_SCRIPT = set("ja zh ko el he th ka hy bn pa gu ta te kn ml si my km lo am "
                "or".split())
COMMON = set("en fr es de it pt nl pl ro ru uk tr ar sv da nb fi hu cs hi vi "
             "id ca fa bg sh sk sl lt lv ur".split())
# Beside a big sister that most of their words are of, too.
TINY = set("an ast frp oc sc szl nn br gd ga rw om".split())
PRIOR = {"common": 0, "rare": 1.5, "tiny": 3}  # nats against it


def fold(text):
    return text.replace("İ", "i").lower()


def plain(word):
    """As it is typed without a keyboard for its marks."""
    letters = unicodedata.normalize("NFD", word.translate(
        str.maketrans("ıłđø", "ildo")))
    return unicodedata.normalize("NFC", "".join(
        c for c in letters if unicodedata.category(c) != "Mn"))


def grams(word):
    edged = f"_{word}_"
    for n in range(1, GRAM_MAX + 1):
        for i in range(len(edged) - n + 1):
            if edged[i:i + n] != "_":
                yield edged[i:i + n]


class Language:
    """Its words, as pieces and as shares."""

    def __init__(self, folder, code, rng):
        self.code = code
        self.lines = self.read_lines(os.path.join(folder, code + ".txt"), rng)
        self.list = self.read_list(os.path.join(folder, code + ".words"))
        share = LINE_SHARE if self.lines and self.list else bool(self.lines)
        self.line_share = share
        counts = collections.Counter(w for line in self.lines for w in line)
        total = sum(counts.values()) or 1
        self.shares = collections.Counter()
        for word, n in counts.items():
            self.shares[word] += share * n / total
        for word, p in self.list.items():
            self.shares[word] += (1 - share) * p

    @staticmethod
    def read_lines(path, rng):
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as f:
            lines = f.read().splitlines()
        rng.shuffle(lines)
        lines = [WORD.findall(fold(line)) for line in lines[:LINES_MAX]]
        return [[w for w in line if len(w) <= WORD_LETTERS_MAX]
                for line in lines if line]

    @staticmethod
    def read_list(path):
        words = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                rows = [row.rstrip("\n").split("\t") for row in f]
            words = {fold(w): float(p) for w, p in rows[:KNOWN_MAX]
                     if len(w) <= WORD_LETTERS_MAX}
        total = sum(words.values()) or 1
        return {w: p / total for w, p in words.items()}


def known_features(lang):
    """{key: weight at first} of one language"""
    counts = {n: collections.Counter() for n in FLOOR}
    words = collections.Counter()
    for word, share in lang.shares.items():
        forms = {word: 1 - PLAIN}
        forms[plain(word)] = forms.get(plain(word), 0) + PLAIN
        for form, part in forms.items():
            words[form] += share * part
            for gram in grams(form):
                counts[len(gram)][gram] += share * part
    found = {}
    for n, grams_n in counts.items():
        total = sum(grams_n.values())
        for gram, count in grams_n.items():
            if count / total > FLOOR[n]:
                found[gram] = math.log(count / total / FLOOR[n])
    for word, share in words.most_common(WORDS_MAX):
        if share > WORD_FLOOR and word not in NEUTRAL:
            found["\1" + word] = math.log(share / WORD_FLOOR)
    return found


class Model:
    """Postings, one for each feature and language that has it."""

    def __init__(self, langs):
        self.langs = langs
        features = collections.defaultdict(list)
        for index, lang in enumerate(langs):
            for key, nats in known_features(lang).items():
                features[key].append((index, nats))
        self.keys = sorted(features)
        self.number = {key: i for i, key in enumerate(self.keys)}
        sizes = [len(features[key]) for key in self.keys]
        self.begin = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        flat = [p for key in self.keys for p in sorted(features[key])]
        self.lang = np.array([p[0] for p in flat], np.int64)
        self.weight = np.array([p[1] for p in flat]) / TEMPERATURE

    def features_of(self, word):
        keys = [*grams(word), "\1" + word]
        return [self.number[key] for key in keys if key in self.number]


def spread(begin, of):
    """The concatenation of range(begin[i], begin[i + 1]) for i in of; and for
    each number, where in of it comes from."""
    sizes = begin[of + 1] - begin[of]
    owner = np.repeat(np.arange(len(of)), sizes)
    first = np.cumsum(sizes) - sizes
    return begin[of][owner] + np.arange(len(owner)) - first[owner], owner


class Pieces:
    """Random pieces of one to eight words, as word numbers."""

    def __init__(self, model, rng):
        self.rng = rng
        self.number, self.words, self.plain = {}, [], []
        self.lines, self.lists, self.shares = [], [], []
        for lang in model.langs:
            self.lines.append([self.numbers(line) for line in lang.lines])
            self.lists.append(np.array(self.numbers(lang.list), np.int64))
            self.shares.append(np.cumsum(list(lang.list.values())))
        features = [model.features_of(word) for word in self.words]
        self.begin = np.concatenate(
            ([0], np.cumsum([len(f) for f in features]))).astype(np.int64)
        self.features = np.array([i for f in features for i in f], np.int64)
        self.line_share = [lang.line_share for lang in model.langs]

    def numbers(self, words):
        return [self.number_of(word) for word in words]

    def number_of(self, word):
        if word not in self.number:
            self.number[word] = len(self.words)
            self.words.append(word)
            self.plain.append(None)
            at = len(self.plain) - 1
            self.plain[at] = self.number_of(plain(word))
        return self.number[word]

    def one(self, lang):
        n = self.rng.choice(len(PIECE), p=PIECE) + 1
        if self.rng.random() < self.line_share[lang]:
            line = self.lines[lang][self.rng.integers(len(self.lines[lang]))]
            at = self.rng.integers(max(1, len(line) - n + 1))
            piece = line[at:at + n]
        else:
            at = np.searchsorted(self.shares[lang], self.rng.random(n))
            piece = self.lists[lang][np.minimum(at, len(self.lists[lang]) - 1)]
        if self.rng.random() < PLAIN:
            return [self.plain[w] for w in piece]
        return list(piece)

    def batch(self):
        langs = self.rng.integers(len(self.lines), size=BATCH)
        pieces = [self.one(lang) for lang in langs]
        owner = np.repeat(np.arange(BATCH), [len(p) for p in pieces])
        words = np.array([w for p in pieces for w in p], np.int64)
        at, word = spread(self.begin, words)
        return langs, self.features[at], owner[word]


def descend(model, pieces, batches, save):
    """Adagrad on the cross-entropy."""
    n = len(model.langs)
    squares = np.full(len(model.weight), 0.1)
    loss = right = 0
    for step in range(1, batches + 1):
        langs, features, owner = pieces.batch()
        posting, feature = spread(model.begin, features)
        cell = owner[feature] * n + model.lang[posting]
        logits = np.bincount(cell, model.weight[posting], BATCH * n)
        logits = logits.reshape(BATCH, n)
        logits -= logits.max(axis=1, keepdims=True)
        error = np.exp(logits)
        error /= error.sum(axis=1, keepdims=True)
        loss -= np.log(error[np.arange(BATCH), langs] + 1e-12).mean()
        right += (error.argmax(axis=1) == langs).mean()
        error[np.arange(BATCH), langs] -= 1
        slope = np.bincount(posting, error.ravel()[cell], len(squares))
        squares += slope ** 2
        rate = RATE * (1 - step / (batches + 1))
        model.weight -= rate * slope / np.sqrt(squares)
        np.clip(model.weight, 0, 255 * STEP, out=model.weight)
        if step % 200 == 0:
            print(f"{step}: loss {loss / 200:.3f}, {right / 200:.2%} right",
                  flush=True)
            loss = right = 0
            save()


def fnv1a(data):
    h = 2166136261
    for byte in data:
        h = (h ^ byte) * 16777619 & 0xffffffff
    return h


def prior(code):
    kind = "common" if code in COMMON else "tiny" if code in TINY else "rare"
    return round(PRIOR[kind] / STEP)


def write(path, model):
    features = {}
    for i, key in enumerate(model.keys):
        key = key.encode()
        found = [(int(model.lang[p]), round(model.weight[p] / STEP))
                 for p in range(model.begin[i], model.begin[i + 1])]
        found = [(lang, score) for lang, score in found if score >= SCORE_MIN]
        if found:
            features[key] = found
    for word in NEUTRAL:
        features[b"\1" + word.encode()] = [(NEUTRAL_LANG, 0)]
    n_slots = int(len(features) / LOAD)
    slots = [None] * n_slots
    postings = bytearray()
    for key in sorted(features):
        h = fnv1a(key)
        i = h % n_slots
        while slots[i]:
            i = (i + 1) % n_slots
        slots[i] = (h >> 16, len(features[key]), len(postings) // 2)
        for pair in features[key]:
            postings += bytes(pair)
    with open(path, "wb") as f:
        f.write(b"MLI2")
        f.write(struct.pack(
            "<III", len(model.langs), n_slots, len(postings) // 2))
        for lang in model.langs:
            f.write(struct.pack("<7sB", lang.code.encode(), prior(lang.code)))
        for slot in slots:
            check, n, at = slot or (0, 0, 0)
            f.write(struct.pack("<HBBH", check, n, at >> 16, at & 0xffff))
        f.write(postings)
    print(f"{len(model.langs)} languages, {len(features)} features, "
          f"{os.path.getsize(path)} bytes")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batches", type=int, default=3000)
    args = parser.parse_args()

    rng = np.random.default_rng(args.seed)
    codes = {os.path.basename(p).split(".")[0]
             for p in glob.glob(os.path.join(args.folder, "*"))} - BY_SCRIPT
    model = Model([Language(args.folder, code, rng) for code in sorted(codes)])
    print(" ".join(lang.code for lang in model.langs), len(model.keys),
          "features,", len(model.weight), "weights", flush=True)
    descend(model, Pieces(model, rng), args.batches,
            lambda: write(args.out, model))
    write(args.out, model)


main()
