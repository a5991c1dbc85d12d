// SPDX-License-Identifier: ISC
// The samples of contrib/ in the real proxies, where they are installed.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { request } from "node:https";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { call } from "../lib/api.mjs";
import { inHouse, ROOT } from "../lib/house.mjs";
import { Person } from "../lib/person.mjs";
import { freePort } from "../lib/port.mjs";
import { soon, until } from "../lib/wait.mjs";

process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; // the certificate is our own

const has = (program) => spawnSync("which", [program]).status === 0;

async function certify(dir) {
  const [key, cert, both] = ["key", "cert", "both"].map((name) =>
    join(dir, `${name}.pem`),
  );

  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
      .concat(["-subj", "/CN=localhost", "-keyout", key, "-out", cert])
      .concat(["-addext", "subjectAltName=DNS:localhost"]),
    { stdio: "ignore" },
  );
  await writeFile(
    both,
    (await readFile(cert, "utf8")) + (await readFile(key, "utf8")),
    { mode: 0o600 },
  );
  return { key, cert, both };
}

/** Each with this machine's ports and files, and as its comment says for a path
 * of a site. */
const samples = {
  nginx: {
    file: "nginx.conf",
    below: ["location / {", "location /chat/ {"],
    adapt: (text, { dir, port, plain, gateway, tls }) =>
      `daemon off; worker_processes 1; pid ${dir}/nginx.pid;
       error_log stderr; events {} http { access_log off;
       client_body_temp_path ${dir}/1; proxy_temp_path ${dir}/2;
       fastcgi_temp_path ${dir}/3; uwsgi_temp_path ${dir}/4;
       scgi_temp_path ${dir}/5;\n` +
      text
        .replace("127.0.0.1:3000", `127.0.0.1:${gateway}`)
        .replace("listen 443", `listen ${port}`)
        .replace("listen 80;", `listen ${plain};`)
        .replaceAll("chat.example.org;", "localhost;")
        .replace(/ssl_certificate .*;/, `ssl_certificate ${tls.cert};`)
        .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${tls.key};`) +
      "}",
    args: (file, dir) => ["-p", dir, "-c", file],
  },
  haproxy: {
    file: "haproxy.cfg",
    below: [
      "\n    default_backend meeshy",
      "\n    use_backend meeshy if { path_beg /chat/ }",
    ],
    adapt: (text, { port, plain, gateway, tls }) =>
      text
        .replace("127.0.0.1:3000", `127.0.0.1:${gateway}`)
        .replace("bind :443", `bind :${port}`)
        .replace("bind :80", `bind :${plain}`)
        .replace(/crt \S+/, `crt ${tls.both}`),
    args: (file) => ["-db", "-f", file],
  },
  // It passes TLS on: the gateway has the certificate.
  haproxyTls: {
    program: "haproxy",
    file: "haproxy-tls.cfg",
    adapt: (text, { port, gateway }) =>
      text
        .replace("127.0.0.1:3000", `127.0.0.1:${gateway}`)
        .replace("bind :443", `bind :${port}`),
    args: (file) => ["-db", "-f", file],
  },
  caddy: {
    file: "Caddyfile",
    below: ["\n\treverse_proxy 1", "\n\treverse_proxy /chat/* 1"],
    adapt: (text, { port, gateway, tls }) =>
      `{\n admin off\n auto_https disable_redirects\n}\n` +
      text
        .replace("127.0.0.1:3000", `127.0.0.1:${gateway}`)
        .replace(
          "chat.example.org {",
          `https://localhost:${port} {\n tls ${tls.cert} ${tls.key}`,
        ),
    args: (file) => ["run", "--adapter", "caddyfile", "--config", file],
  },
};

