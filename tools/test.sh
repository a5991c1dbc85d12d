# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# ./meeshy test: phases, each of which runs tests and leaves its count.

PHASE_SECONDS_MAX=1800
NIGHTLY_SECONDS_MAX=7200 # of a phase, with sanitizers
FUZZ_SECONDS=${FUZZ_SECONDS:-60} # of each target
CHAOS_SECONDS=${CHAOS_SECONDS:-3600} # of --chaos, and then the checks
NIGHTLY_CHAOS_SECONDS=600 # with each of two sanitizers
TEST_LOGS=.cache/test
STORE_TESTS=( # what runs on each store in --nightly
    test/integration/{permissions,law,rooms,reads,threads,retention}.test.mjs
)

AGAIN_MAX=4    # so many failed tests of a phase are tried once more
AGAIN_LINES=60 # of what a phase with failures said, repeated at the end

passed=0 failed=0 skipped=0
unsteady=()    # failed among the others, passed alone
broken=()      # failed
broken_logs=() # of the phases with these

# count_add PASSED FAILED SKIPPED
count_add() {
    passed=$((passed + $1))
    failed=$((failed + $2))
    skipped=$((skipped + $3))
}

# phase NAME KIND COMMAND...: run the command, then count_KIND, which reads what
# it left in the log and prints "passed failed skipped".
phase() {
    local name=$1 kind=$2 start=$SECONDS status=0 p f s

    shift 2
    say "$name"
    (set -e && "$@") 2>&1 | tee "$TEST_LOGS/$name.log" | quieten || true
    status=${PIPESTATUS[0]}
    read -r p f s < <("count_$kind" "$TEST_LOGS/$name.log")
    if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
        printf '    %s ended with status %s; its output is in %s\n' \
            "$name" "$status" "$TEST_LOGS/$name.log"
        f=1
    elif [ $((p + f)) -eq 0 ]; then
        printf '    %s ran no test, which counts as a failure\n' "$name"
        f=1
    fi
    if [ "$f" -gt 0 ] && once_more "$name" "$kind" "$@"; then
        p=$((p + f)) f=0
    fi
    printf '    %-17s %4s s  %5s ok %3s not ok %3s skipped\n' "$name" \
        $((SECONDS - start)) "$p" "$f" "$s"
    count_add "$p" "$f" "$s"
    [ "$f" -eq 0 ]
}

# once_more NAME KIND COMMAND...: a test that shares two cores with the others can
# miss a deadline.  The few that failed run again, alone.  What passes then is
# called unsteady at the end; what fails again has failed.
once_more() {
    local name=$1 kind=$2 log=$TEST_LOGS/$1.again.log tests p f s

    shift 2
    mapfile -t tests < <("failed_$kind" "$TEST_LOGS/$name.log")
    if ! [[ $kind =~ ^(node|meson)$ ]] || [ "${#tests[@]}" -eq 0 ] ||
        [ "${#tests[@]}" -gt "$AGAIN_MAX" ]; then
        broken+=("${tests[@]/#/$name: }")
        [ "${#tests[@]}" -gt 0 ] || broken+=("$name")
        broken_logs+=("$TEST_LOGS/$name.log")
        return 1
    fi
    say "$name, once more and alone: ${tests[*]}"
    if (set -e && ONLY="${tests[*]}" "$@") >"$log" 2>&1; then
        unsteady+=("${tests[@]/#/$name: }")
        return 0
    fi
    broken+=("${tests[@]/#/$name: }")
    broken_logs+=("$log")
    return 1
}

