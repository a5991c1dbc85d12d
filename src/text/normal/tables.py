#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Turn normal/LANG.tsv files into one C file: tables.py OUT FILE...; README there says what they hold."""

import os
import re
import sys

CONDITION = re.compile(r"!?(?:(?:<+|>+)[^<>!^$?]+|\^+|\$|\?)")


def fail(path, number, what):
    sys.exit(f"{path}:{number}: {what}")


def expand(condition, classes, path, number):
    """Write out the @classes of a condition."""
    if not CONDITION.fullmatch(condition):
        fail(path, number, f"no condition: {condition}")
    head = re.match(r"!?[<>^$?]+", condition).group()
    items = []
    for item in filter(None, condition[len(head):].split("|")):
        if item.startswith("@"):
            if item not in classes:
                fail(path, number, f"no class {item}")
            items += classes[item]
        else:
            items.append(item)
    return head + "|".join(items)


def read(path):
    """The rules of one file, in the order of what is typed."""
    classes, rules = {}, []
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, start=1):
            line = line.rstrip("\n")
            if not line or line.startswith("# "):
                continue
            columns = line.split("\t")
            if columns[0].startswith("@"):
                classes[columns[0]] = [w for c in columns[1:] for w in c.split()]
                continue
            if len(columns) not in (2, 3):
                fail(path, number, "typed, meant and perhaps conditions, with tabs between")
            when = " ".join(expand(c, classes, path, number) for c in (columns[2].split() if len(columns) > 2 else []))
            for typed in columns[0].split("|"):
                if typed != " ".join(typed.lower().split()):
                    fail(path, number, f"small letters and single spaces: {typed}")
                rules.append((typed, columns[1], when))
    rules.sort(key=lambda rule: rule[0].encode())
    for a, b in zip(rules, rules[1:]):
        if a[0] == b[0] and not a[2]:
            sys.exit(f"{path}: a second rule for {a[0]} after one without conditions")
    return rules


def literal(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("??", '?""?') + '"'


def main():
    out, files = sys.argv[1], sys.argv[2:]
    with open(out, "w", encoding="utf-8") as f:
        f.write('#include "text/normal_table.h"\n')
        for path in files:
            lang = os.path.basename(path).split(".")[0]
            f.write(f"\nstatic const struct normal_rule {lang}_rules[] = {{\n")
            for rule in read(path):
                f.write("    {" + ", ".join(map(literal, rule)) + "},\n")
            f.write("};\n")
        f.write("\nconst struct normal_rules normal_tables[] = {\n")
        for path in files:
            lang = os.path.basename(path).split(".")[0]
            f.write(f'    {{"{lang}", {lang}_rules, sizeof({lang}_rules) / sizeof({lang}_rules[0])}},\n')
        f.write("};\nconst size_t normal_tables_n = sizeof(normal_tables) / sizeof(normal_tables[0]);\n")


main()
