#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Every file that the documents for developers name is there.

A name is what stands in backquotes and has a slash: from the top, from src or
web/src, with its ending or without, a star for some of them; the folder
of a library may stay away."""

import glob
import re
import sys

PAGES = ["ARCHITECTURE.md", "CONTRIBUTING.md", "train/README.md"]
PAGES += glob.glob("docs/*.md")
NAME = re.compile(r"(?<=`)[a-z_.]+(?:/[A-Za-z0-9_.*-]+)+/?(?=`)")
# Not of this tree: what is made, what is an operator's, types of media, and names
# with a place for one's own, as in fuzz_NAME.c.
ELSEWHERE = re.compile(
    r"(build[a-z-]*|data|run|text|application|image|audio|video)/|.*[A-Z]{4}"
)
TOPS = ["", "src/", "src/*/", "web/", "web/src/", "test/", "bench/", "train/"]
ENDINGS = ["", ".c", ".h", ".ts", ".tsx", ".mjs"]


def exists(name):
    return any(glob.glob(top + name + end) for top in TOPS for end in ENDINGS)


def main():
    bad = False
    for page in sorted(PAGES):
        with open(page, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                for name in NAME.findall(line):
                    if not ELSEWHERE.match(name) and not exists(name):
                        print(f"{page}:{number}: there is no {name}")
                        bad = True
    sys.exit(bad)


main()
