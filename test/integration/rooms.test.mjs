// SPDX-License-Identifier: ISC
// Rooms that people manage: kinds, names, roles, coming and going, and keeping
// the peace there; everybody concerned is told live, on every device, and by
// sync.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { asker } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { Person } from "../lib/person.mjs";
import { until } from "../lib/wait.mjs";

let house, ann, ben, cleo;

before(async () => {
  house = await House.build({
    GATEWAY_RATE_MESSAGES: "1000",
    GATEWAY_RATE_GUESTS: "1000",
  });
  house.gateway.start();
  await house.answering();
  [ann, ben, cleo] = await Promise.all(
    ["ann", "ben", "cleo"].map((name) => house.guest(name, "fr")),
  );
});
after(() => house.close());

const { good, refused } = asker(() => house);

const group = (person, others, more = {}) =>
  good(person, "POST", "/conversations", {
    type: "group",
    title: "Kitchen",
    participantIds: others.map(({ user }) => user.id),
    ...more,
  });

const roles = async (person, room) =>
  Object.fromEntries(
    (await good(person, "GET", `/conversations/${room}/participants`)).members //
      .map(({ displayName, role }) => [displayName, role]),
  );

const at = (room, person, rest = "") =>
  `/conversations/${room}/participants/${person.user.id}${rest}`;

test("two people have one direct conversation, whoever asks", async () => {
  const direct = (person, other) =>
    good(person, "POST", "/conversations", {
      type: "direct",
      participantIds: [other.user.id],
    });
  const first = await direct(ann, ben);

  assert.equal(first.role, "member");
  assert.equal((await direct(ben, ann)).id, first.id);
  assert.equal((await direct(ann, ben)).id, first.id);
  assert.notEqual((await direct(ann, cleo)).id, first.id);
  assert.match(
    await refused(ann, "POST", `/conversations/${first.id}/leave`),
    /^400/,
  );
});

test("who makes a group owns it, and renames it for everybody", async () => {
  const { id, role } = await group(ann, [ben], { description: "food" });
  const phone = Object.assign(new Person(), { ...ben, events: [] });

  house.people.push(phone);
  await phone.connect();
  assert.equal(role, "owner");
  assert.deepEqual(await roles(ben, id), { ann: "owner", ben: "member" });
  assert.equal((await good(ben, "GET", `/conversations/${id}`)).role, "member");
  assert.match(
    await refused(ben, "PATCH", `/conversations/${id}`, { title: "Bar" }),
    /^403 only an admin/,
  );
  assert.match(await refused(ann, "PATCH", `/conversations/${id}`, {}), /^400/);
  await good(ann, "PATCH", `/conversations/${id}`, {
    title: "Bar",
    description: "drinks",
  });
  for (const device of [ben, phone]) {
    const { data } = await device.sees(
      "conversation:updated",
      (d) => d.conversationId === id && d.conversation.title === "Bar",
    );

    assert.equal(data.conversation.description, "drinks");
  }
  const listed = (await good(ben, "GET", "/conversations")).find(
    (one) => one.id === id,
  );

  assert.equal(listed.title, "Bar");
  assert.equal(listed.role, "member");
});

test("a role is given below one's own, told live and by sync", async () => {
  const { id } = await group(ann, [ben, cleo]);
  const { own, epoch } = await good(ben, "POST", "/sync", { ownOffset: -1 });

  await good(ann, "PATCH", at(id, ben), { role: "admin" });
  const { data } = await ben.sees(
    "conversation:role",
    (d) => d.conversationId === id,
  );

  assert.equal(data.role, "admin");
  await cleo.sees("conversation:updated", (d) => {
    return d.member?.userId === ben.user.id && d.member.role === "admin";
  });
  const later = await good(ben, "POST", "/sync", {
    epoch,
    ownOffset: own.offset,
  });

  assert.equal(later.own.joined.find((one) => one.id === id).role, "admin");
  // An admin makes moderators, no admins, and cannot touch the owner.
  await good(ben, "PATCH", at(id, cleo), { role: "moderator" });
  assert.match(
    await refused(ben, "PATCH", at(id, cleo), { role: "admin" }),
    /^403/,
  );
  assert.match(
    await refused(ben, "PATCH", at(id, ann), { role: "reader" }),
    /^403/,
  );
  assert.match(await refused(ben, "DELETE", at(id, ann)), /^403/);
  assert.match(await refused(cleo, "DELETE", at(id, ben)), /^403/);
  assert.match(
    await refused(ann, "PATCH", at(id, ann), { role: "reader" }),
    /^403/,
  );
});

