#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The load test under its first name: DURATION, REQUESTS_PER_MINUTE and
# CONCURRENT_REQUESTS from the environment.
set -euo pipefail
exec "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../meeshy" loadtest "$@"
