#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Train src/text/langid.bin, the model of src/text/langid.c.

  train.py OUT --profiles DIR --stopwords FILE [--pairs LANG FILE.tsv.xz]...
           [--text LANG FILE]...

profiles   n-gram counts of Wikipedia, one JSON file a language: Debian's
           python3-langdetect (Apache-2.0)
stopwords  frequent words by language: npm's stopwords-iso (MIT)
pairs      English, tab, LANG; how people chat: Tatoeba (CC BY 2.0 FR)
text       one sentence a line.  For languages without pairs: Tatoeba's Spanish
           or English through "apertium es-it"; words marked * # @ are skipped

A model says of every n-gram of up to three letters ("_" is the edge of a word)
and of every frequent word how much more often a language has it than by
chance: u8 in steps of STEP nats.  See langid.c for the file.
"""

import argparse
import json
import lzma
import math
import os
import re
import struct
from collections import Counter

WORD = re.compile(r"[^\W\d_]+")
GRAM_MAX = 3
CHAT_SHARE = 0.7  # of a language that has both chat and Wikipedia
FLOOR = {1: 1e-3, 2: 3e-5, 3: 2e-5}  # by length: what is no evidence
WORD_FLOOR = 1e-5
WORDS_MAX = 1800
STOPWORD_MASS = 0.4  # of a text is made of its stopwords
STEP = 0.05
RARE = 2.0  # nats against languages that few write
# What people write in any language.
NEUTRAL = set("ok okay lol haha hahaha hihi hehe wow hey hmm mmm xd omg wtf gg "
              "tom mary john marie paris london internet email app chat "
              "facebook google whatsapp youtube covid".split())
COMMON = set("en fr es de it pt nl pl ro ru uk tr ar sv da nb fi el hu cs zh ja "
             "ko hi vi id ca he th fa bg hr sk sl et lt lv".split())
# langdetect's names to ours.  Languages with a script of their own are found
# by that.
RENAME = {"no": "nb"}
BY_SCRIPT = set("zh-cn zh-tw ja ko el he th bn gu kn ml pa ta te".split())
NEUTRAL_LANG = 255
SCORE_MIN = 12  # less is noise
LOAD = 0.8  # of the hash table


def grams(word):
    edged = f"_{word}_"
    for n in range(1, GRAM_MAX + 1):
        for i in range(len(edged) - n + 1):
            if edged[i:i + n] != "_":
                yield edged[i:i + n]


def shares(counts):
    """Of the n-grams of each length, which share is which?"""
    total = Counter()
    for gram, n in counts.items():
        total[len(gram)] += n
    return {gram: n / total[len(gram)] for gram, n in counts.items()}


def read_words(lines):
    words = Counter()
    for line in lines:
        for token in line.split():
            if not any(mark in token for mark in "*#@"):
                words.update(WORD.findall(token.lower()))
    return words


def read_chat(args):
    chat = {}
    for lang, path in args.pairs:
        with lzma.open(path, "rt", encoding="utf-8") as f:
            rows = [line.rstrip("\n").split("\t") for line in f]
        chat.setdefault("en", Counter()).update(
            read_words({row[0] for row in rows}))
        chat[lang] = read_words(row[1] for row in rows)
    for lang, path in args.text:
        with open(path, encoding="utf-8") as f:
            chat.setdefault(lang, Counter()).update(read_words(f))
    return chat


def read_profiles(folder):
    profiles = {}
    for name in sorted(os.listdir(folder)):
        lang = RENAME.get(name, name)
        if name in BY_SCRIPT or name.startswith("."):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            freq = json.load(f)["freq"]
        counts = Counter()
        for gram, n in freq.items():
            gram = gram.lower().replace(" ", "_")
            if len(gram) <= GRAM_MAX and not re.search(r"\d", gram):
                counts[gram] += n
        profiles[lang] = shares(counts)
    return profiles


def mix(a, b, share):
    return {k: share * a.get(k, 0) + (1 - share) * b.get(k, 0)
            for k in set(a) | set(b)}


def gram_features(lang, profile, chat):
    if chat:
        counts = Counter()
        for word, n in chat.items():
            for gram in grams(word):
                counts[gram] += n
        profile = mix(shares(counts), profile, CHAT_SHARE) \
            if profile else shares(counts)
    for gram, p in profile.items():
        yield gram, math.log(1 + p / FLOOR[len(gram)])


def word_features(stopwords, chat):
    p = Counter()
    for word in stopwords:
        p[word] = STOPWORD_MASS / len(stopwords) / 2
    if chat:
        total = sum(chat.values())
        for word, n in chat.most_common(WORDS_MAX):
            p[word] = max(p[word], n / total)
    for word, share in p.items():
        if WORD.fullmatch(word) and word not in NEUTRAL:
            yield word, math.log(1 + share / WORD_FLOOR)


def fnv1a(data):
    h = 2166136261
    for byte in data:
        h = (h ^ byte) * 16777619 & 0xffffffff
    return h


def write(path, langs, features):
    """features: {key bytes: [(lang index, u8)]}, a word with a 1 before it"""
    n_slots = int(len(features) / LOAD)
    slots = [None] * n_slots
    postings = bytearray()
    for key in sorted(features):
        h = fnv1a(key)
        i = h % n_slots
        while slots[i]:
            i = (i + 1) % n_slots
        slots[i] = (h >> 16, len(features[key]), len(postings) // 2)
        for lang, score in sorted(features[key]):
            postings += bytes((lang, score))
    with open(path, "wb") as f:
        f.write(b"MLI1")
        f.write(struct.pack("<III", len(langs), n_slots, len(postings) // 2))
        for lang in langs:
            prior = 0 if lang in COMMON else round(RARE / STEP)
            f.write(struct.pack("<7sB", lang.encode(), prior))
        for slot in slots:
            check, n, at = slot or (0, 0, 0)
            f.write(struct.pack("<HBBH", check, n, at >> 16, at & 0xffff))
        f.write(postings)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--profiles", required=True)
    parser.add_argument("--stopwords", required=True)
    parser.add_argument("--pairs", nargs=2, action="append", default=[])
    parser.add_argument("--text", nargs=2, action="append", default=[])
    args = parser.parse_args()

    profiles = read_profiles(args.profiles)
    chat = read_chat(args)
    with open(args.stopwords, encoding="utf-8") as f:
        stopwords = json.load(f)
    langs = sorted(set(profiles) | set(chat))
    features = {}
    for index, lang in enumerate(langs):
        stop = stopwords.get("no" if lang == "nb" else lang, [])
        found = {}
        for gram, value in gram_features(
                lang, profiles.get(lang, {}), chat.get(lang)):
            found[gram.encode()] = value
        for word, value in word_features(stop, chat.get(lang)):
            found[b"\x01" + word.encode()] = value
        for key, value in found.items():
            score = min(255, round(value / STEP))
            if score >= SCORE_MIN:
                features.setdefault(key, []).append((index, score))
    for word in NEUTRAL:
        features[b"\x01" + word.encode()] = [(NEUTRAL_LANG, 0)]
    write(args.out, langs, features)
    print(f"{len(langs)} languages, {len(features)} features, "
          f"{os.path.getsize(args.out)} bytes")


main()
