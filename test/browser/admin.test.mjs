// SPDX-License-Identifier: ISC
// The dashboard of who runs the server, with the real programs behind it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { clean } from "../../web/test/axe.mjs";
import { Reader } from "../../web/test/reader.mjs";
import { onPage } from "../lib/page.mjs";

const PHONE = { width: 390, height: 844 };
const SECTIONS = [
  "now",
  "pairs",
  "translators",
  "people",
  "rooms",
  "reports",
  "audit",
];
const CLAIM = /admin_claim=([\w-]+)/;

/** The same person in front of the dashboard, who runs the server. */
async function claimed(browser, house, name, options = {}) {
  const root = await Reader.register(browser, house.url, name, "en", options);
  const secret = house.gateway.log.join("\n").match(CLAIM)[1];

  await root.page.goto(`${house.url}/admin#claim=${secret}`);
  await root.page.waitForSelector(".tile");
  return root;
}

const to = ({ page }, section) =>
  page.click(`.admin-nav [href$="#${section}"]`);

test("who has the link of the log runs the server, and nobody else", () =>
  onPage(async (browser, house) => {
    const amelie = await Reader.register(browser, house.url, "amelie", "fr");
    const stranger = await Reader.open(browser, `${house.url}/admin`);

    await stranger.page.waitForSelector(".closed");
    await amelie.page.goto(`${house.url}/admin`);
    await amelie.page.waitForSelector(".closed");
    const root = await claimed(browser, house, "root-of-all");

    assert.equal(new URL(root.page.url()).hash, "");
    await root.page.waitForSelector(".alarm.well");
    root.fine();
    amelie.fine();
  }));

test("what people write is counted, by pair of languages", () =>
  onPage(async (browser, house) => {
    const root = await claimed(browser, house, "root-of-all");
    const amelie = await Reader.enter(browser, house.url, "Amélie", "fr");
    const bob = await Reader.enter(browser, house.url, "Bob", "en");

    await amelie.say("La maison est grande.");
    await bob.translated("house").waitFor();
    await to(root, "pairs");
    const row = root.page.locator("tbody tr", { hasText: "French" });

    await row.filter({ hasText: "English" }).waitFor();
    await to(root, "translators");
    await root.page.waitForSelector(".card .meter");
    assert.equal(await root.page.locator(".card tbody tr").count(), 2);
    await to(root, "rooms");
    await root.page.waitForSelector("tbody tr");
    root.fine();
  }));

test("a translator's pools are resized, and its workers started anew", () =>
  onPage(async (browser, house) => {
    const root = await claimed(browser, house, "root-of-all");
    const { page } = root;

    await to(root, "translators");
    await page.click("text=Resize pools");
    await page.fill("[name=normalWorkers]", "3");
    await page.click(".form .primary");
    await root.dialogGone();
    await page.waitForSelector("td:has-text('of 3 busy')");
    await page.click("text=Restart workers");
    await page.click(".confirm .primary");
    await page.waitForSelector(".toast:has-text('Done.')");
    await to(root, "audit");
    await page.waitForSelector("td:has-text('admin.pools')");
    await page.waitForSelector("td:has-text('normalWorkers=3')");
    await page.waitForSelector("td:has-text('admin.restart')");
    root.fine();
  }));

test("that the translator is away, and that it owes, is said", () =>
  onPage(async (browser, house) => {
    const root = await claimed(browser, house, "root-of-all");

    await house.translator.kill();
    await root.page.waitForSelector(".alarm.away");
    await to(root, "translators");
    await root.page.waitForSelector(".card .none");
    house.translator.start();
    await root.page.waitForSelector(".alarm.well");
    await house.gateway.kill();
    await root.page.waitForSelector(".alarm.bad");
    house.gateway.start();
    await root.page.waitForSelector(".alarm.well");
    root.fine();
  }));

test("a forgotten password is replaced by a link, and who is shut out is", () =>
  onPage(async (browser, house) => {
    const root = await claimed(browser, house, "root-of-all");
    const amelie = await Reader.register(browser, house.url, "amelie", "fr");
    const { page } = root;
    const act = async (words) => {
      await page.click("[aria-label='Actions: amelie']");
      await page.click(`[role=menuitem]:has-text("${words}")`);
    };

    await to(root, "people");
    await page.fill(".find", "amel");
    await act("Link for a new password");
    const address = await page.inputValue(".address input");

    await page.keyboard.press("Escape");
    const again = await Reader.open(browser, address);

    await again.page.fill("[name=password]", "battery staple");
    await again.page.click(".modal .primary");
    await again.signIn("amelie", "battery staple");
    await amelie.page.waitForSelector(".entry");
    await act("Shut out");
    await page.click(".confirm .danger");
    await page.waitForSelector(".guest-mark:has-text('shut out')");
    await again.page.waitForSelector(".entry");
    await act("Let in again");
    await page
      .locator(".guest-mark", { hasText: "shut out" })
      .waitFor({ state: "detached" });
    root.fine();
  }));

test("a gateway is taken out of service, and back", () =>
  onPage(async (browser, house) => {
    const root = await claimed(browser, house, "root-of-all");
    const ready = async () => (await fetch(`${house.url}/ready`)).status;

    await root.page.click("text=Take out of service");
    await root.page.click(".confirm .danger");
    await root.page.waitForSelector(".alarm.draining");
    assert.equal(await ready(), 503);
    await root.page.click("text=Take back into service");
    await root.page.waitForSelector(".alarm.well");
    assert.equal(await ready(), 200);
    root.fine();
  }));

test("who runs the server makes a bot there, and sees how long messages stay", () =>
  onPage(async (browser, house) => {
    const root = await claimed(browser, house, "root-of-all");
    const { page } = root;

    await to(root, "people");
    await page.waitForSelector("text=GATEWAY_RETENTION_DAYS");
    await page.click(".soft:text-is('New bot')");
    await page.fill("[name=username]", "watchman");
    await page.click(".form .primary");
    assert.match(await page.inputValue(".address input"), /^[\w-]{40,}$/);
    await page.click(".modal .primary:text-is('I have it')");
    await page.waitForSelector(".programs li:has-text('watchman')");
    await clean(root, "bots");
    root.fine();
  }));

for (const [name, options] of [
  ["a desk", {}],
  ["the dark, on a phone", { colorScheme: "dark", viewport: PHONE }],
  ["Arabic", { locale: "ar-EG" }],
])
  test(`axe finds nothing on any view of the dashboard: ${name}`, () =>
    onPage(async (browser, house) => {
      const amelie = await Reader.enter(browser, house.url, "Amélie", "fr");
      const root = await claimed(browser, house, "root-of-all", options);
      const { page } = root;

      await amelie.say("La maison est grande.");
      for (const section of SECTIONS) {
        await to(root, section);
        await page.waitForSelector("main h2, main .links");
        await clean(root, section);
      }
      await to(root, "now");
      await page.locator(".plot summary").first().click();
      await page.waitForSelector(".plot table, .plot-none");
      await clean(root, "a table");
      await to(root, "translators");
      await page.locator(".card .plain").first().click();
      await page.waitForSelector("[name=normalWorkers]");
      await clean(root, "sizes");
      root.fine();
    }));
