// SPDX-License-Identifier: ISC
// meeshyctl import and export: people move here from Slack, with what they
// said, and take a room along as a file.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";

import { asker } from "../lib/api.mjs";
import { House, ROOT } from "../lib/house.mjs";
import { emit } from "../lib/person.mjs";

const BUILD = resolve(ROOT, process.env.MEESHY_BUILD ?? "build-debug");
const CTL = join(BUILD, "src/ctl/meeshyctl");
const CTL_MS_MAX = 60_000;
const PASSWORD = "correct horse battery";
const MANY = 1200; // messages, several batches
const TRANSLATION_MS_MAX = 60_000; // with the start of Apertium's programs

let house, database;

before(async () => {
  house = await House.build();
  database = house.gateway.env.GATEWAY_DATABASE_URL;
});
after(() => house.close());

const { good, refused } = asker(() => house);

/** Run it; resolves with {code, stdout, stderr} whatever comes. */
const ctl = (...args) =>
  new Promise((done) => {
    execFile(
      CTL,
      [...args, "--database", database],
      { timeout: CTL_MS_MAX, env: { PATH: process.env.PATH } },
      (error, stdout, stderr) =>
        done({ code: error ? (error.code ?? -1) : 0, stdout, stderr }),
    );
  });

const put = (name, value) =>
  writeFile(join(house.dir, "export", name), JSON.stringify(value));

const said = (user, ts, text) => ({ type: "message", user, ts, text });

/** A small workspace with a busy channel. */
async function workspace() {
  await mkdir(join(house.dir, "export/kitchen"), { recursive: true });
  await put("users.json", [
    {
      id: "U1",
      team_id: "T1",
      name: "ann",
      profile: { real_name: "Ann Ames" },
      locale: "fr-FR",
    },
    { id: "U2", team_id: "T1", name: "bob", profile: { real_name: "Bob" } },
  ]);
  await put("channels.json", [
    { id: "C1", name: "kitchen", creator: "U1", members: ["U1", "U2"] },
  ]);
  await put("kitchen/2020-01-31.json", [
    said("U2", "1580472000.000100", "The soup is ready, <@U1> :tada:"),
    ...Array.from({ length: MANY - 1 }, (_, i) =>
      said("U2", `${1580472001 + i}.000000`, `line ${i}`),
    ),
  ]);
}

test("a gateway that runs keeps its database", async () => {
  await workspace();
  house.gateway.start();
  await house.answering();
  const { code, stderr } = await ctl("import", "slack", `${house.dir}/export`);

  assert.equal(code, 1);
  assert.match(stderr, /gateway|in use|process/i);
  await house.gateway.stop();
});

test("people sign in after an import and find what was said", async () => {
  const { code, stdout } = await ctl("import", "slack", `${house.dir}/export`);

  assert.equal(code, 0);
  assert.match(stdout, /people 2, rooms 1, messages 1200/);
  house.translator.start();
  house.gateway.start();
  await house.healthy();

  // Nobody signs in before an admin lets them choose a password.
  assert.match(
    await refused(undefined, "POST", "/auth/login", {
      username: "ann",
      password: PASSWORD,
    }),
    /^401/,
  );
  const root = await house.account("root-of-all", "en");
  const claim = house.gateway.log
    .map((line) => line.match(/admin_claim=([\w-]+)/)?.[1])
    .findLast(Boolean);

  await good(root, "POST", "/admin/claim", { token: claim });
  const { token } = await good(root, "POST", "/admin/users/T1.U1/reset");

  await good(undefined, "POST", "/auth/reset", { token, password: PASSWORD });
  const session = await good(undefined, "POST", "/auth/login", {
    username: "ann",
    password: PASSWORD,
  });
  const ann = await house.take({ ...session, username: "ann" });
  const rooms = await good(ann, "GET", "/conversations");
  const kitchen = rooms.find((c) => c.title === "kitchen");

  assert.equal(kitchen.id, "T1.C1");
  assert.equal(kitchen.unread, 0);
  const { messages } = await good(
    ann,
    "GET",
    "/conversations/T1.C1/messages?after=0&limit=1",
  );

  assert.equal(messages[0].content, "The soup is ready, @ann 🎉");
  assert.equal(messages[0].createdAt, "2020-01-31T12:00:00.000Z");
  assert.equal(messages[0].originalLanguage, "en");

  // A reader of French gets it in French, as any old message.
  const asked = await emit(ann, "translation:request", {
    messageId: messages[0].id,
    targetLanguage: "fr",
  });

  assert.equal(asked.success, true, asked.error);
  const { text } = await ann.translation(messages[0].id, TRANSLATION_MS_MAX);

  assert.match(text, /soupe/);
  await ann.send("Merci !", { conversationId: "T1.C1" });
});

test("a room goes into a file while people write", async () => {
  const out = join(house.dir, "kitchen.jsonl");
  const page = join(house.dir, "kitchen.html");

  assert.equal((await ctl("export", "T1.C1", out)).code, 0);
  assert.equal((await ctl("export", "T1.C1", page)).code, 0);
  const lines = (await readFile(out, "utf8")).trimEnd().split("\n");

  assert.equal(lines.length, 1 + MANY + 1);
  assert.equal(JSON.parse(lines[0]).room.title, "kitchen");
  const first = JSON.parse(lines[1]);

  assert.equal(first.content, "The soup is ready, @ann 🎉");
  assert.equal(first.translations[0].language, "fr");
  assert.equal(JSON.parse(lines.at(-1)).content, "Merci !");
  assert.match(await readFile(page, "utf8"), /<bdi>Ann Ames<\/bdi>/);
  const twice = await ctl("export", "T1.C1", out);

  assert.equal(twice.code, 1, "a file that is there is not written over");
  assert.equal((await ctl("export", "T1.C1", "kitchen.txt")).code, 1);
  assert.equal((await ctl("export", "nowhere", `${page}2.html`)).code, 1);
});