test("a reader reads and does not write", async () => {
  const { id } = await group(ann, [ben]);

  await good(ann, "PATCH", at(id, ben), { role: "reader" });
  await ann.send("Bonjour", { conversationId: id });
  await ben.sees("message:new", (d) => d.conversationId === id);
  await assert.rejects(ben.send("Salut", { conversationId: id }), /FORBIDDEN/);
  await good(ann, "PATCH", at(id, ben), { role: "member" });
  await ben.send("Salut", { conversationId: id });
});

test("an owner leaves after giving the group away only", async () => {
  const { id } = await group(ann, [ben]);
  const leave = `/conversations/${id}/leave`;

  assert.match(await refused(ann, "POST", leave), /^409 give/);
  assert.match(
    await refused(ann, "PUT", `/conversations/${id}/owner`, {
      userId: cleo.user.id,
    }),
    /^404/,
  );
  assert.match(
    await refused(ben, "PUT", `/conversations/${id}/owner`, {
      userId: ben.user.id,
    }),
    /^403/,
  );
  await good(ann, "PUT", `/conversations/${id}/owner`, {
    userId: ben.user.id,
  });
  assert.deepEqual(await roles(ben, id), { ann: "admin", ben: "owner" });
  await good(ann, "POST", leave);
  await ann.sees("conversation:removed", (d) => d.conversationId === id);
  assert.match(await refused(ann, "GET", `/conversations/${id}`), /^404/);
  assert.deepEqual(await roles(ben, id), { ben: "owner" });
});

test("a public group is found and joined, a private one is not there", async () => {
  const hall = await group(ann, [], { type: "public", title: "Ship's hall" });
  const secret = await group(ann, []);
  const found = await good(ben, "GET", "/conversations/public?q=ship%27s");

  assert.deepEqual(
    found.map(({ id, participantCount }) => [id, participantCount]),
    [[hall.id, 1]],
  );
  const join = (person, id) =>
    refused(person, "POST", `/conversations/${id}/join`);

  assert.equal(await join(ben, secret.id), await join(ben, "nowhere"));
  const joined = await good(ben, "POST", `/conversations/${hall.id}/join`);

  assert.equal(joined.role, "member");
  await ben.sees("conversation:added", (d) => d.conversationId === hall.id);
  await ann.sees(
    "conversation:updated",
    (d) => d.conversationId === hall.id && d.member?.role === "member",
  );
  await ben.send("Salut", { conversationId: hall.id });
  await good(ben, "POST", `/conversations/${hall.id}/leave`);
  await good(ann, "PATCH", `/conversations/${hall.id}`, { archived: true });
  assert.deepEqual(await good(ben, "GET", "/conversations/public"), []);
  assert.match(await join(ben, hall.id), /^404/);
  await assert.rejects(
    ann.send("Salut", { conversationId: hall.id }),
    /archived/,
  );
});

