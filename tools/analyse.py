#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""gcc's -fanalyzer and clang-tidy over our C sources, as TAP.

    tools/analyse.py [FOLDER...]

Folders of src, or all.  Tests and benches are left out.  Takes the commands of
build-debug, so that ./meeshy test has to have made it.  What clang-tidy looks for
is in .clang-tidy; src has no directives that silence either."""

import json
import os
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

BUILD = "build-debug"
NO_SOURCE_OF_OURS = re.compile(r"(_test|_bench|_fill)\.c$|/(testing|testpeer|bench)")
# What a compiler wants of the build and not of the code.
FOR_THE_BUILD = {"ccache", "-MD", "-Werror"}
WITH_A_VALUE = {"-MQ", "-MF", "-o"}
FILE_SECONDS_MAX = 900


def sources(folders):
    """The commands that compile them, by file."""
    found = {}
    with open(f"{BUILD}/compile_commands.json", encoding="utf-8") as file:
        for entry in json.load(file):
            path = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
            path = os.path.relpath(path)
            if not re.match(r"src/.*\.c$", path) or NO_SOURCE_OF_OURS.search(path):
                continue
            if not folders or any(path.startswith(f"src/{f}/") for f in folders):
                found[path] = entry["command"]
    return found


def gcc(_, command):
    words = shlex.split(command)
    kept = [
        word
        for before, word in zip([""] + words, words)
        if word not in FOR_THE_BUILD | WITH_A_VALUE and before not in WITH_A_VALUE
    ]
    # Optimised, a leak of what nobody reads is no leak any more.
    return [*kept, "-O0", "-fanalyzer", "-fdiagnostics-color=never", "-o", os.devnull]


def tidy(path, _):
    return ["clang-tidy-14", "-p", BUILD, "--quiet", os.path.abspath(path)]


def look(job):
    command, directory = job
    try:
        done = subprocess.run(
            command,
            cwd=directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=FILE_SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{command[-1]}: not done in {FILE_SECONDS_MAX} s"
    said = re.search(r"(warning|error): ", done.stdout)
    return done.stdout if said or done.returncode else ""


def main():
    found = sources(sys.argv[1:])
    workers = os.cpu_count()
    bad = False
    for number, (name, tool, directory) in enumerate(
        [("gcc -fanalyzer", gcc, BUILD), ("clang-tidy", tidy, ".")], 1
    ):
        jobs = [(tool(path, command), directory) for path, command in found.items()]
        with ThreadPoolExecutor(workers) as pool:
            reports = [report for report in pool.map(look, jobs) if report]
        for line in "".join(reports).splitlines():
            print(f"# {line}")
        print(f"{'not ' if reports else ''}ok {number} - {name} finds nothing in", end="")
        print(f" {len(found)} files", flush=True)
        bad = bad or bool(reports)
    print("1..2")
    sys.exit(bad)


main()
