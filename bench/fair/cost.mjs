// SPDX-License-Identifier: ISC
// What one request costs the gateway, thread by thread, in microseconds of CPU
// time: what an attacker gets for the least.
//   node bench/fair/cost.mjs [--times 20] [REQUEST...]
// MEESHY_BUILD says which build; otherwise build/.  CPU time is the same on a
// machine with others' work; how long somebody waits is for main.mjs to say.
import { readdirSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { call } from "../../test/lib/api.mjs";
import { group } from "../../test/lib/person.mjs";
import { pause } from "../../test/lib/wait.mjs";

process.env.MEESHY_BUILD ??= "build";
const { House } = await import("../../test/lib/house.mjs");

const MESSAGES = 1000;
const PEOPLE = 300;
const ROOMS = 50;
const SETTLE_MS = 300; // after which nothing goes on
const NOISE_US = 15; // a thread that used less did something else

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: "string", default: "20" } },
});
const times = Number(values.times);

const house = await House.build({
  GATEWAY_RATE_MESSAGES: "1000000",
  GATEWAY_RATE_GUESTS: "1000000",
  GATEWAY_RATE_LOGINS: "1000000",
});

house.gateway.start();
await house.answering();
const ann = await house.guest("Ann", "en");
const { pid } = house.gateway.child;

/** Nanoseconds of CPU time by thread, so far. */
const spent = () =>
  new Map(
    readdirSync(`/proc/${pid}/task`).map((thread) => [
      thread,
      Number(
        readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(
          " ",
        )[0],
      ),
    ]),
  );

const ask = (method, path, body) => () =>
  call(house.url, method, path, { token: ann.token, body });
const say = (content) =>
  ask("POST", "/conversations/any/messages", { content });
const make = (participantIds) =>
  ask("POST", "/conversations", {
    ...{ type: "group", title: "Kitchen", participantIds },
  });

for (let i = 0; i < MESSAGES; i++)
  await ann.send(`word number ${i} of a talk, see https://example.org/${i}`);
const people = [];

for (let i = 0; i < PEOPLE; i++) {
  const { body } = await ask("POST", "/auth/guest", {
    ...{ username: `G${i}`, language: "fr" },
  })();

  people.push(body.data.user.id);
}
const rooms = [];

for (let i = 0; i < ROOMS; i++) rooms.push(await group(house, ann));
const { epoch } = (await ask("POST", "/sync", { rooms: [] })()).body.data;
const behind = (ids) =>
  ask("POST", "/sync", {
    ...{ epoch, limit: 1000, ownOffset: 0 },
    rooms: ids.map((conversationId) => ({ conversationId, offset: 0 })),
  });

const REQUESTS = {
  nothing: ask("GET", "/no/such"),
  metrics: ask("GET", "/metrics"),
  rooms: ask("GET", "/conversations"),
  history: ask("GET", "/conversations/any/messages?limit=200"),
  search: ask("GET", "/search?q=word&limit=50"),
  words: ask("GET", `/search?q=${"word%20talk%20number%20".repeat(10)}`),
  sync: behind(["any"]),
  "sync-rooms": behind(["any", ...rooms]),
  members: ask("GET", "/conversations/any/participants?limit=200"),
  message: say("x"),
  long: say("a word or two ".repeat(280)),
  mentions: say(people.map((_, i) => `@G${i}`).join(" ")),
  guest: ask("POST", "/auth/guest", { username: "G", language: "en" }),
  login: ask("POST", "/auth/login", {
    ...{ username: "nobody", password: "correct horse" },
  }),
  room: make([]),
  crowd: make(people),
  body: ask("POST", "/conversations/any/messages", {
    ...{ content: "x", more: "y".repeat(60_000) },
  }),
};

console.log("request     status    bytes   us by thread, the most first");
for (const name of positionals.length ? positionals : Object.keys(REQUESTS)) {
  let answer = await REQUESTS[name]();

  await pause(SETTLE_MS);
  const before = spent();

  for (let i = 0; i < times; i++) answer = await REQUESTS[name]();
  await pause(SETTLE_MS);
  const used = [...spent()]
    .map(([thread, ns]) => (ns - (before.get(thread) ?? 0)) / times / 1000)
    .filter((us) => us > NOISE_US)
    .toSorted((a, b) => b - a);

  console.log(
    `${name.padEnd(12)}${answer.status} ${String(answer.text.length).padStart(11)}` +
      `   ${used.map((us) => us.toFixed(0)).join("  ")}`,
  );
}
await house.close();