test("who is banned is out, hears nothing and stays out", async () => {
  const { id } = await group(ann, [ben, cleo], { type: "public" });

  await good(ann, "PUT", `/conversations/${id}/bans/${ben.user.id}`);
  await ben.sees("conversation:removed", (d) => d.conversationId === id);
  const before = ben.events.length;

  await ann.send("Sans lui", { conversationId: id });
  await cleo.sees("message:new", (d) => d.content === "Sans lui");
  assert.ok(
    ben.events.slice(before).every(({ name }) => name !== "message:new"),
  );
  assert.match(
    await refused(ben, "POST", `/conversations/${id}/join`),
    /^403 banned/,
  );
  assert.match(
    await refused(cleo, "POST", `/conversations/${id}/participants`, {
      userId: ben.user.id,
    }),
    /^403 banned/,
  );
  const { members } = await good(ann, "GET", `/conversations/${id}/bans`);

  assert.deepEqual(
    members.map((one) => one.id),
    [ben.user.id],
  );
  assert.deepEqual(await roles(ann, id), { ann: "owner", cleo: "member" });
  const [room] = (
    await good(ben, "POST", "/sync", { rooms: [{ conversationId: id }] })
  ).rooms;

  assert.equal(room.gone, true);
  await good(ann, "DELETE", `/conversations/${id}/bans/${ben.user.id}`);
  await good(ben, "POST", `/conversations/${id}/join`);
});

test("who is muted reads and does not write, until it is over", async () => {
  const { id } = await group(ann, [ben]);

  await good(ann, "PUT", at(id, ben, "/mute"), { seconds: 600 });
  const { data } = await ben.sees(
    "conversation:role",
    (d) => d.conversationId === id && d.mutedUntil,
  );

  assert.ok(Date.parse(data.mutedUntil) > Date.now());
  await assert.rejects(ben.send("Salut", { conversationId: id }), /muted/);
  await ann.send("Chut", { conversationId: id });
  await ben.sees("message:new", (d) => d.content === "Chut");
  await good(ann, "PUT", at(id, ben, "/mute"), { seconds: 0 });
  await ben.send("Salut", { conversationId: id });
  assert.match(
    await refused(ben, "PUT", at(id, ann, "/mute"), { seconds: 9 }),
    /^403/,
  );
});

test("in slow mode members wait, moderators do not", async () => {
  const { id } = await group(ann, [ben]);

  await good(ann, "PATCH", `/conversations/${id}`, { slowSeconds: 3600 });
  await ben.send("un", { conversationId: id });
  await assert.rejects(ben.send("deux", { conversationId: id }), /slow/);
  await ann.send("un", { conversationId: id });
  await ann.send("deux", { conversationId: id });
  await good(ann, "PATCH", `/conversations/${id}`, { slowSeconds: 0 });
  await ben.send("trois", { conversationId: id });
});

test("where translation is off nothing is translated or asked for", async () => {
  const spanish = await house.guest("dora", "es");
  const { id } = await group(ann, [spanish]);

  await good(ann, "PATCH", `/conversations/${id}`, { translation: false });
  const { messageId } = await ann.send("Bonjour", {
    conversationId: id,
    originalLanguage: "fr",
  });
  const [message] = await spanish.history(0, id);

  assert.deepEqual(message.translations, []);
  assert.match(
    await refused(spanish, "POST", `/messages/${messageId}/translations`, {
      targetLanguage: "es",
    }),
    /^403 translation is off/,
  );
});

test("roles, bans and settings are there after a restart", async () => {
  const { id } = await group(ann, [ben, cleo]);

  await good(ann, "PATCH", `/conversations/${id}`, { readOnly: true });
  await good(ann, "PATCH", at(id, ben), { role: "moderator" });
  await good(ben, "PUT", `/conversations/${id}/bans/${cleo.user.id}`);
  await house.gateway.stop();
  house.gateway.start();
  await house.answering();
  await until(() => ben.socket.connected, "ben is back");
  const room = await good(ben, "GET", `/conversations/${id}`);

  assert.equal(room.readOnly, true);
  assert.equal(room.role, "moderator");
  assert.equal(room.participantCount, 2);
  await ben.send("Annonce", { conversationId: id });
  assert.match(await refused(cleo, "GET", `/conversations/${id}`), /^404/);
});
