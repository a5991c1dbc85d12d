// SPDX-License-Identifier: ISC
// What people settle about themselves and each other, and what moderators do,
// on the page with the real programs.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { PASSWORD, Reader } from "../../web/test/reader.mjs";
import { act, join, makeRoom, onPage, two } from "../lib/page.mjs";

/** In the settings, under privacy. */
async function settle({ page }, words) {
  await page.click(".me");
  await page.click(`.settings .act:has-text("${words}")`);
}

test("somebody is invited into a group by name, taken back, and comes", () =>
  onPage(
    async (browser, { url }) => {
      const amelie = await Reader.register(browser, url, "amelie", "fr");
      const bob = await Reader.register(browser, url, "bob", "en");
      const { page } = amelie;

      await makeRoom(amelie, "Cuisine", "Private");
      await page.click(".panel .soft:has-text('Invite')");
      const invite = async () => {
        await page.fill(".invite input[name=person]", "bo");
        await page.click(".invite .person:has-text('bob') .quiet");
        await page.waitForSelector(".toast:has-text('is invited')");
        await page.waitForSelector(".invite .asked .person:has-text('bob')");
      };

      await invite();
      await bob.page.waitForSelector(".rooms > .soft:has-text('1 invitation')");
      await page.click(".invite .asked .icon-button");
      await bob.page.waitForSelector(".rooms > .soft", { state: "detached" });
      await invite();
      await page.fill(".invite input[name=person]", "bo");
      await page.waitForSelector(".invite .none-found"); // is asked already
      await bob.page.click(".rooms > .soft:has-text('1 invitation')");
      await bob.page.click(".invitation .primary");
      await bob.page.waitForSelector(".talk-name:has-text('Cuisine')");
      amelie.fine();
      bob.fine();
    },
    { GATEWAY_ADDED_BY: "contacts" },
  ));

test("one sees where one is signed in, and ends it from elsewhere", () =>
  onPage(async (browser, { url }) => {
    const here = await Reader.register(browser, url, "amelie", "fr");
    const there = await Reader.open(browser, url);

    await there.signIn("amelie");
    await settle(here, "Where I am signed in");
    await here.page.waitForSelector(".listing .person:nth-child(2)");
    assert.equal(
      await here.page.locator(".person-under:has-text('this browser')").count(),
      1,
    );
    await here.page.click(".listing .quiet");
    await there.page.waitForSelector(".entry");
    await here.page
      .locator(".listing .person:nth-child(2)")
      .waitFor({ state: "detached" });
    here.fine();
  }));

test("a password is changed, what one wrote is taken along, and one goes", () =>
  onPage(async (browser, { url }) => {
    const amelie = await Reader.register(browser, url, "amelie", "fr");
    const bob = await Reader.enter(browser, url, "Bob", "en");
    const { page } = amelie;

    await amelie.say("La maison est grande.");
    await settle(amelie, "Change password");
    await page.fill("[name=password]", "not this one");
    await page.fill("[name=new-password]", "battery staple");
    await page.click(".form .primary");
    await page.waitForSelector(".problem:not(:empty)");
    await page.fill("[name=password]", PASSWORD);
    await page.click(".form .primary");
    await amelie.dialogGone();
    await page.click(".me");
    const download = page.waitForEvent("download");

    await page.click(".act:has-text('Download what I wrote')");
    const file = JSON.parse(
      await readFile(await (await download).path(), "utf8"),
    );

    assert.deepEqual(
      file.messages.map(({ content }) => content),
      ["La maison est grande."],
    );
    await page.click(".act:has-text('Delete my account')");
    await page.click("text=What I wrote goes too");
    await page.fill("[name=password]", "battery staple");
    await page.click(".form .danger");
    await page.waitForSelector(".entry");
    await bob.page.waitForSelector(".bubble.deleted");
    amelie.fine();
    bob.fine();
  }));

test("who is blocked cannot write to one directly, until they may again", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);

    await makeRoom(amelie, "Cuisine");
    await join(bob, "Cuisine");
    const person = amelie.page.locator(".person", { hasText: "Bob" });

    await person.locator(".icon-button").click();
    await amelie.page.click("[role=menuitem]:text-is('Block')");
    await amelie.page.click(".confirm .danger");
    const write = async () => {
      await bob.page
        .locator(".person", { hasText: "Amélie" })
        .locator(".icon-button")
        .click();
      await bob.page.click("[role=menuitem]:has-text('Write to')");
    };

    await settle(amelie, "Blocked people");
    await amelie.page.waitForSelector(".listing .person:has-text('Bob')");
    await write();
    await bob.page.waitForSelector(".toast:not(:empty), .silence");
    await amelie.page.click(".listing .quiet");
    await amelie.page.waitForSelector(".none-found");
    amelie.fine();
  }));

