// SPDX-License-Identifier: ISC
// The page in Debian's Firefox, beside somebody in Chromium.
import assert from "node:assert/strict";
import { test } from "node:test";

import { launchFirefox, noFirefox } from "../../web/test/firefox.mjs";
import { Reader } from "../../web/test/reader.mjs";
import { onPage } from "../lib/page.mjs";

test(
  "somebody in Firefox and somebody in Chromium understand each other",
  { skip: noFirefox },
  () =>
    onPage(async (chromium, { url }) => {
      const firefox = await launchFirefox();

      try {
        const amelie = await Reader.enter(firefox, url, "Amélie", "fr");
        const bob = await Reader.enter(chromium, url, "Bob", "en");
        const { page } = amelie;

        await amelie.say("La maison est grande.");
        await bob.sees("house");
        await bob.say("The house is small.");
        await amelie.sees("maison est petite");
        // A reply by the keyboard, a reaction, a thread.
        await page.locator(".line:not(.mine)").first().focus();
        await page.keyboard.press("Enter");
        await page.click("[role=menuitem]:has-text('Reply') >> nth=0");
        await page.fill("textarea", "Oui, elle est petite.");
        await page.press("textarea", "Enter");
        await bob.page.waitForSelector(".bubble .quote");
        await page.locator(".line:not(.mine)").first().focus();
        await page.keyboard.press("Enter");
        await page.click(".quick button");
        await bob.page.waitForSelector(".reaction");
        await bob.page.locator(".line.mine").last().focus();
        await bob.page.keyboard.press("Enter");
        await bob.page.click("[role=menuitem]:has-text('Reply in a thread')");
        await bob.page.fill(".thread textarea", "Is it?");
        await bob.page.press(".thread textarea", "Enter");
        await page.click(".thread-mark");
        await page.waitForSelector(".thread .bubble");
        await page.keyboard.press("Escape");
        // After a reload everything is there.
        await page.reload();
        await amelie.online();
        await amelie.sees("maison est petite");
        assert.equal(await page.locator(".talk .bubble").count(), 3);
        amelie.fine();
        bob.fine();
      } finally {
        await firefox.close();
      }
    }),
);
