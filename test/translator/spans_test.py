#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Messages full of mentions, links, code, emoji, numbers and Markdown, through
the real translator and every language pair it has: each of these must come
back byte for byte, exactly once.

spans_test.py PROGRAM [MESSAGES [SEED]] prints TAP, and the figures as comments.
Each message goes from its language into all that can be reached from there.
spans_full.py does the same with thousands of messages in each pair."""
import os
import random
import sys
import time

try:
    from spans import (
        Gateway, Message, MODES, REFUSED_MAX, run, SENTENCES, Tally,
        Translator)
except ImportError:
    print("1..0 # SKIP python3-zmq is not installed")
    sys.exit(0)

PROGRAM = sys.argv[1]
MESSAGES = int(sys.argv[2]) if len(sys.argv) > 2 else 34
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
TASKS_IN_FLIGHT = 8


def messages(languages):
    """One source after the other: its pipelines stay warm."""
    sources = sorted(s for s in languages if s in SENTENCES)
    r = random.Random(SEED)
    for i in range(MESSAGES):
        source = sources[i * len(sources) // MESSAGES]
        yield Message(r, source, i), languages[source]


def show(what, cases):
    for pair, why, text, translation in cases[:10]:
        print(f"# {what} {pair}: {why}\n#   {text!r}\n#   {translation!r}")


def main():
    if not os.path.isdir(MODES):
        print("1..0 # SKIP no Apertium language packages")
        return 0
    translator = Translator(PROGRAM)
    tally = Tally()
    try:
        languages = translator.languages()
        begin = time.monotonic()
        run(Gateway(translator), messages(languages), TASKS_IN_FLIGHT, tally)
    finally:
        translator.stop()
    n_pairs = sum(len(v) for v in languages.values())
    unknown = sorted(k for k in languages if k not in SENTENCES)
    n = tally.intact + len(tally.damaged)
    print(f"# {MESSAGES} messages, {n} translations, {tally.spans} spans, "
          f"{len(tally.pairs)} of {n_pairs} pairs, "
          f"{time.monotonic() - begin:.0f} s; refused by the quality gate: "
          f"{len(tally.refused)}; failed: {len(tally.failed)}; "
          f"asked again: {tally.retried}")
    show("damaged", tally.damaged)
    show("refused", tally.refused)
    show("failed", tally.failed)
    if unknown:
        print(f"# no sentences in {' '.join(unknown)}")
    checks = [
        ("every span of every message is intact, exactly once",
         n > 0 and not tally.damaged),
        ("every translation is made, or refused by the quality gate",
         not tally.failed
         and len(tally.refused) <= REFUSED_MAX * (n + len(tally.refused))),
        ("every language pair is covered",
         MESSAGES < len(languages) or len(tally.pairs) >= n_pairs),
    ]
    for i, (name, ok) in enumerate(checks):
        print(f"{'' if ok else 'not '}ok {i + 1} - {name}")
    print(f"1..{len(checks)}")
    return 0 if all(ok for _, ok in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
