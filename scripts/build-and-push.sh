#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Images, built here and sent to a registry: build-and-push.sh REGISTRY.
set -euo pipefail
exec "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../meeshy" images --push "$@"
