#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Refuses C files over 700 lines and functions over 70.  The format puts the
# braces of a function alone into column one, so counting needs no parser.
set -euo pipefail
cd "$(dirname "$0")/.."

FILE_LINES_MAX=700
FUNCTION_LINES_MAX=70

find src fuzz bench \( -name '*.[ch]' -o -name '*.cu' \) -not -path '*/node_modules/*' -exec awk \
    -v file_max="$FILE_LINES_MAX" -v function_max="$FUNCTION_LINES_MAX" '
FNR == 1 && NR > 1 { end_of_file() }
FNR == 1 { file = FILENAME; open = 0 }
{ lines = FNR }
/^[a-z_].*\(/ { name = $0; sub(/\(.*/, "", name) }
/^{$/ { open = FNR }
/^}$/ {
    if (open && FNR - open + 1 > function_max)
        complain(open, name " has " FNR - open + 1 " lines, limit " \
            function_max)
    open = 0
}
function end_of_file() {
    if (lines > file_max)
        complain(lines, "the file has " lines " lines, limit " file_max)
}
function complain(line, what) {
    printf "%s:%d: %s\n", file, line, what
    bad = 1
}
END { end_of_file(); exit bad }' {} +
