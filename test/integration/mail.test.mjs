// SPDX-License-Identifier: ISC
// Who forgot their password gets a letter with a link, and nobody learns who has
// an account.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { SmtpServer } from "../lib/smtp.mjs";
import { Authority } from "../lib/tls.mjs";
import { until } from "../lib/wait.mjs";

const PASSWORD = "correct horse battery";
const FROM = "chat@example.org";
const OF_ACCOUNT = 3; // letters in an hour
let dir, authority, smtp, house;

const settings = () => ({
  GATEWAY_PUBLIC_URL: "https://chat.example.org",
  GATEWAY_SMTP_URL: smtp.url,
  GATEWAY_SMTP_FROM: FROM,
  GATEWAY_SMTP_USER: "chat",
  GATEWAY_SMTP_PASSWORD: "a secret",
  GATEWAY_SMTP_CA: authority.cert,
  GATEWAY_RATE_GUESTS: "1000",
  GATEWAY_RATE_LOGINS: "1000",
});

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "meeshy-mail-"));
  authority = await Authority.make(dir);
  const { cert, key } = await authority.certify();

  smtp = await SmtpServer.open({
    tls: { cert: await readFile(cert), key: await readFile(key) },
  });
  house = await House.build(settings());
  house.gateway.start();
  await house.answering();
});
after(async () => {
  await house.close();
  await smtp.close();
  await rm(dir, { recursive: true });
});

const post = (path, body, url = house.url) => call(url, "POST", path, { body });
const forgot = (username) => post("/auth/forgot", { username });
const register = (username, language, email) =>
  post("/auth/register", { username, language, email, password: PASSWORD });

/** The letter that somebody gets for asking now. */
async function letterTo(address) {
  const n = smtp.letters.length;
  const { status } = await forgot(address);

  assert.equal(status, 200);
  await until(() => smtp.letters.length > n, "a letter came");
  return smtp.letters.at(-1);
}

const tokenIn = ({ text }) =>
  text.match(/^https:\/\/chat\.example\.org\/#reset=([\w-]+)$/m)[1];

test("a letter has a link, in the reader's language, and it is good once", async () => {
  await register("zoe", "fr", "zoe@example.net");
  const letter = await letterTo("zoe@example.net");
  const token = tokenIn(letter);
  const next = "another horse battery";
  const reset = () => post("/auth/reset", { token, password: next });

  assert.equal(letter.from, FROM);
  assert.equal(letter.to, "zoe@example.net");
  assert.equal(letter.user, "chat:a secret");
  assert.equal(letter.secure, true);
  assert.equal(letter.subject, "Meeshy : un nouveau mot de passe");
  assert.match(letter.text, /^Bonjour zoe,/);
  assert.equal((await reset()).status, 200);
  assert.equal((await reset()).status, 404);
  const again = await post("/auth/login", { username: "zoe", password: next });

  assert.equal(again.status, 200);
  assert.ok(
    house.gateway.log.every(
      (line) => !line.includes(token) && !line.includes("zoe@example.net"),
    ),
  );
});

test("by the name too, and in English where the page does not speak theirs", async () => {
  await register("piotr", "pl", "piotr@example.net");
  const { subject } = await letterTo("piotr");

  assert.equal(subject, "Meeshy: a new password");
});

test("the answer is the same where nobody is, and nobody gets a letter", async () => {
  await register("nomail", "en");
  const guest = await house.guest("wanderer", "en");
  const known = await forgot("piotr");
  const n = smtp.letters.length;

  for (const name of ["nobody", "nobody@example.net", "nomail", guest.username])
    assert.deepEqual(
      [(await forgot(name)).status, (await forgot(name)).text],
      [known.status, known.text],
    );
  await register("last", "en", "last@example.net");
  await letterTo("last");
  assert.ok(
    smtp.letters
      .slice(n)
      .every(({ to }) =>
        ["piotr@example.net", "last@example.net"].includes(to),
      ),
  );
});

test("an account gets three letters in an hour and no more", async () => {
  await register("often", "en", "often@example.net");
  for (let i = 0; i < OF_ACCOUNT; i++) await letterTo("often");
  await forgot("often");
  await register("behind", "en", "behind@example.net");
  await letterTo("behind"); // what is asked later is looked at later
  assert.equal(
    smtp.letters.filter(({ to }) => to === "often@example.net").length,
    OF_ACCOUNT,
  );
});

test("what could be another line of the head is none", async () => {
  for (const [i, email] of [
    "eve@example.net\r\nBcc: all@example.net",
    "eve@example.net>\r\nRCPT TO:<all@example.net",
    "eve@example.net\nX: y",
    "eve @example.net",
  ].entries()) {
    await register(`eve${i}`, "en", email);
    await forgot(`eve${i}`);
    await forgot(email);
  }
  await register("name\r\nBcc: x@y.z", "en", "odd@example.net");
  await register("fine", "en", "fine@example.net");
  const { names } = await letterTo("fine");

  assert.ok(smtp.letters.every(({ to }) => !/eve|all|[\r\n>]/.test(to)));
  assert.deepEqual(names, [
    ...["from", "to", "subject", "date", "message-id", "mime-version"],
    ...["content-type", "content-transfer-encoding", "auto-submitted"],
  ]);
});

test("what the server does not take now, it gets again", async () => {
  await register("later", "en", "later@example.net");
  smtp.answers.push("451 not now");
  const letter = await letterTo("later");

  assert.equal(letter.to, "later@example.net");
  assert.ok(house.gateway.log.some((line) => line.includes("mail not sent")));
  assert.match(
    (await call(house.url, "GET", "/metrics")).text,
    /mails_failed[^\n]* 1/,
  );
});

test("without TLS nothing is sent, unless it may be in clear", async () => {
  const open = await SmtpServer.open();
  const strict = await House.build({
    ...settings(),
    GATEWAY_SMTP_URL: open.url,
  });

  try {
    strict.gateway.start();
    await strict.answering();
    const ask = async () => {
      const body = { username: "ann", password: PASSWORD, language: "en" };

      await post(
        "/auth/register",
        { ...body, email: "ann@example.net" },
        strict.url,
      );
      await post("/auth/forgot", { username: "ann" }, strict.url);
    };

    await ask();
    await until(
      () => strict.gateway.log.some((line) => line.includes("mail not sent")),
      "it is refused",
    );
    assert.deepEqual(open.letters, []);
    assert.ok(!open.commands.includes("AUTH"), "no password in clear");
    await strict.gateway.stop();
    strict.gateway.env.GATEWAY_SMTP_IN_CLEAR = "true";
    strict.gateway.start();
    await strict.answering();
    await ask();
    await until(() => open.letters.length === 1, "it is sent");
  } finally {
    await strict.close();
    await open.close();
  }
});

test("a server without mail says so, and settings that do not fit are an error", async () => {
  const without = await House.build();

  try {
    without.gateway.start();
    await without.answering();
    const answer = await post("/auth/forgot", { username: "ann" }, without.url);
    const policy = await call(without.url, "GET", "/policy");

    assert.equal(answer.status, 404);
    assert.equal(policy.body.data.mail, false);
    assert.equal(
      (await call(house.url, "GET", "/policy")).body.data.mail,
      true,
    );
    await without.gateway.stop();
    without.gateway.env.GATEWAY_SMTP_URL = smtp.url;
    without.gateway.start();
    await until(
      () =>
        without.gateway.log.some((line) =>
          line.includes("SMTP_URL needs PUBLIC_URL"),
        ),
      "it does not start",
    );
  } finally {
    await without.close().catch(() => {});
  }
});
