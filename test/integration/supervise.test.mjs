// SPDX-License-Identifier: ISC
// The supervisor by itself, on a disk that is full.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { ROOT } from "../lib/house.mjs";
import { soon, until } from "../lib/wait.mjs";

let data;

before(async () => {
  data = await mkdtemp(join(tmpdir(), "meeshy-supervise-"));
  for (const folder of ["run", "log"]) await mkdir(join(data, folder));
  await writeFile(join(data, "forever"), "#!/bin/sh\nexec sleep 600\n", {
    mode: 0o755,
  });
});
after(() => rm(data, { recursive: true, force: true }));

const pid = () => Number(readFileSync(join(data, "run/forever.pid"), "utf8"));

test("a look at the lock does not keep the supervisor from starting", async () => {
  const lock = join(data, "run/lock");
  const look = spawn("flock", [lock, "sh", "-c", "echo locked; sleep 0.3"]);

  await soon(new Promise((done) => look.stdout.once("data", done)), "a look");
  const supervisor = spawn(join(ROOT, "tools/supervise.sh"), [data]);
  const ended = new Promise((done) => supervisor.once("exit", done));

  await until(
    () => existsSync(join(data, "run/supervisor.pid")),
    "the supervisor has the lock",
  );
  supervisor.kill("SIGTERM");
  assert.equal(await soon(ended, "the supervisor ends"), 0);
});

test("a full disk stops nobody: logs wait, programs do not", async () => {
  const log = join(data, "log/forever.log");

  await writeFile(log, "x".repeat(100));
  await symlink("/dev/full", `${log}.1`);
  const full = openSync("/dev/full", "w");
  const supervisor = spawn(
    join(ROOT, "tools/supervise.sh"),
    [data, "forever", join(data, "forever")],
    {
      env: { ...process.env, LOG_BYTES_MAX: "10" },
      stdio: ["ignore", full, full],
    },
  );
  const ended = new Promise((done) => supervisor.once("exit", done));

  await until(async () => (await stat(log)).size === 0, "the log is cut");
  const first = await until(pid, "it is started");

  process.kill(first, "SIGKILL");
  await until(() => pid() !== first && pid() > 0, "it is started again");
  assert.equal(supervisor.exitCode, null);
  supervisor.kill("SIGTERM");
  assert.equal(await soon(ended, "the supervisor ends"), 0);
});
