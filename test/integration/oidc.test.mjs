// SPDX-License-Identifier: ISC
// Signing in by a provider of OpenID Connect: who is who, and all the ways in
// which somebody could pretend.
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { after, afterEach, before, test } from "node:test";

import { call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { CLIENT, Provider } from "../lib/provider.mjs";
import { until } from "../lib/wait.mjs";

const PASSWORD = "correct horse battery";
let house, provider;
const post = (path, body, token) =>
  call(house.url, "POST", path, { body, token });

const ENV = { GATEWAY_RATE_LOGINS: "1000", GATEWAY_RATE_GUESTS: "1000" };

before(async () => {
  provider = await Provider.start();
  house = await House.build(ENV);
  Object.assign(house.gateway.env, provider.settings(house));
  house.gateway.start();
  await house.answering();
});
afterEach(() => {
  provider.head = {};
  provider.claims = {};
  provider.away = false;
});
after(async () => {
  await house.close();
  await provider.close();
});

async function begin() {
  const { status, body } = await post("/auth/oidc/begin", {});

  assert.equal(status, 200);
  return body.data;
}

/** What the page sends when somebody is back. */
function arrival({ url, flow }, about) {
  const back = provider.consent(url, about);

  return {
    flow,
    state: back.searchParams.get("state"),
    code: back.searchParams.get("code"),
    language: "en",
  };
}

const arrive = async (about) =>
  post("/auth/oidc", arrival(await begin(), about));

async function refused(status, about) {
  const answer = await arrive(about);

  assert.equal(answer.status, status, answer.text);
  return answer.body.error;
}

const REFUSED = "the sign-in was not accepted, begin it again";

test("the page is told whom one may sign in by", async () => {
  const { body } = await call(house.url, "GET", "/policy");

  assert.deepEqual(body.data.oidc, { name: "Example", only: false });
});

test("who is sent away has PKCE, a state and a nonce, and comes back here", async () => {
  const { url } = await begin();
  const asked = Object.fromEntries(new URL(url).searchParams);

  assert.equal(url.split("?")[0], `${provider.issuer}/authorize`);
  assert.equal(asked.realm, "1"); // of the provider's own address
  assert.equal(asked.response_type, "code");
  assert.equal(asked.client_id, CLIENT.id);
  assert.equal(asked.redirect_uri, `${house.url}/signed-in`);
  assert.equal(asked.code_challenge_method, "S256");
  for (const secret of ["state", "nonce", "code_challenge"])
    assert.match(asked[secret], /^[\w-]{43}$/);
  assert.notEqual((await begin()).url, url);
});

test("who is new gets an account, and has the same the next time", async () => {
  const first = await arrive({ sub: "1", email: "ada@example.org" });

  assert.equal(first.status, 201, first.text);
  const { user, token } = first.body.data;

  assert.equal(user.displayName, "Ada Lovelace");
  assert.equal(user.username, "ada");
  assert.equal(user.guest, false);
  const again = await arrive({ sub: "1", preferred_username: "else" });

  assert.equal(again.status, 200);
  assert.equal(again.body.data.user.id, user.id);
  assert.notEqual(again.body.data.token, token);
  assert.equal(
    (await call(house.url, "GET", "/auth/me", { token })).status,
    200,
  );
});

test("an account is nobody's else, whatever name or address they have there", async () => {
  const grace = { username: "grace", password: PASSWORD, language: "en" };
  const own = await post("/auth/register", {
    ...grace,
    email: "grace@example.org",
    displayName: "Grace Hopper",
  });
  const other = await arrive({
    sub: "2",
    name: "Grace Hopper",
    preferred_username: "grace",
    email: "grace@example.org",
    email_verified: true,
  });

  assert.equal(other.status, 201, other.text);
  const { user } = other.body.data;

  assert.notEqual(user.id, own.body.data.user.id);
  assert.match(user.username, /^grace-\w{6}$/);
  assert.equal(user.displayName, user.username); // nor does it look the same
  assert.equal((await post("/auth/login", grace)).status, 200);
});

test("names are made fit, and nobody comes as the admin", async () => {
  const name = async (sub, name, preferred_username) => {
    const { body } = await arrive({ sub, name, preferred_username });

    return [body.data.user.username, body.data.user.displayName];
  };

  // While nobody runs this server, the first may be called so.
  assert.equal((await name("3", "张伟", "张伟"))[1], "张伟");
  assert.deepEqual(await name("4", "x\u202ey", "zoë@example.org"), [
    "zoexample.org",
    "zoexample.org",
  ]);
});

test("ES256 is as good as RS256", async () => {
  provider.head = { alg: "ES256" };
  assert.equal((await arrive({ sub: "1" })).status, 200);
});

test("a code of another browser's sign-in is refused", async () => {
  const [mine, theirs] = [await begin(), await begin()];
  const sent = arrival(theirs, { sub: "1" });
  const answer = await post("/auth/oidc", { ...sent, flow: mine.flow });

  assert.equal(answer.status, 403);
  assert.equal(
    answer.body.error,
    "this sign-in was not begun here, begin it again",
  );
  // Nor does their code help with a state of one's own: PKCE.
  const own = arrival(mine, { sub: "1" });
  const mixed = await post("/auth/oidc", { ...own, code: sent.code });

  assert.equal(mixed.status, 401);
  assert.equal(mixed.body.error, REFUSED);
  for (const flow of ["x", mine.flow + "A", `${mine.flow.slice(0, 42)}!`])
    assert.ok((await post("/auth/oidc", { ...own, flow })).status >= 400);
});

test("a code is good once", async () => {
  const sent = arrival(await begin(), { sub: "1" });

  assert.equal((await post("/auth/oidc", sent)).status, 200);
  const again = await post("/auth/oidc", sent);

  assert.equal(again.status, 401);
  assert.equal(again.body.error, REFUSED);
});

test("a token of another sign-in, client, provider or time is refused", async () => {
  const now_s = Math.floor(Date.now() / 1000);

  for (const claims of [
    { nonce: "x".repeat(43) },
    { nonce: undefined },
    { aud: "another" },
    { aud: [CLIENT.id, "another"] },
    { azp: "another" },
    { iss: "http://127.0.0.1:1" },
    { iat: now_s - 7200, exp: now_s - 3600 },
    { exp: undefined },
    { iat: now_s + 3600, exp: now_s + 7200 },
    { sub: undefined },
    { sub: "x".repeat(300) },
    { sub: 7 },
  ]) {
    provider.claims = claims;
    assert.equal(
      await refused(401, { sub: "1" }),
      REFUSED,
      JSON.stringify(claims),
    );
  }
});

test("a token that the provider did not sign is refused", async () => {
  const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { signer } = provider;

  for (const head of [
    { alg: "none" },
    { alg: "None" },
    { alg: "HS256", kid: provider.kid.RS256 },
    { alg: "RS256", kid: "unknown" },
    { alg: "ES256", kid: provider.kid.RS256 },
  ]) {
    provider.head = head;
    provider.signer = (text) =>
      head.alg in provider.keys || head.alg === "HS256"
        ? signer(text, head)
        : "";
    assert.equal(await refused(401, { sub: "1" }), REFUSED, head.alg);
  }
  provider.head = {};
  provider.signer = (text) =>
    sign("sha256", Buffer.from(text), stranger.privateKey).toString(
      "base64url",
    );
  assert.equal(await refused(401, { sub: "1" }), REFUSED);
  provider.signer = signer;
  assert.equal((await arrive({ sub: "1" })).status, 200);
});

test("no secret and no code is in the log", () => {
  const log = house.gateway.log.join("\n");

  assert.match(log, /oidc sign-in: the token is for somebody else/);
  assert.ok(!log.includes(CLIENT.secret));
  assert.ok(provider.given.length > 10);
  for (const secret of ["eyJ", ...provider.given])
    assert.ok(!log.includes(secret), secret);
});

test("an account that was disabled stays outside", async () => {
  const { body } = await arrive({ sub: "5", preferred_username: "eve" });
  const claim = house.gateway.log
    .join("\n")
    .match(/claim[^\n]*?([\w-]{43})/)[1];
  const boss = await post("/auth/register", {
    username: "boss",
    password: PASSWORD,
    language: "en",
  });
  const { token } = boss.body.data;

  assert.equal(
    (await post("/admin/claim", { token: claim }, token)).status,
    200,
  );
  const off = await call(
    house.url,
    "PUT",
    `/admin/users/${body.data.user.id}/disabled`,
    { token, body: { disabled: true } },
  );

  assert.equal(off.status, 200, off.text);
  assert.equal(
    await refused(403, { sub: "5" }),
    "this account was disabled by an admin",
  );
  // And from now on nobody new is called as who runs it.
  const { username } = (await arrive({ sub: "6", preferred_username: "admin" }))
    .body.data.user;

  assert.doesNotMatch(username, /admin/);
  const closed = await call(house.url, "PATCH", "/admin/policy", {
    token,
    body: { registration: "closed" },
  });

  assert.equal(closed.status, 200);
  assert.equal(
    await refused(403, { sub: "7" }),
    "nobody can make an account here any more",
  );
  assert.equal((await arrive({ sub: "1" })).status, 200); // who has one may
});

test("a provider that is away is said so, at once for who comes next", async () => {
  await house.gateway.stop();
  provider.away = true;
  house.gateway.start();
  await house.answering();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => post("/auth/oidc/begin", {})),
  );

  for (const { status, body } of answers) {
    assert.equal(status, 503);
    assert.equal(
      body.error,
      "the sign-in service does not answer, try again in a moment",
    );
  }
  const asked = provider.asked.length;

  assert.equal((await post("/auth/oidc/begin", {})).status, 503);
  assert.equal(provider.asked.length, asked, "it is left alone for a while");
  // Who has a session notices nothing of it.
  assert.equal((await call(house.url, "GET", "/policy")).status, 200);
  await house.gateway.stop();
});

