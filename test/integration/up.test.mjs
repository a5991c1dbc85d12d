// SPDX-License-Identifier: ISC
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { ROOT } from "../lib/house.mjs";
import { freePort } from "../lib/port.mjs";
import { until } from "../lib/wait.mjs";

const HAS_IPV6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses.some(({ address }) => address === "::1"),
);
const FIRST_START_MS_MAX = 480_000; // it may compile everything

/** Run ./meeshy; resolves with {code, output} whatever comes. */
function meeshy(args, env) {
  return new Promise((done) => {
    execFile(
      join(ROOT, "meeshy"),
      args,
      { env: { ...process.env, ...env }, timeout: FIRST_START_MS_MAX },
      (error, stdout, stderr) =>
        done({ code: error ? (error.code ?? -1) : 0, output: stdout + stderr }),
    );
  });
}

test("./meeshy says which version it is", async () => {
  const [, version] = readFileSync(join(ROOT, "meson.build"), "utf8").match(
    /version: '([^']+)'/,
  );

  assert.deepEqual(await meeshy(["--version"]), {
    code: 0,
    output: `Meeshy ${version}\n`,
  });
});

describe("./meeshy", () => {
  let data, port, env, ports;

  const up = () =>
    meeshy(["up", "-y", "--port", `${port}`, "--data", data, "--detach"], env);
  const status = () => meeshy(["status", "--data", data]);
  const down = () => meeshy(["down", "--data", data]);
  const pid = (name) =>
    Number(readFileSync(join(data, "run", `${name}.pid`), "utf8"));
  const health = async () =>
    (await fetch(`http://127.0.0.1:${port}/health`)).json();

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "meeshy-up-"));
    port = await freePort();
    // The names of the original's documents, and a file.
    const config = join(data, "translator.conf");
    const httpPort = await freePort();
    await writeFile(config, `# mine\nHTTP_PORT = ${httpPort}\n`);
    env = {
      ZMQ_SUB_PORT: String(await freePort()),
      ZMQ_PUB_PORT: String(await freePort()),
      TRANSLATOR_CONFIG: config,
    };
    ports = [env.ZMQ_SUB_PORT, env.ZMQ_PUB_PORT, httpPort].join(",");
  });

  after(async () => {
    await down();
    await rm(data, { recursive: true, force: true });
  });

  test("status says when nothing runs", async () => {
    const { code, output } = await status();

    assert.equal(code, 3);
    assert.match(output, /not running/);
  });

  for (const [option, value] of [
    ["--port", "0"],
    ["--port", "abc"],
    ["--port", "65536"],
    ["--data", ""],
    ["--host", ""],
    ["--models", ""],
  ])
    test(`up refuses ${option} "${value}" and says what it wants`, async () => {
      const { code, output } = await meeshy(["up", option, value], env);

      assert.equal(code, 1);
      assert.match(output, /is no port[^]*1 to 65535|needs a value/);
    });

  test("a gateway that cannot start is reported with its reason", async () => {
    const { code, output } = await meeshy(
      ["up", "-y", "--host", "192.0.2.1", "--port", `${port}`].concat(
        ...["--data", data, "--detach"],
      ),
      env,
    );

    assert.equal(code, 1, output);
    assert.match(output, /cannot listen on 192\.0\.2\.1/);
    assert.match(output, /the gateway does not start/);
    assert.doesNotMatch(output, /Assertion/);
    assert.equal((await status()).code, 3);
  });

  test("a misspelt setting is named, with what was meant", async () => {
    const wrong = { ...env, TRANSLATOR_ANY_WORKER: "3" };
    const { code, output } = await meeshy(
      ["up", "-y", "--port", `${port}`, "--data", data, "--detach"],
      wrong,
    );

    assert.equal(code, 1, output);
    assert.match(output, /did you mean ANY_WORKERS\?/);
  });

  test("of two at once one starts, and both know where", async () => {
    const other = await freePort();
    const [one, two] = await Promise.all([
      up(),
      meeshy(
        ["up", "-y", "--port", `${other}`, "--data", data, "--detach"],
        env,
      ),
    ]);
    const address = /http:\/\/127\.0\.0\.1:\d+/;

    assert.equal(one.code, 0, one.output);
    assert.equal(two.code, 0, two.output);
    assert.equal(address.exec(one.output)[0], address.exec(two.output)[0]);
    const now = await status();
    assert.equal(now.code, 0);
    // Ports are those that the user set, by name or in a file.
    assert.match(now.output, new RegExp(`translator .* ports ${ports}`));
    assert.equal((await down()).code, 0);
  });

  test("up --detach leaves both programs healthy", async (t) => {
    const first = await up();

    assert.equal(first.code, 0, first.output);
    assert.match(first.output, new RegExp(`http://127\\.0\\.0\\.1:${port}`));
    assert.equal((await health()).status, "healthy");
    assert.equal((await down()).code, 0);

    const start = Date.now();
    const second = await up();

    t.diagnostic(`second start: ${Date.now() - start} ms`);
    assert.equal(second.code, 0, second.output);
    assert.equal((await status()).code, 0);
  });

  test("the page is served", async () => {
    const response = await fetch(`http://127.0.0.1:${port}/`);

    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type"), /^text\/html/);
  });

  test("a second up says that it runs already", async () => {
    const { code, output } = await up();

    assert.equal(code, 0, output);
    assert.match(output, /Meeshy runs at/);
  });

  test("top and ctl know where it is, and may change it", async () => {
    const top = await meeshy(["top", "--data", data, "--once"]);
    const ctl = await meeshy(
      ["ctl", "--data", data, "pools", "resize"].concat("--any-workers", "12"),
    );

    assert.equal(top.code, 0, top.output);
    assert.match(top.output, new RegExp(`127\\.0\\.0\\.1:${port} +healthy`));
    assert.equal(ctl.code, 0, ctl.output);
    assert.match(ctl.output, /any +workers 12/);
  });

  for (const name of ["gateway", "translator"])
    test(`a killed ${name} is started again`, async () => {
      const old = pid(name);

      process.kill(old, "SIGKILL");
      await until(() => pid(name) !== old, `a new ${name}`);
      await until(
        async () => (await health()).status === "healthy",
        "healthy again",
        30_000,
      );
    });

  test("another Meeshy refuses the port, and says what to do", async () => {
    const other = await mkdtemp(join(tmpdir(), "meeshy-up-"));
    const { code, output } = await meeshy(
      ["up", "-y", "--port", `${port}`, "--data", other, "--detach"],
      env,
    );

    await rm(other, { recursive: true, force: true });
    assert.equal(code, 1);
    assert.match(output, /is taken by another program[^]*--port/);
  });

  test(
    "an IPv6 address is one that a browser takes",
    { skip: !HAS_IPV6 && "no ::1 here" },
    async () => {
      const other = await mkdtemp(join(tmpdir(), "meeshy-up-"));
      const six = await freePort();
      const { code, output } = await meeshy(
        ["up", "-y", "--host", "::1", "--port", `${six}`].concat(
          ...["--data", other, "--detach"],
        ),
      );

      await meeshy(["down", "--data", other]);
      await rm(other, { recursive: true, force: true });
      assert.equal(code, 0, output);
      assert.match(output, new RegExp(`ready: http://\\[::1\\]:${six}`));
    },
  );

  test("down stops everything", async () => {
    const pids = ["supervisor", "gateway", "translator"].map(pid);
    const { code } = await down();

    assert.equal(code, 0);
    for (const one of pids)
      await until(() => !alive(one), `pid ${one} is gone`);
    assert.equal((await status()).code, 3);
  });
});

/** A zombie that nobody has waited for yet does not count. */
function alive(pid) {
  if (!existsSync(`/proc/${pid}/status`)) return false;
  return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}
