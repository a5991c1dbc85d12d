// SPDX-License-Identifier: ISC
// Two people in front of the page, with everything real behind it.  Without
// MEESHY_URL each test has a house of its own.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Reader, TRANSLATED, withBrowser } from "../../web/test/reader.mjs";
import { inHouse } from "../lib/house.mjs";

const GREETING = "Bonjour à tous, comment allez-vous ?";
const { MEESHY_URL } = process.env;
const ownHouse = MEESHY_URL
  ? { skip: "MEESHY_URL names a gateway that is not ours to stop" }
  : {};

/** A name that nobody has said before and no translator knows. */
function fresh() {
  const letters = Array.from(
    { length: 6 },
    () => "bcdfghjklmnpqrtvwz"[Math.floor(Math.random() * 18)],
  );

  return `Xq${letters.join("")}`;
}

function onPage(test) {
  const run = (house) => withBrowser((browser) => test(browser, house));

  return MEESHY_URL ? run({ url: MEESHY_URL }) : inHouse(run);
}

test("a French and an English page talk, each in its own language", () =>
  onPage(async (browser, { url }) => {
    const amelie = await Reader.enter(browser, url, "Amélie", "fr", {
      locale: "fr-FR",
    });
    const bob = await Reader.enter(browser, url, "Bob", "en");
    const mark = fresh();

    await amelie.say(`${GREETING} ${mark}`);
    const seen = bob.translated(mark);

    await seen.waitFor();
    const english = await bob.translationOf(mark);

    assert.match(english, /\b(all|everyone|everybody|how)\b/i);
    assert.equal(await bob.originalOf(mark), `${GREETING} ${mark}`);
    assert.equal(await amelie.translated(mark).count(), 0);

    const reply = fresh();

    await bob.say(`The house is big. ${reply}`);
    await amelie.translated(reply).waitFor();
    assert.match(
      await amelie.translated(reply).textContent(),
      /la maison est grande/i,
    );
    amelie.fine();
    bob.fine();
  }));

test("a page reads on in another language as soon as it is chosen", () =>
  onPage(async (browser, { url }) => {
    const amelie = await Reader.enter(browser, url, "Amélie", "fr");
    const bob = await Reader.enter(browser, url, "Bob", "en");
    const [before, after] = [fresh(), fresh()];

    await amelie.say(`La maison est grande. ${before}`);
    await bob.translated(before).waitFor();
    await bob.readIn("es");
    await bob.translated(before, "es").waitFor();
    assert.match(
      await bob.translated(before).textContent(),
      /la casa es gran/i,
    );
    await amelie.say(`La maison est petite. ${after}`);
    await bob.translated(after, "es").waitFor();
    await bob.page.reload();
    await bob.translated(before, "es").waitFor();
    await bob.readIn("fr");
    await bob.sees(`La maison est petite. ${after}`);
    bob.fine();
  }));

test("an account is made, left and entered again", () =>
  onPage(async (browser, { url }) => {
    const bob = await Reader.open(browser, url);
    const { page } = bob;
    const name = `bob.${fresh()}`;
    const enter = async (words) => {
      await page.click(".tabs button:nth-child(2)");
      if (words) await page.click(`text=${words}`);
      await page.fill("[name=username]", name);
      await page.fill("[name=password]", "correct horse");
      await page.click("[type=submit]");
      await page.waitForSelector(".pill.online", { state: "attached" });
    };

    await enter("I am new here");
    await bob.leave();
    await enter();
    assert.equal(await page.textContent(".me-name"), name);
    bob.fine();
  }));

test("a killed gateway costs nothing and nothing comes twice", ownHouse, () =>
  onPage(async (browser, house) => {
    const amelie = await Reader.enter(browser, house.url, "Amélie", "fr");
    const bob = await Reader.enter(browser, house.url, "Bob", "en");

    await amelie.say("La maison est grande.");
    await house.gateway.kill();
    await Promise.all([amelie.offline(), bob.offline()]);
    for (const n of ["un", "deux", "trois"])
      await amelie.write(`La maison est petite, ${n}.`);
    house.gateway.start();
    await amelie.bubble("trois.").locator(".sent").waitFor();
    await bob.online();
    await bob.page.waitForFunction(
      (selector) => document.querySelectorAll(selector).length === 4,
      TRANSLATED,
    );
    const said = [
      "La maison est grande.",
      "La maison est petite, un.",
      "La maison est petite, deux.",
      "La maison est petite, trois.",
    ];

    assert.deepEqual(await bob.originals(), said);
    assert.deepEqual(
      await amelie.page.locator(".bubble .text").allTextContents(),
      said,
    );
    amelie.fine();
    bob.fine();
  }),
);

test(
  "what was said while the translator was dead is translated later",
  ownHouse,
  () =>
    onPage(async (browser, house) => {
      const amelie = await Reader.enter(browser, house.url, "Amélie", "fr");
      const bob = await Reader.enter(browser, house.url, "Bob", "en");

      await house.translator.kill();
      await amelie.say("La maison est grande.");
      const pending = bob.bubble("La maison est grande.");

      await pending.locator(".translating").waitFor();
      house.translator.start();
      await bob.translated("house").waitFor();
      bob.fine();
    }),
);

test("a phone shows all of it without scrolling sideways", () =>
  onPage(async (browser, { url }) => {
    const bob = await Reader.enter(browser, url, "B".repeat(40), "en", {
      viewport: { width: 320, height: 600 },
      isMobile: true,
      hasTouch: true,
    });

    await bob.say(`${"w".repeat(200)} ${fresh()}`);
    assert.equal(await bob.scrollsSideways(), false);
  }));
