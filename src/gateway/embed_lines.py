#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Turn lines of text into C: embed_lines.py OUT FILE defines an array that is
named after the file, and its length."""

import pathlib
import sys


def literal(line):
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main():
    out, file = map(pathlib.Path, sys.argv[1:])
    lines = file.read_text(encoding="ascii").splitlines()
    if lines != sorted(set(lines)):
        sys.exit(f"{file}: not sorted")
    name = file.stem
    rows = "".join(f"    {literal(line)},\n" for line in lines)
    out.write_text(
        f'#include "gateway/{name}.h"\n\n'
        f"const char *const {name}[] = {{\n{rows}}};\n"
        f"const size_t {name}_n = sizeof({name}) / sizeof({name}[0]);\n",
        encoding="ascii",
    )


main()
