// SPDX-License-Identifier: ISC
// Every dialog of the chat: axe finds nothing, the keyboard stays inside, and
// the focus goes back to where it was; on a desk and on a phone,
// in the dark, and from right to left.
import assert from "node:assert/strict";
import { test } from "node:test";

import { clean } from "../../web/test/axe.mjs";
import { market, shut, tomAgain } from "../lib/dialogs.mjs";
import { onPage } from "../lib/page.mjs";

const PHONE = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};
const WAYS = [
  ["a desk", {}],
  ["a phone", PHONE],
  ["a desk in the dark", { colorScheme: "dark" }],
  ["a phone in Arabic", { ...PHONE, locale: "ar-EG" }, "ar"],
];
const TABS = 12;

/** "dialog", "outside", or "" where the browser itself has the focus. */
const focus = ({ page }) =>
  page.evaluate(() => {
    const now = document.activeElement;

    if (!now || now === document.body) return "";
    return now.closest("dialog[open]") ? "dialog" : "outside";
  });

async function keyboardStaysIn(tom, name) {
  assert.equal(await focus(tom), "dialog", `${name}: the focus is in it`);
  for (const key of ["Tab", "Shift+Tab"])
    for (let i = 0; i < TABS; i++) {
      await tom.page.keyboard.press(key);
      assert.notEqual(await focus(tom), "outside", `${name}: ${key}`);
    }
}

async function look(tom, ways) {
  for (const [name, open] of Object.entries(ways)) {
    await open();
    await tom.page.waitForSelector("dialog[open]");
    await clean(tom, name);
    await keyboardStaysIn(tom, name);
    await shut(tom);
    assert.equal(await focus(tom), "outside", `${name}: the focus is back`);
  }
}

/** What stands beside: a thread, what others will read, the details. */
async function panes(tom, address) {
  const { page } = tom;

  await page.goto(address);
  await page.waitForSelector(".talk .bubble");
  await page.locator(".thread-mark").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector(".thread .bubble");
  await clean(tom, "thread");
  await page.focus(".thread textarea");
  await page.keyboard.press("Escape");
  await page.waitForSelector(".thread-mark:focus");
  await page.fill(".talk textarea", "The market opens at nine.");
  await page.locator(".composer .icon-button:has(.icon-eye)").click();
  await page.waitForSelector(".preview-text, .preview-none");
  await clean(tom, "preview");
  await page.locator(".preview-head .icon-button").click();
  await page.waitForSelector(".talk textarea:focus");
  await page.fill(".talk textarea", "");
}

for (const [name, options, language] of WAYS)
  test(`no dialog is a trap, and axe finds nothing: ${name}`, () =>
    onPage(async (browser, { url }) => {
      const { tom } = await market(browser, url, {});
      const address = tom.page.url();

      await tom.page.context().close();
      const again = await tomAgain(browser, address, options, language);

      await panes(again.tom, address);
      await look(again.tom, again.ways);
      again.tom.fine();
    }));
