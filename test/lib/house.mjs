// SPDX-License-Identifier: ISC
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { Daemon } from "./daemon.mjs";
import { Person } from "./person.mjs";
import { freePort } from "./port.mjs";
import { Postgres } from "./postgres.mjs";
import { Redis } from "./redis.mjs";
import { until } from "./wait.mjs";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const BUILD = resolve(ROOT, process.env.MEESHY_BUILD ?? "build-debug");
const HEALTHY_MS_MAX = 30_000;
const ADMIN_TOKEN = "token-of-the-tests";
const LOG_LINES_SHOWN = 40;

/**
 * A whole Meeshy of its own: both programs on free ports of 127.0.0.1, the
 * database in a temporary directory.  Ports and data stay the same over
 * stops, kills and starts.
 */
export class House {
  people = [];

  /** env: more settings by their prefixed names. */
  static async build(env = {}) {
    const house = new House();
    const [port, tasks, results, http] = await Promise.all(
      Array.from({ length: 4 }, freePort),
    );

    house.dir = await mkdtemp(join(tmpdir(), "meeshy-test-"));
    const scheme = env.GATEWAY_TLS_CERT ? "https" : "http";

    house.url = `${scheme}://127.0.0.1:${port}`;
    house.translatorUrl = `http://127.0.0.1:${http}`;
    house.translator = new Daemon(
      join(BUILD, "src/translator/meeshy-translator"),
      {
        TRANSLATOR_HOST: "127.0.0.1",
        TRANSLATOR_HTTP_PORT: String(http),
        TRANSLATOR_ZMQ_SUB_PORT: String(tasks),
        TRANSLATOR_ZMQ_PUB_PORT: String(results),
        TRANSLATOR_NEURAL_MODELS: "", // Apertium is the same everywhere
        TRANSLATOR_MEMORY: "",
        TRANSLATOR_ADMIN_TOKEN: ADMIN_TOKEN,
        ...env,
      },
    );
    house.gateway = new Daemon(join(BUILD, "src/gateway/meeshy-gateway"), {
      GATEWAY_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      ...(await house.#store(env)),
      GATEWAY_FILES: join(house.dir, "files"),
      GATEWAY_WEB_ROOT: join(ROOT, "web/dist"),
      GATEWAY_ZMQ_TRANSLATOR_HOST: "127.0.0.1",
      GATEWAY_ZMQ_PUB_PORT: String(tasks),
      GATEWAY_ZMQ_SUB_PORT: String(results),
      GATEWAY_TRANSLATOR_URLS: house.translatorUrl,
      GATEWAY_TRANSLATOR_TOKEN: ADMIN_TOKEN,
      // Tests are one address.
      GATEWAY_RATE_TRANSLATIONS: "1000000",
      GATEWAY_RATE_INVITES: "1000000",
      GATEWAY_ADDED_BY: "everybody", // invitations.test.mjs is about the others
      ...env,
    });
    return house;
  }

  /** Where what is said is kept: a file; with MEESHY_TEST_STORE=pg a PostgreSQL
   * of the house's own, with pg+redis also a Redis as the bus. */
  async #store(env) {
    const [store, bus] = (process.env.MEESHY_TEST_STORE ?? "sqlite").split("+");

    if (store !== "pg" || env.GATEWAY_DATABASE_URL)
      return { GATEWAY_DATABASE_URL: `sqlite:${join(this.dir, "meeshy.db")}` };
    this.postgres = await Postgres.build();
    await this.postgres.start();
    if (bus === undefined) return { GATEWAY_DATABASE_URL: this.postgres.url };
    this.redis = new Redis(this.postgres.dir);
    await this.redis.start();
    return {
      GATEWAY_DATABASE_URL: this.postgres.url,
      GATEWAY_BUS_URL: this.redis.url,
    };
  }

  async start() {
    this.translator.start();
    this.gateway.start();
    await this.healthy();
  }

  async health() {
    const response = await fetch(`${this.url}/health`);

    return response.json();
  }

  /** Wait until the gateway says that all is well. */
  async healthy() {
    await until(
      async () => (await this.health()).status === "healthy",
      "the gateway says healthy",
      HEALTHY_MS_MAX,
    );
  }

  /** Wait until the gateway answers at all. */
  async answering() {
    await until(() => this.health(), "the gateway answers", HEALTHY_MS_MAX);
  }

  /** Somebody who enters as a guest and is connected. */
  async guest(username, language) {
    return this.#connect(await Person.enter(this.url, username, language));
  }

  /** The same with an account. */
  async account(username, language) {
    const password = "correct horse battery";

    return this.#connect(
      await Person.enter(this.url, username, language, password),
    );
  }

  /** Who has a session already, {token, user, username}, connected by it. */
  take(session) {
    return this.#connect(
      Object.assign(new Person(), { url: this.url, ...session }),
    );
  }

  async #connect(person) {
    this.people.push(person);
    await person.connect();
    return person;
  }

  /** Everybody leaves, the programs stop by themselves, the data goes. */
  async close() {
    for (const person of this.people) person.leave();
    const stops = await Promise.allSettled([
      this.gateway.stop(),
      this.translator.stop(),
    ]);

    await this.redis?.kill();
    await this.postgres?.close();
    await rm(this.dir, { recursive: true, force: true });
    for (const stop of stops) if (stop.status === "rejected") throw stop.reason;
  }

  lastLog() {
    const tail = (name) =>
      this[name].log
        .slice(-LOG_LINES_SHOWN)
        .map((line) => `  ${name}: ${line}`);

    return [...tail("translator"), ...tail("gateway")].join("\n");
  }
}

/** Run a test in a house of its own; when it fails, show the programs' logs. */
export async function inHouse(test, env) {
  const house = await House.build(env);

  try {
    await house.start();
    await test(house);
  } catch (error) {
    console.error(house.lastLog());
    await house.close().catch(() => {}); // the first failure is the news
    throw error;
  }
  await house.close();
}
