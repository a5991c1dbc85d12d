// SPDX-License-Identifier: ISC
// ./meeshy cluster: everything of several machines on one.
import assert from "node:assert/strict";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT } from "../lib/house.mjs";
import { Person } from "../lib/person.mjs";
import { freePort } from "../lib/port.mjs";
import { Postgres } from "../lib/postgres.mjs";
import { Redis } from "../lib/redis.mjs";

const START_MS_MAX = 480_000; // it may compile everything
const has = (program) =>
  spawnSync("which", [program], {
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
  }).status === 0;
const skip =
  (!Postgres.installed && "no PostgreSQL in /usr/lib/postgresql") ||
  (!Redis.installed && "no redis-server") ||
  (!has("haproxy") && "no haproxy");

/** Run ./meeshy cluster; resolves with {code, output} whatever comes. */
const cluster = (...args) =>
  new Promise((done) => {
    execFile(
      join(ROOT, "meeshy"),
      ["cluster", ...args],
      { timeout: START_MS_MAX },
      (error, stdout, stderr) =>
        done({ code: error ? (error.code ?? -1) : 0, output: stdout + stderr }),
    );
  });

const pids = (output) =>
  output.match(/^ +\w+ +\d+$/gm).map((line) => Number(line.split(/ +/)[2]));

test(
  "a cluster starts, people chat across it, and it ends",
  { skip },
  async () => {
    const dir = await mkdtemp("/tmp/meeshy-cluster-"); // sockets: short names
    const data = ["--data", dir];
    const port = await freePort();
    const people = [];

    await chmod(dir, 0o755); // PostgreSQL is another user when we are root
    try {
      assert.equal((await cluster("status", ...data)).code, 3);
      const up = await cluster(
        ...["up", "-y", "--gateways", "3", "--translators", "2"],
        ...["--port", `${port}`, ...data],
      );

      assert.equal(up.code, 0, up.output);
      assert.match(up.output, new RegExp(`ready: http://127.0.0.1:${port}`));
      const status = await cluster("status", ...data);

      assert.equal(status.code, 0, status.output);
      assert.equal(status.output.match(/ready at port/g).length, 3);
      const running = pids(status.output);

      assert.equal(running.length, 8);
      const url = `http://127.0.0.1:${port}`;

      for (let i = 0; i < 6; i++) {
        const person = await Person.enter(url, `P${i}`, i % 2 ? "en" : "es");

        people.push(person);
        // half of them by polling, which comes back to its gateway by a cookie
        await person.connect(
          i < 3 ? { transports: ["polling"], withCredentials: true } : {},
        );
      }
      const { messageId } = await people[0].send("La casa es grande.");

      for (const person of people)
        await person.sees("message:new", ({ id }) => id === messageId);
      assert.match((await people[1].translation(messageId)).text, /house/i);
      const down = await cluster("down", ...data);

      assert.equal(down.code, 0, down.output);
      for (const pid of running)
        assert.throws(() => process.kill(pid, 0), `${pid} is gone`);
    } finally {
      for (const person of people) person.leave();
      await cluster("down", ...data);
      await rm(dir, { recursive: true, force: true });
    }
  },
);

test("docs/scale.md shows what the calculator says", async () => {
  const page = await readFile(join(ROOT, "docs/scale.md"), "utf8");
  const [, options] = page.match(/^ {4}tools\/plan\.py (.*)$/m);
  const said = execFileSync(join(ROOT, "tools/plan.py"), options.split(" "));

  assert.ok(page.includes(said.toString().replace(/^(?=.)/gm, "    ")));
});
