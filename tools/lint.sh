#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Every check that needs no program of ours, as TAP.  Without arguments all.
# shellcheck disable=SC2317 # functions are called through check
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

n=0 bad=0

# check NAME COMMAND...: shows the command's output only when it fails.
check() {
    local name=$1 output

    shift
    n=$((n + 1))
    if output=$("$@" 2>&1); then
        echo "ok $n - $name"
    else
        head -n 60 <<<"$output" | sed 's/^/# /'
        echo "not ok $n - $name"
        bad=1
    fi
}

format() {
    find src fuzz bench \( -name '*.[ch]' -o -name '*.cu' -o -name '*.cuh' \) -not -path '*/node_modules/*' -exec \
        clang-format-14 --dry-run -Werror {} +
}

shells() {
    find meeshy .ci scripts tools test \( -name meeshy -o -name run \
        -o -name '*.sh' \) -not -path '*/node_modules/*' -type f \
        -exec shellcheck -x {} +
}

manuals() {
    mandoc -T lint -W style man/*
}

# Needs the npm packages of web/, which ./meeshy test has installed by then.
scripts() {
    web/node_modules/.bin/prettier --check test --log-level=warn &&
        cd web && npm run --silent check
}

check "C sources are formatted as .clang-format says" format
check "no library includes upward" tools/layers.sh
check "no file and no function is too long" tools/sizes.sh
check "global names say where they are from, and are there once" tools/names.py
check "the files that documents name are there" tools/paths.py
check "shellcheck finds nothing in the shell scripts" shells
if command -v mandoc >/dev/null; then
    check "mandoc finds nothing in the manual pages" manuals
else
    n=$((n + 1))
    echo "ok $n - mandoc finds nothing in the manual pages # SKIP no mandoc"
fi
check "the scripts of test/ and web/ are formatted and typed" scripts
echo "1..$n"
exit $bad
