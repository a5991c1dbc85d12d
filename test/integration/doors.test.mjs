// SPDX-License-Identifier: ISC
// What the gateway's HTTP side owes to programs other than our page.
import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";

import { call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";

let house;

before(async () => {
  house = await House.build();
  house.gateway.start();
  await house.answering();
});
after(() => house.close());

const get = (path, headers) => call(house.url, "GET", path, { headers });

test("what has not changed is not sent again", async () => {
  for (const path of ["/openapi.json", "/asyncapi.json", "/languages"]) {
    const first = await get(path);
    const etag = first.headers.get("etag");
    const again = await get(path, { "if-none-match": `"old", W/${etag}` });

    assert.equal(first.status, 200);
    assert.equal(again.status, 304);
    assert.equal(again.text, "");
    assert.equal((await get(path, { "if-none-match": '"old"' })).status, 200);
  }
});

test("HEAD says how long an answer would be", async () => {
  const whole = await get("/openapi.json");
  const head = await fetch(`${house.url}/openapi.json`, { method: "HEAD" });

  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
  assert.equal(
    Number(head.headers.get("content-length")),
    Buffer.byteLength(whole.text),
  );
});

test("a body may come in chunks", async () => {
  const answer = await fetch(`${house.url}/auth/guest`, {
    method: "POST",
    duplex: "half",
    body: new ReadableStream({
      start(controller) {
        for (const piece of ['{"username":"Ch', 'unk","langu', 'age":"fr"}'])
          controller.enqueue(new TextEncoder().encode(piece));
        controller.close();
      },
    }),
  });

  assert.equal(answer.status, 201);
  assert.equal((await answer.json()).data.user.displayName, "Chunk");
});

test("a watcher learns whether it lives and may be sent people", async () => {
  assert.equal((await get("/live")).status, 200);
  assert.equal((await get("/ready")).status, 200);
});

test("Prometheus reads the same counters as everybody", async () => {
  const person = await house.guest("A", "fr");

  await person.send("un");
  const { text } = await get("/metrics");
  const { body } = await get("/stats");

  assert.equal(body.messages_saved, 1);
  assert.match(text, /^meeshy_gateway_messages_saved_total 1$/m);
  for (const line of text.trim().split("\n"))
    assert.match(
      line,
      /^(# (HELP|TYPE) \w+ .+|\w+(\{.+\})? -?\d+(\.\d+)?(e[-+]\d+)?)$/,
    );
  // Milliseconds and megabytes go by other names, in seconds and bytes.
  const same = (name) =>
    !/^(translators|memory_usage_mb|commit_ms_.*)$/.test(name);

  for (const name of Object.keys(body).filter(same))
    assert.match(text, new RegExp(`^meeshy_gateway_${name}(_total)? `, "m"));
});

test("a message is changed, translated and deleted by REST too", async () => {
  const writer = await house.guest("A", "fr");
  const reader = await house.guest("B", "en");
  const { messageId } = await writer.send("Bonjor");
  const rest = (method, path, body) =>
    call(house.url, method, path, { token: writer.token, body });

  const edit = await rest("PATCH", `/messages/${messageId}`, {
    content: "Bonjour",
  });

  assert.equal(edit.status, 200);
  const again = await rest("PUT", `/conversations/any/messages/${messageId}`, {
    content: "Bonjour !",
  });

  assert.equal(again.status, 200);
  await reader.sees("message:edited", (m) => m.content === "Bonjour !");
  const elsewhere = `/conversations/nowhere/messages/${messageId}`;

  assert.equal((await rest("PUT", elsewhere, { content: "x" })).status, 404);
  const asked = await rest("POST", `/messages/${messageId}/translations`, {
    targetLanguage: "es",
  });

  assert.equal(asked.status, 202);
  assert.equal((await rest("DELETE", `/messages/${messageId}`)).status, 200);
  await reader.sees("message:deleted", (m) => m.messageId === messageId);
});

test("history ends before a message that is named by its id", async () => {
  const a = await house.guest("A", "fr");
  const made = [];

  for (const text of ["un", "deux", "trois"]) made.push(await a.send(text));
  const { messages } = await a.get(
    `/conversations/any/messages?limit=1&before=${made[2].messageId}`,
  );

  assert.deepEqual(
    messages.map(({ content }) => content),
    ["deux"],
  );
  const room = await call(house.url, "POST", "/conversations", {
    token: a.token,
    body: { type: "group", title: "Hall" },
  });
  const elsewhere = `/conversations/${room.body.data.id}/messages`;
  const before = `before=${made[2].messageId}`;

  assert.equal(
    (await call(house.url, "GET", `${elsewhere}?${before}`, { token: a.token }))
      .status,
    404,
  );
});

test("a client of the original hears who it is, and is nobody else", async () => {
  const a = await house.guest("A", "fr");
  const b = await house.guest("B", "en");
  const ask = (data) =>
    a.socket.timeout(5_000).emitWithAck("authenticate", data);

  a.socket.emit("authenticate", { sessionToken: a.token, language: "fr" });
  const { data } = await a.sees("authenticated");

  assert.deepEqual(data, {
    success: true,
    user: { id: a.user.id, language: "fr" },
  });
  assert.equal((await ask({ userId: b.user.id })).code, "FORBIDDEN");
  assert.equal((await ask({ sessionToken: b.token })).code, "FORBIDDEN");
});

test("a wrong argument is named", async () => {
  const { token } = await house.guest("A", "fr");
  const send = (body) =>
    call(house.url, "POST", "/conversations/any/messages", { token, body });

  for (const [body, name] of [
    [{}, "content"],
    [{ content: 7 }, "content"],
    [{ content: "x", originalLanguage: "klingon" }, "originalLanguage"],
    [{ content: "x", clientMessageId: "x".repeat(65) }, "clientMessageId"],
    [{ content: "x", clientMessageId: "" }, "clientMessageId"],
    [{ content: "x", clientMessageId: 42 }, "clientMessageId"],
    [{ content: "x", clientMessageId: "a\u0000b" }, "clientMessageId"],
    [{ content: "x", replyToId: "../etc" }, "replyToId"],
  ]) {
    const answer = await send(body);

    assert.equal(answer.status, 400);
    assert.ok(answer.body.error.startsWith(name), answer.body.error);
  }
});

test("who sends a clientMessageId again is told that it was saved before", async () => {
  const a = await house.guest("A", "fr");
  const first = await a.send("un", { clientMessageId: "c1" });
  const again = await a.send("deux", { clientMessageId: "c1" });

  assert.equal(first.duplicate, false);
  assert.equal(again.duplicate, true);
  assert.equal(again.messageId, first.messageId);
});

test("a message says whether its writer is a guest", async () => {
  const guest = await house.guest("A", "fr");
  const { messageId } = await guest.send("un");
  const { data } = await guest.sees("message:new", (m) => m.id === messageId);
  const { messages } = await guest.get("/conversations/any/messages?limit=1");

  assert.equal(data.sender.guest, true);
  assert.equal(messages[0].sender.guest, true);
});

/** The status of a request with these headers, which fetch would not send. */
const knock = (method, path, headers) =>
  new Promise((done, failed) => {
    const { port } = new URL(house.url);
    const ask = request(
      { host: "127.0.0.1", port, method, path, headers, agent: false },
      (answer) => {
        answer.resume();
        done(answer.statusCode);
      },
    );

    ask.on("upgrade", (answer, socket) => {
      socket.destroy();
      done(answer.statusCode);
    });
    ask.on("error", failed);
    ask.end(method === "POST" ? '{"username":"E","language":"fr"}' : undefined);
  });

test("a page of another name gets nothing, by any of the doors", async () => {
  const evil = { host: "evil.example", origin: "http://evil.example" };
  const across = { host: "localhost", origin: "http://evil.example" };
  const upgrade = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const ws = "/socket.io/?EIO=4&transport=websocket";

  assert.equal(await knock("POST", "/auth/guest", evil), 421);
  assert.equal(await knock("POST", "/auth/guest", across), 403);
  assert.equal(await knock("GET", "/", { host: "evil.example" }), 421);
  assert.equal(await knock("GET", ws, { ...upgrade, ...evil }), 421);
  assert.equal(await knock("GET", ws, { ...upgrade, ...across }), 403);
  assert.equal(await knock("GET", ws, { ...upgrade, host: "localhost" }), 101);
});

test("a glossary that no task or engine can carry is refused", async () => {
  const { token } = await house.guest("A", "fr");
  const room = await call(house.url, "POST", "/conversations", {
    token,
    body: { type: "group", title: "Words" },
  });
  const languages = "ca de en es gl it nl oc pt ro sv da".split(" ");
  const put = (n) =>
    call(house.url, "PUT", `/conversations/${room.body.data.id}/glossary`, {
      token,
      body: {
        terms: Array.from({ length: n }, (_, i) => ({
          term: `term ${i} ${"x".repeat(80)}`,
          translations: Object.fromEntries(
            languages.map((l) => [l, "y".repeat(100)]),
          ),
        })),
      },
    });
  const large = await put(400);

  assert.equal(large.status, 413);
  assert.match(large.body.error, /has \d{6} bytes/);
  assert.equal((await put(200)).status, 200);

  for (const [es, status] of [
    ["^$/[]{}", 400],
    ["a [[b", 400],
    ["*casa", 400],
    ["TCP/IP {x} $5 (a@b)", 200],
  ]) {
    const answer = await call(
      house.url,
      "PUT",
      `/conversations/${room.body.data.id}/glossary`,
      { token, body: { terms: [{ term: "it", translations: { es } }] } },
    );

    assert.equal(answer.status, status, es);
  }
});
