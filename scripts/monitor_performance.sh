#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The monitor under its first name, as plain text: [--interval N] [--count N].
set -euo pipefail
exec "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../meeshy" top --plain "$@"
