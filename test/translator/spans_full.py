#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""spans_test.py at full size: thousands of messages in every language pair
through the real translator, one pair after another, each with a translator of
its own.

spans_full.py PROGRAM REPORT [--messages N] [--pairs REGEX] [--direct]
              [--seed N] [--in-flight N]

REPORT is a file of JSON lines, one for each pair that is done; started again,
the run goes on with the first pair that is not in it.  The sum of all is
printed as JSON, and the exit status is 0 when every span came back intact."""
import argparse
import itertools
import json
import os
import random
import re
import sys
import time

from spans import Gateway, Message, run, SENTENCES, Tally, Translator

EXAMPLES_MAX = 5
COUNTS = ("messages", "intact", "spans", "damaged", "refused", "failed",
          "retried")


def measure(program, pair, options):
    """A row of the report."""
    source, target = pair
    r = random.Random(f"{options.seed} {source}-{target}")
    todo = ((Message(r, source, i), [target])
            for i in range(options.messages))
    tally = Tally()
    begin = time.monotonic()
    translator = Translator(program)
    try:
        gateway = Gateway(translator)
        # The first answer names the path: "apertium:en-ca-es" is a detour.
        run(gateway, itertools.islice(todo, 1), 1, tally)
        if options.direct and any(m.count("-") > 1 for m in tally.models):
            todo = iter(())
        run(gateway, todo, options.in_flight, tally)
        gateway.close()
    finally:
        translator.stop()
    n = tally.intact + sum(
        map(len, (tally.damaged, tally.refused, tally.failed)))
    return {
        "pair": f"{source}-{target}", "models": sorted(tally.models),
        "messages": n, "intact": tally.intact,
        "spans": tally.spans, "damaged": len(tally.damaged),
        "refused": len(tally.refused), "failed": len(tally.failed),
        "retried": tally.retried,
        "seconds": round(time.monotonic() - begin, 1),
        "examples": [list(case) for cases in
                     (tally.damaged, tally.failed, tally.refused)
                     for case in cases[:EXAMPLES_MAX]]}


def all_pairs(program):
    translator = Translator(program)
    try:
        languages = translator.languages()
    finally:
        translator.stop()
    return [(source, target) for source in sorted(languages)
            if source in SENTENCES for target in languages[source]]


def read_report(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return {row["pair"]: row for row in rows}


def total(done, pairs):
    rows = [done[p] for p in pairs if p in done]
    summary = {name: sum(row[name] for row in rows) for name in COUNTS}
    summary["seconds"] = round(sum(row["seconds"] for row in rows), 1)
    summary["per_second"] = round(
        summary["messages"] / max(summary["seconds"], 1), 1)
    return {"pairs": len(rows), "of_pairs": len(pairs), **summary,
            "bad": sorted(row["pair"] for row in rows
                          if row["damaged"] or row["failed"])}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("report")
    parser.add_argument("--messages", type=int, default=10000)
    parser.add_argument("--pairs", default=".", help="as en-es; a regex")
    parser.add_argument("--direct", action="store_true",
                        help="one message only where there is a detour")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--in-flight", type=int, default=64)
    options = parser.parse_args()

    pairs = [p for p in all_pairs(options.program)
             if re.search(options.pairs, "-".join(p))]
    done = read_report(options.report)
    for pair in pairs:
        if "-".join(pair) in done:
            continue
        row = measure(options.program, pair, options)
        done[row["pair"]] = row
        with open(options.report, "a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        print(f"{row['pair']}: {row['intact']} intact, {row['damaged']} "
              f"damaged, {row['refused']} refused, {row['failed']} failed, "
              f"{row['seconds']} s", file=sys.stderr, flush=True)
    summary = total(done, ["-".join(p) for p in pairs])
    print(json.dumps(summary, indent=1))
    return 1 if summary["bad"] or not summary["messages"] else 0


if __name__ == "__main__":
    sys.exit(main())
