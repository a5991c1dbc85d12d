#!/bin/sh
# SPDX-License-Identifier: ISC
# engine_quality.sh BUILD_DIR DATA_DIR [CHAIN...]: chrF and BLEU of chains of
# Apertium pairs, like "fr-ca-es-en", on the dev sentences in DATA_DIR
# (tatoeba-en-{es,fr}.dev.tsv and chrf.py).  The costs in apertium_scan.c come
# from its figures.
set -eu

bench=$1/src/engine/engine_bench
data=$2
shift 2
if [ ! -r "$data/chrf.py" ]; then
    echo "skipped: no dev sentences in $data"
    exit 0
fi
[ $# -gt 0 ] || set -- en-es en-ca-es es-en es-ca-en \
    fr-es fr-ca-es es-fr es-ca-fr \
    fr-es-en fr-ca-en fr-ca-es-en en-es-fr en-ca-fr en-es-ca-fr
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# pairs SOURCE TARGET: lines of a source sentence and its references.
pairs() {
    case $1-$2 in
    en-*) cat "$data/tatoeba-en-$2.dev.tsv" ;;
    *-en) awk -F '\t' -v OFS='\t' '{print $2, $1}' \
        "$data/tatoeba-en-$1.dev.tsv" ;;
    *) awk -F '\t' -v OFS='\t' 'NR == FNR {first[$1] = $2; next}
        $1 in first {$1 = first[$1]; print}' \
        "$data/tatoeba-en-$1.dev.tsv" "$data/tatoeba-en-$2.dev.tsv" ;;
    esac
}

for chain in "$@"; do
    from=${chain%%-*}
    pairs "$from" "${chain##*-}" >"$work/tsv"
    cut -f 1 "$work/tsv" >"$work/text"
    cut -f 2- "$work/tsv" >"$work/references"
    rest=${chain#*-}-
    while [ -n "$rest" ]; do
        to=${rest%%-*}
        rest=${rest#*-}
        "$bench" "$from" "=$to" 0 64 <"$work/text" >"$work/next"
        mv "$work/next" "$work/text"
        from=$to
    done
    printf '%s ' "$chain"
    python3 "$data/chrf.py" "$work/text" "$work/references"
done
