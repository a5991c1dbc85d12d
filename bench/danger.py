#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""danger.py DATA [PAIR...]: what is shown as sure and says something else.

Sends 1,000 parallel lines of the development sets in DATA (dev/ and
tatoeba-*.dev.tsv) for each pair to the translator at MEESHY_TRANSLATOR_URL, and
counts the translations called sure that have another negation, number, question
or name than their source.  The tables here are not the gate's.  Where what people
translated differs from its source in the same way, the line does not count.
Start the translator with TRANSLATOR_MEMORY= to count engines alone.  -v shows the
lines, --lines N takes others than 1,000; exits 1 when there is one.
"""
import argparse
import concurrent.futures
import functools
import json
import os
import pathlib
import random
import re
import sys
import urllib.error
import urllib.request

URL = os.environ.get('MEESHY_TRANSLATOR_URL', 'http://127.0.0.1:8000')
PAIRS = ['en-fr', 'fr-en', 'en-es', 'es-en', 'en-de', 'de-en', 'en-pt', 'pt-en', 'en-it', 'it-en']
# Also as chats type it: "dont".
ENGLISH_NOT = r"(?:do|does|did|is|are|was|were|have|has|had|ca|wo|could|would|should|must)nt"
NEGATORS = {
    'en': rf"\b(no|not|never|nothing|nobody|none|neither|nor|ever|nowhere|without|cannot|\w+n[’']t|{ENGLISH_NOT}|\w+less|hardly|barely|refuse\w*|fail\w*|lack\w*|un\w+|in\w+ble|im\w+ble|stop)\b",
    'fr': r"\b(ne|pas|jamais|rien|personne|aucune?|ni|non|sans|nulle|guère|in\w+|im\w+|ir\w+|dé\w+|mal\w*|arrête\w*)\b|\bn[’']",
    'es': r"\b(no|nunca|nada|nadie|ning\w+|ni|sin|jamás|tampoco|in\w+|im\w+|des\w+|dej\w+)\b",
    'pt': r"\b(não|nunca|nada|ninguém|nenhu\w+|nem|sem|jamais|in\w+|im\w+|des\w+|par\w+)\b",
    'it': r"\b(non|mai|niente|nulla|nessun\w*|né|no|senza|neanche|nemmeno|neppure|in\w+|im\w+|s\w+)\b",
    'de': r"\b(nicht|nichts|nie|niemals|niemand\w*|kein\w*|nein|ohne|weder|nirgend\w*|un\w+|\w+los\w*|kaum)\b",
}
# What says "not" and nothing else: the loss of these is what counts.
PLAIN = {
    'en': rf"\b(not|never|nothing|nobody|cannot|\w+n[’']t|{ENGLISH_NOT})\b",
    'fr': r"\b(pas|jamais|rien)\b|\bn[’']|\bne\b",
    'es': r"\b(no|nunca|nada|nadie)\b",
    'pt': r"\b(não|nunca|nada|ninguém)\b",
    'it': r"\b(non|mai|niente|nulla|nessuno)\b",
    'de': r"\b(nicht|nichts|nie|niemals|niemand|kein\w*)\b",
}


def lines_of(data, pair, count):
    source, target = pair.split('-')
    other, rows = (target if source == 'en' else source), []
    for path in sorted([*data.glob('*.dev.tsv'), *data.glob('dev/*.dev.tsv')]):
        if path.name.split('.')[0].rsplit('-', 1)[1] != other:
            continue
        for line in path.read_text('utf-8').splitlines():
            sides = line.split('\t')[:2]
            rows.append(sides if source == 'en' else sides[::-1])
    random.Random(1).shuffle(rows)
    return rows[:count]


def translate(text, source, target):
    body = json.dumps({'q': text, 'source': source, 'target': target}).encode()
    request = urllib.request.Request(URL + '/translate', body, {'Content-Type': 'application/json'})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError:
        return {'quality': 'none', 'translatedText': ''}


def has(table, language, text):
    return re.search(table[language], text, re.I) is not None


def negation(a, b, x, y):
    """Is one side plainly negated, and the other in no way at all?"""
    return (has(PLAIN, x, a) and not has(NEGATORS, y, b)) or (
        has(PLAIN, y, b) and not has(NEGATORS, x, a))


def figures(text):
    """Its figures, of times of day those of a clock of 24 hours and no ":00"."""
    def clock(m):
        hour = int(m[1]) % 12 + 12 * (m[3].lower() == 'p')
        return f'{hour} {m[2] or ""}'

    text = re.sub(r'\b(\d{1,2})(?::(\d\d))? ?([ap])\.?m\b', clock, text, flags=re.I)
    text = re.sub(r'(?<=\d)([:h] ?00|h)\b', ' ', text)
    return sorted(re.findall(r'\d+', re.sub(r'(?<=\d)[.,\s\u00a0\u202f](?=\d{3}\b)', '', text)))


def numbers(a, b, x, y):
    return figures(a) != figures(b)


def questions(a, b, x, y):
    return ('?' in a) != ('?' in b)


def names(text):
    return set(re.findall(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Ý][a-zà-ÿ]{2,}", text))


@functools.cache
def words_of(language):
    """The common words of a language, which may be translated in a name, too."""
    path = pathlib.Path(__file__).parents[1] / f'src/text/words/{language}.txt'
    return {line.split('\t')[0] for line in path.read_text('utf-8').splitlines()}


def names_changed(source, translation, reference, x):
    """Names that people leave as they are, and the translation has not."""
    common = words_of(x)
    return {n for n in names(source) if n in reference and n not in translation
            and n.lower() not in common and n.lower()[:4] not in translation.lower()}


def faults(source, translation, reference, x, y):
    found = [check.__name__ for check in (negation, numbers, questions)
             if check(source, translation, x, y) and not check(source, reference, x, y)]
    return found + ['names'] * bool(names_changed(source, translation, reference, x))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('data', type=pathlib.Path)
    parser.add_argument('pairs', nargs='*')
    parser.add_argument('--lines', type=int, default=1000)
    parser.add_argument('-v', action='store_true')
    args = parser.parse_args()
    if not args.data.is_dir():
        print(f'skipped: there are no development sets in {args.data}')
        return 0
    total = 0
    for pair in args.pairs or PAIRS:
        source, target = pair.split('-')
        rows = lines_of(args.data, pair, args.lines)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda row: translate(row[0], source, target), rows))
        sure, count, kinds = 0, 0, {}
        for (text, reference), answer in zip(rows, answers):
            if answer['quality'] != 'sure':
                continue
            sure += 1
            found = faults(text, answer['translatedText'], reference, source, target)
            count += bool(found)
            for kind in found:
                kinds[kind] = kinds.get(kind, 0) + 1
            if found and args.v:
                print(f"  {'+'.join(found)}: {text!r} -> {answer['translatedText']!r} ({reference!r})")
        total += count
        print(f'{pair}: {len(rows)} lines, {sure} sure, {count} of them say something else {kinds or ""}', flush=True)
    return 1 if total else 0


if __name__ == '__main__':
    sys.exit(main())
