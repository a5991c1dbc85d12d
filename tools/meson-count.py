#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Counts what `meson test` ran: prints "passed failed skipped".

meson-count.py [--failed] TESTLOG.JSON.  A TAP program counts line by line; one
that crashed, timed out or speaks no TAP counts as one test more.  With
--failed: the names of the programs that failed, a line each.
"""

import json
import re
import sys

TAP_LINE = re.compile(r"^(not )?ok\b(.*)$")


def count(run):
    passed = failed = skipped = 0
    for line in run.get("stdout", "").splitlines():
        match = TAP_LINE.match(line)
        if not match:
            continue
        if re.search(r"# *skip", match[2], re.IGNORECASE):
            skipped += 1
        elif match[1]:
            failed += 1
        else:
            passed += 1
    good = run["result"] in ("OK", "EXPECTEDFAIL")
    if run["result"] == "SKIP":
        skipped = max(skipped, 1)
    elif good and passed + failed + skipped == 0:
        passed = 1
    elif not good and failed == 0:
        failed = 1
    return passed, failed, skipped


def main():
    try:
        with open(sys.argv[-1], encoding="utf-8") as log:
            runs = [json.loads(line) for line in log]
    except FileNotFoundError:
        runs = []
    counts = [count(run) for run in runs]
    if sys.argv[1] == "--failed":
        for run, (_, failed, _) in zip(runs, counts):
            if failed:
                print(run["name"].split(" / ")[-1])
    else:
        print(*(sum(c[i] for c in counts) for i in range(3)))


main()
