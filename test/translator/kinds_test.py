#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Lines of a chat whose figures, number words, times, code, names and lists have
to come through, with the models and language packages that are there.

kinds_test.py PROGRAM prints TAP, a test for each kind of kinds.tsv; a line that
fails is shown as a comment.  A pair of languages that is not to be had is left
out.  The working directory has the folder "models"."""
import json
import os
import re
import sys
import urllib.error
import urllib.request

try:
    from spans import MODES, Translator
except ImportError:
    print("1..0 # SKIP python3-zmq is not installed")
    sys.exit(0)

PROGRAM = sys.argv[1]
LINES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kinds.tsv")


def kinds():
    """(kind, its rows), by the comments of the file; the first says what the
    columns are."""
    found = []
    with open(LINES, encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            if line.startswith("#"):
                found.append((line[1:].strip(" .\n").lower(), []))
            else:
                found[-1][1].append(line.rstrip("\n").split("\t"))
    return found


def translate(translator, source, target, text):
    body = {"q": text, "source": source, "target": target}
    request = urllib.request.Request(
        f"http://127.0.0.1:{translator.http}/translate",
        json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["translatedText"]
    except urllib.error.HTTPError as error:
        return f"refused: {error.read().decode()}"


def is_right(translation, must, must_not):
    def has(what):
        return re.search(what, translation, re.IGNORECASE)
    return all(has(m) for m in must.split(";;")) and not (
        must_not and has(must_not))


def main():
    if not os.path.isdir(MODES):
        print("1..0 # SKIP no Apertium language packages")
        return 0
    translator = Translator(PROGRAM)
    wrong = 0
    try:
        languages = translator.languages()
        for number, (kind, rows) in enumerate(kinds(), 1):
            bad = 0
            for source, target, text, must, *must_not in rows:
                if target not in languages.get(source, []):
                    continue
                got = translate(translator, source, target, text)
                if not is_right(got, must, must_not[0] if must_not else ""):
                    bad += 1
                    print(f"# {source}-{target} {text!r}\n#   {got!r}")
            print(f"{'not ok' if bad else 'ok'} {number} - {kind} come through")
            wrong += bad > 0
    finally:
        translator.stop()
    print(f"1..{number}")
    return 1 if wrong else 0


sys.exit(main())