test("people of other domains stay outside, and accounts come by it alone", async () => {
  Object.assign(house.gateway.env, {
    GATEWAY_OIDC_DOMAINS: "example.org, example.net",
    GATEWAY_OIDC_ONLY: "true",
  });
  house.gateway.start();
  await house.answering();
  const email_verified = true;
  const lets = async (about) => (await arrive({ sub: "1", ...about })).status;

  assert.equal(await lets({ email: "a@Example.ORG", email_verified }), 200);
  assert.equal(await lets({ email: "a@example.net", email_verified }), 200);
  assert.equal(await lets({ email: "a@example.org" }), 403);
  assert.equal(await lets({ email: "a@notexample.org", email_verified }), 403);
  assert.equal(await lets({ email: "a@x.example.org", email_verified }), 403);
  assert.equal(await lets({}), 403);
  const answer = await post("/auth/register", {
    username: "ben",
    password: PASSWORD,
    language: "en",
  });

  assert.equal(answer.status, 403);
  assert.match(answer.body.error, /by signing in with Example$/);
});

test("new keys of the provider are read when a token names one", async () => {
  await house.gateway.stop();
  delete house.gateway.env.GATEWAY_OIDC_DOMAINS;
  house.gateway.start();
  await house.answering();
  assert.equal((await arrive({ sub: "1" })).status, 200);
  provider.newKeys("r2", "e2");
  await until(
    async () => (await arrive({ sub: "1" })).status === 200,
    "a token of the new key is good",
  );
});