# The last lines of a run say what to look at.
conclude() {
    local test log

    for log in "${broken_logs[@]}"; do
        say "the end of $log"
        tail -n "$AGAIN_LINES" "$log"
    done
    for test in "${unsteady[@]}"; do
        say "unsteady, passed when alone: $test"
    done
    for test in "${broken[@]}"; do
        say "FAILED: $test"
    done
    printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" -eq 0 ]
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

failed_build() { :; }

failed_tap() {
    sed -n 's/^not ok [0-9]* *-* *//p' "$1"
}

# The files: "test at test/integration/hub.test.mjs:12:1".
failed_node() {
    sed -n 's/^test at \(.*\):[0-9]*:[0-9]*$/\1/p' "$1" | sort -u
}

failed_meson() {
    local dir

    dir=$(sed -n 's/^build directory: //p' "$1" | tail -n 1)
    tools/meson-count.py --failed "$dir"/meson-logs/testlog*.json
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
    # shellcheck disable=SC2086 # names of tests have no spaces
    timeout "$PHASE_SECONDS_MAX" meson test -C "$dir" --no-rebuild \
        --print-errorlogs "$@" ${ONLY:-}
}

# run_meson_tsan DIR OPTION...: gcc 12's ThreadSanitizer wants its shadow memory
# where a kernel with much address randomisation may have put something else.
run_meson_tsan() {
    tsan_prepare
    run_meson "$@"
}

tsan_prepare() {
    export TSAN_OPTIONS="suppressions=$ROOT/tools/tsan.supp"

    if setarch -R true 2>/dev/null; then
        timeout() { setarch -R timeout "$@"; }
    fi
}

# run_node DIR...: every *.test.mjs below, or those of ONLY.
run_node() {
    local files

    if [ -n "${ONLY:-}" ]; then
        read -ra files <<<"$ONLY"
    else
        mapfile -t files < <(find "$@" -name node_modules -prune -o \
            -name '*.test.mjs' -print | sort)
    fi
    [ "${#files[@]}" -gt 0 ] || die "no test below $*"
    MEESHY_BUILD=${MEESHY_BUILD:-$ROOT/build-debug} timeout "$PHASE_SECONDS_MAX" \
        node --test --test-reporter=spec "${files[@]}"
}

# run_node_on STORE DIR...: the same with houses on another store (test/lib/house).
run_node_on() {
    local MEESHY_TEST_STORE=$1

    export MEESHY_TEST_STORE
    shift
    run_node "$@"
}

# All of web/test, or the files of ONLY.
run_web() {
    cd web
    if [ -n "${ONLY:-}" ]; then
        # shellcheck disable=SC2086 # names of files without spaces
        node --test --test-reporter=spec $ONLY
    else
        timeout "$PHASE_SECONDS_MAX" npm run --silent test
    fi
}

fuzz_configure() {
    CC=clang-14 CXX=clang++-14 meson_ensure build-fuzz -Db_lundef=false \
        -Db_sanitize=address,undefined \
        '-Dc_args=-fsanitize=fuzzer-no-link -Wno-string-conversion -fno-sanitize-recover=undefined'
}

# A minute of each target with libFuzzer; a crash leaves its input behind.
run_fuzz() {
    local target targets name found n=0

    fuzz_configure
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

# The law of sync for long: some 100,000 operations and 1,000 kills in an hour.
# run_chaos DIR SECONDS
run_chaos() {
    MEESHY_BUILD=$ROOT/$1 LAW_SECONDS=$2 timeout $(($2 + PHASE_SECONDS_MAX)) \
        node --test --test-reporter=spec test/integration/law.test.mjs
}

run_chaos_tsan() {
    tsan_prepare
    run_chaos "$@"
}

phases_chaos() {
    phase build build run_build build-debug -Dwerror=true || return 0
    phase chaos node run_chaos build-debug "$CHAOS_SECONDS" || true
}

# Everything on the programs as built for debugging.  phases_plain SETUP: daily or
# nightly, Meson's.
phases_plain() {
    phase lint tap tools/lint.sh || true
    phase build build run_build build-debug -Dwerror=true || return 0
    phase unit meson run_meson build-debug --setup="$1" || true
    phase web node run_web || true
    phase conformance node run_node test/conformance || true
    phase integration node run_node test/integration \
        test/translator || true
    phase integration-pg node run_node_on pg \
        test/integration/law.test.mjs || true
    phase neural node run_node test/nn || true
}

# Who may do what, the law of sync and what people do in rooms, on each store and
# bus.  The operations' own tests are on every database already; the official
# Socket.IO suites drive src/net alone, which knows no store.
phases_stores() {
    local store

    for store in sqlite pg pg+redis; do
        phase "$store" node run_node_on "$store" "${STORE_TESTS[@]}" || true
    done
}

# phases_sanitized SETUP
phases_sanitized() {
    phase build-asan build run_build build-asan \
        -Db_sanitize=address,undefined -Db_lundef=false || return 0
    phase unit-asan meson run_meson build-asan --setup="$1" \
        --timeout-multiplier=4 || true
}

# Tests that measure memory look whether ASAN_OPTIONS is set.
run_node_asan() {
    ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1} MEESHY_BUILD=$ROOT/build-asan run_node "$@"
}

phases_nightly() {
    phase deep tap tools/analyse.py || true
    phases_stores
    phase integration-asan node run_node_asan test/conformance \
        test/integration test/translator || true
    phase chaos-asan node run_chaos build-asan "$NIGHTLY_CHAOS_SECONDS" || true
    if phase build-tsan build run_build build-tsan \
        -Db_sanitize=thread -Db_lundef=false; then
        phase unit-tsan meson run_meson_tsan build-tsan \
            --setup=nightly --timeout-multiplier=10 --repeat=3 || true
        phase chaos-tsan node run_chaos_tsan build-tsan \
            "$NIGHTLY_CHAOS_SECONDS" || true
    fi
    phase fuzz tap run_fuzz || true
}

# unit_names DIR NAME: Meson's tests of that name, or else all that contain it.
unit_names() {
    local all

    all=$(meson test -C "$1" --list 2>/dev/null | sed 's/.* \/ //' | sort -u)
    grep -Fx -- "$2" <<<"$all" || grep -F -- "$2" <<<"$all"
}

# node_files NAME: the files NAME.test.mjs.
node_files() {
    find test web/test -name node_modules -prune -o -name "$1.test.mjs" -print
}

# test_some ASAN NAME...: only these tests, with what they say.
test_some() {
    local dir=build-debug options=(-Dwerror=true) name units=() files=() found

    if [ "$1" = true ]; then
        dir=build-asan
        options=("-Db_sanitize=address,undefined" -Db_lundef=false)
    fi
    shift
    meson_ensure "$dir" "${options[@]}"
    for name in "$@"; do
        mapfile -t found < <(node_files "$name")
        if [ "${#found[@]}" -gt 0 ]; then
            files+=("${found[@]}")
            continue
        fi
        mapfile -t found < <(unit_names "$dir" "$name")
        [ "${#found[@]}" -gt 0 ] || die "there is no test '$name'" \
            "meson test -C $dir --list names those in C; others are test/*/NAME.test.mjs"
        units+=("${found[@]}")
    done
    if [ "${#units[@]}" -gt 0 ]; then
        meson test -C "$dir" --print-errorlogs "${units[@]}" || return 1
    fi
    if [ "${#files[@]}" -gt 0 ]; then
        ninja_build "$dir"
        npm_ensure test dev
        # Those with a browser drive the built page by the page's own packages.
        if grep -qE '(^| )(web|test/browser)/' <<<"${files[*]}"; then
            npm_ensure web dev
            build_web
        fi
        MEESHY_BUILD=$ROOT/$dir node --test --test-reporter=spec "${files[@]}"
    fi
}

# ./meeshy fuzz TARGET [SECONDS]
cmd_fuzz() {
    local name=${1:-} seconds=${2:-$FUZZ_SECONDS}

    [ -f "fuzz/fuzz_$name.c" ] || die "there is no fuzz target '$name'" \
        "they are: $(find fuzz -name 'fuzz_*.c' -printf '%f\n' |
            sed 's/fuzz_//; s/\.c//' | sort | tr '\n' ' ')"
    packages_ensure false build nightly
    fuzz_configure
    ninja_build build-fuzz "fuzz/fuzz_$name"
    mkdir -p "$TEST_LOGS/fuzz/$name"
    "build-fuzz/fuzz/fuzz_$name" -max_total_time="$seconds" \
        -artifact_prefix="$TEST_LOGS/fuzz/$name-" "$TEST_LOGS/fuzz/$name" \
        "fuzz/corpus/$name"
}

