// SPDX-License-Identifier: ISC
// Rooms, and what people do in them, on the page with the real programs.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Reader } from "../../web/test/reader.mjs";
import { act, makeRoom, onPage, two } from "../lib/page.mjs";

const PHONE = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

const lineOf = ({ page }, name) =>
  page.locator(".room-line", { hasText: name });

test("people reply, react, pin and see that they were read", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);

    await amelie.say("La maison est grande.");
    const said = bob.translated("house");

    await said.waitFor();
    await act(bob, "house", "Reply");
    await bob.say("Yes, very big.");
    const quote = amelie.bubble("very big").locator(".quote-text");

    assert.equal(await quote.textContent(), "La maison est grande.");
    assert.match(
      await bob.bubble("very big").locator(".quote-text").textContent(),
      /house/,
    );
    await said.first().click({ button: "right" });
    await bob.page.click(".quick button:has-text('🎉')");
    const seen = amelie.page.locator(".reaction", { hasText: "🎉" });

    await seen.waitFor();
    assert.equal(await seen.getAttribute("aria-pressed"), "false");
    await seen.click();
    await bob.page.waitForSelector(".reaction:has-text('2')");
    await bob.page.locator(".reaction").click();
    await amelie.page.waitForSelector(".reaction:has-text('1')");
    await amelie.page.waitForSelector(".sent.read");
    amelie.fine();
    bob.fine();
  }));

test("what was said is found in either language, and gone to", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);

    await amelie.say("La maison est grande.");
    await amelie.say("Le pain est bon.");
    await bob.translated("house").waitFor();
    for (const word of ["house", "maison"]) {
      await bob.page.click("[aria-label='Search messages']");
      await bob.page.fill(".picker input", word);
      const hit = bob.page.locator(".hit");

      await hit.waitFor();
      assert.match(await hit.textContent(), /house/);
      await hit.click();
      await bob.page.waitForSelector(".line.shown:has-text('house')");
    }
    bob.fine();
  }));

test("a room is made, found, joined, counted and left", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);

    await makeRoom(amelie, "Cuisine", "Public");
    await amelie.page.waitForSelector(".empty");
    await bob.page.keyboard.press("Control+k");
    await bob.page.fill(".switcher input", "cuis");
    await bob.page.click(".option:has-text('Cuisine')");
    await bob.page.waitForSelector(".talk-name:has-text('Cuisine')");
    await amelie.page.waitForSelector(".person:has-text('Bob')");
    await bob.say("I like bread.");
    await amelie.translated("pain").waitFor();
    await lineOf(bob, "Everyone").click();
    await amelie.say("La maison est grande.");
    const line = lineOf(bob, "Cuisine");

    await line.locator(".unread").waitFor();
    await line.locator(".room-last", { hasText: "house" }).waitFor();
    assert.match(await bob.page.title(), /^\(1\)/);
    await line.click();
    await bob.page.waitForSelector(".new-since");
    await bob.translated("house").waitFor();
    assert.equal(await bob.page.locator(".unread").count(), 0);
    await bob.page.click(".act:has-text('Leave the room')");
    await bob.page.click(".confirm .danger");
    await lineOf(bob, "Cuisine").waitFor({ state: "detached" });
    await amelie.page
      .locator(".person", { hasText: "Bob" })
      .waitFor({ state: "detached" });
    amelie.fine();
    bob.fine();
  }));

test("an admin settles who writes, and a moderator puts out", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);

    await makeRoom(amelie, "News", "Public");
    await bob.page.keyboard.press("Control+k");
    await bob.page.fill(".switcher input", "news");
    await bob.page.click(".option:has-text('News')");
    await bob.page.waitForSelector(".composer textarea");
    await amelie.page.click(".act:has-text('Room settings')");
    await amelie.page.click(".toggle:has-text('Only moderators write')");
    await amelie.page.click(".modal .primary");
    await bob.page.waitForSelector(
      ".silence:has-text('Only moderators write')",
    );
    const person = amelie.page.locator(".person", { hasText: "Bob" });

    await person.locator(".icon-button").click();
    await amelie.page.click("[role=menuitem]:has-text('Remove')");
    await lineOf(bob, "News").waitFor({ state: "detached" });
    await bob.page.waitForSelector(".talk-name:has-text('Everyone')");
  }));

