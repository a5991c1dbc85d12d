// SPDX-License-Identifier: ISC
// A gateway goes out of service, and its people are elsewhere before they know.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { test } from "node:test";

import { call } from "../lib/api.mjs";
import { Balancer } from "../lib/balancer.mjs";
import { guest, stats, together } from "../lib/gateways.mjs";
import { ROOT } from "../lib/house.mjs";
import { Person } from "../lib/person.mjs";
import { Postgres } from "../lib/postgres.mjs";
import { pause, until } from "../lib/wait.mjs";

const BUILD = resolve(ROOT, process.env.MEESHY_BUILD ?? "build-debug");
const CTL = join(BUILD, "src/ctl/meeshyctl");
const DRAIN_SECONDS = "3";
const WRITERS = 8;
const RATE = Number(process.env.ROLL_RATE ?? 40); // messages a second, of all
const AFTER_MS = 1_000; // goes on so long after the last one is back
const skip = !Postgres.installed && "no PostgreSQL in /usr/lib/postgresql";

const ready = async (url) => (await fetch(`${url}/ready`)).status;

test("who is connected moves, and nobody new comes", { skip }, () =>
  together(
    2,
    async (house, gateways) => {
      const balancer = new Balancer(gateways);

      await balancer.start();
      try {
        const [one] = gateways;
        const a = await guest(house, one, "Amélie", "fr");

        // as if the balancer had sent her there; back she comes by itself
        a.url = a.socket.io.uri = balancer.url;
        const ended = one.daemon.stop();

        await until(async () => (await ready(one.url)) === 503, "not ready");
        await a.send("Still here."); // balancers have yet to see it
        await ended;
        assert.ok(a.find("server:moving"));
        await until(() => a.socket.connected, "she is elsewhere");
        await a.sendSurely("And now there.", "there");
        assert.equal((await a.get("/conversations")).length, 1);
      } finally {
        await balancer.close();
      }
    },
    { GATEWAY_DRAIN_SECONDS: DRAIN_SECONDS },
  ),
);

test("a second SIGTERM ends at once, as does one that is alone", { skip }, () =>
  together(
    2,
    async (house, [one, two]) => {
      two.daemon.child.kill("SIGTERM");
      await until(async () => (await ready(two.url)) === 503, "not ready");
      await two.daemon.stop(); // the second
      assert.ok(two.daemon.log.some((line) => /draining/.test(line)));
      await until(
        async () => (await stats(one.url)).bus_peers === 0,
        "it is alone",
        20_000,
      );
      await one.daemon.stop();
      assert.ok(!one.daemon.log.some((line) => /draining/.test(line)));
    },
    { GATEWAY_DRAIN_SECONDS: "600" },
  ),
);

test("an admin drains a gateway and takes it back", { skip }, () =>
  together(2, async (house, [one, two]) => {
    const ada = await Person.enter(one.url, "Ada", "en", "correct horse 1");
    const at = (gateway, path, body) =>
      call(gateway.url, "POST", path, { token: ada.token, body });
    const [, token] = one.daemon.log.join("\n").match(/admin_claim=(\S+)/);
    const claimed = await at(one, "/admin/claim", { token });

    assert.equal(claimed.status, 200);
    assert.equal(
      (await at(one, "/admin/drain", { draining: true })).status,
      200,
    );
    assert.equal(await ready(one.url), 503);
    assert.equal(await ready(two.url), 200);
    assert.equal((await stats(one.url)).draining, true);
    const back = await at(one, "/admin/drain", { draining: false });

    assert.deepEqual(back.body.data, { draining: false });
    assert.equal(await ready(one.url), 200);
  }),
);

