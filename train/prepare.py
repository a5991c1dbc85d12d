#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""From sentence pairs to numbers: the vocabulary, and pairs as piece ids.

usage: prepare.py --pairs FILE.tsv[.xz]... --vocab PREFIX [--reverse] OUT.npz

A line of a pairs file is a sentence, a tab, its translation. PREFIX.model is
the joint SentencePiece vocabulary; it is trained when it does not exist.
"""
import argparse
import lzma
import os
import random
import re
import tempfile
import unicodedata

import numpy as np
import sentencepiece

EOS = 0
LONGEST = 80  # pieces; a kernel of training holds at most 256

# Names that the corpus repeats, and others to put in their place.
TEXT_NAMES = set('Tom Mary John Jim Bob Ken Bill Jane Boston Jack Mike Kate '
                 'Nancy Susan Lucy Alice Australia Sami Layla Dan Linda '
                 'Kyoto Betty Jackson Fred Jeff Judy Emily Tony'.split())
NAMES = ('Marie Pierre Paul Jean Sophie Julie Camille Luc Hugo Nina Lena '
         'Ana Maria Carlos Pablo Lucia Diego Sofia Elena Ivan Olga Dmitri '
         'Anna Katia Hans Greta Jonas Lukas Emma Noah Liam Olivia Ava Mia '
         'Ethan James William Henry George Oliver Charlotte Amelia Ali '
         'Omar Fatima Aisha Yusuf Ahmed Layla Karim Nour Wei Li Mei Hiro '
         'Yuki Kenji Sakura Minh Linh Raj Priya Arjun Anita Kofi Ama Kwame '
         'Zoe Chloe Theo Louis Arthur Jules Manon Sarah David Daniel Eva '
         'Laura Marco Giulia Luca Matteo Piotr Agata Jan Eva Pedro Rita '
         'Thomas Nicolas Antoine Claire Alex Sam Max Leo Ben Kim Robin '
         'Meeshy Paris London Berlin Madrid Lyon Tokyo Lima Oslo Rome Dakar '
         'Martin Bernard Dubois Smith Garcia Müller Rossi Novak').split()
SYLLABLES = ('ba be bo da de di do fa fi ga go ha hi ja jo ka ke ki ko la le '
             'li lo lu ma me mi mo na ne ni no pa pe pi ra re ri ro ru sa se '
             'si so ta te ti to va vi wa ya yo za ze zi chi sha bel mar ton '
             'son lin den kov ner ric vel').split()
EMOJI = '😀 😂 😊 😍 😉 😎 😢 😭 😡 🤔 👍 👋 🙏 🎉 ❤️ 🔥 :) ;) :D :( <3 :-)'.split()

# The corpora count in dollars and yen; people here pay in euros.
DOLLARS = re.compile(r'\b(d[oó]l+ar)(s|es|i|o|)\b', re.IGNORECASE)
YEN = re.compile(r'\b(yen)(es|s|)\b', re.IGNORECASE)


def read_pairs(paths, reverse=False):
    """Pairs (source, target), apostrophes of one kind."""
    for path in paths:
        opened = lzma.open if path.endswith('.xz') else open
        with opened(path, 'rt', encoding='utf-8') as lines:
            for line in lines:
                a, b = line.rstrip('\n').replace('’', "'").split('\t')[:2]
                yield (b, a) if reverse else (a, b)


def train_vocabulary(pairs, prefix, size):
    """Marian's conventions: </s> is 0, <unk> is 1, there is no <s>."""
    with tempfile.NamedTemporaryFile('w', encoding='utf-8') as text:
        for a, b in pairs:
            text.write(a + '\n' + b + '\n')
        text.flush()
        sentencepiece.SentencePieceTrainer.train(
            input=text.name, model_prefix=prefix, vocab_size=size,
            bos_id=-1, eos_id=EOS, unk_id=1, byte_fallback=True,
            character_coverage=0.9999, minloglevel=1)


def without_accents(text):
    return ''.join(c for c in unicodedata.normalize('NFD', text)
                   if not unicodedata.combining(c))


def without_end(text):
    return without_opening(text.rstrip('.!?… \u202f\xa0'))


def without_opening(text):
    """Few people type the marks that open a Spanish question."""
    return text.replace('¿', '').replace('¡', '')


def without_apostrophes(text):
    """English as many type it: "i didnt see it"."""
    return re.sub(r"(?<=[a-z])'(?=(?:t|s|m|re|ll|ve|d)\b)", '', text,
                  flags=re.IGNORECASE)


