// SPDX-License-Identifier: ISC
// What is said under a message, on the page with the real programs.
import assert from "node:assert/strict";
import { test } from "node:test";

import { act, onPage, two } from "../lib/page.mjs";

const PANE = ".panel.thread";

async function reply({ page }, text) {
  await page.fill(`${PANE} textarea`, text);
  await page.press(`${PANE} textarea`, "Enter");
}

const inThread = ({ page }, text) =>
  page.locator(`${PANE} .bubble`, { hasText: text }).first().waitFor();

const mark = ({ page }, text) =>
  page
    .locator(".talk .line", { hasText: text })
    .first()
    .locator(".thread-mark");

test("a thread is opened, read in one's language, and counted while it is shut", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);

    await amelie.say("La maison est grande.");
    await bob.sees("house");
    await act(bob, "house", "Reply in a thread");
    await bob.page.waitForSelector(`${PANE} textarea:focus`);
    await bob.page.waitForSelector(`${PANE} .thread-root:has-text('house')`);
    await reply(bob, "The door is small.");
    await inThread(bob, "The door is small.");
    // In the room it is one line, and counted at its first message.
    await bob.page.waitForSelector(".talk .thread-line:has-text('door')");
    assert.equal(await bob.page.locator(".talk .bubble").count(), 1);
    await mark(bob, "house").filter({ hasText: "1 reply" }).waitFor();
    await mark(amelie, "maison").filter({ hasText: "1 new" }).waitFor();
    await mark(amelie, "maison").click();
    await inThread(amelie, "porte");
    await mark(amelie, "maison").locator("b").waitFor({ state: "detached" });
    await reply(amelie, "La ville est belle.");
    await inThread(bob, "city");
    await mark(bob, "house").filter({ hasText: "2 replies" }).waitFor();
    assert.equal(await mark(bob, "house").locator("b").count(), 0);
    // Shut with Escape, the focus goes back to where one was.
    await amelie.page.keyboard.press("Escape");
    await amelie.page.waitForSelector(PANE, { state: "detached" });
    await amelie.page.waitForSelector(".thread-mark:focus");
    await reply(bob, "The sea is near.");
    await mark(amelie, "maison").filter({ hasText: "1 new" }).waitFor();
    amelie.fine();
    bob.fine();
  }));

test("what was said under a message while one was away is there after it", () =>
  onPage(async (browser, house) => {
    const { amelie, bob } = await two(browser, house.url);

    await amelie.say("La maison est grande.");
    await bob.sees("house");
    await act(bob, "house", "Reply in a thread");
    await reply(bob, "The door is small.");
    await inThread(bob, "The door is small.");
    await house.gateway.kill();
    await bob.offline();
    await reply(bob, "This waits for the connection.");
    await inThread(bob, "This waits for the connection.");
    house.gateway.start();
    await bob.online();
    await bob.page
      .locator(`${PANE} .bubble`, { hasText: "This waits" })
      .locator(".sent")
      .waitFor();
    await amelie.online();
    await amelie.page.locator(".thread-line").last().click();
    await inThread(amelie, "porte");
    await amelie.page.locator(`${PANE} .bubble`).nth(1).waitFor();
    assert.equal(await amelie.page.locator(`${PANE} .bubble`).count(), 2);
    // A message of a thread that is found by search opens it.
    await bob.page.keyboard.press("Escape");
    await bob.page.click(".talk-head [aria-label='Search messages']");
    await bob.page.fill(".picker input", "waits");
    await bob.page.click(".hit");
    await inThread(bob, "This waits");
    amelie.fine();
    bob.fine();
  }));
