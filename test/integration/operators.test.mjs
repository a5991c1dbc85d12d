// SPDX-License-Identifier: ISC
// What an operator's tools see: metrics, logs, HTTP as the RFCs say.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { call } from "../lib/api.mjs";
import { inHouse, ROOT } from "../lib/house.mjs";
import { until } from "../lib/wait.mjs";

const HAS_PROMTOOL = spawnSync("promtool", ["--version"]).status === 0;

const text = async (url) => (await fetch(url)).text();

/** Run promtool on an exposition; "" when it has nothing to say. */
function lint(exposition) {
  const { stderr, stdout } = spawnSync("promtool", ["check", "metrics"], {
    input: exposition,
    encoding: "utf8",
  });

  return stderr + stdout;
}

test("metrics tell how long people wait, and what was refused", () =>
  inHouse(async (house) => {
    const ada = await house.guest("Ada", "en");
    const bob = await house.guest("Bob", "es");
    const { messageId } = await ada.send("The house is red.");

    await bob.translation(messageId);
    await call(house.url, "POST", "/auth/login", {
      body: { username: "mallory", password: "not the password" },
    });
    const found = await text(`${house.url}/metrics`);

    for (const name of [
      'command_seconds_count{command="message.send"} 1',
      'command_errors_total{command="session.login",code="UNAUTHORIZED"} 1',
      'build_info{version="',
    ])
      assert.ok(found.includes(`meeshy_gateway_${name}`), name);
    assert.match(
      found,
      /translation_seconds_count\{source="en",target="es",quality="\w+"\} 1\n/,
    );
    assert.match(found, /^process_start_time_seconds \d+/m);
    const log = house.gateway.log.join("\n");

    assert.match(log, /audit refused command=session\.login code=UNAUTHORIZED/);
    assert.match(log, /audit done command=session\.guest/);
    assert.ok(!log.includes("mallory") && !log.includes("house is red"));
  }));

test(
  "promtool finds nothing in the metrics of both programs",
  { skip: HAS_PROMTOOL ? false : "promtool is not installed" },
  () =>
    inHouse(async (house) => {
      const ada = await house.guest("Ada", "en");

      await ada.send("hello");
      assert.equal(lint(await text(`${house.url}/metrics`)), "");
      assert.equal(lint(await text(`${house.translatorUrl}/metrics`)), "");
    }),
);

test("dashboard and alerts ask for nothing that is not there", () =>
  inHouse(async (house) => {
    const ada = await house.guest("Ada", "en");
    const bob = await house.guest("Bob", "es");
    const { messageId } = await ada.send("The house is red.");

    await bob.translation(messageId);
    const there = new Set(
      (
        (await text(`${house.url}/metrics`)) +
        (await text(`${house.translatorUrl}/metrics`))
      ).match(/^[a-z_]+/gm),
    );
    const files = ["grafana.json", "alerts.yml"].map((name) =>
      readFileSync(join(ROOT, "contrib", name), "utf8"),
    );
    const wanted = new Set(
      files.join("").match(/\b(meeshy_(gateway|translator)|process)_[a-z_]+/g),
    );

    assert.ok(wanted.size > 15);
    for (const name of wanted)
      assert.ok(
        there.has(name) || name === "meeshy_gateway_command_errors_total",
        name,
      );
  }));

test("logs are objects when asked, requests have lines without secrets", () =>
  inHouse(
    async (house) => {
      const ada = await house.guest("Ada", "en");

      await ada.get("/conversations/any/messages");
      await until(
        () => house.gateway.log.some((line) => line.includes("access ")),
        "there is an access log",
      );
      const lines = house.gateway.log.filter((line) => line.startsWith("{"));

      assert.ok(lines.length > 0);
      for (const line of lines) {
        const { time, level, program, message } = JSON.parse(line);

        assert.ok(Date.parse(time) && level && message);
        assert.equal(program, "gateway");
      }
      assert.ok(
        lines.some((line) =>
          /route=\/conversations\/:\w+\/messages status=200/.test(line),
        ),
      );
      assert.ok(!lines.join("").includes(ada.token));
    },
    { GATEWAY_LOG_FORMAT: "json", GATEWAY_ACCESS_LOG: "true" },
  ));

test("answers say when, what is allowed, how to sign in, when to return", () =>
  inHouse(
    async (house) => {
      const ask = (method, path, body) =>
        fetch(house.url + path, {
          method,
          body,
          headers: body ? { "content-type": "application/json" } : {},
        });
      const wrong = await ask("DELETE", "/auth/login");

      assert.equal(wrong.status, 405);
      assert.match(wrong.headers.get("allow"), /POST/);
      assert.ok(Date.parse(wrong.headers.get("date")));
      const anonymous = await ask("GET", "/conversations");

      assert.equal(anonymous.status, 401);
      assert.match(anonymous.headers.get("www-authenticate"), /^Bearer /);
      const login = '{"username":"x","password":"not the password"}';

      await ask("POST", "/auth/login", login);
      const late = await ask("POST", "/auth/login", login);

      assert.equal(late.status, 429);
      assert.equal(late.headers.get("retry-after"), "60");
      assert.equal((await ask("POST", "/auth/logout")).status, 401); // no body
    },
    { GATEWAY_RATE_LOGINS: "1" },
  ));
