// SPDX-License-Identifier: ISC
// What the page says, and keeps, while something behind it is away: on the
// real programs.  A killed gateway is in chat.test.mjs, a page without a
// network in rooms.test.mjs.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Reader, withBrowser } from "../../web/test/reader.mjs";
import { inHouse } from "../lib/house.mjs";

const onPage = (test) =>
  inHouse((house) => withBrowser((browser) => test(browser, house)));

const AWAY = /translator is away/i;

for (const [how, stop, start] of [
  [
    "killed",
    (translator) => translator.kill(),
    (translator) => translator.start(),
  ],
  [
    "frozen",
    (translator) => translator.child.kill("SIGSTOP"),
    (translator) => translator.child.kill("SIGCONT"),
  ],
])
  test(`a translator that is ${how} is said to be away, and what waited comes`, () =>
    onPage(async (browser, { url, translator }) => {
      const amelie = await Reader.enter(browser, url, "Amélie", "fr");
      const bob = await Reader.enter(browser, url, "Bob", "en");

      await stop(translator);
      try {
        await amelie.say("La maison est grande.");
        await bob.bubble("La maison").locator(".translating").waitFor();
        await bob.page.waitForSelector(".notice.away");
        assert.match(await bob.page.textContent(".notice"), AWAY);
      } finally {
        await start(translator);
      }
      await bob.translated("house").waitFor();
      await bob.page.waitForSelector(".notice.away", { state: "detached" });
      assert.equal(await bob.page.locator(".bubble").count(), 1);
      bob.fine();
    }));

test("what was unsent when the tab closed is sent by the next, and the draft is there", () =>
  onPage(async (browser, house) => {
    const bob = await Reader.enter(browser, house.url, "Bob", "en");

    await house.gateway.kill();
    await bob.offline();
    await bob.write("do not lose me");
    await bob.bubble("do not lose me").locator(".progress").waitFor();
    await bob.page.fill("textarea", "half a thought");
    await bob.page.close();
    house.gateway.start();
    await house.answering();
    await bob.openTab(house.url);
    await bob.bubble("do not lose me").locator(".sent").waitFor();
    assert.equal(await bob.count("do not lose me"), 1);
    assert.equal(await bob.page.inputValue("textarea"), "half a thought");
    bob.fine();
  }));
