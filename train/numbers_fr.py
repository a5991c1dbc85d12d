#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Sentence pairs, English and French, that say numbers: amounts, ordinals,
times of day, dates, days of the week, in figures and in words.

usage: numbers_fr.py [--frames numbers-en-fr.tsv] [--each N] OUT.tsv

--each is how many pairs a frame gets. Corpora say few numbers, and a student
that learns from other text forgets them.
"""
import argparse
import random
import re

import words_fr

EN = ('zero one two three four five six seven eight nine ten eleven twelve '
      'thirteen fourteen fifteen sixteen seventeen eighteen nineteen').split()
FR = ('zéro un deux trois quatre cinq six sept huit neuf dix onze douze '
      'treize quatorze quinze seize dix-sept dix-huit dix-neuf').split()
EN_TENS = '_ _ twenty thirty forty fifty sixty seventy eighty ninety'.split()
FR_TENS = '_ _ vingt trente quarante cinquante soixante'.split()
EN_ORDINALS = {1: 'first', 2: 'second', 3: 'third', 5: 'fifth', 8: 'eighth',
               9: 'ninth', 12: 'twelfth'}
EN_MONTHS = ('January February March April May June July August September '
             'October November December').split()
FR_MONTHS = ('janvier février mars avril mai juin juillet août septembre '
             'octobre novembre décembre').split()
EN_DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split()
FR_DAYS = 'lundi mardi mercredi jeudi vendredi samedi dimanche'.split()
ROUND = [30, 40, 50, 60, 70, 80, 90, 100, 200, 250, 300, 500, 1000, 1500,
         2000, 3000, 12000]
MINUTES = [0, 0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55]


def english(n):
    """0 to 999,999 in words."""
    if n < 20:
        return EN[n]
    if n < 100:
        return EN_TENS[n // 10] + ('-' + EN[n % 10] if n % 10 else '')
    if n < 1000:
        return EN[n // 100] + ' hundred' + \
            (' and ' + english(n % 100) if n % 100 else '')
    rest = n % 1000
    return english(n // 1000) + ' thousand' + \
        ((' and ' if rest < 100 else ' ') + english(rest) if rest else '')


def french(n, feminine=False):
    one = 'une' if feminine else 'un'
    if n < 20:
        return one if n == 1 else FR[n]
    if n < 70:
        tens, unit = FR_TENS[n // 10], n % 10
        return tens if unit == 0 else \
            f'{tens} et {one}' if unit == 1 else f'{tens}-{FR[unit]}'
    if n < 80:
        return 'soixante' + (' et onze' if n == 71 else '-' + FR[n - 60])
    if n < 100:
        return 'quatre-vingts' if n == 80 else \
            'quatre-vingt-' + (one if n == 81 else FR[n - 80])
    if n < 1000:
        hundreds, rest = n // 100, n % 100
        many = 'cent' if hundreds == 1 else \
            FR[hundreds] + ' cent' + ('' if rest else 's')
        return many + (' ' + french(rest, feminine) if rest else '')
    thousands, rest = n // 1000, n % 1000
    many = 'mille' if thousands == 1 else \
        re.sub(r'(cent|vingt)s$', r'\1', french(thousands)) + ' mille'
    return many + (' ' + french(rest, feminine) if rest else '')


def english_ordinal(n):
    """1 to 99."""
    if n in EN_ORDINALS:
        return EN_ORDINALS[n]
    if n < 20:
        return EN[n] + 'th'
    return EN_TENS[n // 10] + '-' + english_ordinal(n % 10) if n % 10 else \
        EN_TENS[n // 10][:-1] + 'ieth'


def french_ordinal(n, feminine=False):
    if n == 1:
        return 'première' if feminine else 'premier'
    word = french(n)
    if word.endswith('neuf'):
        word = word[:-1] + 'v'
    elif word.endswith('cinq'):
        word += 'u'
    elif word.endswith(('e', 'vingts')):
        word = word[:-1]
    return word + 'ième'


def english_short_ordinal(n):
    ending = 'th' if n % 100 in (11, 12, 13) else \
        {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')
    return f'{n}{ending}'


def number(rng, feminine=False):
    """A number as both write it, in words half of the time."""
    n = rng.choice([rng.randint(2, 20), rng.randint(2, 99),
                    rng.randint(21, 99), rng.randint(100, 999),
                    rng.choice(ROUND)])
    if rng.random() < 0.5:
        return english(n), french(n, feminine)
    if n < 1000:
        return str(n), str(n)
    return rng.choice([str(n), f'{n:,}']), \
        rng.choice([str(n), f'{n:,}'.replace(',', ' ')])


def clock(rng):
    """A time of day: 24 hours, 12 hours, or as it is said."""
    kind = rng.random()
    hour, minute = rng.randint(0, 23), rng.choice(MINUTES + [rng.randint(0, 59)])
    if kind < 0.5:
        there = rng.choice([f'{hour} h {minute:02d}', f'{hour}:{minute:02d}',
                            f'{hour}h{minute:02d}']) if minute else f'{hour} h'
        return rng.choice([f'{hour}:{minute:02d}'] * 4 +
                          [f'{hour:02d}:{minute:02d}']), there
    if kind < 0.75:
        half = 'am' if hour < 12 else 'pm'
        here = f'{(hour - 1) % 12 + 1}' + (f':{minute:02d}' if minute else '')
        return here + rng.choice(['', ' ']) + half, \
            f'{hour} h' + (f' {minute:02d}' if minute else '')
    return spoken_clock(rng.randint(1, 12), rng)


def hours_fr(hour):
    return 'midi' if hour == 12 else 'une heure' if hour == 1 else \
        FR[hour] + ' heures'


def spoken_clock(hour, rng):
    here, there = EN[hour], hours_fr(hour)
    following, then = EN[hour % 12 + 1], hours_fr(hour % 12 + 1)
    minutes = rng.choice([5, 10, 20, 25])
    half = ' et demi' if hour == 12 else ' et demie'
    return rng.choice([
        (f"{here} o'clock", there),
        (f'half past {here}', there + half),
        (f'quarter past {here}', there + ' et quart'),
        (f'a quarter past {here}', there + ' et quart'),
        (f'quarter to {following}', then + ' moins le quart'),
        (f'a quarter to {following}', then + ' moins le quart'),
        (f'{english(minutes)} past {here}', f'{there} {french(minutes)}'),
        (f'{english(minutes)} to {following}',
         f'{then} moins {french(minutes)}')])


def ordinal(rng, feminine):
    n = rng.choice([rng.randint(1, 5), rng.randint(1, 12), rng.randint(1, 98)])
    if rng.random() < 0.7:
        return english_ordinal(n), french_ordinal(n, feminine)
    first = '1re' if feminine else '1er'
    return english_short_ordinal(n), first if n == 1 else f'{n}e'


def date(rng):
    month, day = rng.randrange(12), rng.randint(1, 30)
    name, short = EN_MONTHS[month], english_short_ordinal(day)
    here = rng.choice([f'{name} {day}', f'{name} {short}',
                       f'the {short} of {name}', f'{day} {name}',
                       f'the {english_ordinal(day)} of {name}'])
    there = ('1er' if day == 1 else str(day)) + ' ' + FR_MONTHS[month]
    if rng.random() < 0.25:
        year = rng.randint(1950, 2040)
        here, there = f'{here} {year}', f'{there} {year}'
    if rng.random() < 0.3:
        weekday = rng.randrange(7)
        here = f'{EN_DAYS[weekday]}, {here}'
        there = f'{FR_DAYS[weekday]} {there}'
    return here, there


def places(kind, things, rng):
    """What goes into a frame of the kind: {place: (English, French)}."""
    thing, thing_fr, gender = rng.choice(things)
    first, second = rng.sample(range(7), 2)
    train = rng.choice([str(rng.randint(1, 99)), str(rng.randint(100, 9999)),
                        rng.choice('ABCDEF') + str(rng.randint(1, 60))])
    feminine = kind == 'count' and gender == 'f'
    return {'n': number(rng, feminine), 't': (thing, thing_fr),
            'c': clock(rng), 'o': ordinal(rng, kind.endswith(' f')),
            'd': date(rng), 'i': (train, train),
            'w': (EN_DAYS[first], FR_DAYS[first]),
            'v': (EN_DAYS[second], FR_DAYS[second])}


def from_frames(rows, each, rng):
    things = [(a, b, kind[-1]) for kind, a, b in rows
              if kind.startswith('thing ')]
    items = [(a, b) for kind, a, b in rows if kind == 'item']
    frames = [r for r in rows if r[0] != 'item' and r[0][:5] != 'thing']
    for kind, *sides in frames:
        for _ in range(each):
            into = places(kind, things, rng)
            yield tuple(words_fr.capital(re.sub(
                r'\{(.)\}', lambda m: into[m[1]][side], text))
                for side, text in enumerate(sides))
    for _ in range(each * len(items) // 10):  # shopping lists
        some = rng.sample(items, rng.randint(1, 3))
        yield tuple(', '.join(side) for side in zip(*some))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--frames', default='numbers-en-fr.tsv')
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
