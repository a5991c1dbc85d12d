#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""How far a running translator's answers may be trusted.

usage: trust.py [--url URL] [--limit N] SOURCE-TARGET FILE.tsv...

A line of a file is an English sentence and one or more translations; one of
the two languages is English. Prints chrF2 and BLEU, how many answers are
called sure and how many of those are right, then for each way that answers
took the confidence from which on it is right: the third number of ways.tsv.

"Right" is a stand-in: chrF2 of 40 or more against the nearest reference.
People find more of them right, since a reference is only one way to say it.
"""
import argparse
import collections
import json
import urllib.error
import urllib.request

import evaluate

RIGHT_FROM = 40      # chrF2 of one sentence
WANTED = 0.95        # of what is called sure
LINES_MIN = 20       # fewer tell nothing
SECONDS_MAX = 60


def ask(url, text, source, target):
    body = json.dumps({'q': text, 'source': source, 'target': target,
                       'format': 'text'}).encode()
    request = urllib.request.Request(
        url + '/translate', body, {'content-type': 'application/json'})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS_MAX) as reply:
            return json.load(reply)
    except urllib.error.HTTPError:
        return {'translatedText': '', 'quality': 'none', 'confidence': 0,
                'engine': 'none', 'doubt': None}


def sure_from(rows):
    """The lowest confidence from which on enough of (confidence, right) are
    right; None when there is none."""
    rows = sorted(rows, reverse=True)
    best, right = None, 0
    for n, (confidence, is_right) in enumerate(rows, 1):
        right += is_right
        last = n == len(rows) or rows[n][0] < confidence
        if last and n >= LINES_MIN and right >= WANTED * n:
            best = confidence, n / len(rows)
    return best


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--url', default='http://localhost:8000')
    ap.add_argument('--limit', type=int, default=150, help='lines of a file')
    ap.add_argument('--show', action='store_true',
                    help='print what is called sure and seems wrong')
    ap.add_argument('pair')
    ap.add_argument('files', nargs='+')
    o = ap.parse_args()

    source, target = o.pair.split('-')
    ways = collections.defaultdict(list)
    for path in o.files:
        sources, references = evaluate.read(path, target == 'en')
        sources, references = sources[:o.limit], references[:o.limit]
        answers = [ask(o.url, s, source, target) for s in sources]
        texts = [a['translatedText'] for a in answers]
        sure = sure_right = rough = 0
        for text, choices, answer, line in zip(texts, references, answers,
                                               sources):
            right = evaluate.chrf([text], [choices]) >= RIGHT_FROM
            is_sure = answer['quality'] == 'sure'
            sure += is_sure
            sure_right += is_sure and right
            rough += answer['quality'] == 'rough'
            if o.show and is_sure and not right:
                print(f'  {line} | {text} | {choices[0]}')
            if answer['doubt'] in (None, 'unsure') and answer['engine']:
                ways[answer['engine']].append((answer['confidence'], right))
        print(f'{o.pair} {path.split("/")[-1]}: '
              f'chrF {evaluate.chrf(texts, references):.1f} '
              f'BLEU {evaluate.bleu(texts, references):.1f} n {len(texts)} '
              f'sure {sure} right {sure_right} rough {rough} '
              f'none {len(texts) - sure - rough}', flush=True)
    for way, rows in sorted(ways.items()):
        found = sure_from(rows)
        print(f'  {way} lines {len(rows)} right '
              f'{sum(r for _, r in rows) / len(rows):.2f} sure from ' +
              (f'{100 * found[0]:.1f} ({found[1]:.0%} of lines)'
               if found else '-'))


if __name__ == '__main__':
    main()