# ./meeshy lint [--fix] [--deep [FOLDER...]]
cmd_lint() {
    if [ "${1:-}" = --deep ]; then
        shift
        packages_ensure false build nightly
        meson_ensure build-debug -Dwerror=true
        tools/analyse.py "$@"
        return
    fi
    if [ "${1:-}" = --fix ]; then
        find src fuzz bench -name '*.[ch]' -not -path '*/node_modules/*' \
            -exec clang-format-14 -i {} +
        npm_ensure web dev
        web/node_modules/.bin/prettier --write test web/src web/test \
            --log-level=warn
    fi
    tools/lint.sh
}

cmd_test() {
    local kind=full setup=daily yes=false asan=false extra=() names=()
    local start=$SECONDS

    while [ $# -gt 0 ]; do
        case $1 in
        --quick) kind=quick ;;
        --chaos) kind=chaos ;;
        --nightly)
            kind=nightly setup=nightly extra=(nightly)
            PHASE_SECONDS_MAX=$NIGHTLY_SECONDS_MAX
            ;;
        --asan) asan=true ;;
        -y | --yes) yes=true ;;
        -*) die "test has no option '$1'" "./meeshy help lists them" ;;
        *) names+=("$1") ;;
        esac
        shift
    done
    mkdir -p "$TEST_LOGS"
    if [ "${#names[@]}" -gt 0 ]; then
        packages_ensure "$yes" build run apertium test
        test_some "$asan" "${names[@]}"
        return
    fi
    prepare_tests "$yes" "${extra[@]}"
    if [ "$kind" = chaos ]; then
        phases_chaos
    else
        phases_plain "$setup"
    fi
    if [ "$kind" = full ] || [ "$kind" = nightly ]; then
        phases_sanitized "$setup"
        phase browser node run_node test/browser || true
    fi
    [ "$kind" != nightly ] || phases_nightly
    say "all of it took $((SECONDS - start)) s"
    conclude
}
