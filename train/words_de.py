#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Sentence pairs, English and German, for words that the corpora do not have.

usage: words_de.py [--words words-en-de.tsv] [--frames frames-en-de.tsv]
                   [--each N] OUT.tsv

A word of the table has a gender (p: plural) and a class; it goes into frames of
its class, sentences with places for a noun in its case and what agrees with it.
--each is how many pairs a word gets. words_fr.py does the same for French.
"""
import argparse
import collections
import random
import re

import words_fr

Word = collections.namedtuple('Word', 'english german oblique gender kind')

# Endings of "der", and of "ein" and what is like it: masculine, feminine,
# neuter, plural, of each case.
DER = {'nominative': ('der', 'die', 'das', 'die'),
       'accusative': ('den', 'die', 'das', 'die'),
       'dative': ('dem', 'der', 'dem', 'den')}
EIN = {'nominative': ('', 'e', '', 'e'),
       'accusative': ('en', 'e', '', 'e'),
       'dative': ('em', 'er', 'em', 'en')}
GENDERS = 'mfnp'


def read_words(path):
    def word(english, german, gender, kind):
        noun, _, oblique = german.partition('/')
        return Word(english, noun, oblique or noun, gender, kind)
    return [word(*row) for row in words_fr.table(path)]


def dative(word):
    """A plural ends in n, unless it ends in n or s."""
    noun = word.oblique
    return noun + 'n' if word.gender == 'p' and noun[-1] not in 'ns' else noun


def german_places(word):
    """What stands for [der], [den], [dem], [einen] and so on: named after the
    masculine singular."""
    at = GENDERS.index(word.gender)
    many = word.gender == 'p'
    nouns = {'nominative': word.german, 'accusative': word.oblique,
             'dative': dative(word)}
    places = {'n': word.german}
    for case, noun in nouns.items():
        places[DER[case][0]] = f'{DER[case][at]} {noun}'
        for stem in ('ein', 'kein', 'mein', 'dein'):
            form = noun if many and stem == 'ein' else \
                f'{stem}{EIN[case][at]} {noun}'
            places[stem + EIN[case][0]] = form
    noun, oblique = word.german, word.oblique
    new = {'m': 'neuen', 'f': 'neue', 'n': 'neues', 'p': 'neue'}[word.gender]
    article = '' if many else 'ein' + EIN['accusative'][at] + ' '
    places |= {
        'dieser': ('dieser', 'diese', 'dieses', 'diese')[at] + ' ' + noun,
        'zum': ('zum', 'zur', 'zum', 'zu den')[at] + ' ' + nouns['dative'],
        'einen neuen': f'{article}{new} {oblique}', 'neue': f'{new} {oblique}',
        'der neue': f'{DER["nominative"][at]} {"neuen" if many else "neue"} {noun}',
        'den neuen': f'{DER["accusative"][at]} '
                     f'{"neuen" if word.gender in "mp" else "neue"} {oblique}',
        'dein Lieblings': f'dein{EIN["nominative"][at]} Lieblings{noun.lower()}',
        'deinen s': ('deinen', 'deine', 'deins', 'deine')[at],
        'den r': DER['accusative'][at], 'er': ('er', 'sie', 'es', 'sie')[at],
        'welchen': ('welchen', 'welche', 'welches', 'welche')[at],
        'ist': 'sind' if many else 'ist', 'hat': 'haben' if many else 'hat',
        'liegt': 'liegen' if many else 'liegt',
        'gehört': 'gehören' if many else 'gehört'}
    return {**places, **{words_fr.capital(k): words_fr.capital(v)
                         for k, v in places.items() if k != 'n'}}


def framed(english, german, word):
    """The pair of a frame with the word in its places."""
    return words_fr.fill(english, german, words_fr.english_places(word),
                         german_places(word))


def from_frames(words, frames, each, rng):
    for word in words:
        fitting = [f for f in frames if word.kind in f[0].split()]
        for _, a, b in rng.sample(fitting, min(each, len(fitting))):
            yield framed(a, b, word)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--words', default='words-en-de.tsv')
    ap.add_argument('--frames', default='frames-en-de.tsv')
    ap.add_argument('--each', type=int, default=10)
    ap.add_argument('out')
    o = ap.parse_args()

    rng = random.Random(1)
    made = list(from_frames(read_words(o.words), words_fr.table(o.frames),
                            o.each, rng))
    rng.shuffle(made)
    with open(o.out, 'w', encoding='utf-8') as f:
        f.writelines(f'{a}\t{b}\n' for a, b in made)
    print(f'{len(made)} pairs')


if __name__ == '__main__':
    main()
