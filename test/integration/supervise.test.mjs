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
import { freePort } from "../lib/port.mjs";
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

/** A program of its own: a script with these lines, kept running. */
async function supervise(name, lines, env = {}) {
  const program = join(data, name);

  await writeFile(program, lines, { mode: 0o755 });
  const child = spawn(join(ROOT, "tools/supervise.sh"), [data, name, program], {
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  const ended = new Promise((done) => child.once("exit", done));
  const pidNow = () =>
    Number(readFileSync(join(data, `run/${name}.pid`), "utf8"));

  return { child, ended, pid: pidNow };
}

const gone = (one) => {
  try {
    process.kill(one, 0);
    return false;
  } catch {
    return true;
  }
};

test("a program that hangs is replaced", async () => {
  const port = await freePort();
  const one = await supervise(
    "web",
    `#!/usr/bin/python3
import http.server
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200); self.send_header("content-length", "0"); self.end_headers()
http.server.ThreadingHTTPServer(("127.0.0.1", ${port}), H).serve_forever()
`,
    { LIVE_web: `127.0.0.1:${port}/live`, LIVE_SECONDS: "0.3" },
  );
  const first = await until(one.pid, "it is started");
  const log = () => readFileSync(join(data, "log/web.log"), "utf8");

  // It has been looked at, and so is missed when it hangs.
  await until(() => log().split("GET /live").length > 3, "it is looked at");
  process.kill(first, "SIGSTOP");
  await until(() => gone(first), "the one that hangs is gone");
  await until(() => one.pid() > 0 && one.pid() !== first, "another runs");
  one.child.kill("SIGTERM");
  assert.equal(await soon(one.ended, "the supervisor ends"), 0);
});

for (const [name, own, other] of [
  ["gateway", "GATEWAY", "TRANSLATOR"],
  ["gateway1", "GATEWAY", "TRANSLATOR"], // of a cluster
  ["translator2", "TRANSLATOR", "GATEWAY"],
])
  test(`a program has no secrets of the other one: ${name}`, async () => {
    const file = join(data, `${name}.env`);
    const one = await supervise(
      name,
      `#!/bin/sh\nenv >${file}\nexec sleep 600\n`,
      { [`${other}_ADMIN_TOKEN`]: "secret", [`${own}_PORT`]: "1" },
    );
    const env = await until(
      () =>
        readFileSync(file, "utf8").includes(`${own}_PORT`) &&
        readFileSync(file, "utf8"),
      "it has said its environment",
    );

    assert.ok(!env.includes("secret"));
    one.child.kill("SIGTERM");
    assert.equal(await soon(one.ended, "the supervisor ends"), 0);
  });

test("down stops who holds the lock, not whom a file names, and waits", async () => {
  const innocent = spawn("sleep", ["600"]);
  const one = await supervise("forever", "#!/bin/sh\nexec sleep 600\n");
  const program = await until(one.pid, "it is started");

  await writeFile(join(data, "run/supervisor.pid"), `${innocent.pid}\n`);
  one.child.kill("SIGSTOP");
  const down = spawn(join(ROOT, "meeshy"), ["down", "--data", data]);
  const status = await soon(
    new Promise((done) => down.once("exit", done)),
    "down comes to an end",
  );

  assert.equal(status, 0);
  assert.ok(gone(program));
  assert.ok(!gone(innocent.pid));
  innocent.kill();
  await soon(one.ended, "the supervisor ends");
});
