// SPDX-License-Identifier: ISC
// Nobody is taken into a room by a stranger: who is asked, who is not, and what
// everybody sees of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { asker } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { until } from "../lib/wait.mjs";

const OPEN_MAX = 50; // chat.h
const PAIR_MAX = 3;
const SENT_MAX = 100;
const CLAIM = /admin_claim=([\w-]+)/;
let house, ann, ben, cleo;
let names = 0;

const { good, refused } = asker(() => house);
const somebody = () => house.guest(`somebody${++names}`, "fr");
/** Without a connection. */
const passerBy = () =>
  good(undefined, "POST", "/auth/guest", {
    username: `passer${++names}`,
    language: "fr",
  });

before(async () => {
  house = await House.build({
    GATEWAY_RATE_MESSAGES: "1000",
    GATEWAY_RATE_GUESTS: "100000",
    GATEWAY_ADDED_BY: "",
  });
  delete house.gateway.env.GATEWAY_ADDED_BY; // as it comes
  house.gateway.start();
  await house.answering();
  ann = await house.guest("ann", "fr");
  ben = await house.guest("ben", "es");
  cleo = await house.guest("cleo", "it");
});
after(() => house.close());

const group = (person, title, members = []) =>
  good(person, "POST", "/conversations", {
    type: "group",
    title,
    participantIds: members.map(({ user }) => user.id),
  });
const writeTo = (person, other) =>
  good(person, "POST", "/conversations", {
    type: "direct",
    participantIds: [other.user.id],
  });
const invitations = (person) => good(person, "GET", "/users/me/invitations");
const accept = (person, { id }) =>
  good(person, "POST", `/users/me/invitations/${id}/accept`);
const decline = (person, { id }) =>
  good(person, "DELETE", `/users/me/invitations/${id}`);
const addTo = (person, { id }, who) =>
  good(person, "POST", `/conversations/${id}/participants`, {
    userId: who.user.id,
  });
const roomIds = async (person) =>
  (await good(person, "GET", "/conversations")).map(({ id }) => id);

test("a stranger asks, and who accepts is a member", async () => {
  const room = await group(ann, "Kitchen", [ben]);

  assert.equal(room.invited, 1);
  assert.equal(room.participantCount, 1);
  const [waits] = await invitations(ben);

  assert.deepEqual(
    { ...waits, at: undefined },
    {
      conversationId: room.id,
      type: "group",
      title: "Kitchen",
      userId: ben.user.id,
      displayName: "ben",
      inviterId: ann.user.id,
      inviterName: "ann",
      at: undefined,
    },
  );
  const event = await ben.sees(
    "invitation:changed",
    (data) => data.conversationId === room.id,
  );

  assert.deepEqual(event.data.invitation, waits);
  assert.match(
    await refused(ben, "GET", `/conversations/${room.id}/messages`),
    /^404/,
  );
  assert.ok(!(await roomIds(ben)).includes(room.id));
  assert.equal(ben.find("conversation:added"), undefined);
  const joined = await accept(ben, room);

  assert.equal(joined.role, "member");
  assert.equal(joined.participantCount, 2);
  await ben.sees(
    "invitation:changed",
    (data) => data.conversationId === room.id && !data.invitation,
  );
  await ben.sees(
    "conversation:added",
    (data) => data.conversationId === room.id,
  );
  assert.deepEqual(await invitations(ben), []);
  assert.match(
    await refused(ben, "POST", `/users/me/invitations/${room.id}/accept`),
    /^404 no such invitation/,
  );
  assert.ok(
    ![ann, cleo].some((other) => other.find("invitation:changed")),
    "nobody else hears of it",
  );
});

test("who shares a room that is not public is taken in at once", async () => {
  const room = await group(ann, "Garden", [ben]);

  assert.equal(room.invited, undefined);
  assert.equal(room.participantCount, 2);
  const hall = await good(cleo, "POST", "/conversations", {
    type: "public",
    title: "Hall",
  });

  await good(ann, "POST", `/conversations/${hall.id}/join`);
  const cellar = await group(ann, "Cellar");

  assert.deepEqual(await addTo(ann, cellar, cleo), { invited: true });
  assert.deepEqual(await addTo(ann, cellar, ben), { invited: false });
  assert.deepEqual(await addTo(ann, cellar, ben), { invited: false });
});

test("no is kept from who asked, and they ask in vain", async () => {
  const dora = await somebody();
  const room = await group(ann, "Attic", [dora]);
  const sent = () => good(ann, "GET", `/conversations/${room.id}/invitations`);
  const before = await sent();

  await decline(dora, room);
  assert.deepEqual(await sent(), before);
  dora.events.length = 0;
  assert.deepEqual(await addTo(ann, room, dora), { invited: true });
  assert.deepEqual(await invitations(dora), []);
  assert.equal(dora.find("invitation:changed"), undefined);
});

test("what is said to a stranger waits in the room until they accept", async () => {
  const dora = await somebody();
  const room = await writeTo(ann, dora);

  assert.equal(room.invited, 1);
  await ann.send("Bonjour", { conversationId: room.id });
  assert.equal((await invitations(dora))[0].type, "direct");
  assert.equal(dora.find("message:new"), undefined);
  assert.equal((await writeTo(ann, dora)).id, room.id);
  assert.equal((await invitations(dora)).length, 1);
  await accept(dora, room);
  const { messages } = await good(
    dora,
    "GET",
    `/conversations/${room.id}/messages`,
  );

  assert.deepEqual(
    messages.map(({ content }) => content),
    ["Bonjour"],
  );
  assert.equal((await writeTo(dora, ann)).id, room.id);
});

