#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Sentence pairs, English and German, that say numbers: amounts, ordinals,
times of day, dates, days of the week, in figures and in words.

usage: numbers_de.py [--frames numbers-en-de.tsv] [--each N] OUT.tsv

--each is how many pairs a frame gets. numbers_fr.py says why.
"""
import argparse
import random
import re

import numbers_fr as en
import words_fr

DE = ('null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf '
      'dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn').split()
DE_TENS = ('_ _ zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig '
           'neunzig').split()
DE_ORDINALS = {1: 'erste', 3: 'dritte', 7: 'siebte', 8: 'achte'}
DE_MONTHS = ('Januar Februar März April Mai Juni Juli August September '
             'Oktober November Dezember').split()
DE_DAYS = ('Montag Dienstag Mittwoch Donnerstag Freitag Samstag '
           'Sonntag').split()


def german(n):
    """0 to 999,999 in words, 1 as in front of a noun."""
    if n < 20:
        return DE[n]
    if n < 100:
        return (DE[n % 10] + 'und' if n % 10 else '') + DE_TENS[n // 10]
    if n < 1000:
        return DE[n // 100] + 'hundert' + (counted(n % 100) if n % 100 else '')
    return german(n // 1000) + 'tausend' + \
        (counted(n % 1000) if n % 1000 else '')


def counted(n):
    """In words, as one counts: "eins" at the end."""
    word = german(n)
    return word + 's' if word.endswith('ein') else word


def german_ordinal(n):
    """1 to 99, as after "der", "die" and "das"."""
    if n in DE_ORDINALS:
        return DE_ORDINALS[n]
    return german(n) + ('te' if n < 20 else 'ste')


def number(rng):
    """A number from 2 on as both write it, in words half of the time."""
    n = rng.choice([rng.randint(2, 20), rng.randint(2, 99),
                    rng.randint(21, 99), rng.randint(102, 999),
                    rng.choice(en.ROUND)])
    if rng.random() < 0.5:
        return en.english(n), counted(n)
    if n < 1000:
        return str(n), str(n)
    return rng.choice([str(n), f'{n:,}']), \
        rng.choice([str(n), f'{n:,}'.replace(',', '.')])


def clock(rng):
    """A time of day: 24 hours, 12 hours, or as it is said."""
    kind = rng.random()
    hour = rng.randint(0, 23)
    minute = rng.choice(en.MINUTES + [rng.randint(0, 59)])
    if kind < 0.5:
        there = f'{hour}:{minute:02d} Uhr' if minute else f'{hour} Uhr'
        return rng.choice([f'{hour}:{minute:02d}'] * 4 +
                          [f'{hour:02d}:{minute:02d}']), there
    if kind < 0.75:
        half = 'am' if hour < 12 else 'pm'
        here = f'{(hour - 1) % 12 + 1}' + (f':{minute:02d}' if minute else '')
        return here + rng.choice(['', ' ']) + half, \
            f'{hour}' + (f':{minute:02d}' if minute else '') + ' Uhr'
    return spoken_clock(rng.randint(1, 12), rng)


def spoken_clock(hour, rng):
    here, there = en.EN[hour], counted(hour)
    following, then = en.EN[hour % 12 + 1], counted(hour % 12 + 1)
    minutes = rng.choice([5, 10, 20])
    return rng.choice([
        (f"{here} o'clock", f'{german(hour)} Uhr'),
        (f'half past {here}', f'halb {then}'),
        (f'quarter past {here}', f'Viertel nach {there}'),
        (f'a quarter past {here}', f'Viertel nach {there}'),
        (f'quarter to {following}', f'Viertel vor {then}'),
        (f'a quarter to {following}', f'Viertel vor {then}'),
        (f'{en.english(minutes)} past {here}',
         f'{german(minutes)} nach {there}'),
        (f'{en.english(minutes)} to {following}',
         f'{german(minutes)} vor {then}')])


def ordinal(rng):
    n = rng.choice([rng.randint(1, 5), rng.randint(1, 12), rng.randint(1, 98)])
    if rng.random() < 0.7:
        return en.english_ordinal(n), german_ordinal(n)
    return en.english_short_ordinal(n), f'{n}.'


def date(rng):
    """As after "am"."""
    month, day = rng.randrange(12), rng.randint(1, 30)
    name, short = en.EN_MONTHS[month], en.english_short_ordinal(day)
    here = rng.choice([f'{name} {day}', f'{name} {short}',
                       f'the {short} of {name}', f'{day} {name}',
                       f'the {en.english_ordinal(day)} of {name}'])
    there = f'{day}. {DE_MONTHS[month]}'
    if rng.random() < 0.25:
        year = rng.randint(1950, 2040)
        here, there = f'{here} {year}', f'{there} {year}'
    return here, there


def places(things, rng):
    """What goes into a frame: {place: (English, German)}."""
    first, second = rng.sample(range(7), 2)
    train = rng.choice([str(rng.randint(1, 99)), str(rng.randint(100, 9999)),
                        rng.choice('ABCDEF') + str(rng.randint(1, 60))])
    return {'n': number(rng), 't': rng.choice(things), 'c': clock(rng),
            'o': ordinal(rng), 'd': date(rng), 'i': (train, train),
            'w': (en.EN_DAYS[first], DE_DAYS[first]),
            'v': (en.EN_DAYS[second], DE_DAYS[second])}


def from_frames(rows, each, rng):
    things = [row[1:] for row in rows if row[0] == 'thing']
    for kind, *sides in rows:
        for _ in range(each if kind == 'frame' else 0):
            into = places(things, rng)
            yield tuple(words_fr.capital(re.sub(
                r'\{(.)\}', lambda m: into[m[1]][side], text))
                for side, text in enumerate(sides))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--frames', default='numbers-en-de.tsv')
    ap.add_argument('--each', type=int, default=80)
    ap.add_argument('out')
    o = ap.parse_args()

    rng = random.Random(1)
    made = list(dict.fromkeys(from_frames(words_fr.table(o.frames), o.each,
                                          rng)))
    rng.shuffle(made)
    with open(o.out, 'w', encoding='utf-8') as f:
        f.writelines(f'{a}\t{b}\n' for a, b in made)
    print(f'{len(made)} pairs')


if __name__ == '__main__':
    main()
