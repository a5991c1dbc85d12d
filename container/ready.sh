#!/bin/bash
# SPDX-License-Identifier: ISC
# meeshy-ready PORT...: does each program at these ports of the container say
# that it is ready?
set -eu

for port in "$@"; do
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf 'GET /ready HTTP/1.0\r\n\r\n' >&3
    grep -q '^HTTP/1.1 200' <&3
done
