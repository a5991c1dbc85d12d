#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Turn a JSON document into C: embed.py OUT VERSION FILE defines openapi_json
with info.version set."""

import json
import sys


def main():
    out, version, file = sys.argv[1:]
    with open(file, encoding="utf-8") as f:
        document = json.load(f)
    document["info"]["version"] = version
    data = json.dumps(document, separators=(",", ":")).encode()
    rows = [data[i : i + 16] for i in range(0, len(data), 16)]
    with open(out, "w", encoding="utf-8") as f:
        f.write('#include "translator/http/api_impl.h"\n\n')
        f.write("const char openapi_json[] = {\n")
        for row in rows:
            f.write("    " + ",".join(str(byte) for byte in row) + ",\n")
        f.write("};\nconst size_t openapi_json_len = sizeof(openapi_json);\n")


main()
