# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# ./meeshy test: phases, each of which runs tests and leaves its count.

PHASE_SECONDS_MAX=900
FUZZ_SECONDS=${FUZZ_SECONDS:-60} # of each target
TEST_LOGS=.cache/test

passed=0 failed=0 skipped=0

# count_add PASSED FAILED SKIPPED
count_add() {
    passed=$((passed + $1))
    failed=$((failed + $2))
    skipped=$((skipped + $3))
}

# phase NAME COUNTER COMMAND...: run the command, then COUNTER, which reads
# what it left in the log and prints "passed failed skipped".
phase() {
    local name=$1 counter=$2 start=$SECONDS status=0 p f s

    shift 2
    say "$name"
    (set -e && "$@") 2>&1 | tee "$TEST_LOGS/$name.log" | quieten || true
    status=${PIPESTATUS[0]}
    read -r p f s < <("$counter" "$TEST_LOGS/$name.log")
    if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
        printf '    %s ended with status %s; its output is in %s\n' \
            "$name" "$status" "$TEST_LOGS/$name.log"
        f=1
    elif [ $((p + f)) -eq 0 ]; then
        printf '    %s ran no test, which counts as a failure\n' "$name"
        f=1
    fi
    printf '    %-17s %4s s  %5s ok %3s not ok %3s skipped\n' "$name" \
        $((SECONDS - start)) "$p" "$f" "$s"
    count_add "$p" "$f" "$s"
    [ "$f" -eq 0 ]
}

# What a reader of the terminal needs: not node's own closing figures.
quieten() {
    grep --line-buffered -vE \
        '^(ℹ|#) (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) '
}

# One build is one test: it must succeed.
count_build() {
    grep -q '^build: complete$' "$1" && echo 1 0 0 || echo 0 1 0
}

count_tap() {
    awk '/^ok .*# SKIP/ { s++; next } /^ok / { p++ } /^not ok / { f++ }
        END { print p + 0, f + 0, s + 0 }' "$1"
}

# node --test ends with "# pass 12" (tap) or "ℹ pass 12" (spec).
count_node() {
    awk '$2 == "pass" && /^(#|ℹ) / { p += $3 }
        $2 ~ /^(fail|cancelled)$/ && /^(#|ℹ) / { f += $3 }
        $2 ~ /^(skipped|todo)$/ && /^(#|ℹ) / { s += $3 }
        END { print p + 0, f + 0, s + 0 }' "$1"
}

count_meson() {
    local dir

    dir=$(sed -n 's/^build directory: //p' "$1" | tail -n 1)
    tools/meson-count.py "$dir"/meson-logs/testlog*.json # with its setup's name
}

# run_build DIR OPTION...
run_build() {
    meson_ensure "$@"
    ninja_build "$1"
    echo "build: complete"
}

# run_meson DIR OPTION...
run_meson() {
    local dir=$1

    shift
    echo "build directory: $dir"
    rm -f "$dir"/meson-logs/testlog*.json
    timeout "$PHASE_SECONDS_MAX" meson test -C "$dir" --no-rebuild \
        --print-errorlogs "$@"
}

# run_meson_tsan DIR OPTION...: gcc 12's ThreadSanitizer wants its shadow memory
# where a kernel with much address randomisation may have put something else.
run_meson_tsan() {
    export TSAN_OPTIONS="suppressions=$ROOT/tools/tsan.supp"

    if setarch -R true 2>/dev/null; then
        timeout() { setarch -R timeout "$@"; }
    fi
    run_meson "$@"
}

# run_node DIR...: every *.test.mjs below.
run_node() {
    local files

    mapfile -t files < <(find "$@" -name node_modules -prune -o \
        -name '*.test.mjs' -print | sort)
    [ "${#files[@]}" -gt 0 ] || die "no test below $*"
    MEESHY_BUILD=${MEESHY_BUILD:-$ROOT/build-debug} timeout "$PHASE_SECONDS_MAX" \
        node --test --test-reporter=spec "${files[@]}"
}

run_web() {
    (cd web && timeout "$PHASE_SECONDS_MAX" npm run --silent test)
}

# A minute of each target with libFuzzer; a crash leaves its input behind.
run_fuzz() {
    local target targets name found n=0

    CC=clang-14 CXX=clang++-14 meson_ensure build-fuzz -Db_lundef=false \
        -Db_sanitize=address,undefined \
        '-Dc_args=-fsanitize=fuzzer-no-link -Wno-string-conversion -fno-sanitize-recover=undefined'
    targets=(fuzz/fuzz_*.c)
    targets=("${targets[@]%.c}")
    ninja_build build-fuzz "${targets[@]}"
    for target in "${targets[@]}"; do
        n=$((n + 1))
        name=${target##*/fuzz_}
        found=$TEST_LOGS/fuzz/$name
        mkdir -p "$found"
        if "build-fuzz/$target" -max_total_time="$FUZZ_SECONDS" \
            -artifact_prefix="$found-" "$found" "fuzz/corpus/$name" \
            2>"$found.log"; then
            echo "ok $n - $name: $(tail -n 1 "$found.log")"
        else
            tail -n 40 "$found.log"
            echo "not ok $n - $name"
        fi
    done
}

prepare_tests() {
    local yes=$1

    shift
    packages_ensure "$yes" build run apertium test "$@"
    npm_ensure test dev
    # Somebody else's engine, a guest: its tests say so where it is missing.
    (npm_ensure test/nn) || say "test/nn has no engine to compare ours with"
    npm_ensure web dev
    build_web
}

# Everything on the programs as built for debugging.  phases_plain SETUP: daily or
# nightly, Meson's.
phases_plain() {
    phase lint count_tap tools/lint.sh || true
    phase build count_build run_build build-debug -Dwerror=true || return 0
    phase unit count_meson run_meson build-debug --setup="$1" || true
    phase web count_node run_web || true
    phase conformance count_node run_node test/conformance || true
    phase integration count_node run_node test/integration \
        test/translator || true
    phase neural count_node run_node test/nn || true
}

# phases_sanitized SETUP
phases_sanitized() {
    phase build-asan count_build run_build build-asan \
        -Db_sanitize=address,undefined -Db_lundef=false || return 0
    phase unit-asan count_meson run_meson build-asan --setup="$1" \
        --timeout-multiplier=4 || true
}

run_node_asan() {
    MEESHY_BUILD=$ROOT/build-asan run_node "$@"
}

phases_nightly() {
    phase integration-asan count_node run_node_asan test/conformance \
        test/integration test/translator || true
    if phase build-tsan count_build run_build build-tsan \
        -Db_sanitize=thread -Db_lundef=false; then
        phase unit-tsan count_meson run_meson_tsan build-tsan \
            --setup=nightly --timeout-multiplier=10 --repeat=3 || true
    fi
    phase fuzz count_tap run_fuzz || true
}

cmd_test() {
    local kind=full setup=daily yes=false extra=() start=$SECONDS

    while [ $# -gt 0 ]; do
        case $1 in
        --quick) kind=quick ;;
        --nightly) kind=nightly setup=nightly extra=(nightly) ;;
        -y | --yes) yes=true ;;
        *) die "test has no option '$1'" "./meeshy help lists them" ;;
        esac
        shift
    done
    mkdir -p "$TEST_LOGS"
    prepare_tests "$yes" "${extra[@]}"
    phases_plain "$setup"
    if [ "$kind" != quick ]; then
        phases_sanitized "$setup"
        phase browser count_node run_node test/browser || true
    fi
    [ "$kind" != nightly ] || phases_nightly
    say "all of it took $((SECONDS - start)) s"
    printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" -eq 0 ]
}
