// SPDX-License-Identifier: ISC
// Guests and rooms on our gateway, written down as the load generator wants
// them: line i is connection i's.
import { writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";

const PARALLEL = 32;
const TRIES_MAX = 5;

function post(agent, port, path, body, token) {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const req = request({
      agent, port, path, host: "127.0.0.1", method: "POST", timeout: 10000,
      headers: {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
        ...(token && { authorization: `Bearer ${token}` }),
      },
    }, (res) => {
      const chunks = [];
      res.on("data", (chunk) => chunks.push(chunk));
      res.on("end", () => {
        const answer = Buffer.concat(chunks).toString();
        if (res.statusCode < 300) resolve(JSON.parse(answer).data);
        else reject(new Error(`POST ${path}: ${res.statusCode} ${answer}`));
      });
    });
    req.on("timeout", () => req.destroy(new Error(`POST ${path}: no answer`)));
    req.on("error", reject);
    req.end(text);
  });
}

/** The same, again when the gateway is busy: a loaded machine may be. */
async function insist(...args) {
  for (let tries = 1; ; tries++)
    try {
      return await post(...args);
    } catch (error) {
      if (tries === TRIES_MAX || !/: 503 /.test(error.message)) throw error;
    }
}

/** Call work(i) for i < n, a few at a time; results in order. */
async function each(n, work) {
  const results = new Array(n);
  let next = 0;
  const worker = async () => {
    while (next < n) {
      const i = next++;
      results[i] = await work(i);
    }
  };
  await Promise.all(Array.from({ length: Math.min(n, PARALLEL) }, worker));
  return results;
}

/** Connection i is a guest of its own and in room i % rooms; the second half
 * of the connections reads `reads`, the first half English. */
export async function makeAccounts(server, conns, rooms) {
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL });
  const send = (...args) => insist(agent, server.port, ...args);
  const { reads } = server.kind;

  const guests = await each(conns, (i) => send("/auth/guest", {
    username: `${server.name ?? "bench"}${i}`,
    language: i >= conns / 2 ? reads : "en",
  }));
  const ids = await each(rooms, async (room) => {
    const members = guests.filter((_, i) => i % rooms === room);
    const conversation = await send("/conversations", {
      type: "group", title: `bench ${room}`,
      participantIds: members.map((guest) => guest.user.id),
    }, members[0].token);
    return conversation.id;
  });
  agent.destroy();

  const auths = join(server.dir, "auths");
  const roomFile = join(server.dir, "rooms");
  writeFileSync(auths, guests
    .map(({ token }) => `${JSON.stringify({ token })}\n`).join(""));
  writeFileSync(roomFile, guests
    .map((_, i) => `${ids[i % rooms]}\n`).join(""));
  return ["--auth-file", auths, "--room-file", roomFile];
}