test("writing to who asked is an answer, also after a no", async () => {
  const dora = await somebody();
  const room = await writeTo(ann, dora);

  await decline(dora, room);
  const mine = await writeTo(dora, ann);

  assert.equal(mine.id, room.id);
  assert.equal(mine.participantCount, 2);
  assert.equal(mine.invited, undefined);
});

test("one says who may add one, and a block ends what waits", async () => {
  const [dora, emil] = [await somebody(), await somebody()];
  const room = await group(ann, "Roof");
  const wish = (person, addedBy) =>
    good(person, "PUT", "/users/me/consent", { addedBy });

  assert.deepEqual(await good(dora, "GET", "/users/me/consent"), {
    addedBy: "contacts",
  });
  await wish(dora, "everybody");
  assert.deepEqual(await addTo(ann, room, dora), { invited: false });
  await wish(dora, "nobody");
  assert.deepEqual(await good(dora, "GET", "/users/me/consent"), {
    addedBy: "nobody",
  });
  const other = await group(ann, "Shed");

  assert.deepEqual(await addTo(ann, other, dora), { invited: true });
  await addTo(ann, room, emil);
  assert.equal((await invitations(emil)).length, 1);
  await good(emil, "PUT", `/users/me/blocks/${ann.user.id}`);
  assert.deepEqual(await invitations(emil), []);
  assert.match(
    await refused(ann, "POST", `/conversations/${room.id}/participants`, {
      userId: emil.user.id,
    }),
    /^403/,
  );
  assert.match(
    await refused(dora, "PUT", "/users/me/consent", { addedBy: "me" }),
    /^400/,
  );
});

test("an invitation is taken back by who sent it, or a moderator", async () => {
  const [dora, emil] = [await somebody(), await somebody()];
  const room = await group(ann, "Porch", [ben, dora, emil]);
  const back = (person, who) => [
    person,
    "DELETE",
    `/conversations/${room.id}/invitations/${who.user.id}`,
  ];

  assert.match(await refused(...back(ben, dora)), /^404/);
  await good(...back(ann, dora));
  assert.deepEqual(await invitations(dora), []);
  const fay = await somebody();

  await addTo(ben, room, fay);
  await good(...back(ann, fay)); // the owner
  assert.deepEqual(await invitations(fay), []);
  assert.match(await refused(...back(cleo, emil)), /^404/);
});

test("invitations have limits: from one, to one, and in all", async () => {
  const [dora, pest] = [await somebody(), await somebody()];

  for (let i = 0; i < PAIR_MAX; i++) await group(pest, `Spam ${i}`, [dora]);
  const body = (title, who) => ({
    type: "group",
    title,
    participantIds: [who.user.id],
  });

  assert.match(
    await refused(pest, "POST", "/conversations", body("More", dora)),
    /^503 participant 1: this person has other invitations/,
  );
  assert.ok(
    (await roomIds(pest)).length === PAIR_MAX + 1,
    "what was refused made no room",
  );
  for (let n = PAIR_MAX; n < OPEN_MAX; n++)
    await group(await passerBy(), "Spam", [dora]);
  assert.match(
    await refused(ann, "POST", "/conversations", body("More", dora)),
    /^503/,
  );
  const crowd = await Promise.all(
    Array.from({ length: SENT_MAX }, () => passerBy()),
  );

  assert.match(
    await refused(pest, "POST", "/conversations", {
      type: "group",
      title: "All",
      participantIds: crowd.map(({ user }) => user.id),
    }),
    /^503 participant \d+: too many of your invitations/,
  );
});

test("an admin of the server and a bot need no invitation", async () => {
  const root = await house.account("root", "fr");
  const [dora, owner] = [await somebody(), await house.account("owner", "fr")];

  await good(root, "POST", "/admin/claim", {
    token: house.gateway.log.join("\n").match(CLAIM)[1],
  });
  assert.equal((await group(root, "Staff", [dora])).invited, undefined);
  const bot = await good(owner, "POST", "/bots", {
    username: "robot",
    scopes: ["read"],
    language: "fr",
  });
  const room = await group(owner, "Machines", []);

  assert.deepEqual(await addTo(owner, room, { user: bot.bot ?? bot }), {
    invited: false,
  });
});

test("sync tells what came and went", async () => {
  const dora = await somebody();
  const start = await good(dora, "POST", "/sync", { ownOffset: -1, rooms: [] });
  const room = await group(ann, "Study", [dora]);
  const since = (ownOffset) =>
    good(dora, "POST", "/sync", { epoch: start.epoch, ownOffset, rooms: [] });
  const first = await since(start.own.offset);

  assert.deepEqual(first.own.invitations, [
    {
      conversationId: room.id,
      invitation: (await invitations(dora))[0],
    },
  ]);
  await decline(dora, room);
  const then = await since(first.own.offset);

  assert.deepEqual(then.own.invitations, [{ conversationId: room.id }]);
  await until(
    () =>
      dora.find(
        "invitation:changed",
        ({ ownOffset }) => ownOffset === then.own.offset,
      ),
    "the event has the same place",
  );
});
