// SPDX-License-Identifier: ISC
// Bots, webhooks and how long messages stay, on the page with the real
// programs.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Reader } from "../../web/test/reader.mjs";
import { call } from "../lib/api.mjs";
import { join, makeRoom, onPage } from "../lib/page.mjs";

const panel = ({ page }, words) =>
  page.click(`.panel .act:text-is("${words}")`);
const section = ({ page }, title) =>
  page.locator(".modal section", { hasText: title });

/** What is told once; then back in the list. */
async function noted(reader, title) {
  const value = await reader.page.inputValue(".address input");

  await reader.page.click(".modal .primary:text-is('I have it')");
  await reader.page.waitForSelector(`.modal h2:text-is("${title}")`);
  return value;
}

async function remove({ page }, name) {
  await page.click(`[aria-label="Delete: ${name}"]`);
  await page.click(".confirm .danger");
  await page.locator(".confirm").waitFor({ state: "detached" });
}

test("a program writes by an address that is told once, until it is removed", () =>
  onPage(async (browser, { url }) => {
    const amelie = await Reader.register(browser, url, "amelie", "en");
    const post = (address) =>
      fetch(address, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text: "Build 12 is green." }),
      });

    await makeRoom(amelie, "Machines");
    await panel(amelie, "Programs");
    await section(amelie, "Programs that write here").locator(".soft").click();
    await amelie.page.fill("[name=name]", "Builder");
    await amelie.page.click(".form .primary");
    const address = await noted(amelie, "Programs");

    assert.ok(address.startsWith(`${url}/hooks/`), address);
    assert.equal((await post(address)).status, 201);
    await amelie.bubble("Build 12").first().waitFor();
    await section(amelie, "Builder").waitFor();
    await remove(amelie, "Builder");
    await amelie.page.waitForSelector(".modal h2:text-is('Programs')");
    assert.equal(await section(amelie, "Builder").count(), 0);
    assert.equal((await post(address)).status, 404);
    amelie.fine();
  }));

test("which machines hear a room all its members see, and admins end it", () =>
  onPage(async (browser, { url }) => {
    const amelie = await Reader.register(browser, url, "amelie", "en");
    const bob = await Reader.enter(browser, url, "Bob", "en");

    await makeRoom(amelie, "Machines");
    await panel(amelie, "Programs");
    await amelie.page.waitForSelector("text=Nobody outside hears");
    await section(amelie, "Machines that hear").locator(".soft").click();
    await amelie.page.fill("[name=url]", "ftp://ci.example.org");
    await amelie.page.click(".form .primary");
    await amelie.page.waitForSelector(".problem:has-text('https://')");
    await amelie.page.fill("[name=url]", "https://ci.example.org/s3cret");
    await amelie.page.click(".form .primary");
    assert.match(await noted(amelie, "Programs"), /^[\w-]{40,}$/);
    await amelie.page.waitForSelector(".program-url:has-text('s3cret')");
    await join(bob, "Machines");
    await panel(bob, "Programs");
    await section(bob, "ci.example.org").waitFor();
    assert.equal(await bob.page.locator(".program-url").count(), 0);
    assert.equal(await bob.page.locator(".programs button").count(), 0);
    await remove(amelie, "ci.example.org");
    await amelie.page.waitForSelector("text=Nobody outside hears");
    amelie.fine();
    bob.fine();
  }));

test("somebody makes a bot, takes it into a room, and replaces its token", () =>
  onPage(async (browser, { url }) => {
    const amelie = await Reader.register(browser, url, "amelie", "en");
    const { page } = amelie;
    const bots = async () => {
      await page.click(".me");
      await page.click(".settings .act:text-is('My bots')");
    };
    const room = () => decodeURIComponent(new URL(page.url()).pathname);
    const say = (token) =>
      call(url, "POST", `/conversations/${room().split("/")[2]}/messages`, {
        token,
        body: { content: "I am a machine." },
      });

    await makeRoom(amelie, "Machines");
    await bots();
    await page.click(".modal .soft:text-is('New bot')");
    await page.fill("[name=username]", "amelie");
    await page.click(".form .primary");
    await page.waitForSelector(".problem:has-text('taken')");
    await page.fill("[name=username]", "ci-bot");
    await page.fill("[name=name]", "Continuous");
    await page.click(".scopes .toggle:has-text('changes rooms') input");
    await page.click(".form .primary");
    const token = await noted(amelie, "My bots");
    const line = page.locator(".programs li", { hasText: "Continuous" });

    assert.match(await line.textContent(), /reads · .*reacts · changes/);
    await page.keyboard.press("Escape");
    await panel(amelie, "Programs");
    await page.click(".person:has-text('Continuous') .quiet");
    await page
      .locator(".modal .person", { hasText: "Continuous" })
      .waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await page.waitForSelector(".panel .person:has-text('Continuous')");
    assert.equal((await say(token)).status, 201);
    await amelie.bubble("I am a machine.").first().waitFor();
    await bots();
    await page.click("[aria-label='New token: Continuous']");
    await page.click(".confirm .primary");
    const next = await noted(amelie, "My bots");

    assert.equal((await say(token)).status, 401);
    assert.equal((await say(next)).status, 201);
    await remove(amelie, "Continuous");
    await page.waitForSelector(".none-found:has-text('none yet')");
    assert.equal((await say(next)).status, 401);
    amelie.fine();
  }));

test("an admin settles how long messages stay, and everybody is told", () =>
  onPage(async (browser, { url }) => {
    const amelie = await Reader.register(browser, url, "amelie", "en");
    const bob = await Reader.enter(browser, url, "Bob", "fr", { locale: "fr" });

    await makeRoom(amelie, "Machines");
    await bob.page.keyboard.press("Control+k");
    await bob.page.fill(".switcher input", "Machines");
    await bob.page.click(".option:has-text('Machines')");
    await bob.page.waitForSelector(".talk-name:has-text('Machines')");
    await panel(amelie, "Room settings");
    await amelie.page.check(".choice label:has-text('7 days') input", {
      force: true,
    });
    await amelie.page.click(".form .primary");
    await amelie.dialogGone();
    await amelie.page.waitForSelector(".panel-text:has-text('after 7 days')");
    await bob.page.waitForSelector(".panel-text:has-text('de 7 jours')");
    amelie.fine();
    bob.fine();
  }));
