// SPDX-License-Identifier: ISC
import { join } from "node:path";

import { Daemon } from "./daemon.mjs";
import { House } from "./house.mjs";
import { Person } from "./person.mjs";
import { freePort } from "./port.mjs";
import { Postgres } from "./postgres.mjs";
import { until } from "./wait.mjs";

/** More gateways of a house's database: {daemon, url} each. */
async function another(house) {
  const port = await freePort();

  return {
    url: `http://127.0.0.1:${port}`,
    daemon: new Daemon(house.gateway.program, {
      ...house.gateway.env,
      GATEWAY_PORT: String(port),
    }),
  };
}

export const stats = async (url) => (await fetch(`${url}/stats`)).json();

/** n gateways of one PostgreSQL, and one translator. */
export async function together(n, play, env = {}) {
  const server = await Postgres.build();
  let house,
    gateways = [];

  try {
    await server.start();
    house = await House.build({
      GATEWAY_RATE_MESSAGES: "1000",
      GATEWAY_RATE_GUESTS: "1000",
      GATEWAY_ADDED_BY: "everybody",
      GATEWAY_DATABASE_URL: server.url,
      GATEWAY_DRAIN_SECONDS: "0",
      GATEWAY_FILES: join(server.dir, "files"),
      ...env,
    });
    gateways = [{ url: house.url, daemon: house.gateway }];
    while (gateways.length < n) gateways.push(await another(house));
    await house.start();
    for (const { daemon } of gateways.slice(1)) daemon.start();
    await until(
      async () => {
        const all = await Promise.all(gateways.map(({ url }) => stats(url)));

        return all.every((s) => s.bus_peers === n - 1 && s.translator_alive);
      },
      "all gateways know each other",
      60_000,
    );
    await play(house, gateways);
  } catch (error) {
    for (const { daemon } of gateways)
      console.error(daemon.log.slice(-30).join("\n"));
    throw error;
  } finally {
    for (const { daemon } of gateways.slice(1)) await daemon.stop();
    await house?.close().catch(() => {});
    await server.close();
  }
}

/** Somebody who enters at this gateway and is connected there. */
export async function guest(house, gateway, name, language) {
  const person = await Person.enter(gateway.url, name, language);

  house.people.push(person);
  await person.connect();
  return person;
}