test("two write to each other, and nobody else sees it", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);
    const eve = await Reader.enter(browser, url, "Eve", "en");

    await amelie.say("Bonjour.");
    await bob.page.click("[aria-label='Write to Amélie']");
    await bob.page.waitForSelector(".talk-name:has-text('Amélie')");
    await bob.say("The house is big.");
    const line = lineOf(amelie, "Bob");

    await line.locator(".unread").waitFor();
    await line.click();
    await amelie.translated("maison").waitFor();
    assert.equal(await eve.page.locator(".room-line").count(), 1);
    bob.fine();
  }));

test("a guest comes by a link on a phone, and becomes an account", () =>
  onPage(async (browser, { url }) => {
    const amelie = await Reader.open(browser, url, { locale: "en-GB" });
    const { page } = amelie;

    await page.click("text=Account");
    await page.click("text=I am new here");
    await page.fill("[name=username]", "amelie");
    await page.fill("[name=password]", "correct horse");
    await amelie.choose(".entry .reads", "fr");
    await page.click("[type=submit]");
    await amelie.online();
    await makeRoom(amelie, "Famille", "Private");
    await page.click(".panel .soft");
    await page.click(".modal .primary");
    await page.waitForSelector('.qr path[d^="M"]');
    const address = await page.inputValue(".address input");

    await page.keyboard.press("Escape");
    assert.match(new URL(address).pathname, /^\/join\/./);
    const tom = await Reader.open(browser, address, PHONE);

    await tom.page.waitForSelector(".invitation:has-text('Famille')");
    await tom.page.fill("[name=username]", "Tom");
    await tom.page.tap("[type=submit]");
    await tom.page.waitForSelector(".talk-name:has-text('Famille')");
    await tom.online();
    await tom.say("The house is big.");
    await amelie.translated("maison").waitFor();
    await tom.page.tap(".only-phone");
    assert.equal(await tom.page.locator(".room-line").count(), 1);
    await tom.page.tap(".me");
    await tom.page.tap(".settings .soft:not(.picture-field *)");
    await tom.page.fill("[name=username]", "tom.smith");
    await tom.page.fill("[name=password]", "battery staple");
    await tom.page.tap(".form .primary");
    await tom.page.locator(".me .guest-mark").waitFor({ state: "detached" });
    tom.fine();
    amelie.fine();
  }));

test("a phone walks from the list to a room and back", () =>
  onPage(async (browser, { url }) => {
    const bob = await Reader.enter(browser, url, "Bob", "en", PHONE);

    await bob.page.tap(".only-phone");
    await bob.page.waitForSelector(".room-list");
    assert.equal(new URL(bob.page.url()).pathname, "/");
    await bob.page.tap(".room-line");
    await bob.page.waitForSelector(".scroller");
    await bob.page.goBack();
    await bob.page.waitForSelector(".talk", { state: "hidden" });
    await bob.page.goForward();
    await bob.page.waitForSelector(".scroller");
    bob.fine();
  }));

test("the page opens without a network, and what it says is true", () =>
  onPage(async (browser, { url }) => {
    const bob = await Reader.enter(browser, url, "Bob", "en");
    const { page } = bob;

    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    await bob.online();
    await page.context().setOffline(true);
    await page.reload();
    await page.waitForSelector(".composer");
    await bob.write("written without a network");
    await page.context().setOffline(false);
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await bob
      .bubble("written without a network")
      .locator(".sent")
      .waitFor({ timeout: 60_000 });
  }));
