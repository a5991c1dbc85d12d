#!/bin/bash
# SPDX-License-Identifier: ISC
# The first process of the image of both: when one ends, so does the other, and
# who started the container starts it again.
set -u

meeshy-translator &
translator=$!
meeshy-gateway &
gateway=$!

stop() {
    kill "$translator" "$gateway" 2>/dev/null
}

asked=false
trap 'asked=true; stop' TERM INT
wait -n "$translator" "$gateway"
status=$?
stop
wait "$translator" "$gateway" # a signal cuts the wait above short
[ "$asked" = true ] && exit 0
exit $((status == 0 ? 1 : status))
