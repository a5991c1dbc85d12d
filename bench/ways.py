#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""ways.py CTL DATA [PAIR...]: what the ways of a running translator are worth.

Measures by "meeshyctl models measure" (CTL), on 100 lines of each development set
in DATA (dev/ and tatoeba-*.dev.tsv: English, tab, the other language) that has the
pair; two languages meet over the same English sentence.  Nothing is kept: the
table goes to a folder of its own.  MEESHY_TRANSLATOR_URL says where it runs; start
it with TRANSLATOR_MEMORY= to measure engines alone.
"""
import os, pathlib, subprocess, sys, tempfile

LINES = 100
LANGUAGES = ['fr', 'es', 'it', 'pt', 'de']


def read(data):
    """{(language, set): rows}"""
    sets = {}
    for path in sorted(data.glob('*.dev.tsv')) + sorted(data.glob('dev/*.dev.tsv')):
        name, _, language = path.name.split('.')[0].rsplit('-', 2)
        rows = [line.split('\t') for line in path.read_text('utf-8').splitlines()]
        sets[language, name] = rows
    return sets


def pick(rows):
    step = max(1, len(rows) / LINES)
    return [rows[int(i * step)] for i in range(min(LINES, len(rows)))]


def lines_of(sets, source, target):
    found = []
    for (language, name), rows in sets.items():
        # DiaBLa says which side was written first.
        if source == 'en' and language == target and not name.endswith('fr2en'):
            found += pick([[r[0], *r[1:]] for r in rows])
        elif target == 'en' and language == source and not name.endswith('en2fr'):
            found += pick([[r[1], r[0]] for r in rows])
        elif language == target and (source, name) in sets:
            first = {r[0]: r[1] for r in sets[source, name]}
            found += pick([[first[r[0]], *r[1:]] for r in rows if r[0] in first])
    return found


def main():
    ctl, data, pairs = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    if not data.is_dir():
        sys.exit(f'skipped: there are no development sets in {data}')
    sets = read(data)
    everything = ['en', *LANGUAGES]
    pairs = pairs or [f'{a}-{b}' for a in everything for b in everything if a != b]
    with tempfile.TemporaryDirectory() as folder:
        text = os.path.join(folder, 'text.tsv')
        for pair in pairs:
            lines = lines_of(sets, *pair.split('-'))
            print(f'{pair} ({len(lines)} lines)', flush=True)
            if len(lines) < 30:
                continue
            pathlib.Path(text).write_text(
                ''.join('\t'.join(line) + '\n' for line in lines), 'utf-8')
            subprocess.run([ctl, 'models', 'measure', pair, text, '--models', folder],
                           check=False)


main()