/** base: "" or "/chat". */
async function behind(name, house, base, run) {
  const { program = name, file, below, adapt, args } = samples[name];
  const [port, plain] = [await freePort(), await freePort()];
  const sample = await readFile(join(ROOT, "contrib", file), "utf8");
  const placed = base ? sample.replace(...below) : sample;
  const config = join(house.dir, file);
  const tls = await certify(house.dir);

  await writeFile(
    config,
    adapt(placed, {
      dir: house.dir,
      port,
      plain,
      gateway: new URL(house.url).port,
      tls,
    }),
  );
  const child = spawn(program, args(config, house.dir), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: house.dir },
  });
  const ended = once(child, "exit");
  let said = "";

  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => (said += data));
  try {
    const url = `https://localhost:${port}${base}`;

    await until(
      async () => (await fetch(`${url}/ready`)).ok,
      `${program} answers: ${said}`,
    );
    await run(url);
  } catch (error) {
    console.error(said);
    throw error;
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

const options = { rejectUnauthorized: false };
const skip = (program) =>
  has(program) ? false : `${program} is not installed`;

async function chat(url) {
  const ada = await Person.enter(url, "Ada", "en");
  const bob = await Person.enter(url, "Bob", "es");

  await ada.connect(options);
  await bob.connect({ ...options, transports: ["polling"] });
  const { messageId } = await ada.send("The house is red.");

  await bob.translation(messageId);
  ada.leave();
  bob.leave();
}

/** A visitor's own X-Forwarded-For is not believed: both are one address, which
 * may try one password a minute. */
async function expectNotFooled(url) {
  const forged = (from) =>
    call(url, "POST", "/auth/login", {
      headers: { "x-forwarded-for": from },
      body: { username: "x", password: "not the password" },
    });

  assert.equal((await forged("192.0.2.1")).status, 401);
  assert.equal((await forged("192.0.2.2")).status, 429);
}

for (const program of ["nginx", "haproxy", "caddy"]) {
  test(
    `through ${program} people chat, operators' pages are closed`,
    { skip: skip(program) },
    () =>
      inHouse(
        (house) =>
          behind(program, house, "", async (url) => {
            await chat(url);
            for (const path of ["/metrics", "/stats"])
              assert.equal((await fetch(url + path)).status, 403);
            assert.match(await (await fetch(url)).text(), /<script/);
            await expectNotFooled(url);
          }),
        {
          GATEWAY_TRUST_PROXY: "true", // here visitors have the proxy's address
          GATEWAY_RATE_LOGINS: "1",
        },
      ),
  );
  test(
    `${program} has the chat below a path of its site, and nothing else of it`,
    { skip: skip(program) },
    () =>
      inHouse(
        (house) =>
          behind(program, house, "/chat", async (url) => {
            await chat(url);
            const page = await (await fetch(`${url}/room/any`)).text();
            const script = /src="(\/chat\/app-\w+\.js)"/.exec(page)[1];

            assert.equal((await fetch(new URL(script, url))).status, 200);
            const outside = await fetch(new URL("/policy", url));

            assert.ok(outside.status !== 200 || !(await outside.text()));
          }),
        { GATEWAY_TRUST_PROXY: "true", GATEWAY_BASE_PATH: "/chat" },
      ),
  );
}

test(
  "haproxy passes TLS on and says whose it is by the PROXY protocol",
  { skip: skip("haproxy") },
  async () => {
    const dir = await mkdtemp(join(tmpdir(), "meeshy-tls-"));
    const { cert, key } = await certify(dir);

    try {
      await inHouse(
        (house) =>
          behind("haproxyTls", house, "", async (url) => {
            await chat(url);
            const asked = request(`${url}/policy`, {
              localAddress: "127.0.0.2",
              headers: { "x-forwarded-for": "192.0.2.1" },
            }).end();
            const [answer] = await soon(once(asked, "response"), "an answer");

            assert.equal(answer.resume().statusCode, 200);
            const line = / access .*=\/policy.* address=127\.0\.0\.2/;

            await until(
              () => house.gateway.log.some((text) => line.test(text)),
              "the gateway knows who asked",
            );
          }),
        {
          GATEWAY_TLS_CERT: cert,
          GATEWAY_TLS_KEY: key,
          GATEWAY_TRUST_PROXY: "127.0.0.1",
          GATEWAY_PROXY_PROTOCOL: "true",
          GATEWAY_ACCESS_LOG: "true",
        },
      );
    } finally {
      await rm(dir, { recursive: true });
    }
  },
);
