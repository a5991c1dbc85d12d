// SPDX-License-Identifier: ISC
// A house's database, past its gateway; SQL that SQLite and PostgreSQL both
// understand.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const ANSWER_BYTES_MAX = 256 * 1024 * 1024;
const CHANGE = `import sqlite3, sys
sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])`;
const READ = `import json, sqlite3, sys
db = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
print(json.dumps(db.execute(sys.argv[2]).fetchall()))`;

function ask(house, program, sql) {
  const options = { encoding: "utf8", maxBuffer: ANSWER_BYTES_MAX };

  return house.postgres
    ? execFileSync(
        "psql",
        [
          ...["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"],
          ...["-c", sql, house.postgres.url],
        ],
        options,
      )
    : execFileSync(
        "python3",
        ["-c", program, join(house.dir, "meeshy.db"), sql],
        options,
      );
}

export function changeDatabase(house, sql) {
  ask(house, CHANGE, sql);
}

/** Rows as arrays.  Each column has a name of its own. */
export function rows(house, sql) {
  if (!house.postgres) return JSON.parse(ask(house, READ, sql));
  const objects = `SELECT coalesce(json_agg(r), '[]') FROM (${sql}) AS r`;

  return JSON.parse(ask(house, undefined, objects)).map(Object.values);
}
