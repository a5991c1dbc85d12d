#!/bin/sh
# SPDX-License-Identifier: ISC
# langid_quality.sh BUILD_DIR DATA_DIR: what langid finds, leaves open
# and gets wrong of lines of one to eight words that it was not trained on, for
# each language and for all, equally many of each.
set -eu

bench=$1/src/text/langid_bench
data=$2
tools=$(dirname "$0")/../../tools
per_language=600
if [ ! -d "$data/more" ]; then
    echo "skipped: no pairs in $data"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

set -- --held-out
for file in "$data"/*.train.tsv.xz "$data"/more/*.train.tsv.xz; do
    case $file in
    */chatui* | */mozwww*) ;; # of programs
    *) set -- "$@" --pairs "$file" ;;
    esac
done
"$tools/langid_data.py" "$work" "$@" |
    awk -F '\t' -v max="$per_language" '++n[$1] <= max' >"$work/all"
cut -f 1 "$work/all" | sort -u >"$work/langs"
while read -r lang; do
    printf '%s ' "$lang"
    awk -F '\t' -v lang="$lang" '$1 == lang' "$work/all" | "$bench" |
        grep '"threshold":0.70'
done <"$work/langs"
"$bench" <"$work/all"