test("so does meeshyctl", { skip }, () =>
  together(2, async (house, [one, two]) => {
    const ada = await Person.enter(one.url, "Ada", "en", "correct horse 1");
    const [, claim] = one.daemon.log.join("\n").match(/admin_claim=(\S+)/);
    const ctl = (token, ...args) =>
      spawnSync(
        CTL,
        ["drain", ...args, "--gateway", one.url, "--token", token],
        { encoding: "utf8" },
      );

    assert.match(ctl(ada.token).stderr, /not allowed|administer|admin/i);
    await call(one.url, "POST", "/admin/claim", {
      token: ada.token,
      body: { token: claim },
    });
    assert.equal(ctl(ada.token).status, 0);
    assert.equal(await ready(one.url), 503);
    assert.equal(await ready(two.url), 200);
    assert.equal(ctl(ada.token, "end").status, 0);
    assert.equal(await ready(one.url), 200);
    assert.equal(ctl(ada.token, "now").status, 1);
  }),
);

/** Send at a rate until over(); what was acknowledged, and how soon. */
async function write(writer, w, over, acks) {
  const under = new Set();

  for (let i = 0; !over(); i++) {
    const content = `${writer.username} says ${i}`;
    const start = performance.now();
    const sending = writer
      .sendSurely(content, `roll-${w}-${i}`)
      .then((ack) =>
        acks.push({ ...ack, content, ms: performance.now() - start }),
      )
      .finally(() => under.delete(sending));

    under.add(sending);
    await pause((1000 * WRITERS) / RATE);
  }
  await Promise.all(under);
}

async function upgrade(gateways) {
  for (const gateway of gateways) {
    await gateway.daemon.stop();
    gateway.daemon.start();
    await until(
      async () => (await ready(gateway.url)) === 200,
      "the new one is ready",
      60_000,
    );
    await until(
      async () => (await stats(gateway.url)).bus_peers === gateways.length - 1,
      "it hears the others",
    );
  }
}

const percentile = (list, p) =>
  list.sort((a, b) => a - b)[Math.floor((list.length - 1) * p)];

test(
  "all are replaced one by one while people write: none fails, none is lost or twice",
  { skip, timeout: 300_000 },
  () =>
    together(
      3,
      async (house, gateways) => {
        const balancer = new Balancer(gateways);

        await balancer.start();
        try {
          const people = [];

          for (let w = 0; w < WRITERS; w++)
            people.push(
              await guest(house, balancer, `P${w}`, w % 2 ? "en" : "es"),
            );
          const acks = [];
          const start = performance.now();
          let over = false;
          const writing = Promise.all(
            people.map((one, w) => write(one, w, () => over, acks)),
          );

          await until(() => acks.length > RATE, "some are acknowledged");
          await upgrade(gateways);
          await pause(AFTER_MS);
          over = true;
          const seconds = (performance.now() - start) / 1000;

          await writing; // fails where a send fails after all its tries

          const history = await people[0].history();
          const said = history.map(({ content }) => content);

          assert.equal(new Set(said).size, said.length, "none is twice");
          assert.deepEqual(
            [...said].sort(),
            acks.map(({ content }) => content).sort(),
          );
          assert.deepEqual(
            history.map(({ seq }) => seq),
            history.map((_, i) => i + 1),
          );
          await until(
            async () =>
              (await people[1].history()).every(
                (message) =>
                  message.originalLanguage === "en" ||
                  message.translations.some(
                    (one) => one.targetLanguage === "en",
                  ),
              ),
            "all is translated",
            60_000,
          );
          const ms = acks.map((ack) => ack.ms);

          console.log(
            `# ${acks.length} sent in ${seconds.toFixed(0)} s, ms p50 ${percentile(ms, 0.5).toFixed(0)}`,
            `p99 ${percentile(ms, 0.99).toFixed(0)}`,
            `most ${Math.max(...ms).toFixed(0)}`,
          );
        } finally {
          await balancer.close();
        }
      },
      { GATEWAY_DRAIN_SECONDS: DRAIN_SECONDS, TRANSLATOR_ENGINE: "echo" },
    ),
);
