// SPDX-License-Identifier: ISC
// Small copies of pictures: made in a cage, seen by who sees the message.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { call } from "../lib/api.mjs";
import { inHouse } from "../lib/house.mjs";
import { emit, group } from "../lib/person.mjs";
import {
  animatedGif,
  hugePng,
  lyingPng,
  png,
  webpSize,
} from "../lib/pictures.mjs";
import { until } from "../lib/wait.mjs";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** The next round, which would see it too, is a minute later. */
const SOON_MS = 30_000;

/** What the gateway says of a file that was sent. */
async function sent(person, room, bytes) {
  const answer = await fetch(`${person.url}/conversations/${room}/files`, {
    method: "POST",
    headers: { authorization: `Bearer ${person.token}` },
    body: bytes,
  });
  const body = await answer.json();

  assert.equal(answer.status, 201, JSON.stringify(body));
  return body.data;
}

function small(person, messageId, fileId, headers = {}) {
  return fetch(
    `${person.url}/messages/${messageId}/files/${fileId}/thumbnail`,
    { headers: { authorization: `Bearer ${person.token}`, ...headers } },
  );
}

async function onDisk(house) {
  const names = await readdir(join(house.dir, "files"), { recursive: true });

  return names.filter((name) => name.includes("/")).sort();
}

/** The process of meeshy-thumbnail that a gateway started. */
function helperOf(gateway) {
  const { stdout } = spawnSync(
    "ps",
    ["--ppid", gateway.child.pid, "-o", "pid=,comm="],
    { encoding: "utf8" },
  );

  return stdout
    .split("\n")
    .filter((line) => line.includes("meeshy-thumb"))
    .map((line) => Number(line.trim().split(" ")[0]));
}

test("a picture has a size and a small copy for who sees its message", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const out = await house.guest("Carl", "en");
    const room = await group(house, a, b);
    const file = await sent(a, room, png(1600, 900));

    assert.equal(file.width, 1600);
    assert.equal(file.height, 900);
    assert.equal(file.thumbnail, true);
    const { messageId } = await a.send("", {
      conversationId: room,
      fileIds: [file.id],
    });
    const { data } = await b.sees("message:new", (m) => m.id === messageId);

    assert.deepEqual(data.files, [file]);
    const got = await small(b, messageId, file.id);
    const bytes = Buffer.from(await got.arrayBuffer());

    assert.equal(got.status, 200);
    assert.equal(got.headers.get("content-type"), "image/webp");
    assert.match(got.headers.get("content-security-policy"), /sandbox/);
    assert.equal(got.headers.get("etag"), `"${sha256(bytes)}"`);
    assert.deepEqual(webpSize(bytes), [640, 360]);
    const again = await small(b, messageId, file.id, {
      "if-none-match": got.headers.get("etag"),
    });

    assert.equal(again.status, 304);
    // Who is not in the room hears what they hear of nothing at all.
    const none = await small(out, "01aaaaaaaaaaaaaaaaaaaaaaaa", file.id);
    const absent = await none.text();
    const other = await small(out, messageId, file.id);

    assert.equal(other.status, 404);
    assert.equal(await other.text(), absent);
    assert.equal(other.headers.get("etag"), null);
    const mine = await out.send("mine");

    for (const id of [file.id, sha256(bytes)])
      assert.equal((await small(out, mine.messageId, id)).status, 404);
  }));

test("a small copy is once on disk and goes with the last picture", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const picture = png(900, 700);
    const files = [
      await sent(a, "any", picture),
      await sent(a, "any", picture),
    ];
    const first = await a.send("", { fileIds: [files[0].id] });
    const second = await a.send("", { fileIds: [files[1].id] });

    assert.equal((await onDisk(house)).length, 2);
    await emit(a, "message:delete", { messageId: first.messageId });
    assert.equal((await small(a, first.messageId, files[0].id)).status, 404);
    assert.equal((await small(a, second.messageId, files[1].id)).status, 200);
    await emit(a, "message:delete", { messageId: second.messageId });
    await until(
      async () => (await onDisk(house)).length === 0,
      "nothing is left on disk",
      SOON_MS,
    );
  }));

test("what is no good picture is sent all the same, without a copy", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const whole = png(400, 300);
    const bad = {
      "says 30,000 squared": lyingPng(30_000, 30_000),
      "says more than it has": lyingPng(5_000, 5_000),
      "is larger than anybody may": hugePng(9_000, 9_000),
      "is cut": whole.subarray(0, whole.length / 2),
      "is noise": Buffer.concat([whole.subarray(0, 40), randomBytes(5_000)]),
      "has a head only": Buffer.from("\xff\xd8\xff", "latin1"),
      "is a WebP of nothing": Buffer.from("RIFF\x04\0\0\0WEBPVP8 ", "latin1"),
    };

    for (const [what, bytes] of Object.entries(bad)) {
      const file = await sent(a, "any", bytes);

      assert.match(file.type, /^image\//, what);
      assert.equal(file.thumbnail, undefined, what);
      assert.equal(file.width, undefined, what);
      const { messageId } = await a.send("", { fileIds: [file.id] });

      assert.equal((await small(a, messageId, file.id)).status, 404, what);
    }
    const gif = await sent(a, "any", animatedGif(100_000));

    assert.deepEqual([gif.width, gif.height, gif.thumbnail], [1, 1, true]);
    // Something else under a picture's name is nobody's picture.
    assert.equal((await sent(a, "any", "<svg/>")).thumbnail, undefined);
    assert.equal((await sent(a, "any", whole)).thumbnail, true);
    const { body } = await call(house.url, "GET", "/stats");

    assert.equal(body.thumbnails_made, 2);
    assert.equal(body.thumbnails_failed, Object.keys(bad).length);
  }));

test("many at once each get theirs, or none, and nobody waits for ever", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const good = png(700, 500);
    const all = await Promise.all(
      Array.from({ length: 24 }, (_, i) =>
        sent(a, "any", i % 3 === 0 ? lyingPng(6_000, 6_000 + i) : good),
      ),
    );

    for (const [i, file] of all.entries())
      assert.equal(file.thumbnail, i % 3 === 0 ? undefined : true);
  }));

test("the program that makes them has nothing of the gateway, and may end", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const [helper] = helperOf(house.gateway);
    const open = await readdir(`/proc/${helper}/fd`);

    assert.deepEqual(open.sort(), ["0", "1", "2"]); // its socket, the log
    assert.equal(await readFile(`/proc/${helper}/environ`, "utf8"), "");
    process.kill(helper, "SIGTERM"); // it ends with the gateway, not before
    assert.equal((await sent(a, "any", png(50, 50))).thumbnail, true);
    process.kill(helper, "SIGKILL");
    assert.equal((await sent(a, "any", png(51, 50))).thumbnail, undefined);
    assert.deepEqual(helperOf(house.gateway), []);
    assert.match(house.gateway.log.join("\n"), /no small copies from now on/);
    await a.send("still here");
  }));
