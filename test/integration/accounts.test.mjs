// SPDX-License-Identifier: ISC
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { io } from "socket.io-client";

import { call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { until } from "../lib/wait.mjs";

const PASSWORD = "correct horse battery";
let house;
const post = (path, body, token) =>
  call(house.url, "POST", path, { body, token });

before(async () => {
  house = await House.build({ GATEWAY_RATE_LOGINS: "8" });
  house.gateway.start();
  await house.answering();
});
after(() => house.close());

const connectError = (auth) =>
  new Promise((done) => {
    const socket = io(house.url, { auth, forceNew: true, reconnection: false });

    socket.on("connect", () => socket.disconnect() && done(undefined));
    socket.on("connect_error", (error) => socket.disconnect() && done(error));
  });

test("a registered account signs in again with its password only", async () => {
  const account = { username: "anna", password: PASSWORD, language: "fr" };
  const made = await post("/auth/register", account);

  assert.equal(made.status, 201);
  assert.equal(made.body.data.user.language, "fr");
  assert.equal(made.body.data.user.guest, false);
  assert.equal((await post("/auth/register", account)).status, 409);
  assert.equal(
    (await post("/auth/register", { ...account, username: "ANNA" })).status,
    409,
  );

  const wrong = await post("/auth/login", {
    ...account,
    password: "x".repeat(9),
  });
  const nobody = await post("/auth/login", { ...account, username: "nobody" });

  assert.equal(wrong.status, 401);
  assert.deepEqual(nobody, { ...wrong, headers: nobody.headers });

  const again = await post("/auth/login", account);

  assert.equal(again.status, 200);
  assert.notEqual(again.body.data.token, made.body.data.token);
  const me = await call(house.url, "GET", "/auth/me", {
    token: again.body.data.token,
  });

  assert.equal(me.body.data.user.username, "anna");
});

test("a name, a password and a language must be good ones", async () => {
  const good = { username: "berta", password: PASSWORD, language: "en" };
  const bad = [
    { username: "" },
    { username: "a" },
    { username: "b@d name" },
    { username: "x".repeat(33) },
    { username: 7 },
    { password: "short" },
    { password: "x".repeat(257) },
    { language: "klingon" },
    { language: undefined },
    { email: "nowhere" },
    { displayName: "two\nlines" },
    { displayName: "\u200fBerta" },
    { displayName: `Be${"\u0301".repeat(9)}` },
    { password: "password" },
    { password: "12345678" },
    { password: "Qwerty123!" },
    { password: "berta-berta" },
  ];

  for (const wrong of bad) {
    const answer = await post("/auth/register", { ...good, ...wrong });

    assert.equal(answer.status, 400, JSON.stringify(wrong));
    assert.equal(answer.body.code, "BAD_INPUT");
    assert.ok(answer.body.error.length > 5);
  }
  for (const body of ["{", "[]", "null", '"x"', "\u0000", "{".repeat(5000)])
    assert.equal((await post("/auth/register", body)).status, 400, body);
  assert.equal((await post("/auth/register", good)).status, 201);
});

test("nobody, guest or account, takes a name that looks like an account's", async () => {
  const account = { username: "lovisa", password: PASSWORD, language: "fr" };
  const enter = (username) => post("/auth/guest", { username, language: "fr" });
  const register = (username, displayName) =>
    post("/auth/register", { ...account, username, displayName });

  assert.equal((await enter("Lo Visa")).status, 201); // not yet one
  assert.equal((await register("lovisa", "Lovisa Ek")).status, 201);
  for (const name of ["Lovisa", "L\u043evisa", "LOVISA", "lovisa ek", "Iovisa"])
    assert.equal((await enter(name)).status, 409, name);
  assert.equal((await register("lov1sa2", "Lovisa Ek")).status, 409);
  assert.equal((await register("l0visa")).status, 409);
  assert.equal((await enter("Lovis")).status, 201);
});

test("nobody learns who has an e-mail address", async () => {
  const account = { password: PASSWORD, language: "fr", email: "v@x.example" };
  const first = await post("/auth/register", { ...account, username: "vera" });
  const second = await post("/auth/register", { ...account, username: "wim" });
  const by = (username) =>
    post("/auth/login", { username, password: PASSWORD });

  assert.equal(first.status, 201);
  assert.equal(second.status, 201);
  assert.deepEqual(
    Object.keys(second.body.data.user),
    Object.keys(first.body.data.user),
  );
  assert.equal((await by("wim")).status, 200);
  assert.equal((await by("V@x.example")).body.data.user.username, "vera");
});

test("a session ends with logout and is kept as a hash only", async () => {
  const { body } = await post("/auth/guest", {
    username: "Guy",
    language: "es",
  });
  const { token } = body.data;
  const me = (t) => call(house.url, "GET", "/auth/me", { token: t });

  assert.equal((await me(token)).status, 200);
  assert.equal((await me()).status, 401);
  assert.equal((await me("A".repeat(43))).status, 401);
  assert.equal((await me(`${token}x`)).status, 401);
  assert.equal((await post("/auth/logout", {}, token)).status, 200);
  assert.equal((await me(token)).status, 401);
  assert.equal((await connectError({ token }))?.message, "unauthorized");
  assert.ok(house.gateway.log.every((line) => !line.includes(token)));
});

test("with its session a socket ends, and no other one", async () => {
  const [left, other] = [
    await house.guest("Lou", "fr"),
    await house.guest("Max", "en"),
  ];
  const again = await post("/auth/logout", {}, "A".repeat(43));

  assert.equal(again.status, 401);
  assert.equal((await post("/auth/logout", {}, left.token)).status, 200);
  await until(() => !left.socket.connected, "Lou is out");
  await other.send("Is Lou still here?");
  assert.equal(left.all("message:new").length, 0);
  assert.equal(other.all("message:new").length, 1);
});

test("no socket without a valid token", async () => {
  for (const auth of [
    {},
    { token: "" },
    { token: 5 },
    { token: "nonsense" },
    { userId: "1" },
  ])
    assert.equal((await connectError(auth))?.message, "unauthorized");
});

test("guests may share a name and each is somebody else", async () => {
  const one = await post("/auth/guest", { username: "Zoé ✨", language: "fr" });
  const two = await post("/auth/guest", {
    username: "Zoé ✨",
    language: "FR-ca",
  });

  assert.equal(one.status, 201);
  assert.equal(two.status, 201);
  assert.equal(two.body.data.user.language, "fr");
  assert.equal(two.body.data.user.displayName, "Zoé ✨");
  assert.notEqual(one.body.data.user.id, two.body.data.user.id);
  assert.notEqual(one.body.data.user.username, two.body.data.user.username);
});

test("passwords cannot be guessed at speed", async () => {
  const statuses = [];

  for (let i = 0; i < 12; i++)
    statuses.push(
      (await post("/auth/login", { username: "anna", password: `guess-${i}` }))
        .status,
    );
  assert.equal(statuses.at(-1), 429);
});

test("a reading language can be changed and survives a restart", async () => {
  const { body } = await post("/auth/guest", {
    username: "Lea",
    language: "fr",
  });
  const { token } = body.data;
  const patch = (data) =>
    call(house.url, "PATCH", "/users/me", { token, body: data });

  assert.equal((await patch({ language: "ca" })).body.data.user.language, "ca");
  assert.equal((await patch({ language: "zz-top" })).status, 400);
  assert.equal((await patch({})).status, 400);
  await house.gateway.kill();
  house.gateway.start();
  await house.answering();
  const me = await call(house.url, "GET", "/auth/me", { token });

  assert.equal(me.body.data.user.language, "ca");
});
