// SPDX-License-Identifier: ISC
// Better translations by those who read them, and what others will read before
// it is said, on the page with the real programs.
import assert from "node:assert/strict";
import { test } from "node:test";

import { TRANSLATED } from "../../web/test/reader.mjs";
import { act, join, makeRoom, onPage, two } from "../lib/page.mjs";

const SUGGEST = "Suggest a better translation";

async function suggest(reader, message, text) {
  await act(reader, message, SUGGEST);
  await reader.page.fill("[name=better]", text);
  await reader.page.click(".form .primary");
  await reader.dialogGone();
}

/** As people made it: its mark says so. */
const byPeople = (reader, text) =>
  reader
    .bubble(text)
    .locator(".tag-button[title*='by people here']")
    .first()
    .waitFor();

test("a reader's better translation is accepted, shown and remembered", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);

    await makeRoom(amelie, "Market");
    await join(bob, "Market");
    await amelie.say("La maison est grande.");
    await bob.sees("house");
    await suggest(bob, "house", "That is a large home.");
    await bob.page.waitForSelector(".toast:has-text('moderators')");
    await amelie.page.click(".act:has-text('Proposed translations')");
    const proposal = amelie.page.locator(".reports li");

    for (const words of ["Bob", "La maison est grande.", "large home"])
      await proposal.filter({ hasText: words }).waitFor();
    await proposal.locator("button:has-text('Accept')").click();
    await amelie.page.waitForSelector(".none-found");
    await byPeople(bob, "large home");
    await amelie.page.keyboard.press("Escape");
    await amelie.dialogGone();
    await amelie.write("La maison est grande.");
    await bob.bubble("large home").nth(1).waitFor();
    amelie.fine();
    bob.fine();
  }));

test("one that is not wanted is dismissed, and a moderator's own is shown at once", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);

    await makeRoom(amelie, "Market");
    await join(bob, "Market");
    await amelie.say("La maison est grande.");
    await bob.sees("house");
    await suggest(bob, "house", "Buy my soap.");
    await amelie.page.click(".act:has-text('Proposed translations')");
    await amelie.page.click(".reports button:has-text('Let it be')");
    await amelie.page.waitForSelector(".none-found");
    await amelie.page.keyboard.press("Escape");
    await amelie.dialogGone();
    assert.equal(await bob.count("soap"), 0);
    await bob.say("The house is small.");
    await amelie.sees("maison est petite");
    await suggest(amelie, "maison est petite", "C’est une petite maison.");
    await byPeople(amelie, "une petite maison");
    amelie.fine();
    bob.fine();
  }));

test("one sees what others will read, and back, before it is said", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);
    const { page } = amelie;

    // The engines of both directions may have to start.
    await amelie.say("Bonjour !");
    await bob.page.waitForSelector(TRANSLATED);
    await bob.say("The house is big.");
    await amelie.sees("maison");
    await page.fill("textarea", "La maison est petite.");
    await page.click(".composer [aria-label='What others will read']");
    await page.waitForSelector(".preview-text:has-text('house')");
    await page.waitForSelector(".preview-back:has-text('maison')");
    assert.equal(await bob.count("small"), 0);
    // As one writes on, it follows.
    await page.fill("textarea", "La porte est petite.");
    await page.waitForSelector(".preview-text:has-text('door')");
    await page.click(".preview-head [aria-label=Close]");
    await page.waitForSelector(".preview", { state: "detached" });
    await page.waitForSelector("textarea:focus");
    await page.keyboard.press("Enter");
    await bob.sees("door");
    amelie.fine();
    bob.fine();
  }));