test("a message is reported, and the moderator deletes it", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);
    const carla = await Reader.enter(browser, url, "Carla", "es");

    await makeRoom(amelie, "Market");
    await join(bob, "Market");
    await join(carla, "Market");
    await carla.say("La casa es fea.");
    await bob.sees("house");
    await act(bob, "house", "Report");
    await bob.page.fill("[name=reason]", "it is not ugly");
    await bob.page.click(".form .primary");
    await bob.dialogGone();
    await amelie.page.click(".act:has-text('Reported messages')");
    const report = amelie.page.locator(".reports li");

    await report.filter({ hasText: "La casa es fea." }).waitFor();
    await report.filter({ hasText: "it is not ugly" }).waitFor();
    await report.filter({ hasText: "Carla" }).waitFor();
    await amelie.page.click("text=Delete the message");
    await amelie.page.waitForSelector(".none-found");
    await bob.page.waitForSelector(".bubble.deleted");
    amelie.fine();
    bob.fine();
    carla.fine();
  }));

test("who was banned is let in again by the list", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);

    await makeRoom(amelie, "Market");
    await join(bob, "Market");
    await amelie.page
      .locator(".person", { hasText: "Bob" })
      .locator(".icon-button")
      .click();
    await amelie.page.click("[role=menuitem]:text-is('Ban')");
    await amelie.page.click(".confirm .danger");
    await bob.page.waitForSelector(".talk-name:has-text('Everyone')");
    await amelie.page.click(".act:has-text('Banned people')");
    await amelie.page.click(".listing .quiet");
    await amelie.page.waitForSelector(".none-found");
    await amelie.page.keyboard.press("Escape");
    await join(bob, "Market");
    amelie.fine();
    bob.fine();
  }));

test("a room's own words are what its readers get", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);

    await makeRoom(amelie, "Market");
    await join(bob, "Market");
    await amelie.page.click(".act:has-text('Words of this room')");
    await amelie.page.click("text=Add a word");
    await amelie.page.fill("[name=term]", "maison");
    await amelie.page.fill("[name=en]", "homestead");
    await amelie.page.click(".form .primary");
    await amelie.page.waitForSelector(".terms li:has-text('homestead')");
    await amelie.page.keyboard.press("Escape");
    await amelie.dialogGone();
    await amelie.say("La maison est grande.");
    await bob.translated("homestead").waitFor();
    await bob.page.click(".act:has-text('Words of this room')");
    await bob.page.waitForSelector(".terms li:has-text('homestead')");
    assert.equal(await bob.page.locator(".terms .icon-button").count(), 0);
    amelie.fine();
    bob.fine();
  }));

test("what was said is forwarded, and what it said before is seen", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);

    await makeRoom(bob, "Notes", "Private");
    await bob.page.click(".room-line:has-text('Everyone')");
    await amelie.say("La maison est petite.");
    await bob.sees("house");
    await act(bob, "house", "Forward");
    await bob.page.click(".option:has-text('Notes')");
    await bob.page.click(".room-line:has-text('Notes')");
    await bob.page.waitForSelector(".forwarded:has-text('Amélie')");
    await act(amelie, "petite", "Edit");
    await amelie.page.fill("textarea", "La maison est grande.");
    await amelie.page.click(".composer .send");
    await amelie.bubble("grande").locator(".edited").waitFor();
    await act(amelie, "grande", "Earlier versions");
    await amelie.page.waitForSelector(".reports li:has-text('petite')");
    amelie.fine();
    bob.fine();
  }));

test("one goes to a day, and to none where nothing was said since", () =>
  onPage(async (browser, { url }) => {
    const bob = await Reader.enter(browser, url, "Bob", "en");
    const today = new Date().toISOString().slice(0, 10);

    await bob.say("The house is big.");
    await bob.page.click(".talk-head [aria-label='Search messages']");
    await bob.page.fill("[type=date]", "2099-01-01");
    await bob.page.waitForSelector(".toast:not(:empty)");
    await bob.page.fill("[type=date]", today);
    await bob.dialogGone();
    await bob.page.waitForSelector(".line.shown");
    bob.fine();
  }));

test("a stranger who writes waits for an answer", () =>
  onPage(
    async (browser, { url }) => {
      const { amelie, bob } = await two(browser, url);

      await makeRoom(amelie, "Cuisine");
      await join(bob, "Cuisine"); // public: they stay strangers
      await amelie.page
        .locator(".person", { hasText: "Bob" })
        .locator(".icon-button")
        .click();
      await amelie.page.click("[role=menuitem]:has-text('Write to')");
      await amelie.page.waitForSelector(".toast:has-text('asked first')");
      await amelie.page.waitForSelector(".talk-name:has-text('Bob')");
      await amelie.say("La maison est grande.");
      await bob.page.click(".rooms > .soft:has-text('1 invitation')");
      await bob.page.click(".invitation .primary");
      await bob.dialogGone();
      await bob.page.waitForSelector(".talk-name:has-text('Amélie')");
      await bob.page.waitForSelector(".bubble");
      await bob.page.waitForSelector(".rooms > .soft", { state: "detached" });
      await bob.page.click(".me");
      const saved = bob.page.waitForResponse(
        (answer) =>
          answer.url().endsWith("/consent") &&
          answer.request().method() === "PUT",
      );

      await bob.page.click(".choice:has-text('adds me') >> text=Nobody");
      await saved;
      await bob.page.keyboard.press("Escape");
      await bob.dialogGone();
      await bob.page.click(".me");
      await bob.page.waitForSelector(
        "[name=added-by]:checked + :text('Nobody')",
      );
      amelie.fine();
      bob.fine();
    },
    { GATEWAY_ADDED_BY: "contacts" },
  ));
