#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Sentence pairs, English and French, for words that the corpora do not have.

usage: words_fr.py --words words-en-fr.tsv [--frames frames-en-fr.tsv]
                   [--pairs FILE.tsv[.xz]...] [--each N] OUT.tsv

A word of the table has a gender and a class. It goes into the frames of its
class, sentences with places for a noun and what agrees with it; and, with
--pairs, in the place of another noun of its class, gender and beginning in
pairs that people translated (Fadaee, Bisazza and Monz 2017). Words marked
"known" only stand in such pairs. --each is how many pairs of either kind a
word gets.
"""
import argparse
import collections
import random
import re

import prepare

Word = collections.namedtuple('Word', 'english french gender kind known')

VOWEL = re.compile(r'[aeiouyéèêâîôûœ]|h(?!amster|érisson|all\b|anche|aricot)',
                   re.IGNORECASE)
CONSONANT_Y = 'yaourt'
ENGLISH_DETERMINER = 'the|my|your|his|her|our|this|that|a|an'
FRENCH_DETERMINER = ("(?<![\\w'])(?:le |la |l'|un |une |mon |ma |ton |ta |votre |"
                     "son |sa |notre |ce |cet |cette |du |de la |de l'|au |à la |"
                     "à l'|d'un |d'une )")
WORDS_AROUND = range(4, 15)  # length of a pair that gets another noun


def table(path):
    """Rows of a file, without blank lines and comments."""
    with open(path, encoding='utf-8') as lines:
        return [line.rstrip('\n').split('\t') for line in lines
                if line.strip() and not line.startswith('#')]


def read_words(path):
    return [Word(*row[:4], len(row) > 4) for row in table(path)]


def is_vowel(french):
    return bool(VOWEL.match(french)) and not french.startswith(CONSONANT_Y)


def with_article(english):
    vowel = re.match(r'[aeio]|um|un', english) and \
        not re.match(r'one|eu|uni', english)
    return ('an ' if vowel else 'a ') + english


def capital(text):
    return text[:1].upper() + text[1:]


def english_places(word):
    """What stands for {the}, {a}, {is} and so on."""
    n, many = word.english, word.kind.endswith('+')
    places = {'n': n, 'a': with_article(n), 'the': 'the ' + n,
              'my': 'my ' + n, 'your': 'your ' + n,
              'is': 'are' if many else 'is', 'it': 'they' if many else 'it',
              'this': 'these' if many else 'this'}
    return {**places, **{capital(k): capital(v) for k, v in places.items()}}


def french_places(word):
    """What stands for [le], [un], [du], [e] and so on: named after the
    masculine singular."""
    n, she, vowel = word.french, word.gender == 'f', is_vowel(word.french)
    of = ("d'" if vowel else 'de ') + n
    if word.kind.endswith('+'):
        places = {
            'n': n, 'le': 'les ' + n, 'un': 'des ' + n, 'mon': 'mes ' + n,
            'ton': 'tes ' + n, 'ce': 'ces ' + n, 'du': 'des ' + n,
            'de': 'des ' + n, 'au': 'aux ' + n, 'd': of,
            'nouveaux': ('nouvelles ' if she else 'nouveaux ') + n,
            'est': 'sont', 'il': 'elles' if she else 'ils',
            'e': 'es' if she else 's', 'x': 'ses' if she else 'x',
            'le tien': 'les tiennes' if she else 'les tiens'}
    else:
        article = "l'" if vowel else 'la ' if she else 'le '
        new = 'nouvelle ' if she else 'nouvel ' if vowel else 'nouveau '
        of_the = 'du ' if article == 'le ' else 'de ' + article
        at_the = 'au ' if article == 'le ' else 'à ' + article
        mine = 'a ' if she and not vowel else 'on '
        places = {
            'n': n, 'le': article + n, 'un': ('une ' if she else 'un ') + n,
            'mon': 'm' + mine + n, 'ton': 't' + mine + n,
            'ce': ('cette ' if she else 'cet ' if vowel else 'ce ') + n,
            'du': of_the + n, 'de': of_the + n, 'au': at_the + n, 'd': of,
            'un nouveau': ('une ' if she else 'un ') + new + n,
            'le nouveau': ('la ' if she else 'le ') + new + n,
            'est': 'est', 'il': 'elle' if she else 'il',
            'e': 'e' if she else '', 'x': 'se' if she else 'x',
            'le tien': 'la tienne' if she else 'le tien'}
    return {**places, **{capital(k): capital(v) for k, v in places.items()}}


def fill(english, other, here, there):
    """The pair of a frame, with what stands for its places."""
    return (capital(re.sub(r'\{([^}]+)\}', lambda m: here[m[1]], english)),
            capital(re.sub(r'\[([^]]+)\]', lambda m: there[m[1]], other)))


def framed(english, french, word):
    """The pair of a frame with the word in its places."""
    return fill(english, french, english_places(word), french_places(word))


def from_frames(words, frames, each, rng):
    for word in words:
        fitting = [f for f in frames if word.kind in f[0].split()]
        if not word.known:
            for _, a, b in rng.sample(fitting, min(each, len(fitting))):
                yield framed(a, b, word)


def places_in(pairs, words):
    """Pairs with one noun of the table on both sides, by what may stand in
    its place: [(English, French, noun)]."""
    known = {w.english: w for w in words}
    longest_first = sorted(known, key=len, reverse=True)
    noun = re.compile(rf'\b(?:{ENGLISH_DETERMINER}) '
                      rf'({"|".join(map(re.escape, longest_first))})\b',
                      re.IGNORECASE)
    found = collections.defaultdict(list)
    for a, b in pairs:
        hits = noun.findall(a)
        if len(a.split()) not in WORDS_AROUND or len(hits) != 1:
            continue
        word = known[hits[0].lower()]
        there = re.findall(FRENCH_DETERMINER + re.escape(word.french) +
                           r'(?!\w)', b, re.IGNORECASE)
        if len(there) == 1 and b.lower().count(word.french) == 1:
            found[likeness(word)].append((a, b, word))
    return found


def likeness(word):
    return word.kind, word.gender, is_vowel(word.french)


def replaced(a, b, old, new):
    """The pair with another noun; "a" and "an" change with it."""
    def determined(match):
        first = match[1]
        if first.lower() in ('a', 'an'):
            other = with_article(new.english).split()[0]
            first = capital(other) if first[0].isupper() else other
        return f'{first} {new.english}'
    at = b.lower().index(old.french)
    return (re.sub(rf'\b({ENGLISH_DETERMINER}) {re.escape(old.english)}\b',
                   determined, a, flags=re.IGNORECASE),
            b[:at] + new.french + b[at + len(old.french):])


def from_pairs(words, pairs, each, rng):
    places = places_in(pairs, words)
    for word in words:
        fitting = places[likeness(word)]
        if not word.known:
            for a, b, old in rng.sample(fitting, min(each, len(fitting))):
                if old.english != word.english:
                    yield replaced(a, b, old, word)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--words', required=True)
    ap.add_argument('--frames')
    ap.add_argument('--pairs', nargs='*', default=[])
    ap.add_argument('--each', type=int, default=10)
    ap.add_argument('out')
    o = ap.parse_args()

    rng = random.Random(1)
    words = read_words(o.words)
    made = list(from_frames(words, table(o.frames), o.each, rng)) \
        if o.frames else []
    made += from_pairs(words, list(prepare.read_pairs(o.pairs)), o.each, rng)
    rng.shuffle(made)
    with open(o.out, 'w', encoding='utf-8') as f:
        f.writelines(f'{a}\t{b}\n' for a, b in made)
    print(f'{len(made)} pairs')


if __name__ == '__main__':
    main()