def as_typed(source, target, rng):
    """A pair as people type it in a chat; the translation stays tidy, but
    for an end that the source has not got either."""
    kind = rng.random()
    if kind < 0.4:
        source = source.lower()
    if kind > 0.3:
        source, target = without_end(source), without_end(target)
    if kind > 0.8 or kind < 0.1:
        source = without_apostrophes(without_accents(source))
    return without_opening(source), target


def random_name(rng):
    """One of many names, or one that nobody has: names are to be copied,
    not known."""
    if rng.random() < 0.5:
        return rng.choice(NAMES)
    name = ''.join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4)))
    if rng.random() < 0.2:
        return name + str(rng.randint(1, 99))
    return name.capitalize()


def random_number(like, rng):
    return str(rng.randint(1, 9)) + ''.join(
        str(rng.randint(0, 9)) for _ in like[1:])


def with_copies(source, target, rng):
    """The pair with another name or number, or an emoji behind it; None
    when there is nothing to copy."""
    words = set(re.findall(r'\w+', source)) & set(re.findall(r'\w+', target))
    names = sorted(words & TEXT_NAMES)
    numbers = sorted(w for w in words if w.isdecimal())
    for word in names + numbers:
        other = random_number(word, rng) if word.isdecimal() else \
            random_name(rng)
        whole = re.compile(rf'\b{word}\b')
        source, target = (whole.sub(other, t) for t in (source, target))
    if not names and not numbers:
        if rng.random() < 0.8:
            return None
        emoji = ' ' + rng.choice(EMOJI)
        source, target = source + emoji, target + emoji
    return source, target


def with_euros(source, target):
    """The pair in euros; None when it names no money, or one side does."""
    def euro(match):
        word = 'Euro' if match[1][0].isupper() else 'euro'
        # Italian, German and "one dollar" have no s.
        return word + ('s' if match[2] in ('s', 'es') else '')
    for money in (DOLLARS, YEN):
        if len(money.findall(source)) == len(money.findall(target)) > 0:
            return money.sub(euro, source), money.sub(euro, target)
    return None


def encode(pairs, vocabulary, rate, copies, rng):
    """Ids of the pairs, of `rate` of them once more as typed in chat, and
    of `copies` of them with something else to copy or to pay in."""
    sides = ([], [])
    typed = [as_typed(a, b, rng) for a, b in pairs if rng.random() < rate]
    copied = [with_copies(a, b, rng) for a, b in pairs
              if rng.random() < copies]
    paid = [with_euros(a, b) for a, b in pairs] if copies else []
    copied += paid + [with_copies(*p, rng) for p in paid if p]
    for pair in pairs + typed + [p for p in copied if p]:
        ids = [vocabulary.encode(text) + [EOS] for text in pair]
        if all(1 < len(side) <= LONGEST for side in ids):
            for side, of in zip(sides, ids):
                side.append(of)
    return sides


def packed(sentences):
    """All ids in one array, and where each sentence starts."""
    lengths = [len(s) for s in sentences]
    return (np.concatenate([np.array(s, np.int32) for s in sentences]),
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--pairs', nargs='+', required=True)
    ap.add_argument('--vocab', required=True)
    ap.add_argument('--size', type=int, default=4096)
    ap.add_argument('--reverse', action='store_true')
    ap.add_argument('--typed', type=float, default=0.08,
                    help='how much of the text is there once more as typed')
    ap.add_argument('--copies', type=float, default=0.3,
                    help='how much of it is there with other names, numbers')
    ap.add_argument('out')
    o = ap.parse_args()

    pairs = list(read_pairs(o.pairs, o.reverse))
    if not os.path.exists(o.vocab + '.model'):
        train_vocabulary(pairs, o.vocab, o.size)
    vocabulary = sentencepiece.SentencePieceProcessor(
        model_file=o.vocab + '.model')
    source, target = encode(pairs, vocabulary, o.typed, o.copies,
                            random.Random(1))
    source_ids, source_starts = packed(source)
    target_ids, target_starts = packed(target)
    np.savez(o.out, source=source_ids, source_starts=source_starts,
             target=target_ids, target_starts=target_starts,
             pieces=vocabulary.get_piece_size())
    print(f'{len(source)} pairs, {len(source_ids)} source pieces, '
          f'{len(target_ids)} target pieces')


if __name__ == '__main__':
    main()
