#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Gather what tools/langid_train.py reads: a folder with, for each language,
LANG.txt (lines as people write them) and LANG.words (word, tab, share).

  langid_data.py OUT [--pairs FILE.tsv[.xz]]... [--wordfreq DIR]
                 [--mo DIR]... [--lines LANG FILE]...

pairs     NAME-en-LANG.train.tsv.xz: English, tab, LANG (chat, dialogues)
wordfreq  the data of the Python package wordfreq (CC BY-SA 4.0): what people
          write in subtitles, on Twitter and elsewhere
mo        a folder with LANG/LC_MESSAGES/*.mo: Debian's libreoffice-l10n-LANG
          (MPL-2.0), Django's locales (BSD-3-Clause)
lines     one sentence a line; words that Apertium marks with * # @ are left out

Of the pairs, one line in HELD_OUT is never written: "--held-out" prints those
of one to eight words instead, as LANG, tab, text, for langid_bench.
"""

import argparse
import collections
import gettext
import glob
import gzip
import hashlib
import lzma
import os
import re
import zlib

HELD_OUT = 20
CHAT_WORDS_MAX = 8
WORDS_MAX = 60000  # of a list
WORD = re.compile(r"[^\W\d_]+")
PAIRS = re.compile(r"-([a-z]{2})-([a-z]{2})\.(?:train|dev)\.tsv(?:\.xz)?$")
# What others call our languages.  Those that one cannot tell apart by a few
# words of Latin letters are one: "sh".
RENAME = {"fil": "tl", "hr": "sh", "bs": "sh", "sr_Latn": "sh",
          "sr@latin": "sh", "kmr@latin": "ku", "no": "nb"}
# Regions, and constructed or tiny languages that nobody tells from their
# neighbours in eight words.
SKIP = re.compile(r"[_@]|^(ia|io|dsb|hsb|kab|udm|os|fy|ckb|nr|nso|ss|st|tn|ts|ve)$")


def our(lang):
    lang = RENAME.get(lang, lang)
    return None if SKIP.search(lang) else lang


def shuffled(text):
    return hashlib.sha1(text.encode()).digest()


def is_held_out(text):
    return zlib.crc32(text.encode()) % HELD_OUT == 0


def read_pairs(path):
    first, second = PAIRS.search(path).groups()
    opener = lzma.open if path.endswith(".xz") else open
    with opener(path, "rt", encoding="utf-8") as f:
        for line in f:
            row = line.rstrip("\n").split("\t")
            if len(row) > 1:
                yield first, row[0]
                yield second, row[1]


def read_words(path):
    """wordfreq's format: lists of words, each rarer by a centibel."""
    import msgpack
    with gzip.open(path) as f:
        bands = msgpack.load(f, raw=False)[1:]
    n = 0
    for centibels, band in enumerate(bands):
        for word in band:
            if WORD.fullmatch(word) and n < WORDS_MAX:
                n += 1
                yield word, 10 ** (-centibels / 100)


def read_mo(folder):
    for path in sorted(glob.glob(os.path.join(folder, "*.mo"))):
        with open(path, "rb") as f:
            catalog = gettext.GNUTranslations(f)._catalog
        for key, text in catalog.items():
            source = key if isinstance(key, str) else key[0]
            if source and text and text != source.split("\4")[-1]:
                yield re.sub(r"<[^>]*>|[~_&]|%\w+|\$\w+|{\w*}", "", text)


def clean(line):
    return " ".join(token for token in line.split()
                    if not any(mark in token for mark in "*#@"))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--pairs", action="append", default=[])
    parser.add_argument("--wordfreq")
    parser.add_argument("--mo", action="append", default=[])
    parser.add_argument("--lines", nargs=2, action="append", default=[])
    parser.add_argument("--held-out", action="store_true")
    args = parser.parse_args()

    lines = collections.defaultdict(set)
    for path in args.pairs:
        for lang, text in read_pairs(path):
            if is_held_out(text) == args.held_out:
                lines[lang].add(text)
    if args.held_out:
        for lang in sorted(lines):
            for text in sorted(lines[lang], key=shuffled):
                if 0 < len(WORD.findall(text)) <= CHAT_WORDS_MAX:
                    print(f"{lang}\t{text}")
        return
    os.makedirs(args.out, exist_ok=True)
    for lang, path in args.lines:
        with open(path, encoding="utf-8") as f:
            lines[lang].update(clean(line) for line in f)
    for root in args.mo:
        for folder in glob.glob(os.path.join(root, "*", "LC_MESSAGES")):
            lang = our(os.path.basename(os.path.dirname(folder)))
            if lang:
                lines[lang].update(read_mo(folder))
    for lang in lines:
        with open(os.path.join(args.out, lang + ".txt"), "w") as f:
            f.writelines(" ".join(t.split()) + "\n" for t in sorted(lines[lang]))
    for path in glob.glob(os.path.join(args.wordfreq or "", "small_*.gz")):
        lang = our(re.search(r"small_(\w+)\.", path)[1])
        with open(os.path.join(args.out, lang + ".words"), "w") as f:
            f.writelines(f"{w}\t{p:.3g}\n" for w, p in read_words(path))


if __name__ == "__main__":
    main()
