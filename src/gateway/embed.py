#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Turn a JSON document into C: embed.py OUT FILE defines schemas_json."""

import json
import sys


def main():
    out, file = sys.argv[1:]
    with open(file, encoding="utf-8") as f:
        data = json.dumps(json.load(f), separators=(",", ":")).encode()
    rows = [data[i : i + 16] for i in range(0, len(data), 16)]
    with open(out, "w", encoding="utf-8") as f:
        f.write('#include "gateway/cmd_doc_impl.h"\n\n')
        f.write("const char schemas_json[] = {\n")
        for row in rows:
            f.write("    " + ",".join(str(byte) for byte in row) + ",\n")
        f.write("};\nconst size_t schemas_json_len = sizeof(schemas_json);\n")


main()
