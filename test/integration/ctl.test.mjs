// SPDX-License-Identifier: ISC
// meeshyctl on a whole Meeshy.
import assert from "node:assert/strict";
import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";

import { call } from "../lib/api.mjs";
import { House, ROOT } from "../lib/house.mjs";
import { soon, until } from "../lib/wait.mjs";

const BUILD = resolve(ROOT, process.env.MEESHY_BUILD ?? "build-debug");
const CTL = join(BUILD, "src/ctl/meeshyctl");
const TOKEN = "a-token-for-the-test";
const CTL_MS_MAX = 30_000;
// A bare chroot has no /dev/pts, and so no terminals.
const NO_TERMINAL =
  spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0
    ? false
    : "no pseudo-terminal can be made on this machine";

let house, ada, bob, room;

before(async () => {
  house = await House.build({ TRANSLATOR_ADMIN_TOKEN: TOKEN });
  await house.start();
  ada = await house.guest("Ada", "en");
  bob = await house.guest("Bob", "es");
  const made = await call(house.url, "POST", "/conversations", {
    token: ada.token,
    body: { type: "group", title: "Team", participantIds: [bob.user.id] },
  });

  room = made.body.data.id;
});
after(() => house.close());

/** Run it; resolves with {code, stdout, stderr} whatever comes. */
function ctl(args, { env = {}, input } = {}) {
  return new Promise((done) => {
    const child = execFile(
      CTL,
      args,
      {
        timeout: CTL_MS_MAX,
        env: {
          PATH: process.env.PATH,
          MEESHY_GATEWAY_URL: house.url,
          MEESHY_TRANSLATOR_URL: house.translatorUrl,
          TRANSLATOR_ADMIN_TOKEN: TOKEN,
          GATEWAY_DATABASE_URL: house.gateway.env.GATEWAY_DATABASE_URL,
          ...env,
        },
      },
      (error, stdout, stderr) =>
        done({ code: error ? (error.code ?? -1) : 0, stdout, stderr }),
    );

    child.stdin.end(input);
  });
}

const pools = async () => {
  const response = await fetch(`${house.translatorUrl}/health`);

  return (await response.json()).pools;
};

test("top shows both programs, and whether they are well", async () => {
  await ada.send("The house is red.");
  const { code, stdout } = await ctl(["top", "--once"]);

  assert.equal(code, 0);
  assert.match(stdout, /gateway +http\S+ +healthy/);
  assert.match(stdout, /translator +http\S+ +healthy/);
  assert.match(stdout, /saved 1 /);
  assert.match(stdout, /normal +0 +10000 +20 +0/);

  const away = await ctl(["top", "--once"], {
    env: { MEESHY_TRANSLATOR_URL: "http://127.0.0.1:1" },
  });

  assert.equal(away.code, 1);
  assert.match(away.stdout, /translator +http\S+ +away/);
});

