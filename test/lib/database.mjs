// SPDX-License-Identifier: ISC
import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** SQL on the file of a house, past its gateway. */
export function changeDatabase(house, sql) {
  execFileSync("python3", [
    "-c",
    "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])",
    join(house.dir, "meeshy.db"),
    sql,
  ]);
}
