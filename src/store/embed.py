#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Turn schema/NNN_name.sql files into one C file: embed.py OUT DRIVER SQL..."""

import os
import sys


def literal(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return "\n".join(f'        "{line}\\n"' for line in escaped.splitlines())


def main():
    out, driver = sys.argv[1:3]
    files = sorted(sys.argv[3:], key=os.path.basename)
    rows = []
    for number, path in enumerate(files, start=1):
        name = os.path.basename(path)
        if name[:4] != f"{number:03}_":
            sys.exit(f"{name}: expected number {number:03}")
        with open(path, encoding="utf-8") as f:
            rows.append(f'    {{"{name}",\n{literal(f.read())}}},')
    with open(out, "w", encoding="utf-8") as f:
        f.write('#include "store/migration.h"\n\n')
        f.write(f"const struct migration {driver}_migrations[] = {{\n")
        f.write("\n".join(rows))
        f.write(f"\n}};\nconst int {driver}_migrations_n = {len(rows)};\n")


main()