test(
  "a terminal shows it until q is pressed, and is given back",
  {
    skip: NO_TERMINAL,
  },
  async () => {
    const child = spawn(
      "script",
      ["-qec", `stty rows 12 cols 40; ${CTL} top`, "/dev/null"],
      {
        env: {
          PATH: process.env.PATH,
          TERM: "xterm",
          MEESHY_GATEWAY_URL: house.url,
          MEESHY_TRANSLATOR_URL: house.translatorUrl,
        },
      },
    );
    let output = "";

    child.stdout.on("data", (data) => (output += data));
    const ended = once(child, "exit");

    try {
      await until(() => output.includes("saved "), "the screen is drawn");
      child.stdin.write("q");
      const [code] = await soon(ended, "top ends");

      assert.equal(code, 0);
    } finally {
      child.kill("SIGKILL"); // top notices that its terminal is gone
    }
    assert.ok(output.includes("\x1b[?1049h"));
    assert.ok(output.trimEnd().endsWith("\x1b[?1049l"));
    const lines = output.replace(/\x1b\[[?0-9;]*[a-zA-Z]/g, "").split("\r\n");

    for (const line of lines) assert.ok(line.length <= 40, line);
  },
);

test("pools change size while they run", async () => {
  const { code, stdout } = await ctl(
    ["pools", "resize", "--any-workers", "14"].concat([
      "--normal-pool-size",
      "777",
    ]),
  );

  assert.equal(code, 0);
  assert.match(stdout, /any +workers 14/);
  const now = await pools();

  assert.equal(now.any.workers, 14);
  assert.equal(now.normal.capacity, 777);
  assert.match((await ctl(["pools"])).stdout, /normal +0 +777 +20/);
});

test("workers are replaced, and go on translating", async () => {
  assert.equal((await ctl(["restart-workers"])).code, 0);
  const { messageId } = await ada.send("I have three dogs.");

  await bob.translation(messageId);
});

test("changes need the translator's token, also from a file", async () => {
  const file = join(house.dir, "token");
  const resize = ["pools", "resize", "--any-workers", "3"];
  const wrong = { TRANSLATOR_ADMIN_TOKEN: "not-the-token-at-all" };
  const none = { TRANSLATOR_ADMIN_TOKEN: "" };

  assert.equal((await ctl(resize, { env: wrong })).code, 1);
  assert.equal((await ctl(resize, { env: none })).code, 1);
  assert.equal((await pools()).any.workers, 14);
  await writeFile(file, `${TOKEN}\n`);
  const { code } = await ctl([...resize, "--admin-token-file", file], {
    env: none,
  });

  assert.equal(code, 0);
  assert.equal((await pools()).any.workers, 3);
});

test("a room's words go in, come out and go in again", async () => {
  const file = join(house.dir, "words.json");
  const env = { MEESHY_TOKEN: ada.token };
  const terms = [{ term: "Meeshy" }];
  const input = JSON.stringify({ terms });

  assert.equal(
    (await ctl(["glossary", "put", room, "-"], { env, input })).code,
    0,
  );
  assert.equal((await ctl(["glossary", "get", room, file], { env })).code, 0);
  assert.deepEqual(JSON.parse(await readFile(file, "utf8")).terms, terms);
  assert.equal((await ctl(["glossary", "put", room, file], { env })).code, 0);
  const { stdout } = await ctl(["glossary", "get", room], { env });

  assert.deepEqual(JSON.parse(stdout).terms, terms);
});

test("a refusal is told in the gateway's words", async () => {
  const put = (env) =>
    ctl(["glossary", "put", room, "-"], { env, input: '{"terms":[]}' });
  const { code, stderr } = await put({ MEESHY_TOKEN: bob.token });

  assert.equal(code, 1);
  assert.match(stderr, /403/);
  assert.match((await put({ MEESHY_TOKEN: "nonsense" })).stderr, /401/);
  assert.match((await put({})).stderr, /a session is needed/);
});

test("check-config tells what comes from where, and what is wrong", async () => {
  const { code, stdout } = await ctl(["check-config"], {
    env: { GATEWAY_PORT: "4444" },
  });

  assert.equal(code, 0);
  assert.match(stdout, /== gateway\n/);
  assert.match(stdout, /^PORT +4444 +environment GATEWAY_PORT$/m);
  assert.match(stdout, /^ADMIN_TOKEN +\(hidden\) +environment/m);
  assert.ok(!stdout.includes(TOKEN));
  const wrong = await ctl(["check-config"], {
    env: { GATEWAY_PROT: "1", TRANSLATOR_ENGINE: "steam" },
  });

  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /PROT; did you mean PORT\?/);
  assert.match(wrong.stderr, /ENGINE must be/);
});

test("nonsense on the command line is told", async () => {
  assert.equal((await ctl(["dance"])).code, 2);
  assert.equal((await ctl(["backup"])).code, 2);
  assert.equal((await ctl(["top", "--any-workers", "2"])).code, 2);
});
