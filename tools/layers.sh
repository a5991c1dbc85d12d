#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Refuses an #include that points upward.  The table is the law; each line:
# library: what it may include besides itself.  A name with a slash is a folder of
# a library, or allows one header only.  Tests may include all of their library.
set -euo pipefail
cd "$(dirname "$0")/.."

LAW='
base:
chat:       base
wire:       base
text:       base
nn:         base nn/format nn/kernel
nn/format:  base
nn/kernel:  base
nn/tool:    base nn nn/format nn/kernel
memory:     base text
models:     base wire
engine:     base text models nn
picture:    base
store:      base
link:       base wire
oidc:       base wire link/client.h
webpush:    base
relay:      base
net:        base wire
trace:      base wire
translator: base wire text engine memory models net trace nn/model.h
translator: translator/translate translator/tasks translator/http
translator/translate:
translator/tasks: translator/translate
translator/http: translator translator/translate translator/tasks
gateway:    base chat wire store link oidc webpush net relay trace text/lang.h text/langid.h text/emoji.h text/mention.h picture/picture.h picture/usher.h
exchange:   base chat wire text store
ctl:        base wire memory models nn exchange link/client.h store/claim.h store/copy.h store/store.h
'

# The #includes of ours, as FILE:LINE:HEADER.
includes() {
    find src \( -name '*.[ch]' -o -name '*.cc' -o -name '*.cu' \
        -o -name '*.cuh' \) -exec grep -HnE '^ *# *include *"' {} + |
        sed -E 's/^([^:]+:[0-9]+):[^"]*"([^"]+)".*/\1:\2/'
}

includes | awk -F: -v law="$LAW" '
BEGIN {
    n = split(law, line, "\n")
    for (i = 1; i <= n; i++) {
        m = split(line[i], word, /[: ]+/)
        if (word[1] != "")
            known[word[1]] = 1
        for (j = 2; j <= m; j++)
            allowed[word[1], word[j]] = 1
    }
}
{
    n = split($1, path, "/")
    split($3, header, "/")
    from = path[2]
    to = header[1]
    test = path[n] ~ /(^testing|_test\.c$)/
    if (!(from in known))
        why = "the table knows no library " from
    else if (to == $3)
        why = "write it from src/, as in \"" from "/" $3 "\""
    else if (to != from && ((from, to) in allowed || (from, $3) in allowed))
        next
    else if (to == from && test)
        next
    else {
        if (from "/" path[3] in known)
            from = from "/" path[3]
        if (to "/" header[2] in known)
            to = to "/" header[2]
        if (to == from || (from, to) in allowed)
            next
        why = from " may not include " to
    }
    printf "%s:%s: \"%s\": %s\n", $1, $2, $3, why
    bad = 1
}
END { exit bad }'
