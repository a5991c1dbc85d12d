#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A global name tells where it is defined, and is defined once.

Its first word is a word of its file's or folder's name, or it begins with the
name of a struct or enum of its library, or that one's last word: file_find in
store/sql/file.c, conn_new for struct http_conn.  Programs of tests may repeat
each other's names.  The format puts a function's name into column one, below its
type."""

import re
import subprocess
import sys
from collections import defaultdict

# What is known by another word everywhere.
FAMILIES = {
    "src/base/mem.c": ["xmalloc", "xcalloc", "xrealloc", "xstrdup", "xstrndup"],
    "src/base/span.c": ["utf8"],
    "src/ctl/main.c": ["cmd"],
    "src/gateway/name.c": ["text", "username"],
    "src/nn/kernel/testing_tiles.c": ["__wrap_cpu_look"],  # the linker's word
    "src/store/sql/batch.c": ["op", "read"],
    "src/store/sql/stmt.c": ["bind", "column"],
}
HEAD = re.compile(r"([a-z_][a-z0-9_]*)\(")
TYPE = re.compile(r"\b(?:struct|enum|union) ([a-z_0-9]+)")


def sources(pattern):
    found = subprocess.run(
        ["git", "ls-files", pattern], stdout=subprocess.PIPE, check=True, text=True
    )
    return found.stdout.split()


def globals_of(path):
    """The functions that a file shows to others, with their lines."""
    before = ""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            head = HEAD.match(line)
            if head and re.match(r"[a-z_]", before) and not before.endswith(";\n"):
                if not re.search(r"\bstatic\b", before) and head[1] != "main":
                    yield number, head[1]
            before = line


def types():
    """The names of structs and enums in each library's headers."""
    known = defaultdict(set)
    for path in sources("src/*.h"):
        with open(path, encoding="utf-8") as file:
            names = TYPE.findall(file.read())
        known[path.split("/")[1]].update(names, (n.split("_")[-1] for n in names))
    return known


def words_of(path):
    words = set(re.split(r"[/_]", path[len("src/") : -len(".c")]))
    return words | {word[:-1] for word in words if word.endswith("s")}


def fits(name, path, known):
    words = name.split("_")
    first = {words[0], words[0].removesuffix("s")}
    starts = {"_".join(words[:n]) for n in range(1, len(words) + 1)}
    return (
        first & words_of(path)
        or starts & known[path.split("/")[1]]
        or starts & set(FAMILIES.get(path, []))
        or name in FAMILIES.get(path, [])
    )


def main():
    known, places, bad = types(), defaultdict(list), False
    for path in sources("src/*.c"):
        if path.endswith("_test.c"):
            continue
        for number, name in globals_of(path):
            if not any(place.startswith(path + ":") for place in places[name]):
                places[name].append(f"{path}:{number}")
            if not fits(name, path, known):
                print(f"{path}:{number}: {name} does not say that it is from here")
                bad = True
    for name, where in places.items():
        if len(where) > 1:
            print(f"{where[0]}: {name} is also at {', '.join(where[1:])}")
            bad = True
    sys.exit(bad)


main()
